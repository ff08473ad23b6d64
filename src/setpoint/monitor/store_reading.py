"""Reading samples out of a store, and carrying everything from one store into another."""

from __future__ import annotations

from .store_upkeep import STEPS, put_block, recent_roll, span_of, unpacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from .rollup import Roll

_COPIED = ("process", "alert")  # with numbers and names that no two processes give


def rolls_between(connection: sqlite3.Connection, start: int, end: int) -> list[tuple[int, Roll]]:
    """Return the rolls that have to do with a stretch of time, in milliseconds, each with the number of its process.

    What is damaged is left out.
    """
    rolls = []
    for step in reversed(STEPS):
        rows = connection.execute(
            "SELECT process, data FROM block WHERE step = ? AND start > ? AND start < ? ORDER BY start",
            (step, start - span_of(step), end),
        )
        rolls += [(process, roll) for process, data in rows if (roll := unpacked(data)) is not None]
    rows = connection.execute(
        "SELECT process, time, names, data FROM recent JOIN shape ON shape.id = shape WHERE time >= ? AND time < ?"
        " ORDER BY time, recent.rowid",
        (start, end),
    )
    recent: dict[int, list[tuple[int, str, bytes]]] = {}
    for process, *row in rows:
        recent.setdefault(process, []).append((row[0], row[1], row[2]))
    return [*rolls, *((process, recent_roll(taken)) for process, taken in recent.items())]


def copied(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """Return every row of a store, by table; ``recent`` with the names of its values."""
    held = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _COPIED}  # noqa: S608
    held["block"] = connection.execute("SELECT process, step, data FROM block").fetchall()
    held["recent"] = connection.execute(
        "SELECT time, process, names, data FROM recent JOIN shape ON shape.id = shape ORDER BY recent.rowid"
    ).fetchall()
    return held


def copy_into(connection: sqlite3.Connection, held: dict[str, list[Any]]) -> None:
    """Put what ``copied`` returned into another store."""
    for table in _COPIED:
        for row in held[table]:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608
    for process, step, data in held["block"]:
        roll = unpacked(data)
        if roll is not None:
            put_block(connection, process, step, roll)
    for at, process, names, data in held["recent"]:
        connection.execute("INSERT OR IGNORE INTO shape (names) VALUES (?)", (names,))
        connection.execute(
            "INSERT INTO recent (time, process, shape, data) SELECT ?, ?, id, ? FROM shape WHERE names = ?",
            (at, process, data, names),
        )
