"""The tables of a TOML document while it is read: which may be opened again, and by what.

The rules are those of TOML 1.0 under "Table", "Inline Table" and "Array of Tables", with the freedoms that the
standard library takes: a dotted key may go through a table that only a longer header implied.
"""

from __future__ import annotations

from ..span import Place

IMPLIED = "implied"  # by a longer header: [a.b] implies a
HEADED = "headed"  # by its own header
DOTTED = "dotted"  # by a dotted key: a.b = 1 makes a
INLINE = "inline"  # { }: complete, closed for ever


class Table(Place):
    """The place of a table. ``section`` numbers the header below which a dotted key made or entered it."""

    __slots__ = ("kind", "section", "tables")

    def __init__(self, kind: str, start: int, end: int, key_start: int = -1, key_end: int = -1) -> None:
        self.tables: dict[str, Place] = {}
        super().__init__(start, end, key_start, key_end, self.tables)
        self.kind = kind
        self.section = -1


class TableArray(Place):
    """The place of an array of tables, ``[[name]]``: its first header."""

    __slots__ = ("elements",)

    def __init__(self, start: int, end: int, key_start: int, key_end: int) -> None:
        self.elements: list[Place] = []
        super().__init__(start, end, key_start, key_end, self.elements)


class ClashError(Exception):
    """A key or header goes where something else stands already.

    ``part`` is the index of the key's part that clashes, ``first`` the place of what stands there.
    """

    def __init__(self, part: int, first: Place, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.part = part
        self.first = first
        self.message = message
        self.suggestion = suggestion


class Name:
    """A key as it was read: its ``parts``, and the ``spans`` (start, end) of each."""

    __slots__ = ("parts", "spans")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.spans: list[tuple[int, int]] = []


def open_table(root: Table, name: Name, start: int, end: int) -> tuple[Table, list[str | int]]:
    """Open ``[name]``, whose header stands from ``start`` to ``end``; return the table and the way to it."""
    holder, way = _walk(root, name)
    last = len(name.parts) - 1
    key = name.parts[last]
    table = holder.tables.get(key)
    if table is None:
        table = holder.tables[key] = Table(HEADED, start, end, *name.spans[last])
    elif isinstance(table, Table) and table.kind == IMPLIED and table.section < 0:
        table.kind = HEADED
        table.start, table.end = start, end
        table.key_start, table.key_end = name.spans[last]
    else:
        raise ClashError(last, table, *_why_not_opened(table))
    way.append(key)
    return table, way


def _why_not_opened(found: Place) -> tuple[str, str]:
    if isinstance(found, TableArray):
        return "is an array of tables already", "write [[…]] for one more element"
    if isinstance(found, Table) and found.kind == HEADED:
        return "is opened twice", "move these keys to the first, or rename one of the two"
    if isinstance(found, Table) and found.kind != INLINE:
        return "is made by a dotted key already", "keep to one of the two ways to write it"
    return "has a value already", "rename one of the two"


def open_element(root: Table, name: Name, start: int, end: int) -> tuple[Table, list[str | int]]:
    """Open one more element of ``[[name]]``; return its table and the way to it."""
    holder, way = _walk(root, name)
    last = len(name.parts) - 1
    key = name.parts[last]
    array = holder.tables.get(key)
    if array is None:
        array = holder.tables[key] = TableArray(start, end, *name.spans[last])
    elif not isinstance(array, TableArray):
        is_table = isinstance(array, Table) and array.kind != INLINE
        what = "is a table already, not an array of tables" if is_table else "has a value already"
        raise ClashError(last, array, what, "rename one of the two")
    element = Table(HEADED, start, end)
    way += (key, len(array.elements))
    array.elements.append(element)
    return element, way


def _walk(root: Table, name: Name) -> tuple[Table, list[str | int]]:
    """Go through all but the last part of a header's name, making the tables that are not there yet."""
    table = root
    way: list[str | int] = []
    for index, part in enumerate(name.parts[:-1]):
        below = table.tables.get(part)
        way.append(part)
        if isinstance(below, TableArray):
            way.append(len(below.elements) - 1)
            below = below.elements[-1]
        elif below is None:
            span = name.spans[index]
            below = table.tables[part] = Table(IMPLIED, *span, *span)
        if not isinstance(below, Table) or below.kind == INLINE:
            raise ClashError(
                index, below, "has a value already, so nothing can be put into it", "rename one of the two"
            )
        table = below
    return table, way


def enter_dotted(table: Table, name: Name, section: int) -> Table:
    """Return the table that holds the last part of a dotted key below ``table``, making those in between.

    Arguments: ``section`` is the number of the header above; only there may its dotted keys add to a table.
    """
    for index, part in enumerate(name.parts[:-1]):
        below = table.tables.get(part)
        if below is None:
            span = name.spans[index]
            below = table.tables[part] = Table(DOTTED, *span, *span)
            below.section = section
        elif isinstance(below, Table) and below.kind == IMPLIED and below.section in (-1, section):
            below.section = section
        elif not (isinstance(below, Table) and below.kind == DOTTED and below.section == section):
            is_table = isinstance(below, TableArray) or (isinstance(below, Table) and below.kind != INLINE)
            if is_table:
                message = "is a table that was completed elsewhere, so a dotted key cannot add to it"
                raise ClashError(index, below, message, "put the key below that table's own header")
            message = "has a value already, so nothing can be put into it"
            raise ClashError(index, below, message, "rename one of the two")
        table = below
    return table
