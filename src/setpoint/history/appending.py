"""Adding revisions: several documents in one transaction."""

from __future__ import annotations

import os

from .chain import KEY_SIZE, digest_of
from .contents import DamagedRecordError, manifest_bytes
from .database import UnusableRecordError
from .row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .checkpoint import Head
    from .contents import Manifest
    from .entry import Entry
    from .ledger import Ledger

CONTENTS_PER_ENTRY = 1000  # a content's number is its entry's, times this, plus its place: never used twice


class Appended:
    """What an append did: the row of each entry, new or as it was, and the heads before and after."""

    __slots__ = ("after", "before", "rows")

    def __init__(self, rows: list[Row], before: Head, after: Head) -> None:
        self.rows = rows
        self.before = before
        self.after = after


def append(ledger: Ledger, entries: Sequence[Entry], time: int, *, always: bool) -> Appended:
    """Add what changed; see ``History.append``. Raises ``UnusableRecordError`` when the record cannot be gone on with.

    Arguments: ``time`` in milliseconds since 1970.
    """
    try:
        before = head = ledger.head()
        rows = []
        place = 0
        for entry in entries:
            latest = ledger.row(entry.document, None)
            digest = digest_of(entry.files)
            if latest is not None and not always and is_latest(entry, digest, latest):
                rows.append(latest)
                continue
            row = row_of(entry, digest, latest, head, time=time, place=place)
            keep(ledger, row, entry.files, latest)
            rows.append(row)
            head = (row.entry, row.hash)
            place += 1
    except DamagedRecordError as error:
        raise UnusableRecordError(str(error)) from None
    return Appended(rows, before, head)


def row_of(entry: Entry, digest: bytes, latest: Row | None, head: Head, *, time: int, place: int) -> Row:
    """Return the row of an entry behind ``head``, linked to it, without its manifest.

    Arguments: ``digest`` is that of its files, ``latest`` its document's newest row, ``place`` its place in the group.
    """
    row = Row(
        entry=head[0] + 1,
        document=entry.document,
        number=latest.number + 1 if latest is not None else 1,
        time=time,
        author=entry.author,
        cause=entry.cause,
        version=entry.version,
        reason=entry.reason,
        deleted=int(entry.deleted),
        place=place,
        digest=digest,
        seal=os.urandom(KEY_SIZE),
    )
    made = row.link(head[1])
    assert made is not None
    row.hash = made
    return row


def keep(ledger: Ledger, row: Row, files: Mapping[str, bytes], latest: Row | None) -> None:
    """Write a row that has its hash, and the contents of its files. Arguments: ``latest`` as for ``row_of``."""
    row.files = manifest_bytes(stored(ledger, files, row.entry, _last_with_files(ledger, latest)))
    ledger.insert(row)


def is_latest(entry: Entry, digest: bytes, latest: Row | None) -> bool:
    """True when an entry says what its document's newest row says already."""
    return latest is not None and latest.digest == digest and latest.deleted == entry.deleted


def _last_with_files(ledger: Ledger, latest: Row | None) -> Row | None:
    """The newest revision that has files: a document that comes back is like what it was."""
    if latest is not None and latest.deleted and not latest.files:
        return ledger.row(latest.document, latest.number - 1)
    return latest


def stored(ledger: Ledger, files: Mapping[str, bytes], number: int, earlier: Row | None) -> Manifest:
    """Write the contents that are not there yet, and return the manifest.

    Arguments: ``number`` is the entry's, ``earlier`` the one whose contents these are probably like.
    """
    known: dict[str, int] = {}
    if earlier is not None and not earlier.is_purged:
        known = {ledger.words.text(ledger.connection, word): content for word, content in earlier.manifest()}
    manifest = []
    for index, (name, data) in enumerate(sorted(files.items())):
        word = ledger.words.number(ledger.connection, name)
        content = number * CONTENTS_PER_ENTRY + index
        base = known.get(name)
        try:
            if base is not None and ledger.contents.load(ledger.connection, base) == data:
                manifest.append((word, base))
                continue
            ledger.contents.store(ledger.connection, content, data, base)
        except DamagedRecordError:  # verify names it; the new content is written whole
            ledger.contents.store(ledger.connection, content, data, None)
        manifest.append((word, content))
    return tuple(manifest)
