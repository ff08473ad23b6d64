"""Where a new entry of a table goes, and as what: a pair, dotted keys, or a section of its own."""

from __future__ import annotations

from .change import Refusal
from .splice import Splice
from .toml_lines import ELEMENT_HEADER, PAIR, Statement
from .toml_nodes import TABLE, TABLES, VALUE, Node, scope_of
from .toml_plan import Load, Plan
from .toml_scalars import key as written_key
from .toml_values import behind_equals, dotted, is_tables, section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from typing import TypeAlias

    from ..tree import Tree
    from .toml_document import Document
    from .toml_habits import Habits

    Gone: TypeAlias = AbstractSet[Statement]
    Kids: TypeAlias = list[tuple[Statement, Node]]

_NEAR = 20


def kids_of(table: Node, gone: Gone, source: Node | None = None) -> Kids:
    """Return the entries of a table but for ``source``, each with the first statement that mentions it, in order.

    Arguments: statements that are ``gone`` mention nothing.
    """
    kids: Kids = []
    for child in table.children.values():
        first = child.first(gone)
        if first is not None and child is not source:
            assert isinstance(first, Statement)
            kids.append((first, child))
    if gone:
        kids.sort(key=lambda kid: kid[0].index)
    return kids


def gone_with(document: Document, source: Node | None) -> frozenset[Statement]:
    """Return the statements that go when the entry ``source`` does.

    All of its own, but for the one in whose place something stands afterwards: an empty table, or the next piece of a
    table that stands in several places.
    """
    if source is None or scope_of(source) is not None:
        return frozenset()
    gone = set(document.made_of(source))
    above = source.parent
    if above is not None and above.parent is not None and above.first(gone) is None:
        first = above.mentions[0][0]
        assert isinstance(first, Statement)
        gone.discard(first)
    elif (found := scattered(source, gone)) is not None:
        first = found[0].mentions[0][0]
        assert isinstance(first, Statement)
        gone.discard(first)
    return frozenset(gone)


def scattered(node: Node, gone: AbstractSet[Statement]) -> tuple[Node, Statement] | None:
    """Return the table above a node that would lose its place, and the statement that mentions it next, or None.

    A table that is first mentioned by what goes, and next behind one of its neighbours, would come behind that one.
    """
    above = node.parent
    while above is not None and above.parent is not None:
        first = above.mentions[0][0]
        following = above.first(gone)
        if first not in gone or following is None:
            return None
        assert isinstance(first, Statement)
        assert isinstance(following, Statement)
        around = kids_of(above.parent, gone) if above.parent.kind != TABLES else []
        if any(first.index < kid.index < following.index for kid, child in around if child is not above):
            return above, following
        above = above.parent
    return None


class Place:
    """The entries of one table made by headers or dotted keys, and room for one more among them.

    Arguments: ``source`` is the entry that goes, to come back here, or None.
    """

    def __init__(self, document: Document, habits: Habits, table: Node, source: Node | None = None) -> None:
        self.document = document
        self.habits = habits
        self.table = table
        self.gone = gone_with(document, source)
        self.kids = kids_of(table, self.gone, source)
        self.is_dotted = table.is_dotted

    def put(self, position: int, key: str, load: Load) -> Plan:
        """Return the plan that puts an entry at ``position`` among those that are not gone, or as near as can be."""
        position = min(position, len(self.kids))
        form = self._form(position, load)
        if form == "header":
            exact = self.header_site(position)
            if exact is None and load.sections is not None:
                exact = self._nearest_header_site(position)
            if exact is not None:
                return self._put_section(*exact, key, load)
        return self._put_pairs(position, key, load, form)

    def _form(self, position: int, load: Load) -> str:
        """Return how the entry is written: as ``header``, ``dotted`` keys or a ``pair``; like its neighbours if new."""
        if load.raw is not None:
            return "pair"
        if self.is_dotted:
            is_filled = isinstance(load.value, dict) and bool(load.value)
            return "dotted" if load.pairs or (is_filled and self._neighbour_form(position) != "pair") else "pair"
        if load.sections is not None:
            return "header"
        if load.pairs is not None:
            return "dotted"
        if is_tables(load.value):
            return self._neighbour_list_form()
        if not isinstance(load.value, dict):
            return "pair"
        form = self._neighbour_form(position)
        return form or ("header" if load.value else "pair")

    def _neighbour_form(self, position: int) -> str:
        nearest = [*reversed(self.kids[:position]), *self.kids[position:]]
        for _, child in nearest:
            if child.kind == VALUE:
                if self.document.text.startswith("{", child.written.value):
                    return "pair"
            elif child.kind == TABLE:
                return "dotted" if child.is_dotted else "header"
        return ""

    def _neighbour_list_form(self) -> str:
        text = self.document.text
        for _, child in self.kids:
            if child.kind == TABLES:
                return "header"
            if child.kind == VALUE and text.startswith("[", child.written.value):
                child.open(text)
                if child.items and all(text.startswith("{", item.value) for item in child.items):
                    return "pair"
        return "header" if self.habits.writes_element_headers() else "pair"

    # Pairs

    def own_pairs(self) -> list[Statement]:
        """Return the pairs of the table's own section, or the dotted ones that make it."""
        document = self.document
        if self.is_dotted:
            return [
                w for w, _ in self.table.mentions if isinstance(w, Statement) and w.kind == PAIR and self._is_here(w)
            ]
        if self.table.parent is None:
            stop = document.sections[0] if document.sections else len(document.statements)
            own = document.statements[:stop]
        elif self.table.header is not None:
            start = self.table.header.index + 1
            own = document.statements[start : document.section_end(self.table.header).index + 1]
        else:
            own = []
        return [statement for statement in own if statement not in self.gone] if self.gone else own

    def _is_here(self, statement: Statement) -> bool:
        return statement not in self.gone

    def _put_pairs(self, position: int, key: str, load: Load, form: str) -> Plan:
        """Put an entry as one line, or as dotted keys on several, among the pairs of the table."""
        own = self.own_pairs()
        table = self.table
        above = ""
        if own:
            behind = self._behind(own, position)
            before = own[behind - 1] if behind else own[0]
            at = before.stop if behind else self.document.block(before)
            reached = before.index if behind else before.index - 1
            indent = self.document.indent(before)
            near = own[max(0, behind - _NEAR) : behind + _NEAR]
        elif table.parent is None:
            at, reached, near, indent = self._top(), -1, [], ""
        elif table.header is not None:
            at, reached, near = table.header.stop, table.header.index, []
            indent = self.document.indent(table.header) + self.habits.pair_indent()
        else:
            # Only longer headers imply this table: it gets its own in front of the first of them.
            first = table.mentions[0][0]
            assert isinstance(first, Statement)
            if first.kind == PAIR:
                raise Refusal("this table is written by dotted keys that all go", first.start)
            at, reached, near = self.document.block(first), first.index - 1, []
            outer = self.document.indent(first)
            above = f"{outer}[{'.'.join(written_key(name) for name in table.names())}]\n"
            indent = outer + self.habits.pair_indent()
        lines = self._pair_lines(key, load, form, indent, near)
        landed = sum(1 for first, _ in self.kids if first.index <= reached)
        text = above + lines
        document = self.document
        follows_header = at < len(document.text) and not own and (above or table.parent is None)
        if follows_header:
            text += "\n" * self.habits.between_sections()
        return Plan([Splice(at, at, text)], landed)

    def _behind(self, own: list[Statement], position: int) -> int:
        """Return behind how many of the pairs an entry stands that comes to ``position``."""
        if position >= len(self.kids):
            return len(own)
        following = self.kids[position][0]
        if following in own:
            return own.index(following)
        return 0 if following.index < own[0].index else len(own)

    def _top(self) -> int:
        """Return where the first pair of a text goes that begins with a header, or with nothing."""
        document = self.document
        return document.block(document.statements[0]) if document.statements else len(document.text)

    def _prefix(self) -> str:
        """Return the dotted key of this table in the section where its pairs stand, with a dot behind it."""
        names: list[str] = []
        node = self.table
        if not self.is_dotted:
            return ""
        pair, part = next((w, p) for w, p in node.mentions if w.kind == PAIR)
        for name in pair.parts[: part + 1]:
            names.append(written_key(name))
        return ".".join(names) + "."

    def _pair_lines(self, key: str, load: Load, form: str, indent: str, near: list[Statement]) -> str:
        habits = self.habits
        prefix = self._prefix()
        carried = [*load.above, *load.inside] if load.sections is not None else load.above
        comments = "".join(f"{indent}{comment}\n" for comment in carried)
        if form == "dotted" and load.pairs is not None:
            return comments + load.pairs(f"{prefix}{written_key(key)}", indent)
        quote = habits.quote(near)
        pairs: list[tuple[list[str], Tree]] = [([key], load.value)]
        if form == "dotted":
            pairs = dotted([key], load.value)
        lines = []
        for names, value in pairs:
            name = prefix + ".".join(written_key(part) for part in names)
            equals = habits.equals(name, near)
            raw = load.raw_at(indent)
            if raw is None:
                raw = behind_equals(value, habits, indent, quote, equals)
            lines.append(f"{indent}{name}{equals}{raw}")
        lines[-1] += load.beside
        return comments + "\n".join(lines) + "\n"

    # Sections

    def header_site(self, position: int) -> tuple[int, int, int] | None:
        """Return where a header can stand to come to ``position``: its offset, the next statement, the position."""
        document = self.document
        if position >= len(self.kids):
            made = document.made_of(self.table)
            if not made or self.table.parent is None:
                return len(document.text), len(document.statements), len(self.kids)
            following = document.section_end(made[-1]).index + 1
        else:
            first = self.kids[position][0]
            if first.kind == PAIR:
                return None
            following = first.index
        if following == len(document.statements):
            return len(document.text), following, position
        return document.block(document.statements[following]), following, position

    def _nearest_header_site(self, position: int) -> tuple[int, int, int] | None:
        for other in range(position + 1, len(self.kids) + 1):
            site = self.header_site(other)
            if site is not None:
                return site
        return None

    def _put_section(self, at: int, following: int, position: int, key: str, load: Load) -> Plan:
        document, habits = self.document, self.habits
        indent = ""
        sibling = [w for w, child in self.kids if w.kind != PAIR and child.kind != VALUE]
        model = sibling[-1] if sibling else self.table.header
        if model is not None:
            indent = document.indent(model)
        names = [*self.table.names(), key]
        text = "".join(f"{indent}{comment}\n" for comment in load.above)
        if load.sections is not None:
            text += load.sections(names, False, indent)
        else:
            quote = habits.quote(_near(document, following))
            value = load.value
            if isinstance(value, list):
                parts = [section(names, item, habits, indent, quote, item=True) for item in value]
            else:
                assert isinstance(value, dict)
                parts = [section(names, value, habits, indent, quote)]
            text += ("\n" * habits.between_sections()).join(parts)
        return Plan([Splice(at, at, spaced(document, habits, at, text))], position)


def _near(document: Document, following: int) -> list[Statement]:
    last = len(document.statements) - 1
    return document.near(document.statements[min(following, last)]) if last >= 0 else []


def spaced(document: Document, habits: Habits, at: int, text: str) -> str:
    """Return sections with the blank lines that separate them from what is around the offset ``at``."""
    source = document.text
    above = document.blank_above(at) if source[at - 1 : at] == "\n" else at
    blank = habits.between_sections()
    if at < len(source) and source[at:].strip():
        text += "\n" * (blank or source.count("\n", above, at))
    return "\n" * blank + text if above == at and source[:at].strip() else text


def put_element(place: Place, position: int, load: Load) -> Plan:
    """Return the plan that puts one more item into a list of ``[[headers]]``. Raises ``Refusal`` for no mapping."""
    document, habits, array, gone = place.document, place.habits, place.table, place.gone
    if not isinstance(load.value, dict):
        first = array.mentions[0][0]
        raise Refusal("a list that is written as [[headers]] holds tables only; give the item keys", first.start)
    elements = [node for node in array.children.values() if node.header is not None and node.header not in gone]
    names = array.names()
    if position < len(elements):
        header = elements[position].header
        assert header is not None
        following = header.index
    else:
        made = document.made_of(elements[-1] if elements else array)
        following = document.section_end(made[-1]).index + 1
        header = made[0]
    at = document.block(document.statements[following]) if following < len(document.statements) else len(document.text)
    indent = document.indent(header)
    text = "".join(f"{indent}{comment}\n" for comment in load.above)
    if load.sections is not None:
        text += load.sections(names, True, indent)
    else:
        quote = habits.quote(_near(document, following))
        text += section(names, load.value, habits, indent, quote, item=True)
    assert header.kind == ELEMENT_HEADER
    return Plan([Splice(at, at, spaced(document, habits, at, text))], min(position, len(elements)))
