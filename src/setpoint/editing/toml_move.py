"""Entries that go to another place with their text and their comments."""

from __future__ import annotations

from .change import Refusal
from .splice import Splice
from .toml_commas import Container, Entry
from .toml_items import Item
from .toml_lines import PAIR, Statement, name_spans
from .toml_nodes import TABLES, VALUE, Node, scope_of
from .toml_place import Place, put_element, scattered
from .toml_plan import Load, Plan, keep
from .toml_remove import items_with, remove
from .toml_replace import replace
from .toml_scalars import key as written_key
from .toml_values import inline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tree import Tree
    from .toml_document import Document
    from .toml_habits import Habits


class Target:
    """Where an entry goes: at ``position`` in the collection ``node``, as ``key`` or, in a list, None."""

    __slots__ = ("key", "node", "position")

    def __init__(self, node: Node, position: int, key: str | None) -> None:
        self.node = node
        self.position = position
        self.key = key


def put(document: Document, habits: Habits, target: Target, load: Load, source: Node | None = None) -> Plan:
    """Return the plan that puts an entry into a collection, whatever way that is written.

    Arguments: ``source`` is the node that the entry comes from and that goes, or None.
    """
    node = target.node
    inner = node if node.kind == VALUE else scope_of(node)
    if inner is not None:
        gone = _gone_items(inner, source) if source is not None else []
        return _put_item(Container(document, inner), habits, target, load, gone)
    place = Place(document, habits, node, source)
    if node.kind == TABLES:
        if load.sections is None:
            load.above = [comment for comment in (*load.above, load.beside.strip(), *load.inside) if comment]
        return put_element(place, target.position, load)
    assert target.key is not None
    return place.put(target.position, target.key, load)


def _gone_items(inner: Node, source: Node) -> list[Item]:
    """Return the items of an array or inline table that go with an entry, but for one that keeps its table empty."""
    if scope_of(source) is not inner:
        return []
    gone = items_with(source)
    above = source.parent
    return gone[1:] if above is not None and above is not inner and above.first(set(gone)) is None else gone


def _put_item(container: Container, habits: Habits, target: Target, load: Load, gone: list[Item]) -> Plan:
    document, text = container.document, container.text
    equals = " = "
    if any(item.parts and text[item.name_end : item.value] == "=" for item in container.items):
        equals = "="
    index = target.position
    holder = _holder(container.node)
    quote = habits.quote(container.items or document.near(holder))
    written = load.raw if load.raw is not None else inline(load.value, habits, equals, quote)
    if target.key is not None:
        left = [item for item in container.items if item not in gone]
        index, prefix = _place_in(target, left, gone, target.node is container.node)
        written = f"{prefix}{written_key(target.key)}{equals}{written}"
    above = load.above if load.raw is not None else [*load.above, *load.inside]
    entry = Entry(written, above, load.beside)
    splices = container.insert(index, entry, habits, gone)
    if entry.left:
        indent = document.indent(holder)
        splices.append(Splice(holder.line, holder.line, "".join(f"{indent}{comment}\n" for comment in entry.left)))
    return Plan(splices, target.position)


def _place_in(target: Target, left: list[Item], gone: list[Item], whole: bool) -> tuple[int, str]:
    """Return which item of an inline table a new entry stands before, and what its key is dotted with.

    Arguments: ``left`` are the items that stay; ``whole`` is whether the target is the inline table itself.
    """
    node = target.node
    firsts = (child.first(set(gone)) for child in node.children.values())
    order = sorted(first.start for first in firsts if first is not None)
    starts = [item.start for item in left]
    if target.position < len(order):
        index = starts.index(order[target.position])
    elif whole:
        index = len(left)
    else:
        index = 1 + starts.index(max(written.start for written, _ in node.mentions if written not in gone))
    if whole:
        return index, ""
    first, part = node.mentions[0]
    return index, "".join(written_key(name) + "." for name in first.parts[: part + 1])


def _holder(node: Node) -> Statement:
    """Return the statement whose value a node is or stands in."""
    above: Node | None = node
    while above is not None:
        written = above.mentions[0][0]
        if isinstance(written, Statement):
            return written
        above = above.parent
    raise AssertionError("a value stands in a statement")


def move(document: Document, habits: Habits, node: Node, target: Target, value: Tree) -> Plan:
    """Return the plan that takes an entry out of its place and puts it into another."""
    load = _load(document, node, value)
    if scope_of(node) is None:
        _check_order(node, target.node, frozenset(document.made_of(node)))
    plan = put(document, habits, target, load, node)
    parent = node.parent
    assert parent is not None
    if parent.kind == TABLES and len(parent.children) == 1:
        emptied = replace(document, habits, parent, [])
        if emptied.position >= 0:
            first = parent.mentions[0][0].start
            raise Refusal("the list would be left empty, and [] cannot stand where its last item does", first)
        order = list(target.node.children.values())
        if load.sections is not None and target.node is parent.parent and plan.position <= order.index(parent):
            first = parent.mentions[0][0].start
            raise Refusal("the list would be left empty, and [] cannot stand behind the table that is moved", first)
        taken = emptied.splices
    else:
        taken = remove(document, node)
    carried = [*load.above, load.beside.strip(), *load.inside]
    keep(taken, carried)
    plan.splices += taken
    return plan


def _check_order(node: Node, target: Node, gone: frozenset[Statement]) -> None:
    """Refuse to move an entry to where something else must move at the same time to stay in order."""
    found = scattered(node, gone)
    if found is None:
        return
    above, following = found
    inside: Node | None = target
    while inside is not None and inside is not above:
        inside = inside.parent
    if inside is above:
        reason = "a table is written in several places here, whose order would change; bring them together first"
        raise Refusal(reason, following.start)


def _load(document: Document, node: Node, value: Tree) -> Load:
    load = Load(value)
    text = document.text
    written = node.mentions[0][0]
    if node.kind == VALUE:
        load.raw = text[written.value : written.end]
        load.inside = document.comments_in(written.value, written.end)
        line = text[text.rfind("\n", 0, written.start) + 1 : written.start]
        load.indent = line[: len(line) - len(line.lstrip(" \t"))]
        if isinstance(written, Statement):
            load.above = document.comments_in(document.block(written), written.line)
            if written.comment >= 0:
                load.beside = text[written.end : written.comment] + document.comment_at(written.comment)
        elif scope_of(node) is not None:
            scope = scope_of(node)
            assert scope is not None
            load.above, load.beside = Container(document, scope).comments_of(written)
        return load
    if scope_of(node) is not None:
        load.above = [c for item in items_with(node) for c in document.comments_in(item.value, item.end)]
        return load
    made = document.made_of(node)
    load.inside = [comment for region in document.runs(made) for comment in document.comments_in(*region)]
    if node.is_dotted:
        if all(w.kind == PAIR for w, _ in node.mentions):
            load.pairs = lambda prefix, indent: _dotted_lines(document, node, prefix, indent)
        elif load.inside:
            raise Refusal("this table is written by headers and by dotted keys; bring it together first", written.start)
        return load
    if node.header is not None and made[0] is not node.header:
        raise Refusal("this table stands behind tables that are in it; put its own header first", written.start)
    load.sections = lambda names, item, indent: _sections(document, node, names, item, indent)
    return load


def _dotted_lines(document: Document, node: Node, prefix: str, indent: str) -> str:
    text = document.text
    lines = ""
    for written, part in node.mentions:
        assert isinstance(written, Statement)
        start = document.block(written)
        spans = name_spans(text, written.name, written.name_end)
        for comment in document.comments_in(start, written.line):
            lines += f"{indent}{comment}\n"
        lines += f"{indent}{prefix}{text[spans[part][1] : written.stop]}"
        if not lines.endswith("\n"):
            lines += "\n"
    return lines


def _sections(document: Document, node: Node, names: list[str], item: bool, indent: str) -> str:
    """Return the lines of a table or list under another name and at another indentation."""
    text = document.text
    title = ".".join(written_key(name) for name in names)
    made = document.made_of(node)
    edits: list[tuple[int, int, str]] = []
    for written, part in node.mentions:
        assert isinstance(written, Statement)
        end = name_spans(text, written.name, written.name_end)[part][1]
        if written is node.header and written.kind != PAIR:
            edits.append((written.start, written.end, f"[[{title}]]" if item else f"[{title}]"))
        else:
            edits.append((written.name, end, title))
    old = document.indent(made[0])
    if old != indent:
        edits += _indents(document, made, old, indent)
        edits.sort()
    pieces = [f"{indent}[[{title}]]\n"] if item and node.header is None else []
    for start, stop in document.runs(made):
        piece = ""
        position = start
        for first, last, new in edits:
            if start <= first < stop:
                piece += text[position:first] + new
                position = last
        piece += text[position:stop]
        if pieces and not pieces[-1].endswith(("\n\n", "\n\r\n")):
            piece = "\n" + piece
        pieces.append(piece if piece.endswith("\n") else piece + "\n")
    return "".join(pieces)


def _indents(document: Document, made: list[Statement], old: str, new: str) -> list[tuple[int, int, str]]:
    """Return what changes the indentation of statements, and of the comments above them, from ``old`` to ``new``."""
    edits = []
    for statement in made:
        line = document.block(statement) if statement is made[0] else statement.lead
        while line <= statement.line:
            end = document.text.find("\n", line) + 1 if line < statement.line else line + 1
            if document.text.startswith(old, line) and (line == statement.line or document.text[line:end].strip()):
                edits.append((line, line + len(old), new))
            line = end
    return edits
