"""Entries that go, with their lines and comments, while everything else keeps its order."""

from __future__ import annotations

from .change import Refusal
from .splice import Splice
from .toml_commas import Container
from .toml_items import Item
from .toml_lines import PAIR, Statement, name_spans
from .toml_nodes import TABLES, Node, scope_of
from .toml_place import scattered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from .toml_document import Document


def remove(document: Document, node: Node) -> list[Splice]:
    """Return the splices that take an entry out; what is left of its table stays where it was.

    The last item of a list of ``[[headers]]`` is not for this: the list must become ``[]`` somewhere.
    """
    scope = scope_of(node)
    if scope is not None:
        return _remove_items(document, scope, node)
    made = document.made_of(node)
    parent = node.parent
    assert parent is not None
    gone = set(made)
    if parent.parent is not None and parent.header is None and parent.kind != TABLES and parent.first(gone) is None:
        return _leave_empty(document, parent, made)
    return restore(document, node, gone, document.removal(document.runs(made)))


def _leave_empty(document: Document, table: Node, made: list[Statement]) -> list[Splice]:
    """Take out all that made a table, and leave it empty in the place of the first of it."""
    text = document.text
    first, part = table.mentions[0]
    assert isinstance(first, Statement)
    name = text[first.name : name_spans(text, first.name, first.name_end)[part][1]]
    indent = document.indent(first)
    if first.kind == PAIR:
        line = f"{indent}{name}{text[first.name_end : first.value]}{{}}\n"
    else:
        line = f"{indent}[{name}]\n"
    (start, stop), *others = document.runs(made)
    return [Splice(start, stop, line, document.comments_in(start, stop)), *document.removal(others)]


def restore(document: Document, node: Node, gone: AbstractSet[Statement], splices: list[Splice]) -> list[Splice]:
    """Return the splices with what keeps the tables above a node in order.

    The piece that mentions a table next comes to where the first was.
    """
    found = scattered(node, gone)
    if found is None:
        return splices
    first = found[0].mentions[0][0]
    assert isinstance(first, Statement)
    return _relocate(document, first, found[1], splices)


def _relocate(document: Document, first: Statement, following: Statement, splices: list[Splice]) -> list[Splice]:
    if (first.kind == PAIR) != (following.kind == PAIR):
        raise Refusal("a table is written in several places here, whose order would change; bring them together first")
    text = document.text
    piece = [following]
    if following.kind != PAIR:
        piece = document.statements[following.index : document.section_end(following).index + 1]
    start, stop = document.runs(piece)[0]
    moved = text[start:stop] if text[start:stop].endswith("\n") else text[start:stop] + "\n"
    at = document.block(first)
    changed = []
    for splice in splices:
        if splice.start <= at < splice.end:
            lines_end = document.blank_above(splice.end)
            moved += text[max(lines_end, at) : splice.end]
            changed.append(Splice(splice.start, splice.end, moved, splice.dropped))
        else:
            changed.append(splice)
    changed.append(Splice(*document.cut(start, stop), ""))
    return changed


def items_with(node: Node) -> list[Item]:
    """Return the items of an array or inline table that make a node in it."""
    return [written for written, _ in node.mentions if isinstance(written, Item)]


def _remove_items(document: Document, scope: Node, node: Node) -> list[Splice]:
    text = document.text
    gone = items_with(node)
    parent = node.parent
    assert parent is not None
    container = Container(document, scope)
    if parent is not scope and parent.first(set(gone)) is None:
        first, part = parent.mentions[0]
        end = name_spans(text, first.name, first.name_end)[part][1]
        written = text[first.name_end : first.value] + "{}"
        dropped = document.comments_in(first.value, first.end)
        return [Splice(end, first.end, written, dropped), *container.remove(gone[1:])]
    above: Node | None = parent
    while above is not None and above is not scope:
        assert above.parent is not None
        following = above.first(set(gone))
        if above.mentions[0][0] in gone and following is not None:
            places = [child.first(set(gone)) for child in above.parent.children.values() if child is not above]
            if any(place is not None and gone[0].start < place.start < following.start for place in places):
                raise Refusal("the keys of a table stand apart here, and their order would change", gone[0].start)
        above = above.parent
    return container.remove(gone)
