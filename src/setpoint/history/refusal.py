"""What SQLite's errors mean here."""

from __future__ import annotations

from ..errors import UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Error

# Result codes of https://sqlite.org/rescode.html; an extended code carries the primary one in its low byte.
_PRIMARY = 0xFF
_BUSY, _LOCKED, _READ_ONLY, _IO_ERROR, _CORRUPT, _FULL, _CANNOT_OPEN = 5, 6, 8, 10, 11, 13, 14
_CONSTRAINT, _MISMATCH, _NOT_A_DATABASE = 19, 20, 26
_MOVED = 1032  # SQLITE_READONLY_DBMOVED


def is_damage(error: Error) -> bool:
    """True when the file itself is damaged, or its rows contradict each other."""
    return _code(error) & _PRIMARY in (_CORRUPT, _NOT_A_DATABASE, _CONSTRAINT, _MISMATCH)


def is_busy(error: Error) -> bool:
    """True when another process has the lock."""
    return _code(error) & _PRIMARY in (_BUSY, _LOCKED)


def is_replaced(error: Error, *, gone: bool, other: bool) -> bool:
    """True when another process has put the file away: another attempt is due.

    Arguments: ``gone``: there is no file now; ``other``: it is not the one that was open. Whoever set that one aside
    has taken its journal away too, which SQLite meets as an I/O error.
    """
    primary = _code(error) & _PRIMARY
    return _code(error) == _MOVED or (primary == _CANNOT_OPEN and gone) or (primary == _IO_ERROR and other)


def refusal(error: Error, path: str, timeout: float) -> UnavailableError:
    """Return what is raised instead of any other error.

    Arguments: ``timeout`` is how long was waited for other processes, in seconds.
    """
    primary = _code(error) & _PRIMARY
    if primary in (_BUSY, _LOCKED):
        told = f"another process has kept the record locked for {timeout:g} s; try again when it is done"
    elif primary == _FULL:
        told = "the disk is full, so nothing was recorded; make room"
    elif primary == _READ_ONLY:
        told = "the record cannot be written; look at the permissions of the file and its folder"
    elif primary in (_IO_ERROR, _CANNOT_OPEN):
        told = f"the operating system refused ({error}); look at the disk and the permissions"
    else:
        told = f"the record cannot be used: {error}"
    return UnavailableError(f"{path}: {told}")


def _code(error: Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))
