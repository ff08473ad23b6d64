"""The rows of the record, inside one transaction: what is there, and the one way an entry is added."""

from __future__ import annotations

import os

from ..revision import Revision
from .chain import HASH_SIZE, KEY_SIZE, digest_of
from .contents import DamagedRecordError, manifest_bytes
from .row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection
    from typing import Any

    from .checkpoint import Head
    from .contents import Contents
    from .words import Words

UPKEEP = ""  # the name under which pruning and purging record themselves
LATEST_TIME = 253_402_300_799_999  # milliseconds: the last moment of the year 9999, the end of RFC 3339
_SHOWN = "entry, document, number, time, author, cause, version, reason, deleted, place, digest"
_COLUMNS = f"{_SHOWN}, seal, hash, files"


class Ledger:
    """The record inside one transaction of ``connection``."""

    __slots__ = ("connection", "contents", "words")

    def __init__(self, connection: Connection, words: Words, contents: Contents) -> None:
        self.connection = connection
        self.words = words
        self.contents = contents

    def genesis(self) -> bytes:
        """The 32 random bytes that the chain starts from. Raises ``DamagedRecordError``."""
        row = self.connection.execute("SELECT genesis FROM record").fetchone()
        if row is None or not isinstance(row[0], bytes) or len(row[0]) != HASH_SIZE:
            raise DamagedRecordError("the start of its chain is damaged")
        return row[0]

    def head(self) -> Head:
        """The number of entries, and the hash of the last. Raises ``DamagedRecordError``."""
        row = self.connection.execute("SELECT entry, hash FROM entry ORDER BY entry DESC LIMIT 1").fetchone()
        gap = self.connection.execute("SELECT last, hash FROM gap ORDER BY first DESC LIMIT 1").fetchone()
        if gap is not None and (row is None or gap[0] > row[0]):
            row = gap
        if row is None:
            return 0, self.genesis()
        if not isinstance(row[0], int) or not isinstance(row[1], bytes) or len(row[1]) != HASH_SIZE:
            raise DamagedRecordError("its last entry is damaged")
        return row[0], row[1]

    def hash_at(self, entry: int) -> bytes | None:
        """Return the hash of an entry: ``b""`` when it was pruned and not kept, None when the record ends before."""
        row = self.connection.execute("SELECT hash FROM entry WHERE entry = ?", (entry,)).fetchone()
        if row is not None:
            return bytes(row[0]) if isinstance(row[0], bytes) else b"damaged"
        gap = self.connection.execute(
            "SELECT last, hash FROM gap WHERE first <= ? ORDER BY first DESC LIMIT 1", (entry,)
        ).fetchone()
        if gap is not None and gap[0] >= entry:
            return gap[1] if gap[0] == entry else b""
        return None

    def rows(self, condition: str, values: Sequence[object], order: str = "entry", limit: int = -1) -> Iterator[Row]:
        """The entries that fulfil a condition in SQL, whose values are bound. Raises ``DamagedRecordError``."""
        query = f"SELECT {_COLUMNS} FROM entry WHERE {condition} ORDER BY {order} LIMIT {limit}"  # noqa: S608
        for values_of_row in self.connection.execute(query, values):
            yield self._row(values_of_row)

    def revisions(self, condition: str, values: Sequence[object], limit: int, order: str = "number") -> list[Revision]:
        """What people see of the entries that fulfil a condition, newest first. Raises ``DamagedRecordError``.

        ``order`` is ``number`` for those of one document, ``entry`` for those of several.

        The same as ``Row.revision`` of each, at a third of its cost: this is what lists a whole history.
        """
        query = f"SELECT {_SHOWN} FROM entry WHERE {condition} ORDER BY {order} DESC LIMIT {limit}"  # noqa: S608
        text, connection = self.words.text, self.connection
        found = []
        for entry, document, number, time, author, cause, version, reason, deleted, place, digest in connection.execute(
            query, values
        ):
            try:
                found.append(
                    Revision(
                        text(connection, document),
                        number,
                        time=_moment(time),
                        author=text(connection, author),
                        cause=text(connection, cause),
                        reason=None if reason is None else reason.decode("utf-8", "replace"),
                        version=None if version is None else text(connection, version),
                        digest=None if digest is None else digest.hex(),
                        deleted=bool(deleted),
                        group=entry - place,
                        entry=entry,
                        purged=digest is None,
                    )
                )
            except (DamagedRecordError, TypeError, AttributeError):
                raise DamagedRecordError(f"entry {entry!r} is damaged") from None
        return found

    def every(self) -> Iterator[tuple[int, Row | DamagedRecordError]]:
        """All entries in their order with their places; for one that is damaged, in what way."""
        for values in self.connection.execute(f"SELECT {_COLUMNS} FROM entry ORDER BY entry"):  # noqa: S608
            try:
                yield values[0], self._row(values)
            except DamagedRecordError as error:
                yield values[0], error

    def row(self, document: str, number: int | None) -> Row | None:
        """Return an entry by its number, or the latest one of a document, or None."""
        word = self.words.find(self.connection, document)
        if word is None:
            return None
        if number is None:
            return next(self.rows("document = ?", (word,), "number DESC", 1), None)
        if not 0 < number < 1 << 63:
            return None
        return next(self.rows("document = ? AND number = ?", (word, number)), None)

    def _row(self, values: Sequence[Any]) -> Row:
        entry, document, number, time, author, cause, version, reason, deleted, place, digest, seal, linked, files = (
            values
        )
        whole = (  # this is done for each of thousands, hence plain comparisons
            type(entry) is type(number) is type(time) is type(deleted) is type(place) is int
            and 0 <= time <= LATEST_TIME
            and type(seal) is type(linked) is bytes
            and (digest is None or (type(digest) is bytes and len(digest) == HASH_SIZE))
            and (reason is None or type(reason) is bytes)
            and (files is None or type(files) is bytes)
        )
        if not whole:
            raise DamagedRecordError(f"entry {entry!r} is damaged")
        text, connection = self.words.text, self.connection
        try:
            return Row(
                entry=entry,
                document=text(connection, document),
                number=number,
                time=time,
                author=text(connection, author),
                cause=text(connection, cause),
                version=None if version is None else text(connection, version),
                reason=None if reason is None else reason.decode("utf-8", "replace"),
                deleted=deleted,
                place=place,
                digest=digest,
                seal=seal,
                linked=linked,
                files=files,
            )
        except DamagedRecordError as error:
            raise DamagedRecordError(f"entry {entry}: {error}") from None

    def files(self, row: Row) -> dict[str, bytes]:
        """Return the files of an entry, each once. Raises ``DamagedRecordError``."""
        found = {}
        for word, content in row.manifest():
            found[self.words.text(self.connection, word)] = self.contents.load(self.connection, content)
        return found

    def add(self, row: Row, before: bytes) -> Row:
        """Add an entry at the end, linked to the hash ``before``; its ``hash`` is set here."""
        made = row.link(before)
        assert made is not None
        row.hash = made
        self.insert(row)
        return row

    def insert(self, row: Row) -> None:
        """Write an entry that has its hash."""
        word, connection = self.words.number, self.connection
        connection.execute(
            f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                row.entry,
                word(connection, row.document),
                row.number,
                row.time,
                word(connection, row.author),
                word(connection, row.cause),
                None if row.version is None else word(connection, row.version),
                row.reason,
                row.deleted,
                row.place,
                row.digest,
                row.seal,
                row.hash,
                row.files,
            ),
        )

    def upkeep(self, cause: str, author: str, reason: str, time: int) -> Row:
        """Record that the record itself was changed."""
        entry, before = self.head()
        last = self.row(UPKEEP, None)
        number = last.number + 1 if last is not None else 1
        row = Row(
            entry=entry + 1,
            document=UPKEEP,
            number=number,
            time=time,
            author=author,
            cause=cause,
            version=None,
            reason=reason,
            deleted=0,
            place=0,
            digest=digest_of({}),
            seal=os.urandom(KEY_SIZE),
            files=manifest_bytes(()),
        )
        return self.add(row, before)


def _moment(milliseconds: Any) -> float:
    """Seconds since 1970. Raises ``DamagedRecordError`` for what no entry has."""
    if type(milliseconds) is not int or not 0 <= milliseconds <= LATEST_TIME:
        raise DamagedRecordError("its time is damaged")
    return milliseconds / 1000
