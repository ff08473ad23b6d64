"""TOML for editing: which text changes when one entry of a document does."""

from __future__ import annotations

from .change import Insert, Move, Refusal, Remove, Rename, Replace
from .splice import Splice
from .toml_document import Document
from .toml_habits import Habits
from .toml_lines import comment_texts, name_spans
from .toml_move import Target, move, put
from .toml_nodes import TABLES, Node, scope_of
from .toml_plan import Load, Plan, finish
from .toml_remove import remove
from .toml_replace import replace
from .toml_scalars import NO_NULL
from .toml_scalars import key as written_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree
    from .change import Change, Parts


def read(text: str, tree: Tree) -> TomlSource:
    """Return a TOML text, which decodes to ``tree``, ready for changes. Nothing is read before it is asked."""
    return TomlSource(text, tree)


class Reordered(Replace):
    """What a change really comes to when it brings an entry to another position: its whole table, in its new order.

    ``change`` is the one that was asked for.
    """

    __slots__ = ("change",)

    def __init__(self, parts: Parts, value: Tree, change: Change) -> None:
        super().__init__(parts, value)
        self.change = change


class TomlSource:
    """A TOML text as ``change.Source`` describes it."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.text = text
        self.tree = tree
        self._document: Document | None = None
        self._habits: Habits | None = None
        self._last: tuple[Change, Plan] | None = None

    def _read(self) -> tuple[Document, Habits]:
        if self._document is None or self._habits is None:
            self._document = Document(self.text)
            self._habits = Habits(self._document)
        return self._document, self._habits

    def splices(self, change: Change) -> list[Splice]:
        """Return the smallest change of the text. Raises ``Refusal``."""
        plan = self._plan(change.change if isinstance(change, Reordered) else change)
        return finish(self.text, plan.splices)

    def settled(self, change: Change) -> Change:
        """Return the change with the position that TOML can express nearest to the one that is asked for.

        A pair cannot stand behind the headers of the tables in its table. Where the entry exists already and must
        come to another position, the change that comes back replaces its table by the same in another order.
        """
        try:
            return self._settled(change)
        except Refusal:
            return change  # ``splices`` will say why

    def _settled(self, change: Change) -> Change:
        if isinstance(change, Insert | Move):
            plan = self._plan(change)
            if plan.position in (change.position, -1):
                return change
            if isinstance(change, Insert):
                return Insert(change.parts, plan.position, change.key, change.value)
            return Move(change.parts, change.to, plan.position, change.key)
        if isinstance(change, Reordered):
            return change
        if isinstance(change, Replace):
            return self._reordered(change, change.parts, change.value)
        if isinstance(change, Remove) and self._is_last_element(change.parts):
            return self._reordered(change, change.parts[:-1], [])
        return change

    def _reordered(self, change: Change, parts: Parts, value: Tree) -> Change:
        """Return ``change``, by which ``value`` stands at ``parts``, with the order that comes of it."""
        document, _ = self._read()
        node = document.find(parts)
        if node.kind == "value" or node.parent is None or node.is_dotted or scope_of(node) is not None:
            return change
        if isinstance(value, dict):
            return change
        plan = self._plan(change)
        if plan.position < 0:
            return change
        finish(self.text, plan.splices)  # what is refused is refused as it was asked for
        table = dict(_at(self.tree, parts[:-1]))
        del table[parts[-1]]
        entries = list(table.items())
        entries.insert(plan.position, (parts[-1], value))
        return Reordered(parts[:-1], dict(entries), change)

    def _is_last_element(self, parts: Parts) -> bool:
        document, _ = self._read()
        array = document.find(parts[:-1])
        return array.kind == TABLES and len(array.children) == 1

    def census(self) -> list[str]:
        """Return every comment of the text in their order; TOML has no anchors."""
        return comment_texts(self.text)

    def holds_marks(self, parts: Parts) -> bool:
        """True when a comment stands inside the value at ``parts``."""
        document, _ = self._read()
        node = document.find(parts)
        if node.parent is None:
            start = document.block(document.statements[0]) if document.statements else len(self.text)
            return bool(document.comments_in(start, len(self.text)))
        if node.kind == "value":
            return bool(document.comments_in(node.written.value, node.written.end))
        if scope_of(node) is not None:
            return any(document.comments_in(written.value, written.end) for written, _ in node.mentions)
        inside = sum(len(document.comments_in(*region)) for region in document.runs(document.made_of(node)))
        header = node.header
        if header is not None:
            inside -= len(document.comments_in(document.block(header), header.line)) + (header.comment >= 0)
        return inside > 0

    def _plan(self, change: Change) -> Plan:
        """Return what a change comes to; the last answer is kept, for it is asked for twice."""
        if self._last is None or self._last[0] is not change:
            self._last = (change, self._planned(change))
        return self._last[1]

    def _planned(self, change: Change) -> Plan:
        document, habits = self._read()
        try:
            if isinstance(change, Replace):
                _no_null(change.value)
                return replace(document, habits, document.find(change.parts), change.value)
            if isinstance(change, Insert):
                _no_null(change.value)
                target = Target(document.find(change.parts), change.position, change.key)
                return put(document, habits, target, Load(change.value))
            if isinstance(change, Remove):
                return self._plan_remove(change)
            if isinstance(change, Rename):
                return Plan(self._rename(document.find(change.parts), change.key))
            return self._plan_move(change)
        except RecursionError:
            raise Refusal("this value is nested too deep to be written on one line") from None

    def _plan_remove(self, change: Remove) -> Plan:
        document, habits = self._read()
        if not change.parts:
            raise Refusal("the whole document cannot be removed; remove the file", 0)
        if self._is_last_element(change.parts):
            array = document.find(change.parts[:-1])
            return replace(document, habits, array, [])
        return Plan(remove(document, document.find(change.parts)))

    def _rename(self, node: Node, key: str) -> list[Splice]:
        splices = []
        for written, part in node.mentions:
            start, end = name_spans(self.text, written.name, written.name_end)[part]
            splices.append(Splice(start, end, written_key(key, self.text[start:end])))
        return splices

    def _plan_move(self, change: Move) -> Plan:
        document, habits = self._read()
        node = document.find(change.parts)
        to = _before_removal(change.to, change.parts)
        target = document.find(to)
        if target is node.parent and list(target.children.values()).index(node) == change.position:
            return Plan(self._rename(node, change.key) if change.key is not None else [], change.position)
        value = _at(self.tree, change.parts)
        return move(document, habits, node, Target(target, change.position, change.key), value)


def _before_removal(to: Parts, parts: Parts) -> Parts:
    """Return where ``to`` is while the entry at ``parts`` is still there: an index behind it is one more."""
    last = len(parts) - 1
    index = parts[last]
    if len(to) > last and to[:last] == parts[:last] and isinstance(index, int):
        behind = to[last]
        if isinstance(behind, int) and behind >= index:
            return (*to[:last], behind + 1, *to[last + 1 :])
    return to


def _at(tree: Any, parts: Parts) -> Any:
    for part in parts:
        tree = tree[part]
    return tree


def _no_null(value: Tree) -> None:
    """Raise ``Refusal`` when there is a null in a value."""
    below = [value]
    while below:
        each = below.pop()
        if each is None:
            raise Refusal(NO_NULL)
        if isinstance(each, dict):
            below.extend(each.values())
        elif isinstance(each, list):
            below.extend(each)
