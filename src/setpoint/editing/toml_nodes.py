"""The tree that the statements of a TOML text make, with every place at which each key is written.

The order of the keys is that of the decoded tree: by where a key is first mentioned, in a header or in a pair.
"""

from __future__ import annotations

from .change import Refusal
from .toml_items import Item, items_of
from .toml_lines import ELEMENT_HEADER, PAIR, Statement, statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from typing import Any, Final, TypeAlias

    from .change import Parts

    Written: TypeAlias = Statement | Item

VALUE: Final = "value"  # written as one piece: a scalar, an array, an inline table
TABLE: Final = "table"  # made by headers or dotted keys
TABLES: Final = "tables"  # made by [[headers]]

_NOTHING: dict[str | int, Node] = {}  # of every value that is not opened; never filled


class Node:
    """One key, or one item of a list.

    ``kind`` is ``VALUE``, ``TABLE`` or ``TABLES``. ``own`` is the statement (in an array or inline table: the item)
    that a ``VALUE`` is written in. ``header`` is a table's own header, if it has one. ``children`` are the nodes below
    by key or index; those inside a ``VALUE`` come with ``open``, and the ``items`` with them.
    """

    __slots__ = ("_mentions", "children", "header", "items", "key", "kind", "own", "parent", "part")

    def __init__(self, kind: str, parent: Node | None, key: str | int, own: Written | None = None) -> None:
        self.kind = kind
        self.parent = parent
        self.key = key
        self.children: dict[str | int, Node] = _NOTHING if kind == VALUE else {}
        self.header: Statement | None = None
        self.own = own
        self.part = 0
        self._mentions: list[tuple[Written, int]] | None = None
        self.items: list[Item] | None = None

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.parts()})"

    def parts(self) -> Parts:
        """Return the keys and indexes from the root to this node."""
        way: list[str | int] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            way.append(node.key)
            node = node.parent
        return tuple(reversed(way))

    def names(self) -> list[str]:
        """Return the name that a header of this table has: the keys from the root, without the indexes."""
        return [part for part in self.parts() if isinstance(part, str)]

    @property
    def mentions(self) -> list[tuple[Written, int]]:
        """Every statement or item whose name goes through this key, with the index of its part there."""
        if self._mentions is None:
            # Made only when asked: most of a text's values are never asked about.
            self._mentions = [] if self.own is None else [(self.own, self.part)]
        return self._mentions

    def first(self, gone: AbstractSet[Any] = frozenset()) -> Written | None:
        """Return the first statement that mentions this node and is not ``gone``."""
        if self.own is not None:
            return None if self.own in gone else self.own
        for written, _ in self.mentions:
            if written not in gone:
                return written
        return None

    @property
    def written(self) -> Written:
        """The one statement or item that a ``VALUE`` is written in."""
        assert self.own is not None, "only what is written in one piece has one place"
        return self.own

    @property
    def is_dotted(self) -> bool:
        """True for a table that dotted keys make, which has no header of its own."""
        return self.kind == TABLE and self.header is None and any(w.kind == PAIR for w, _ in self.mentions)

    def child(self, text: str, key: str | int) -> Node | None:
        """Return the node of a key or index of this one, or None."""
        if self.kind == VALUE:
            self.open(text)
        return self.children.get(key)

    def open(self, text: str) -> None:
        """Read what is inside an array or inline table, one level deep."""
        if self.items is not None:
            return
        written = self.written
        self.children = {}
        self.items = items_of(text, written.value, written.end)
        if not text.startswith("{", written.value):
            for index, item in enumerate(self.items):
                self.children[index] = Node(VALUE, self, index, item)
            return
        for item in self.items:
            enter(self, item)


def build(text: str) -> tuple[list[Statement], Node]:
    """Return the statements of a text, and the node of the whole document."""
    found = statements(text)
    root = Node(TABLE, None, "")
    table = root
    for statement in found:
        if statement.kind == PAIR:
            parts = statement.parts
            if len(parts) == 1:  # the most common kind, without a detour
                table.children[parts[0]] = Node(VALUE, table, parts[0], statement)
            else:
                enter(table, statement)
        else:
            table = _open_table(root, statement)
    return found, root


def enter(table: Node, written: Written) -> None:
    """Put the key of a pair into its table, with the tables that it is dotted through."""
    last = len(written.parts) - 1
    for index, part in enumerate(written.parts[:-1]):
        below = table.children.get(part)
        if below is None:
            below = table.children[part] = Node(TABLE, table, part)
        below.mentions.append((written, index))
        table = below
    value = table.children[written.parts[last]] = Node(VALUE, table, written.parts[last], written)
    value.part = last


def _open_table(root: Node, statement: Statement) -> Node:
    table = root
    last = len(statement.parts) - 1
    for index, part in enumerate(statement.parts):
        below = table.children.get(part)
        if below is None:
            kind = TABLES if index == last and statement.kind == ELEMENT_HEADER else TABLE
            below = table.children[part] = Node(kind, table, part)
        below.mentions.append((statement, index))
        table = below
        if below.kind == TABLES:
            if index == last:
                table = below.children[len(below.children)] = Node(TABLE, below, len(below.children))
            else:
                table = below.children[len(below.children) - 1]
            table.mentions.append((statement, index))
    table.header = statement
    return table


def find(root: Node, text: str, parts: Parts) -> Node:
    """Return the node at ``parts``. Raises ``Refusal`` when there is none, which the core rules out."""
    node = root
    for part in parts:
        below = node.child(text, part)
        if below is None:
            raise Refusal("this place is not written in the file, so it cannot be changed there")
        node = below
    return node


def scope_of(node: Node) -> Node | None:
    """Return the array or inline table whose brackets a node stands in, or None."""
    above = node.parent
    while above is not None and above.kind != VALUE:
        above = above.parent
    return above


def statements_of(node: Node, found: list[Statement], sections: list[int]) -> list[Statement]:
    """Return the statements that make the node and all that is in it, in the order of the text.

    Arguments: ``found`` are all statements, ``sections`` the indexes of the headers among them.
    """
    from bisect import bisect_right

    made: list[Statement] = []
    for written, _ in node.mentions:
        assert isinstance(written, Statement)
        made.append(written)
        if written.kind != PAIR:
            after = bisect_right(sections, written.index)
            stop = sections[after] if after < len(sections) else len(found)
            made.extend(found[written.index + 1 : stop])
    made.sort(key=_index)
    return made


def _index(statement: Statement) -> int:
    return statement.index
