"""Keeping a store small: samples are rolled up as they age, and go when they are old or the file is too large.

| Age | Step |
|---|---|
| up to one or two hours | as sampled |
| up to ``hours`` (24) | one minute |
| up to twice that, for comparison with the time before | ten minutes |
"""

from __future__ import annotations

import json

from .rollup import Roll

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

MINUTE, TEN_MINUTES = 60_000, 600_000  # milliseconds
STRETCHES = 60  # of one block
STEPS = (MINUTE, TEN_MINUTES)
_HOUR = 3_600_000
_DAY = 24 * _HOUR
_MOST_PROCESSES = 4  # that are rolled up in one transaction, so that nobody waits long for it
_FULL = 0.9  # of the limit that is left when something had to go for its sake
_ALERT_DAYS = 30
_MOST_ALERTS = 2000


def span_of(step: int) -> int:
    """Return how much time a block covers, in milliseconds."""
    return step * STRETCHES


def tidy(connection: sqlite3.Connection, now: int, keep: int, most: int, *, forget: bool) -> bool:
    """Roll up and remove what is due, and return whether more is left to do.

    Arguments: ``now`` and ``keep``, for how long samples stay, are milliseconds; ``most`` is the size in bytes that
    the file may have; ``forget`` allows to remove what is too old, which needs a clock that can be trusted.
    """
    more = _roll_up_recent(connection, now)
    more = _roll_up_blocks(connection, now, keep) or more
    if forget:
        _forget(connection, now, keep)
    bound(connection, most)
    return more


def bound(connection: sqlite3.Connection, most: int) -> None:
    """Remove the oldest samples as long as the file is larger than it may be."""
    if _used(connection) <= most:
        return
    while _used(connection) > most * _FULL:
        oldest = connection.execute("SELECT min(start) FROM block").fetchone()[0]
        if oldest is not None:
            connection.execute("DELETE FROM block WHERE start = ?", (oldest,))
            continue
        middle = connection.execute("SELECT (min(time) + max(time)) / 2 FROM recent").fetchone()[0]
        if middle is None or not connection.execute("DELETE FROM recent WHERE time <= ?", (middle,)).rowcount:
            break
    connection.execute("PRAGMA incremental_vacuum").fetchall()


def _used(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _roll_up_recent(connection: sqlite3.Connection, now: int) -> bool:
    until = now - _HOUR
    until -= until % _HOUR
    due = connection.execute(
        "SELECT DISTINCT process FROM recent WHERE time < ? LIMIT ?", (until, _MOST_PROCESSES + 1)
    ).fetchall()
    for (process,) in due[:_MOST_PROCESSES]:
        rows = connection.execute(
            "SELECT time, names, data FROM recent JOIN shape ON shape.id = shape WHERE process = ? AND time < ?"
            " ORDER BY time, recent.rowid",
            (process, until),
        )
        roll = recent_roll(rows.fetchall())
        put_block(connection, process, MINUTE, roll.rolled(MINUTE))
        connection.execute("DELETE FROM recent WHERE process = ? AND time < ?", (process, until))
    return len(due) > _MOST_PROCESSES


def recent_roll(rows: list[tuple[int, str, bytes]]) -> Roll:
    """Return samples as they were taken. What is damaged is left out.

    Arguments: ``rows`` are the time in milliseconds, the names as JSON, and the values packed.
    """
    roll = Roll()
    by_names: dict[tuple[str, int], list[tuple[int, bytes]]] = {}
    for at, names, data in rows:
        by_names.setdefault((names, len(data)), []).append((at, data))
    for (names, _), samples in by_names.items():
        try:
            listed = [str(name) for name in json.loads(names)]
            roll.add_rows((at for at, _ in samples), listed, b"".join(data for _, data in samples))
        except (ValueError, TypeError):
            continue
    return roll.ordered()


def _roll_up_blocks(connection: sqlite3.Connection, now: int, keep: int) -> bool:
    span = span_of(MINUTE)
    until = now - keep
    until -= until % TEN_MINUTES
    rows = connection.execute(
        "SELECT rowid, process, data FROM block WHERE step = ? AND start + ? <= ? ORDER BY start LIMIT ?",
        (MINUTE, span, until, 2 * _MOST_PROCESSES + 1),
    ).fetchall()
    for row, process, data in rows[: 2 * _MOST_PROCESSES]:
        roll = unpacked(data)
        if roll is not None:
            put_block(connection, process, TEN_MINUTES, roll.rolled(TEN_MINUTES))
        connection.execute("DELETE FROM block WHERE rowid = ?", (row,))
    return len(rows) > 2 * _MOST_PROCESSES


def unpacked(data: bytes) -> Roll | None:
    """Return a block's roll; None when it is damaged."""
    try:
        return Roll.unpack(data)
    except ValueError:
        return None


def put_block(connection: sqlite3.Connection, process: int, step: int, roll: Roll) -> None:
    """Add to the blocks of a process. They are there already when the clock was set back, or for another hour."""
    for start, part in roll.split(span_of(step)):
        found = connection.execute(
            "SELECT data FROM block WHERE step = ? AND start = ? AND process = ?", (step, start, process)
        ).fetchone()
        whole = unpacked(found[0]) if found is not None else None
        if whole is not None:
            whole.extend(part)
            whole = whole.rolled(step)
        connection.execute(
            "INSERT OR REPLACE INTO block (process, step, start, data) VALUES (?, ?, ?, ?)",
            (process, step, start, (whole or part).pack()),
        )


def _forget(connection: sqlite3.Connection, now: int, keep: int) -> None:
    late = now + _DAY  # later than this can only be the work of a clock that was wrong
    connection.execute("DELETE FROM recent WHERE time > ?", (late,))
    for step in STEPS:
        age = keep if step == MINUTE else 2 * keep
        connection.execute(
            "DELETE FROM block WHERE step = ? AND (start + ? <= ? OR start > ?)",
            (step, span_of(step), now - age - (TEN_MINUTES if step == MINUTE else 0), late),
        )
    connection.execute("DELETE FROM shape WHERE id NOT IN (SELECT shape FROM recent)")
    connection.execute(
        "DELETE FROM process WHERE seen < ? AND id NOT IN (SELECT process FROM recent)"
        " AND id NOT IN (SELECT process FROM block) AND id NOT IN (SELECT process FROM alert)",
        ((now - 2 * keep) / 1000,),
    )
    connection.execute(
        "DELETE FROM alert WHERE resolved IS NOT NULL AND resolved < ?", (now / 1000 - _ALERT_DAYS * 86_400,)
    )
    connection.execute(
        "DELETE FROM alert WHERE resolved IS NOT NULL AND id NOT IN"
        " (SELECT id FROM alert ORDER BY resolved IS NOT NULL, raised DESC LIMIT ?)",
        (_MOST_ALERTS,),
    )
