"""``Process``: one that took samples, and whether it still does."""

from __future__ import annotations

import os
import sys

from ..platform import host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_SILENT = 600.0  # seconds without a sample after which a process is gone, or three of its intervals


class Process:
    """A process as the store knows it.

    ``began`` and ``seen`` are when it took its first and last sample, in seconds since 1970, ``gap`` the seconds
    between the last two; ``ended`` says that it told so itself.
    """

    __slots__ = ("began", "ended", "gap", "host", "id", "name", "pid", "seen")

    def __init__(self, row: tuple[int, str, int, str, float, float, float, int]) -> None:
        self.id, self.name, self.pid, self.host, self.began, self.seen, self.gap = row[:7]
        self.ended = bool(row[7])

    def is_gone(self, now: float) -> bool:
        """True when nobody watches there any more: it has ended, it is not there, or nothing came for long."""
        if self.ended or now - self.seen > max(_SILENT, 3 * self.gap):
            return True
        if self.host != host_name() or os.name != "posix":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is there, and belongs to somebody else
            return False
        return False

    def to_dict(self) -> dict[str, object]:
        """Return what JSON can hold."""
        return {
            "name": self.name,
            "pid": self.pid,
            "host": self.host,
            "first": self.began,
            "last": self.seen,
            "ended": self.ended,
        }

    def __repr__(self) -> str:
        return f"<Process {self.name}[{self.pid}] on {self.host}>"


def put_process(connection: sqlite3.Connection, number: int, name: str | None, at: float) -> None:
    """Note that this process took a sample, in seconds since 1970."""
    if not connection.execute(
        "UPDATE process SET gap = max(0, ? - seen), seen = ?, ended = 0 WHERE id = ?", (at, at, number)
    ).rowcount:
        called = name or os.path.basename(sys.argv[0] if sys.argv else "") or "python"
        connection.execute(
            "INSERT INTO process (id, name, pid, host, began, seen, gap, ended) VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
            (number, _storable(called)[:200], os.getpid(), host_name(), at, at),
        )


def end_process(connection: sqlite3.Connection, number: int) -> None:
    """Note that this process watches no longer."""
    connection.execute("UPDATE process SET ended = 1 WHERE id = ?", (number,))


def all_processes(connection: sqlite3.Connection) -> dict[int, Process]:
    """Return every process that is known, by its number."""
    rows = connection.execute("SELECT id, name, pid, host, began, seen, gap, ended FROM process")
    return {row[0]: Process(row) for row in rows}


def processes_between(connection: sqlite3.Connection, start: float, end: float) -> list[Process]:
    """Return the processes that were at work in a stretch of time, in seconds since 1970."""
    return [one for one in all_processes(connection).values() if one.began < end and one.seen >= start]


def _storable(text: str) -> str:
    """Return text that can be encoded: a byte of a program's path that is no text is shown as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()
