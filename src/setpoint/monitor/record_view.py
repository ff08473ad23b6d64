"""Looking at the record of revisions without touching it: nothing is set aside, moved or written."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..history.ledger import Ledger
    from ..history.row import Row

_TIMEOUT = 0.5  # seconds to wait for somebody who is just writing


class UnreadableError(Exception):
    """The record cannot be read now; ``is_damaged`` is True when that is because of what is in it."""

    def __init__(self, message: str, *, is_damaged: bool) -> None:
        super().__init__(message)
        self.is_damaged = is_damaged


class RecordView:
    """The record at one moment: ``ledger`` is what is in the database, ``added`` what follows on it in the tail."""

    __slots__ = ("added", "ledger")

    def __init__(self, ledger: Ledger, added: list[Row]) -> None:
        self.ledger = ledger
        self.added = added

    def head(self) -> tuple[int, bytes]:
        """Return the number of entries and the hash of the last. Raises ``UnreadableError`` within ``record_view``."""
        return (self.added[-1].entry, self.added[-1].hash) if self.added else self.ledger.head()

    def hash_at(self, entry: int) -> bytes | None:
        """Return the hash of an entry: ``b""`` when it was pruned and not kept, None when the record ends before."""
        for row in self.added:
            if row.entry == entry:
                return row.hash
        return self.ledger.hash_at(entry)


@contextmanager
def record_view(folder: str) -> Iterator[RecordView]:
    """Give the record in a state directory as it is at one moment, to be read only.

    Raises ``UnreadableError``, also for what is met while it is read.
    """
    import sqlite3
    from contextlib import closing
    from urllib.parse import quote

    from ..history.contents import Contents, DamagedRecordError
    from ..history.creation import NAME, is_ours
    from ..history.ledger import Ledger
    from ..history.refusal import is_damage
    from ..history.words import Words

    path = os.path.join(folder, NAME)
    try:
        uri = f"file:{quote(os.fsencode(path))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=_TIMEOUT, isolation_level=None)) as connection:
            connection.text_factory = bytes
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
            connection.execute("PRAGMA mmap_size=0")
            frames = _frames(folder)  # before the database: what is moved there meanwhile is in both, never in none
            connection.execute("BEGIN")
            refusal = is_ours(connection)
            if refusal:
                raise UnreadableError(refusal, is_damaged=True)
            ledger = Ledger(connection, Words(), Contents())
            yield RecordView(ledger, _following(frames, ledger.head()))
    except DamagedRecordError as error:
        raise UnreadableError(str(error), is_damaged=True) from None
    except UnicodeDecodeError:  # sqlite3 could not even read SQLite's message about the damage
        raise UnreadableError("it is damaged", is_damaged=True) from None
    except sqlite3.Error as error:
        raise UnreadableError(str(error), is_damaged=is_damage(error)) from None


def _frames(folder: str) -> list[Row]:
    """Return the entries that the tail holds. What is torn ends it, as for whoever moves it into the database."""
    from ..history.frame import unpacked
    from ..history.tail import Tail

    rows: list[Row] = []
    with suppress(OSError, ValueError):
        for body in Tail(folder).frames():
            rows += [row for row, _ in unpacked(body)]
    return rows


def _following(rows: list[Row], head: tuple[int, bytes]) -> list[Row]:
    """Return those entries that continue a record with this end, as far as they do."""
    number, linked = head
    following = []
    for row in rows:
        if row.entry == number + 1 and row.link(linked) == row.hash:
            following.append(row)
            number, linked = row.entry, row.hash
    return following
