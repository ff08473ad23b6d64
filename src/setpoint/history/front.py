"""``Front``: the end of the record as this process left it, to which it can add without opening the database."""

from __future__ import annotations

import os

from ..reading import key_of
from .appending import Appended, is_latest, row_of
from .chain import digest_of
from .folder_lock import locked
from .tail import START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .checkpoint import Head
    from .database import Database
    from .entry import Entry
    from .row import Row

# After so many frames the tail is moved into the database, which takes about a fifth of a millisecond for each.
_MOST_FRAMES = 32
_LARGEST = 64 * 1024  # bytes of contents in one frame, before they are compressed
_MOST_ROWS = 1000  # documents whose newest rows are remembered


class Front:
    """What this process knows of the record's end since it wrote there last: nothing when somebody else has written.

    Arguments: ``find`` returns the newest row of a document in the database, or None. All methods are called with the
    database's lock held.
    """

    __slots__ = ("_database", "_find", "_frames", "_head", "_left", "_place", "_rows")

    def __init__(self, database: Database, find: Callable[[str], Row | None]) -> None:
        self._database = database
        self._find = find
        self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self.learn(None)

    def learn(self, head: Head | None, rows: Sequence[Row] = ()) -> None:
        """Know what this process has just left: an empty tail, the record's end, and the newest rows of documents."""
        self._head = head
        self._left = self._database.left
        self._place = START
        self._frames = 0
        self._rows = {row.document: row for row in rows}

    @property
    def has_frames(self) -> bool:
        """True when this process has put something into the tail that it has not moved on."""
        return self._head is not None and self._frames > 0

    def latest(self, document: str) -> Row | None:
        """Return the newest row of a document, if that is known."""
        return self._rows.get(document) if self._holds() else None

    def append(self, entries: Sequence[Entry], time: int, *, always: bool) -> Appended | None:
        """Add what changed to the tail, as ``appending.append`` does to the database; None when it has to go there.

        Returns once it would survive a power cut. Raises ``OSError``, and ``UnavailableError`` for a lock that is not
        to be had: then nothing was added, unless ``OSError`` came twice.
        """
        size = sum(len(data) for entry in entries for data in entry.files.values())
        if self._head is None or self._frames >= _MOST_FRAMES or size > _LARGEST:
            return None
        if len(self._rows) > _MOST_ROWS and not self._frames:
            self._rows.clear()
        for document in {entry.document for entry in entries}:
            if document not in self._rows:  # nothing of it is in the tail
                row = self._find(document)
                if row is not None:
                    self._rows[document] = row
        with locked(self._database.folder, self._database.timeout):
            return self._added(entries, time, always) if self._holds() else None

    def _added(self, entries: Sequence[Entry], time: int, always: bool) -> Appended | None:
        assert self._head is not None
        before = head = self._head
        rows: list[Row] = []
        added: list[tuple[Row, Entry]] = []
        newest: dict[str, Row] = {}
        for entry in entries:
            document = entry.document
            latest = newest.get(document) or self._rows.get(document)
            digest = digest_of(entry.files)
            if latest is not None and not always and is_latest(entry, digest, latest):
                rows.append(latest)
                continue
            row = row_of(entry, digest, latest, head, time=time, place=len(added))
            rows.append(row)
            added.append((row, entry))
            head, newest[document] = (row.entry, row.hash), row
        if added:
            from .frame import packed

            body = packed(added)
            if body is None or not self._database.tail.room(self._place, body):
                return None
            self._head = None  # not known until it is written
            self._place = self._database.tail.write(self._place, body)
            self._frames += 1
            self._head = head
        self._rows.update((row.document, row) for row in rows)
        return Appended(rows, before, head)

    def _holds(self) -> bool:
        """True when nobody has written to the record since: neither into its database nor behind the last frame."""
        if self._head is None or self._left is None:
            return False
        stamp, key = self._left
        try:
            if self._database.tail.look(self._place) == stamp and key_of(os.stat(self._database.path)) == key:
                return True
        except OSError:
            pass  # what is wrong with it is told by the long way, which opens the database
        self.forget()
        return False
