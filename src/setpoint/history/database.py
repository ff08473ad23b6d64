"""The record's SQLite file: opened when needed, one transaction at a time, set aside when it is damaged."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from threading import RLock

from ..diagnostic import WARNING, Diagnostic
from ..errors import UnavailableError
from ..forks import watch
from ..reading import key_of
from . import creation
from .aside import set_aside
from .folder_lock import locked
from .refusal import is_busy, is_damage, is_replaced, refusal
from .tail import Tail

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from ..reading import StatKey

    T = TypeVar("T")

_ATTEMPTS = 4
_PAUSE = 0.0005  # seconds between two attempts to write
_RANK = 90  # for forks.watch: whoever holds this lock waits for no other of this process

# SQLite forbids to carry a connection over a fork (https://sqlite.org/howtocorrupt.html, section 2.6). A child keeps
# the inherited ones alive and unused, since closing one could end what the parent has begun; a fork waits until no
# transaction is under way, so that there is nothing to end when the child exits.
_inherited: list[object] = []

_JOURNAL_KEPT = 256 * 1024  # bytes


class UnusableRecordError(Exception):
    """The file is a sound database, and cannot be gone on with as the record: ``str()`` says why."""


class Database:
    """One record's file, for the threads of a process and their children.

    Arguments: ``folder`` holds it; ``timeout`` is how long to wait for other processes, in seconds; ``clock`` gives the
    time for the name of what is set aside.

    A rollback journal, never a write-ahead log: SQLite before 3.51.3 can corrupt a database in WAL mode when two
    processes write (https://sqlite.org/wal.html, "the WAL-reset bug"), and processes with different versions of SQLite
    share this file. The journal is kept between transactions (``PERSIST``), because overwriting it costs less than
    making or cutting it anew; with ``synchronous=FULL`` its header is cleared and synced before a commit returns.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_connection",
        "_erasing",
        "_for_writing",
        "_identity",
        "_owner",
        "folder",
        "generation",
        "left",
        "lock",
        "notices",
        "path",
        "tail",
        "timeout",
    )

    def __init__(self, folder: str, timeout: float, clock: Callable[[], float]) -> None:
        self.folder = folder
        self.path = os.path.join(folder, creation.NAME)
        self.timeout = timeout
        self.lock = RLock()
        self.notices: list[Diagnostic] = []
        self.tail = Tail(folder)
        self.left: tuple[bytes, StatKey] | None = None  # the stamp of the tail, and the file, after the last write
        self.generation = 0  # grows when what was remembered of the record may be wrong
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._for_writing = False
        self._erasing = False
        self._owner = 0
        watch(self, lock=_RANK)

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: Callable[[], T]) -> T:
        """Return what ``work`` finds in one consistent view of the record; ``otherwise`` when there is no record.

        Raises ``UnavailableError``.
        """
        return self._run(work, otherwise)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``work`` did, once it is on the disk. The record is made when there is none.

        ``work`` may be called again, when the record was found damaged or replaced. Raises ``UnavailableError``;
        nothing of the work is in the record then.
        """
        return self._run(work, None)

    def _run(self, work: Callable[[sqlite3.Connection], T], otherwise: Callable[[], T] | None) -> T:
        import sqlite3

        with self.lock:
            doubted = False
            for _ in range(_ATTEMPTS):
                try:
                    connection = self._opened(create=otherwise is None)
                    if connection is None:
                        assert otherwise is not None
                        return otherwise()
                    result = self._transact(connection, work, commit=otherwise is None)
                    # Another process may have set the file aside under us; what was committed went with it.
                    if otherwise is not None or self._is_current():
                        return result
                except sqlite3.Error as error:
                    if is_replaced(
                        error,
                        gone=not os.path.lexists(self.path),
                        other=self._identity != (0, 0) and not self._is_current(),
                    ):
                        self.close()
                        continue
                    if not is_damage(error):
                        self.close()  # after an I/O error nothing that is held in memory can be trusted
                        raise refusal(error, self.path, self.timeout) from None
                    why = "it is damaged"
                except UnicodeDecodeError:  # sqlite3 could not even read SQLite's message about the damage
                    why = "it is damaged"
                except UnusableRecordError as error:
                    why = str(error)
                except OSError as error:
                    self.close()
                    raise UnavailableError(
                        f"{self.path}: the record cannot be used: {error.strerror or error};"
                        " look at the permissions of its folder"
                    ) from None
                self.close()
                doubted = not doubted
                if doubted:
                    continue  # a second look before a record is given up
                moved, notice = set_aside(self.path, why, self._clock(), self.timeout, self._is_current)
                if notice is not None and notice not in self.notices:
                    self.notices.append(notice)
                if not moved:
                    if otherwise is not None:
                        return otherwise()
                    raise UnavailableError(f"{self.path}: the record cannot be used: {why}", self.notices[-1:])
        raise UnavailableError(f"{self.path}: the record keeps being replaced by another process; try again")

    def _transact(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], *, commit: bool) -> T:
        if not commit:
            connection.execute("BEGIN")
            return self._worked(connection, work)
        if not self._for_writing:
            self._prepare(connection)
        # SQLite does not queue: whoever appends again at once would keep all others out. So it is waited for the
        # folder's lock first: who waits longest then is next but for luck among several. It also guards the tail.
        with locked(self.folder, self.timeout):
            self._begin(connection)
            stamp = self._stamped(connection)
            result = self._worked(connection, work, commit=True)
            try:
                self.tail.clear(wipe=self._erasing)
            except OSError:
                if self._erasing:
                    raise
                # What the tail holds is in the database, and whoever meets it there again passes over it.
            self.left = (stamp, key_of(os.stat(self.path)))
        return result

    def _worked(
        self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], *, commit: bool = False
    ) -> T:
        try:
            result = work(connection)
            if commit:
                connection.execute("COMMIT")
            return result
        except BaseException:
            self.generation += 1
            raise
        finally:
            self._roll_back(connection)

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Start a transaction that writes, when readers and programs that know no folder's lock let it."""
        import sqlite3

        end = time.monotonic() + self.timeout
        connection.execute("PRAGMA busy_timeout=0")  # it would look every 100 ms only
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > end:
                    raise
                time.sleep(_PAUSE)
        connection.execute(f"PRAGMA busy_timeout={int(self.timeout * 1000)}")

    def _stamped(self, connection: sqlite3.Connection) -> bytes:
        """Give the tail another stamp before the database changes, so that nobody goes on from what it was."""
        try:
            return self.tail.renew()
        except BaseException:
            self._roll_back(connection)
            raise

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        import sqlite3

        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:  # closing ends the transaction as well; the next one to open the file repairs it
            self.close()

    def _opened(self, *, create: bool) -> sqlite3.Connection | None:
        """The connection to the file that stands under the record's name now."""
        import sqlite3

        if self._connection is not None:
            if self._owner == os.getpid() and self._is_current():
                return self._connection
            self.close()
        if not os.path.lexists(self.path):
            if not create:
                return None
            self._create()
        found = os.stat(self.path)
        self._identity = (found.st_dev, found.st_ino)
        connection = sqlite3.connect(
            f"file:{_quoted(self.path)}?mode=rw",
            uri=True,
            timeout=self.timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        self._connection = connection
        self._owner = os.getpid()
        self._for_writing = False
        self.generation += 1
        connection.text_factory = bytes  # text that is no UTF-8 is damage, to be told as such and not as an error
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA mmap_size=0")  # a truncated file under a memory map is a crash, not an error
        refusal = creation.is_ours(connection)
        if refusal:
            raise UnusableRecordError(refusal)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")  # where fsync alone does not reach the disk (macOS)
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")  # what is purged is in no temporary file
        connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_KEPT}")
        wanted = "delete" if self._erasing else "persist"
        if self._erasing:
            connection.execute("PRAGMA synchronous=EXTRA")  # the journal's removal is synced too
        mode = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0].decode()
        if mode != wanted:
            raise UnavailableError(
                f"{self.path}: another program holds the record in SQLite's {mode} mode; close that program"
            )
        self._for_writing = True

    def _create(self) -> None:
        from .network import network_file_system

        creation.make_folder(self.folder)
        with locked(self.folder, self.timeout):
            if not os.path.lexists(self.path):
                creation.create(self.folder, self.path)
        kind = network_file_system(self.folder)
        if kind:
            self.notices.append(
                Diagnostic(
                    "history-on-network",
                    f"the record of revisions is on a network file system ({kind}), where locks may not hold between"
                    " machines and synced data may be lost",
                    severity=WARNING,
                    file=self.path,
                    suggestion="set SETPOINT_STATE_DIR to a folder on a local disk",
                )
            )

    def _is_current(self) -> bool:
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self._identity

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Leave no journal behind while this lasts: it holds what pages held before they were changed."""
        with self.lock:
            self._erasing, self._for_writing = True, False
            try:
                yield
            finally:
                self._erasing = self._for_writing = False

    def compact(self) -> None:
        """Write the file anew without what was deleted in it. Raises ``UnavailableError``."""
        import sqlite3

        with self.lock:
            try:
                connection = self._opened(create=False)
                if connection is not None:
                    if not self._for_writing:
                        self._prepare(connection)
                    connection.execute("VACUUM")
            except (sqlite3.Error, UnicodeDecodeError, UnusableRecordError) as error:
                self.close()
                raise UnavailableError(
                    f"{self.path}: what was removed is no longer in the record, but its file could not be made smaller:"
                    f" {error}; prune or purge again"
                ) from None

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        with self.lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._owner == os.getpid():
                connection.close()
            elif connection is not None:
                _inherited.append(connection)

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self.close()


def _quoted(path: str) -> str:
    return "".join(
        chr(byte) if (byte < 128 and chr(byte).isalnum()) or byte in b"/._-~" else f"%{byte:02X}"
        for byte in os.fsencode(path)
    )
