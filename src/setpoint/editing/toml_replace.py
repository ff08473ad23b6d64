"""A value that becomes another: in its place, in its style, with the comments around it."""

from __future__ import annotations

from .change import Refusal
from .splice import Splice
from .toml_commas import Container
from .toml_items import Item
from .toml_lines import PAIR, Statement, name_spans
from .toml_nodes import TABLE, TABLES, VALUE, Node, scope_of
from .toml_place import Place, kids_of, scattered
from .toml_plan import Load, Plan, keep
from .toml_remove import items_with
from .toml_scalars import key as written_key
from .toml_scalars import scalar
from .toml_values import behind_equals, dotted, inline, is_tables, over_lines, section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..tree import Tree
    from .toml_document import Document
    from .toml_habits import Habits


def replace(document: Document, habits: Habits, node: Node, value: Tree) -> Plan:
    """Return the plan that gives a node another value; its position is -1 when the entry stays where it was."""
    if node.parent is None:
        return _replace_all(document, habits, value)
    if node.kind == VALUE:
        written = node.written
        dropped = document.comments_in(written.value, written.end)
        return Plan([Splice(written.value, written.end, _value(document, habits, node, value), dropped)])
    scope = scope_of(node)
    if scope is not None:
        return _replace_dotted_items(document, habits, scope, node, value)
    if node.is_dotted:
        return _replace_dotted(document, habits, node, value)
    if isinstance(value, dict) or (isinstance(value, list) and is_tables(value) and node.parent.kind != TABLES):
        return _replace_sections(document, habits, node, value)
    return _replace_by_pair(document, habits, node, value)


def _replace_all(document: Document, habits: Habits, value: Tree) -> Plan:
    if not isinstance(value, dict):
        raise Refusal("a TOML document is a table of keys; give it a mapping", 0)
    text = document.text
    start = document.block(document.statements[0]) if document.statements else len(text)
    body = section([], value, habits, "", habits.quote(document.statements))
    return Plan([Splice(start, len(text), body, document.comments_in(start, len(text)))])


def _value(document: Document, habits: Habits, node: Node, value: Tree) -> str:
    """Return a value as it is written in the place of one that is written as a piece."""
    text = document.text
    written = node.written
    old = text[written.value : written.end]
    if not isinstance(value, dict | list):
        quote = '"'
        if isinstance(value, str) and old[:1] not in ('"', "'"):
            quote = habits.quote(_siblings(document, node))
        return scalar(value, old, quote)
    quote = habits.quote(_siblings(document, node))
    equals = "=" if text[written.name_end : written.value] == "=" else " = "
    if isinstance(value, list) and value and old.startswith("[") and "\n" in old:
        container = Container(document, node)
        line = text.rfind("\n", 0, written.value) + 1
        outer = text[line : written.value][: len(text[line : written.value]) - len(text[line : written.value].lstrip())]
        inner = outer + habits.item_indent()
        if container.items:
            first = container.items[0].start
            leading = text[text.rfind("\n", 0, first) + 1 : first]
            inner = leading if not leading.strip(" \t") else inner
        trailing = bool(container.items) and container.items[-1].comma >= 0
        return over_lines(value, habits, outer, inner, comma=trailing or not container.items, quote=quote)
    if isinstance(written, Statement):
        return behind_equals(value, habits, document.indent(written), quote, equals)
    return inline(value, habits, equals, quote)


def _siblings(document: Document, node: Node) -> Sequence[Statement | Item]:
    """Return what is written around a value, whose quotes a new one follows."""
    written = node.written
    if isinstance(written, Statement):
        return document.near(written)
    scope = scope_of(node)
    return (scope.items or []) if scope is not None else []


def _replace_dotted_items(document: Document, habits: Habits, scope: Node, node: Node, value: Tree) -> Plan:
    """Put ``a = …`` in the place of the first ``a.b = …`` of an inline table."""
    text = document.text
    gone = items_with(node)
    first, part = node.mentions[0]
    end = name_spans(text, first.name, first.name_end)[part][1]
    equals = text[first.name_end : first.value]
    written = equals + inline(value, habits, equals, habits.quote(scope.items or []))
    dropped = document.comments_in(first.value, first.end)
    rest = Container(document, scope).remove(gone[1:]) if len(gone) > 1 else []
    return Plan([Splice(end, first.end, written, dropped), *rest])


def _replace_dotted(document: Document, habits: Habits, node: Node, value: Tree) -> Plan:
    """Put ``a = …``, or ``a.x = …`` for each entry, in the place of the first ``a.b = …``."""
    text = document.text
    made = document.made_of(node)
    first, part = node.mentions[0]
    assert isinstance(first, Statement)
    if first.kind != PAIR:
        raise Refusal("this table is written by headers and by dotted keys; bring it together first", first.start)
    name = text[first.name : name_spans(text, first.name, first.name_end)[part][1]]
    indent = document.indent(first)
    equals = text[first.name_end : first.value]
    quote = habits.quote(document.near(first))
    pairs: list[tuple[list[str], Tree]] = dotted([], value) if isinstance(value, dict) else [([], value)]
    lines = ""
    for names, below in pairs:
        full = ".".join([name, *(written_key(each) for each in names)])
        lines += f"{indent}{full}{equals}{behind_equals(below, habits, indent, quote, equals)}\n"
    (start, stop), *others = document.runs(made)
    return Plan([Splice(start, stop, lines, document.comments_in(start, stop)), *document.removal(others)])


def _around(document: Document, node: Node) -> tuple[list[str], str]:
    """Return the comments above a table's own header, and what follows the header on its line."""
    header = node.header
    if header is None:
        return [], ""
    above = document.comments_in(document.block(header), header.line)
    beside = ""
    if header.comment >= 0:
        beside = document.text[header.end : header.comment] + document.comment_at(header.comment)
    return above, beside


def _replace_sections(document: Document, habits: Habits, node: Node, value: dict[str, Any] | list[Any]) -> Plan:
    """Put new sections in the place of the first of a table's, or of a list's."""
    made = document.made_of(node)
    above, beside = _around(document, node)
    indent = document.indent(made[0])
    quote = habits.quote(made)
    names = node.names()
    assert node.parent is not None
    item = isinstance(node.key, int)
    if isinstance(value, dict):
        written = section(
            names, value, habits, indent, quote, item=item, beside=beside if node.header is not None else None
        )
    else:
        sections = [section(names, each, habits, indent, quote, item=True) for each in value]
        written = ("\n" * habits.between_sections()).join(sections)
        if beside:
            above = [*above, beside.strip()]
    lines = "".join(f"{indent}{comment}\n" for comment in above) + written
    (start, stop), *others = document.runs(made)
    splices = [Splice(start, stop, lines, document.comments_in(start, stop)), *document.removal(others)]
    keep(splices, [*_around(document, node)[0], beside.strip()])
    return Plan(splices)


def _replace_by_pair(document: Document, habits: Habits, node: Node, value: Tree) -> Plan:
    """Put ``key = value`` into the section of the table above, where sections were."""
    parent = node.parent
    assert parent is not None
    if parent.kind != TABLE:
        first = node.mentions[0][0].start
        raise Refusal("a list that is written as [[headers]] holds tables only; replace the whole list", first)
    made = document.made_of(node)
    gone = frozenset(made)
    load = Load(value)
    above, load.beside = _around(document, node)
    load.above = above
    order = [child for _, child in kids_of(parent, frozenset())]
    index = order.index(node)
    plan = Place(document, habits, parent, node).put(index, str(node.key), load)
    splices = document.removal(document.runs(made))
    keep(splices, [*above, load.beside.strip()])
    has_own_section = parent.parent is None or parent.header is not None or parent.is_dotted
    if has_own_section and scattered(node, gone) is not None:
        raise Refusal("a table is written in several places here, whose order would change; bring them together first")
    plan.splices += splices
    if plan.position == index:
        plan.position = -1
    return plan
