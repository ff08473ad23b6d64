"""``HistoryProbe``: whether the record of revisions is what was recorded, checked a part at a time."""

from __future__ import annotations

import os
import time

from ..reading import key_of
from .health import CRITICAL, DEGRADED, WARNING, Reason, listed
from .probe import Found
from .record_view import UnreadableError, record_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..history.ledger import Ledger
    from ..history.row import Row
    from ..reading import StatKey
    from ..system import ConfigSystem
    from .record_view import RecordView

_SECONDS = 0.02  # that one look spends on the chain: about two hundred small revisions
_ROWS = 32  # that are read at once
_VERIFY = "'setpoint history --verify' says what else is; put back a copy of the record, or move it away for a new one"


class HistoryProbe:
    """Walks along the chain of the record, each look where the last one ended, and new entries first.

    A small record is checked whole whenever its file has changed; a large one in as many looks as it takes, over and
    over. Where something was found wrong it looks again each time. It only reads: nothing is repaired or set aside.
    Indexes and free pages of the file it does not look at: ``History.verify`` does.
    """

    title = "the record of revisions"

    def __init__(self, system: ConfigSystem) -> None:
        self._system = system
        self._keys: tuple[StatKey | None, ...] = ()
        self._place = 0  # the entry up to which the walk has come
        self._left: int | None = None  # so many entries until the record was checked whole since its file changed
        self._head = (0, b"")  # the last entry and its hash as they were last seen
        self._wrong: tuple[int, str] | None = None  # the entry before the first bad one, and what is bad
        self._tries = 0
        self.checked = 0  # entries, for tests and for the curious

    def look(self, now: float) -> Found:  # noqa: ARG002
        """Return what is wrong with the record, as far as this look has come."""
        from ..history import checkpoint, creation, tail

        folder = self._system._state.folder
        path = os.path.join(folder, creation.NAME)
        reasons = self._aside(folder)
        keys = tuple(_key(os.path.join(folder, name)) for name in (creation.NAME, tail.NAME, checkpoint.NAME))
        if keys[0] is None:
            if self._head[0] and not reasons:
                reasons.append(_damaged(path, f"it is gone, and had {self._head[0]} entries"))
            return Found(reasons)
        if not os.access(path, os.R_OK | os.W_OK):
            reasons.append(
                Reason(
                    "history-unwritable",
                    WARNING,
                    f"{path}: this user may not write it, so no change can be made or recorded",
                    "repair its owner and mode (0600)",
                    subject=path,
                )
            )
        if keys != self._keys:
            self._left = None
        try:
            if self._left is None or self._left > 0 or self._wrong is not None:
                recorded = self._checkpoint(folder)  # before the record, which may only have come further since
                with record_view(folder) as view:
                    self._walk(view, recorded)
        except UnreadableError as error:
            if error.is_damaged:
                return Found([*reasons, _damaged(path, str(error))])
            self._tries += 1
            if self._tries > 1:  # once may be somebody who is just writing
                reasons.append(
                    Reason(
                        "history-unreadable",
                        DEGRADED,
                        f"{path}: cannot be looked at: {error}",
                        "see who holds it; it is tried again at the next look",
                        subject=path,
                    )
                )
            return Found(reasons)
        self._tries = 0
        self._keys = keys
        if self._wrong is not None:
            reasons.append(_damaged(path, self._wrong[1]))
        return Found(reasons)

    def _aside(self, folder: str) -> list[Reason]:
        """Return a reason for records that were found damaged once and set aside, as long as they are there."""
        try:
            names = sorted(name for name in os.listdir(folder) if name.startswith("history.damaged-"))
        except OSError:  # no folder yet
            return []
        if not names:
            return []
        since = min((_time(os.path.join(folder, name)) for name in names), default=0.0)
        return [
            Reason(
                "history-damaged",
                CRITICAL,
                f"a damaged record of revisions was set aside in {folder}: {listed(names)}",
                "look at what is in it, and move it out of the folder: then this is over",
                since=since,
                subject=folder,
            )
        ]

    def _checkpoint(self, folder: str) -> tuple[int, bytes] | None:
        from ..history import checkpoint

        try:
            return checkpoint.read(folder)
        except (checkpoint.UnreadableCheckpointError, OSError):
            raise UnreadableError(f"{checkpoint.NAME} cannot be read", is_damaged=True) from None

    def _walk(self, view: RecordView, recorded: tuple[int, bytes] | None) -> None:
        """Check the end of the record, then what is new in it, then as much of the rest as there is time for."""
        end = time.monotonic() + _SECONDS
        head, last = view.head(), view.ledger.head()[0]
        trouble = _end_of(view, head, {"this process has seen": self._head, "its checkpoint says": recorded})
        if trouble is not None:
            self._wrong = (self._place, trouble)
            return
        before, self._head = self._head[0], head
        if self._left is None:
            self._left = last
        if self._wrong is not None:
            self._place, self._left = self._wrong[0], last
        self._wrong = None
        place = before if 0 < before < last else last
        while place < last and self._wrong is None and time.monotonic() < end:
            place = self._some(view.ledger, place, last)
        while self._left > 0 and self._wrong is None and time.monotonic() < end:
            start = self._place if self._place < last else 0
            self._place = self._some(view.ledger, start, last)
            self._left -= self._place - start

    def _some(self, ledger: Ledger, start: int, last: int) -> int:
        """Check some entries behind one, and return the last good one; when one is not, ``_wrong`` says so."""
        from ..history.contents import DamagedRecordError
        from ..history.verification import checked_files

        before: bytes | None = None
        place = start
        try:
            for row in ledger.rows("entry > ?", (start,), "entry", _ROWS):
                self.checked += 1
                if before is None or row.entry != place + 1:
                    before = _hash_before(ledger, row)
                    if before is None:
                        self._wrong = (place, f"an entry before {row.entry} is missing")
                        return place
                if row.link(before) != row.hash:
                    self._wrong = (place, f"{_named(row)} does not fit the chain: it was changed, moved or inserted")
                    return place
                if not row.is_purged:
                    checked_files(ledger, row)
                before, place = row.hash, row.entry
        except DamagedRecordError as error:
            self._wrong = (place, str(error))
            return place
        return place if place > start else last  # behind it is only what was pruned


def _end_of(view: RecordView, head: tuple[int, bytes], known: Mapping[str, tuple[int, bytes] | None]) -> str | None:
    """Return what is wrong with the record's end: one that was cut off, or written anew."""
    for who, told in known.items():
        if told is None or not told[0]:
            continue
        if told[0] > head[0]:
            return f"it ends at entry {head[0]}, and {who} {told[0]}: its end is missing"
        if view.hash_at(told[0]) not in (told[1], b""):
            return f"entry {told[0]} is not the one that {who}"
    return None


def _hash_before(ledger: Ledger, row: Row) -> bytes | None:
    """Return the hash that an entry follows on; None when that is not there. What was pruned has left its hash."""
    found = ledger.genesis() if row.entry == 1 else ledger.hash_at(row.entry - 1)
    return found or None


def _named(row: Row) -> str:
    return f"entry {row.entry}" + (f" (revision {row.number} of {row.document})" if row.document else "")


def _damaged(path: str, what: str) -> Reason:
    return Reason("history-damaged", CRITICAL, f"{path}: the record is damaged: {what}", _VERIFY, subject=path)


def _key(path: str) -> StatKey | None:
    try:
        return key_of(os.stat(path))
    except OSError:
        return None


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:  # it has just been moved away
        return time.time()
