"""The SQLite file that the monitors of several processes share: opened when needed, set aside when it is damaged."""

from __future__ import annotations

import os
import time
from threading import RLock

from ..diagnostic import WARNING, Diagnostic
from ..errors import UnavailableError
from ..forks import watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

NAME = "monitor.sqlite3"
APPLICATION = 0x5345504D  # "SEPM": what `file` and SQLite tell this database by
VERSION = 1
_TIMEOUT = 1.0  # seconds to wait for other processes; a sample that cannot be written then is kept in memory
_ATTEMPTS = 3
RANK = 92  # for forks.watch; a store that is kept in memory beside one in a file has the next one
_PAGE = 4096
_JOURNAL_KEPT = 64 * 1024  # bytes

# Times of samples are milliseconds since 1970, all others seconds. ``step`` is the length of a block's stretches in
# milliseconds, 60,000 and more; ``ended`` is 1 once a process has said that it no longer watches.
TABLES = (
    "CREATE TABLE process (id INTEGER PRIMARY KEY, name TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL,"
    " began REAL NOT NULL, seen REAL NOT NULL, gap REAL NOT NULL, ended INTEGER NOT NULL)",
    "CREATE TABLE shape (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE)",
    "CREATE TABLE recent (time INTEGER NOT NULL, process INTEGER NOT NULL, shape INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE INDEX recent_by_time ON recent (time)",
    "CREATE TABLE block (process INTEGER NOT NULL, step INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE UNIQUE INDEX block_by_start ON block (step, start, process)",
    "CREATE TABLE alert (id TEXT PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, process INTEGER NOT NULL,"
    " facts TEXT NOT NULL, raised REAL NOT NULL, resolved REAL)",
    "CREATE INDEX alert_by_time ON alert (raised)",
)

# A connection must not be used in a child of the process that opened it, nor closed there (howtocorrupt.html, 2.6).
_inherited: list[object] = []


class _UnfitError(Exception):
    """The file is no store: ``str()`` says why, and ``foreign`` whether another version may be at work with it."""

    def __init__(self, why: str, *, foreign: bool = False) -> None:
        super().__init__(why)
        self.foreign = foreign


class StoreFile:
    """One store, in a file or in memory.

    Arguments: ``path`` of the file, None for memory only; ``clock`` gives the time for the name of what is set aside.

    Nothing is synced: what was written last may be lost with the power, and what that leaves behind is found damaged at
    the next opening. A rollback journal still undoes what a killed process left half done. Never a write-ahead log: see
    ``history.database``.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_connection",
        "_for_writing",
        "_identity",
        "_owner",
        "lock",
        "notices",
        "path",
    )

    def __init__(self, path: str | None, clock: Callable[[], float] = time.time, *, rank: int = RANK) -> None:
        self.path = path
        self.lock = RLock()
        self.notices: list[Diagnostic] = []
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._for_writing = False
        self._owner = 0
        watch(self, lock=rank)

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: Callable[[], T]) -> T:
        """Return what ``work`` finds in one view of the store; ``otherwise`` when there is none.

        Raises ``UnavailableError``.
        """
        return self._run(work, otherwise)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``work`` did in one transaction; the store is made when there is none.

        ``work`` may be called again. Raises ``UnavailableError``, and nothing was done then.
        """
        return self._run(work, None)

    def _run(self, work: Callable[[sqlite3.Connection], T], otherwise: Callable[[], T] | None) -> T:
        import sqlite3

        with self.lock:
            why = "another process keeps replacing it"
            for _ in range(_ATTEMPTS):
                try:
                    connection = self._opened(create=otherwise is None)
                    if connection is None:
                        assert otherwise is not None
                        return otherwise()
                    if otherwise is None and not self._for_writing:
                        _prepare_to_write(connection)
                        self._for_writing = True
                    return _transacted(connection, work, writes=otherwise is None)
                except sqlite3.Error as error:
                    self.close()
                    why = self._met(error)
                except UnicodeDecodeError:  # what was written was text; sqlite3 says so of what is none
                    self.close()
                    why = "it is damaged"
                    self._set_aside(why)
                except _UnfitError as error:
                    self.close()
                    why = str(error)
                    if error.foreign:
                        raise UnavailableError(f"{self.path}: {why}") from None
                    self._set_aside(why)
                except OSError as error:
                    self.close()
                    raise UnavailableError(f"{self.path}: {error.strerror or error}") from None
            raise UnavailableError(f"{self.path}: {why}")

    def _met(self, error: sqlite3.Error) -> str:
        """Set the file aside when an error of SQLite says that it is damaged, and return why another try is due."""
        from ..history.refusal import is_damage, refusal

        if is_damage(error):
            self._set_aside("it is damaged")
            return "it is damaged"
        if self.path is not None and self._identity != (0, 0) and not self._is_current():
            return "another process keeps replacing it"
        raise UnavailableError(
            refusal(error, str(self.path), _TIMEOUT).message.replace("the record", "the store of samples")
        )

    def _opened(self, *, create: bool) -> sqlite3.Connection | None:
        import sqlite3
        from urllib.parse import quote

        if self._connection is not None:
            if self._owner == os.getpid() and (self.path is None or self._is_current()):
                return self._connection
            self.close()
        if self.path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._connection, self._owner = connection, os.getpid()
            for statement in TABLES:
                connection.execute(statement)
            return connection
        if not _is_there(self.path):
            if not create:
                return None
            self._create(self.path)
        found = os.stat(self.path)
        self._identity = (found.st_dev, found.st_ino)
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self.path))}?mode=rw",
            uri=True,
            timeout=_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        self._connection, self._owner = connection, os.getpid()
        self._for_writing = False
        _prepare(connection)
        return connection

    def _create(self, path: str) -> None:
        """Make an empty store: whole under its own name, or not there."""
        import sqlite3

        from ..history.creation import make_folder
        from ..history.folder_lock import locked

        folder = os.path.dirname(path)
        make_folder(folder)
        with locked(folder, _TIMEOUT):
            if os.path.lexists(path):
                return
            unfinished = f"{path}-unfinished-{os.urandom(6).hex()}"
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            connection = sqlite3.connect(unfinished, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=OFF")  # nobody sees the file before it is whole
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute(f"PRAGMA page_size={_PAGE}")
                connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
                connection.execute("BEGIN")
                for statement in TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id={APPLICATION}")
                connection.execute(f"PRAGMA user_version={VERSION}")
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                os.unlink(unfinished)
                raise
            connection.close()
            if os.path.lexists(path + "-journal"):  # of a file that is gone; SQLite would play it into the new one
                os.unlink(path + "-journal")
            os.rename(unfinished, path)

    def _set_aside(self, why: str) -> None:
        """Rename a file that cannot be used, unless another process has done so. Raises ``UnavailableError``."""
        from ..history.folder_lock import locked

        path = self.path
        if path is None:
            return
        folder, name = os.path.split(path)
        stem = time.strftime("monitor.damaged-%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        try:
            with locked(folder, _TIMEOUT):
                if self._identity not in ((0, 0), _identity(path)):
                    return
                while os.path.lexists(os.path.join(folder, stem + ".sqlite3")):
                    stem += "x"
                for old, ending in ((path + "-journal", ".sqlite3-journal"), (path, ".sqlite3")):
                    if os.path.lexists(old):
                        os.rename(old, os.path.join(folder, stem + ending))
        except OSError as error:
            raise UnavailableError(
                f"{path}: {why}, and it cannot be set aside: {error.strerror or error}; move it away, and a new one"
                " begins"
            ) from None
        self.notices.append(
            Diagnostic(
                "monitor-damaged",
                f"the store of samples {name} cannot be used: {why}; it was set aside as {stem}.sqlite3 and a new one"
                " begins",
                severity=WARNING,
                file=path,
                suggestion="remove that file unless you want to look into it; it holds measurements only",
            )
        )

    def _is_current(self) -> bool:
        return self.path is not None and _identity(self.path) == self._identity

    def close(self) -> None:
        """Close the connection; the next use opens another. What was in memory only is gone."""
        with self.lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._owner == os.getpid():
                connection.close()
            elif connection is not None:
                _inherited.append(connection)

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self.close()

    def __repr__(self) -> str:
        return f"<StoreFile {self.path or 'in memory'}>"


def _is_there(path: str) -> bool:
    """Return whether there is a file. Raises ``OSError`` when that cannot be known, as in a folder of somebody else."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _identity(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (-1, -1)
    return (found.st_dev, found.st_ino)


def _prepare(connection: sqlite3.Connection) -> None:
    """Look whether the file is a store that is whole, and set how it is used."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")  # a truncated file under a memory map is a crash, not an error
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise _UnfitError("it is no store of samples")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise _UnfitError(f"its format is version {version}, and this program knows version {VERSION}", foreign=True)
    try:
        found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
        # Nothing is ever synced, so after a power cut the file may be a mix of times: it is small, and looked through.
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except UnicodeDecodeError:  # sqlite3 could not even read the message about the damage
        raise _UnfitError("it is damaged") from None
    if found != set(TABLES) or verdict != "ok":
        raise _UnfitError("it is damaged")


def _prepare_to_write(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_KEPT}")
    connection.execute("PRAGMA journal_mode=PERSIST").fetchone()  # which whoever may only read could not ask for


def _transacted(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], *, writes: bool) -> T:
    connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        result = work(connection)
        connection.execute("COMMIT")
        return result
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
