"""A lock for systems without flock: an exclusive transaction of SQLite, which locks files on every system."""

from __future__ import annotations

import os

from ..budget import Budget
from ..errors import SetpointError
from ..reading import read_file
from .disk import open_lock_file, rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_MOST_HOLDER = 400


class PortableLock:
    """One attempt after the other to lock a file; see ``KernelLock``, whose verbs it has. Raises ``OSError``.

    SQLite's locks are of the operating system, so a process that dies loses them. The database, ``PATH.portable``,
    stays empty. Who holds the lock is written beside it, in ``PATH.holder``: SQLite's own file may not be opened by
    others (https://sqlite.org/howtocorrupt.html, section 2.2).
    """

    __slots__ = ("_connection", "_holder", "_mode", "_path")

    def __init__(self, path: str, mode: int) -> None:
        self._path = path + ".portable"
        self._holder = path + ".holder"
        self._mode = mode
        self._connection: Connection | None = None

    def take(self, holder: bytes) -> bool:
        """Try once; True when the lock is ours."""
        import sqlite3

        if self._connection is None:
            try:
                self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            except sqlite3.Error as error:
                raise OSError(0, str(error)) from None
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise OSError(0, str(error)) from None
        except sqlite3.Error as error:
            raise OSError(0, str(error)) from None
        descriptor = open_lock_file(self._holder, self._mode)
        try:
            rewrite(descriptor, holder)
        finally:
            os.close(descriptor)
        return True

    def holder(self) -> str:
        """Return what the one who holds the lock wrote; ``""`` when that cannot be read."""
        try:
            return read_file(self._holder, Budget(size=_MOST_HOLDER)).decode("utf-8", "replace")
        except SetpointError:
            return ""

    def give_back(self) -> None:
        """End the lock."""
        if self._connection is not None:
            self._connection.execute("ROLLBACK")
        self.abandon()

    def abandon(self) -> None:
        """Close our side. The lock belongs to the process that took it: a forked child's closing does not end it."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()
