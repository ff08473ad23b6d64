"""``History``: every applied content of every document, as numbered revisions."""

from __future__ import annotations

import os
import time as _time

from ..errors import ConfigNotFoundError, UnavailableError, UsageError
from .database import Database
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import TracebackType
    from typing import BinaryIO, NoReturn, TypeVar

    from ..diagnostic import Diagnostic
    from ..revision import Revision
    from .checkpoint import Head
    from .entry import Entry
    from .importing import Imported
    from .ledger import Ledger
    from .row import Row
    from .upkeep import Pruned, Purged
    from .verification import Verification

    T = TypeVar("T")


class History:
    """Every applied content of every document, as numbered revisions in one file.

    Arguments: ``folder`` is the state directory; ``clock`` gives seconds since 1970; ``timeout`` is how long a call
    waits for other processes, in seconds.

    Opening reads nothing and creates nothing; the folder (mode 0700) and ``history.sqlite3`` in it (0600) are made by
    the first ``append``. Any number of threads, processes and forked children may use one record at once. A record that
    is damaged never stops the work: it is set aside under another name, a new one begins, and ``notices`` says so.

    All methods raise ``UnavailableError`` when the operating system refuses or another process does not let go.
    """

    __slots__ = ("_clock", "_database", "_notices", "_record")

    def __init__(
        self, folder: str | os.PathLike[str], *, clock: Callable[[], float] = _time.time, timeout: float = 10.0
    ) -> None:
        path = os.path.abspath(os.fspath(folder))
        if "\0" in path:
            raise UsageError("the state directory has a NUL character in its name")
        self._clock = clock
        self._database = Database(path, timeout, clock)
        self._record = Record(self._database, clock)
        self._notices: list[Diagnostic] = []

    @property
    def path(self) -> str:
        """Where the record is, or will be."""
        return self._database.path

    @property
    def notices(self) -> tuple[Diagnostic, ...]:
        """What was found wrong with the record itself so far: warnings, each once."""
        return (*self._database.notices, *self._record.notices, *self._notices)

    def append(self, entries: Iterable[Entry], *, always: bool = False) -> tuple[Revision, ...]:
        """Record what was applied, all entries in one transaction, and return a revision for each.

        Returns once they would survive a power cut. Raises ``UnavailableError``: then none of them is recorded.

        An entry whose files are the latest revision's, byte for byte, is not recorded: that revision is returned in its
        place. With ``always`` it is, for acts that must be on record though they changed nothing, like a rollback to
        what is there.
        """
        listed = list(entries)
        if not listed:
            return ()
        now = self._now()
        done = self._record.append(listed, now, always=always)
        if done.after != done.before:
            self._move_checkpoint(done.before, done.after)
        return tuple(row.revision() for row in done.rows)

    def documents(self) -> tuple[str, ...]:
        """The names of all documents that have revisions, deleted ones too, in alphabetical order."""

        def work(ledger: Ledger) -> list[str]:
            rows = ledger.connection.execute("SELECT DISTINCT document FROM entry").fetchall()
            return sorted(filter(None, (ledger.words.text(ledger.connection, row[0]) for row in rows)))

        return tuple(self._read(work, list))

    def revisions(
        self,
        document: str,
        *,
        limit: int | None = None,
        before: int | None = None,
        since: float | datetime | None = None,
        until: float | datetime | None = None,
    ) -> tuple[Revision, ...]:
        """The revisions of a document, newest first; none when it has none.

        Arguments: ``limit`` is how many at most; ``before`` a number that all are below; ``since`` and ``until``
        (exclusive) the time they were recorded in, as seconds since 1970 or a ``datetime``.
        """

        def work(ledger: Ledger) -> list[Revision]:
            word = ledger.words.find(ledger.connection, document)
            conditions, values = ["document = ?"], [word]
            for condition, value in (
                ("number < ?", before),
                ("time >= ?", _milliseconds(since)),
                ("time < ?", _milliseconds(until)),
            ):
                if value is not None:
                    conditions.append(condition)
                    values.append(min(max(value, -1), 1 << 62))  # what SQLite can compare
            most = -1 if limit is None else min(max(limit, 0), 1 << 62)
            return ledger.revisions(" AND ".join(conditions), values, most)

        return tuple(self._read(work, list))

    def recent(self, *, limit: int, before: int | None = None) -> tuple[Revision, ...]:
        """The last revisions of all documents, newest first, deleted documents' too.

        Arguments: ``limit`` is how many at most; ``before`` a place in the whole record (``Revision.entry``) that all
        are below.
        """

        def work(ledger: Ledger) -> list[Revision]:
            from .ledger import UPKEEP

            upkeep = ledger.words.find(ledger.connection, UPKEEP)
            below = (1 << 62) if before is None else min(max(before, -1), 1 << 62)
            most = min(max(limit, 0), 1 << 62)
            return ledger.revisions("entry < ? AND document IS NOT ?", [below, upkeep], most, "entry")

        return tuple(self._read(work, list))

    def latest(self, document: str) -> Revision | None:
        """The newest revision of a document, or None when it has none."""

        row = self._record.latest(document)
        return None if row is None else row.revision()

    def revision(self, document: str, number: int) -> Revision:
        """One revision. Raises ``ConfigNotFoundError`` when there is none of that number, or not any more."""
        return self._read(lambda ledger: _present(ledger, document, number).revision(), lambda: _none(document, number))

    def files(self, document: str, number: int) -> dict[str, bytes]:
        """The exact bytes of a revision's files by their names, checked against its digest.

        Raises ``ConfigNotFoundError`` when there is no such revision or its content was purged, ``UnavailableError``
        when what is stored is not what was recorded.
        """

        def work(ledger: Ledger) -> dict[str, bytes]:
            from .verification import checked_files

            row = _present(ledger, document, number)
            if row.is_purged:
                raise ConfigNotFoundError(
                    f"revision {number} of {document} held a secret, and its content was purged from the record; it can"
                    " no longer be restored"
                )
            return checked_files(ledger, row)

        return self._read(work, lambda: _none(document, number))

    def maintenance(self) -> tuple[Revision, ...]:
        """What was done to the record itself, newest first: each ``prune`` and ``purge`` with its author and reason."""
        from .ledger import UPKEEP

        return self.revisions(UPKEEP)

    def verify(self, expect: tuple[int, str] | None = None) -> Verification:
        """Check the chain and all contents, and say what is wrong; see ``Verification`` for what can be found.

        Arguments: ``expect`` is the ``head`` of an earlier verification that was kept in another place. Takes about
        0.1 ms for each small revision, during which other processes can read and not append.
        """
        from .verification import Verification, expected_head, verify

        wanted = expected_head(expect)
        told = len(self.notices)
        result = self._read(lambda ledger: verify(ledger, self._database.folder, wanted), lambda: None)
        if result is None:
            result = Verification.of_nothing(self._database.folder, wanted)
        return result.with_damage(self.notices[told:])

    def prune(
        self,
        document: str | None = None,
        *,
        keep: int | None = None,
        older_than: float | datetime | None = None,
        author: str = "setpoint",
    ) -> Pruned:
        """Remove old revisions, and return which; the newest of each document always stays.

        Arguments: ``document`` limits it to one; ``keep`` is how many of the newest stay; ``older_than`` a time
        (seconds since 1970, or a ``datetime``): what was recorded then or later stays. With both, what either keeps
        stays. What is removed is the beginning of a document's history: all before the first revision that stays. The
        chain stays verifiable, and the act is an entry of the record (``maintenance``). Raises ``UsageError`` when
        neither is given.
        """
        from .entry import checked_text
        from .upkeep import Pruned, prune

        checked_text("author", author)

        if keep is None and older_than is None:
            raise UsageError("prune needs to know what stays: give keep, older_than, or both")
        if keep is not None and keep < 1:
            raise UsageError("the newest revision of a document always stays, so keep is at least 1")
        limit = _milliseconds(older_than)
        if not os.path.lexists(self.path):
            return Pruned({}, (0, b""), (0, b""))

        def work(ledger: Ledger) -> Pruned:
            return prune(ledger, document, keep=keep, older_than=limit, author=author, now=self._now())

        done = self._write(work)
        if done.after != done.before:
            self._move_checkpoint(done.before, done.after)
            self._database.compact()
        return done

    def purge(self, secret: bytes | str, *, author: str = "setpoint", reason: str = "a secret") -> Purged:
        """Take every content that holds these bytes, or this text in UTF-8, out of the record for good; return which.

        The revisions stay, marked ``purged``: their content can no longer be restored, and a reason that held the
        secret is gone. Nothing of it is left in the record's file and its journal; blocks that the file system has
        freed are beyond reach. What a purge cannot reach in the folder is told in ``Purged.remaining``. The chain stays
        verifiable, and the act is an entry of the record (``maintenance``); nothing that stays behind lets anybody try
        out what the secret was. Other spellings of the secret (escaped, encoded) are other bytes: purge each.
        """
        from .entry import checked_text
        from .upkeep import Purged, purge, set_aside

        checked_text("author", author)
        checked_text("reason", reason)
        secret = secret.encode() if isinstance(secret, str) else secret
        if not secret:
            raise UsageError("purge needs to know which bytes are to go")
        if secret in reason.encode() or secret in author.encode():
            raise UsageError("the secret must not stand in the author or the reason of its own purge")
        if not os.path.lexists(self.path):
            return Purged((), set_aside(self._database.folder), (0, b""), (0, b""))
        with self._database.erasing():
            done = self._write(lambda ledger: purge(ledger, secret, author, reason, self._now()))
            self._database.compact()
        if done.after != done.before:
            self._move_checkpoint(done.before, done.after)
        done.remaining += set_aside(self._database.folder)
        return done

    def export(self, target: str | os.PathLike[str] | BinaryIO) -> int:
        """Write the whole record as one checksummed text file, and return the number of its entries.

        Arguments: ``target`` is a path, written whole or not at all with mode 0600, or a binary file. The file holds
        every content: keep it as safe as the record.
        """
        from .exporting import export, to_path

        def work(ledger: Ledger) -> int:
            try:
                if isinstance(target, str | os.PathLike):
                    with to_path(os.fspath(target)) as file:
                        return export(ledger, file)
                return export(ledger, target)
            except OSError as error:
                name = target if isinstance(target, str | os.PathLike) else "the file to export to"
                raise UnavailableError(f"{name}: cannot be written: {error.strerror or error}") from None

        def nothing() -> int:
            raise ConfigNotFoundError(f"{self.path}: there is no record to export yet")

        return self._read(work, nothing)

    def import_(self, source: str | os.PathLike[str] | BinaryIO) -> Imported:
        """Take over a record that ``export`` wrote, and return how much was new. All of it, or nothing.

        Each entry is checked on the way: the file's checksum, the chain, the digests. Into an empty record everything
        goes; into one that the file continues, what is new. Nothing is taken away: what was pruned or purged there and
        is here stays. Raises ``UsageError`` when the record here went another way: two histories are never mixed.
        Raises ``ConfigInvalidError`` when the file is damaged.
        """
        from .importing import opened, take_over

        def work(ledger: Ledger) -> Imported:
            with opened(source) as file:
                return take_over(ledger, file)

        done = self._write(work)
        if done.after != done.before:
            self._move_checkpoint(done.before, done.after)
        return done

    def close(self) -> None:
        """Close the file. The history can still be used; it opens it again."""
        self._record.close()

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"History({self._database.folder!r})"

    def _now(self) -> int:
        from .ledger import LATEST_TIME

        return min(max(round(self._clock() * 1000), 0), LATEST_TIME)

    def _read(self, work: Callable[[Ledger], T], otherwise: Callable[[], T]) -> T:
        return self._record.read(work, otherwise)

    def _write(self, work: Callable[[Ledger], T]) -> T:
        return self._record.write(work)

    def _move_checkpoint(self, before: Head, after: Head) -> None:
        from .checkpoint_notice import moved

        notice = moved(
            self._database.folder,
            before,
            after,
            lambda place: self._read(lambda ledger: ledger.hash_at(place), lambda: None),
        )
        if notice is not None and notice not in self._notices:
            self._notices.append(notice)


def _present(ledger: Ledger, document: str, number: int) -> Row:
    row = ledger.row(document, number)
    if row is not None:
        return row
    latest = ledger.row(document, None)
    if latest is None:
        _none(document, number)
    assert latest is not None
    word = ledger.words.find(ledger.connection, document)
    first = next(ledger.rows("document = ?", (word,), "number", 1)).number
    if 0 < number < first:
        raise ConfigNotFoundError(f"revision {number} of {document} was pruned; the oldest kept is {first}")
    raise ConfigNotFoundError(f"{document} has no revision {number}; its newest is {latest.number}")


def _none(document: str, number: int) -> NoReturn:
    raise ConfigNotFoundError(f"{document} has no revision {number}: nothing of it was recorded yet")


def _milliseconds(moment: float | datetime | None) -> int | None:
    if moment is None:
        return None
    seconds = moment if isinstance(moment, int | float) else moment.timestamp()
    return round(seconds * 1000)
