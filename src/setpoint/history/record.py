"""``Record``: the database and its tail as one, which is read and written through a ``Ledger``."""

from __future__ import annotations

from contextlib import suppress

from ..errors import UnavailableError
from .contents import Contents
from .front import Front
from .words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection
    from typing import TypeVar

    from ..diagnostic import Diagnostic
    from .appending import Appended
    from .checkpoint import Head
    from .database import Database
    from .entry import Entry
    from .ledger import Ledger
    from .row import Row

    T = TypeVar("T")


class Record:
    """The record behind a ``History``: the ``database``, before which what the tail holds is moved into it.

    Arguments: ``clock`` gives seconds since 1970. All methods raise ``UnavailableError``.
    """

    __slots__ = ("_clock", "_contents", "_database", "_front", "_generation", "_words", "notices")

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._front = Front(database, self._newest)
        self._words = Words()
        self._contents = Contents()
        self._generation = 0
        self.notices: list[Diagnostic] = []

    def append(self, entries: Sequence[Entry], now: int, *, always: bool) -> Appended:
        """Add entries; see ``History.append``. Arguments: ``now`` in milliseconds since 1970."""
        from .appending import append

        with self._database.lock:
            done = self._added(entries, now, always)
            if done is None:
                done = self.write(lambda ledger: append(ledger, entries, now, always=always))
                self._front.learn(done.after, done.rows)
            return done

    def latest(self, document: str) -> Row | None:
        """Return the newest entry of a document."""
        with self._database.lock:
            row = self._front.latest(document)
            return row if row is not None else self.read(lambda ledger: ledger.row(document, None), lambda: None)

    def close(self) -> None:
        """Move on what this process has in the tail, and close the database."""
        with self._database.lock:
            if self._front.has_frames:
                with suppress(UnavailableError):  # it stays in the tail, and whoever opens the record next moves it on
                    self.write(_nothing)
            self._front.forget()
            self._database.close()

    def read(self, work: Callable[[Ledger], T], otherwise: Callable[[], T]) -> T:
        """Return what ``work`` finds in one consistent view; ``otherwise`` when there is no record."""
        from .contents import DamagedRecordError

        try:
            with self._database.lock:
                if self._is_pending():
                    try:
                        self.write(_nothing)
                    except UnavailableError:  # it may be read and not written, or the disk is full
                        return self._database.read(lambda connection: self._with_tail(connection, work), otherwise)
                return self._database.read(lambda connection: work(self._ledger(connection)), otherwise)
        except DamagedRecordError as error:
            raise self._damaged(error) from None

    def write(self, work: Callable[[Ledger], T]) -> T:
        """Return what ``work`` did, once it is on the disk; see ``Database.write``."""
        from .contents import DamagedRecordError

        def whole(connection: Connection) -> tuple[T, Head]:
            ledger = self._ledger(connection)
            self._move_tail(ledger)
            return work(ledger), ledger.head()

        try:
            with self._database.lock:
                result, head = self._database.write(whole)
                self._front.learn(head)
                return result
        except DamagedRecordError as error:
            raise self._damaged(error) from None

    def _ledger(self, connection: Connection) -> Ledger:
        from .ledger import Ledger

        if self._generation != self._database.generation:  # a transaction failed, or the file is another one
            self._words.forget()
            self._contents.forget()
            self._generation = self._database.generation
        return Ledger(connection, self._words, self._contents)

    def _added(self, entries: Sequence[Entry], now: int, always: bool) -> Appended | None:
        """Add to the tail what can be added there."""
        try:
            return self._front.append(entries, now, always=always)
        except OSError as error:
            self._front.forget()
            raise UnavailableError(
                f"{self._database.tail.path}: the operating system refused ({error.strerror or error}), so nothing was"
                " recorded; look at the disk and the permissions"
            ) from None

    def _newest(self, document: str) -> Row | None:
        """The newest row of a document in the database, of which nothing is in the tail."""
        return self._database.read(lambda connection: self._ledger(connection).row(document, None), lambda: None)

    def _is_pending(self) -> bool:
        try:
            return self._database.tail.is_pending()
        except OSError as error:
            raise UnavailableError(
                f"{self._database.tail.path}: cannot be read: {error.strerror or error}; look at its permissions"
            ) from None

    def _move_tail(self, ledger: Ledger) -> None:
        """Move what the tail holds into the database, or put away a tail of another record."""
        tail = self._database.tail
        if not tail.is_pending():
            return
        from .contents import DamagedRecordError
        from .database import UnusableRecordError
        from .frame import move

        try:
            unfit = move(tail, ledger)
        except DamagedRecordError as error:  # what cannot be added to cannot be gone on with
            raise UnusableRecordError(str(error)) from None
        if unfit is not None:
            from .aside import set_tail_aside

            self.notices.append(set_tail_aside(tail.path, unfit, self._clock()))
            tail.renew()

    def _with_tail(self, connection: Connection, work: Callable[[Ledger], T]) -> T:
        """Return what ``work`` finds in a copy of the database that has what the tail holds."""
        import sqlite3
        from contextlib import closing

        from .contents import Contents
        from .frame import move
        from .ledger import Ledger
        from .words import Words

        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            connection.backup(copy)
            copy.text_factory = bytes
            ledger = Ledger(copy, Words(), Contents())
            move(self._database.tail, ledger)
            return work(ledger)

    def _damaged(self, error: Exception) -> UnavailableError:
        return UnavailableError(f"{self._database.path}: the record is damaged: {error}; verify it to see what else is")


def _nothing(_ledger: Ledger) -> None:
    """Only move the tail."""
