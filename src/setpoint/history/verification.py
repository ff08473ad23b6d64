"""Checking the record: the chain, the numbers, the contents, and how far it had come."""

from __future__ import annotations

from ..errors import UsageError
from . import checkpoint
from .chain import digest_of
from .contents import DamagedRecordError
from .ledger import UPKEEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..diagnostic import Diagnostic
    from .checkpoint import Head
    from .ledger import Ledger
    from .row import Row

MATCHES, BEHIND, MISSING, UNFIT = "matches", "behind", "missing", "does not fit"


class Discrepancy:
    """One thing that is wrong with the record.

    Arguments: ``message`` says what; ``entry`` is its place in the whole record, ``document`` and ``number`` its
    revision, each None when that cannot be told.
    """

    __slots__ = ("document", "entry", "message", "number")

    def __init__(
        self, message: str, entry: int | None = None, document: str | None = None, number: int | None = None
    ) -> None:
        self.message = message
        self.entry = entry
        self.document = document
        self.number = number

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON shows it."""
        return {"entry": self.entry, "document": self.document, "number": self.number, "message": self.message}

    def __str__(self) -> str:
        place = "" if self.entry is None else f"entry {self.entry}"
        if self.document:
            place += f" (revision {self.number} of {self.document})"
        return f"{place}: {self.message}" if place else self.message

    def __repr__(self) -> str:
        return f"<Discrepancy {self}>"


class Verification:
    """What a check of the record found.

    ``problems`` are in the order of the record, the first bad entry first; ``ok`` is True when there is none.
    ``entries`` counts what was checked, ``pruned`` and ``purged`` what was taken out on purpose. ``head`` is how many
    entries there are and the hash of the last. ``checkpoint`` is ``matches``, ``behind`` (after a power cut, or while
    others append), ``missing`` or ``does not fit``.

    Found are: an entry that was changed, removed, inserted or moved; a content that is not what was recorded; an end
    that was cut off, as far as the checkpoint knew it. Not found is what somebody did who may write the folder, and
    worked out all hashes and the checkpoint anew; nor a cut whose checkpoint was removed with it. Against both keep
    ``head`` where they cannot write, and give it to ``verify``.
    """

    __slots__ = ("checkpoint", "entries", "head", "problems", "pruned", "purged")

    def __init__(
        self,
        problems: Iterable[Discrepancy],
        *,
        entries: int = 0,
        pruned: int = 0,
        purged: int = 0,
        head: tuple[int, str] | None = None,
        checkpoint: str = MISSING,
    ) -> None:
        self.problems = tuple(problems)
        self.entries = entries
        self.pruned = pruned
        self.purged = purged
        self.head = head
        self.checkpoint = checkpoint

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems

    @classmethod
    def of_nothing(cls, folder: str, expect: Head | None) -> Verification:
        """Return what is to be said where there is no record."""
        problems: list[Discrepancy] = []
        state = _fits(folder, expect, 0, lambda _: None, problems)
        return cls(problems, checkpoint=state)

    def with_damage(self, notices: Iterable[Diagnostic]) -> Verification:
        """Return it with the damage that was met on the way, which comes first."""
        damage = [Discrepancy(notice.message) for notice in notices if notice.rule == "history-damaged"]
        if not damage:
            return self
        facts = {name: getattr(self, name) for name in self.__slots__ if name != "problems"}
        return Verification((*damage, *self.problems), **facts)

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON shows it."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "pruned": self.pruned,
            "purged": self.purged,
            "head": None if self.head is None else {"entries": self.head[0], "hash": self.head[1]},
            "checkpoint": self.checkpoint,
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def __repr__(self) -> str:
        return f"<Verification of {self.entries} entries: {'ok' if self.ok else self.problems[0]}>"


def checked_files(ledger: Ledger, row: Row) -> dict[str, bytes]:
    """Return a revision's files when they are what its digest says. Raises ``DamagedRecordError``."""
    from .entry import is_relative

    files = ledger.files(row)
    if digest_of(files) != row.digest or not all(map(is_relative, files)):
        raise DamagedRecordError(f"the content of revision {row.number} of {row.document} is not what was recorded")
    return files


def expected_head(told: tuple[int, str] | None) -> Head | None:
    """Return a head as it was kept elsewhere. Raises ``UsageError`` when it is none."""
    if told is None:
        return None
    try:
        return int(told[0]), bytes.fromhex(told[1])
    except (ValueError, TypeError, IndexError):
        raise UsageError("a head is the number of entries and the hash of the last in hexadecimal") from None


def verify(ledger: Ledger, folder: str, expect: Head | None) -> Verification:
    """Check everything; see ``Verification``."""
    return _Walk(ledger).done(folder, expect)


class _Walk:
    """One way through the whole record, from its first entry to its last."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.problems: list[Discrepancy] = []
        self.entries = self.pruned = self.purged = 0
        self.said_pruned = self.said_purged = self.jumped = 0
        self.next_numbers: dict[str, int] = {}
        self.reached = 0  # the entry before the one that comes next
        self.before: bytes | None = None  # its hash, None where that is not known

    def done(self, folder: str, expect: Head | None) -> Verification:
        ledger, problems = self.ledger, self.problems
        for (line,) in ledger.connection.execute("PRAGMA integrity_check(10)").fetchall():
            if line != b"ok":
                problems.append(Discrepancy(f"the file is damaged: {line.decode('utf-8', 'replace')}"))
        try:
            self.before = ledger.genesis()
        except DamagedRecordError as error:
            problems.append(Discrepancy(str(error)))
        gaps = {first: (last, value) for first, last, value in ledger.connection.execute("SELECT * FROM gap")}
        for entry, row in ledger.every():
            self._step_over(gaps, entry)
            if entry != self.reached + 1:
                missing = f"{self.reached + 1}" if entry == self.reached + 2 else f"{self.reached + 1} to {entry - 1}"
                problems.append(Discrepancy(f"missing: {missing} came before it", entry, *_named(row)))
                self.before = None
            self._look_at(entry, row)
            self.reached = entry
        self._step_over(gaps, None)
        self._compare_counts(bool(gaps))
        head = None if self.before is None else (self.reached, self.before.hex())
        state = _fits(folder, expect, self.reached, ledger.hash_at, problems)
        return Verification(
            problems, entries=self.entries, pruned=self.pruned, purged=self.purged, head=head, checkpoint=state
        )

    def _step_over(self, gaps: dict[int, tuple[int, bytes]], entry: int | None) -> None:
        while self.reached + 1 != entry and self.reached + 1 in gaps:
            last, value = gaps.pop(self.reached + 1)
            self.pruned += last - self.reached
            self.reached, self.before = last, value

    def _look_at(self, entry: int, row: Row | DamagedRecordError) -> None:
        self.entries += 1
        if isinstance(row, DamagedRecordError):
            self.problems.append(Discrepancy(str(row), entry))
            self.before = None
            return

        def wrong(message: str) -> None:
            self.problems.append(Discrepancy(message, entry, row.document, row.number))

        made = row.link(row.hash if self.before is None else self.before)
        if made is None:
            wrong("its seal is damaged")
        elif self.before is not None and made != row.hash:
            wrong("does not fit the chain: it was changed or moved, or the entry before it was")
        self.before = row.hash
        expected = self.next_numbers.get(row.document, 1)
        if row.number < expected:
            wrong(f"its number should be {expected} or more")
        self.jumped += max(0, row.number - expected)
        self.next_numbers[row.document] = row.number + 1
        if row.document == UPKEEP and row.reason is not None:
            count = row.reason.split(" ", 1)[0]
            if count.isdecimal():
                self.said_pruned += int(count) if row.cause == "prune" else 0
                self.said_purged += int(count) if row.cause == "purge" else 0
        if row.is_purged:
            self.purged += 1
            if row.files is not None:
                wrong("was purged, and has a content")
            return
        try:
            checked_files(self.ledger, row)
        except DamagedRecordError as error:
            wrong(str(error))

    def _compare_counts(self, gaps_left: bool) -> None:
        problems = self.problems
        if problems:  # what follows from what was found already would only be noise
            return
        if gaps_left:
            problems.append(Discrepancy("a mark of pruned entries stands where entries are"))
        if self.jumped != self.pruned or self.said_pruned < self.pruned:
            problems.append(
                Discrepancy(f"{self.pruned} entries are marked as pruned, {self.said_pruned} were pruned on record")
            )
        if self.purged > self.said_purged:
            problems.append(
                Discrepancy(
                    f"{self.purged} revisions are marked as purged, and {self.said_purged} were purged on record"
                )
            )


def _named(row: Row | DamagedRecordError) -> tuple[str | None, int | None]:
    return (None, None) if isinstance(row, DamagedRecordError) else (row.document, row.number)


def _fits(folder: str, expect: Head | None, reached: int, hash_at: Any, problems: list[Discrepancy]) -> str:
    """Compare with the checkpoint and with what is expected; return the checkpoint's state."""
    state = MISSING
    found: Head | None
    try:
        found = checkpoint.read(folder)
    except (checkpoint.UnreadableCheckpointError, OSError):
        found = None
        state = UNFIT
        problems.append(Discrepancy(f"{checkpoint.NAME} cannot be read"))
    if found is not None:
        trouble = _unlike(found, reached, hash_at)
        state = UNFIT if trouble else MATCHES if found[0] == reached else BEHIND
        if trouble:
            problems.append(Discrepancy(f"{trouble}, says {checkpoint.NAME}"))
    if expect is not None:
        trouble = _unlike(expect, reached, hash_at)
        if trouble:
            problems.append(Discrepancy(f"{trouble}, says the head that was expected"))
    return state


def _unlike(wanted: Head, reached: int, hash_at: Any) -> str | None:
    if wanted[0] > reached:
        return f"the record ends at entry {reached}, and there were {wanted[0]}: its end is missing"
    if wanted[0] == 0 or hash_at(wanted[0]) in (wanted[1], b""):
        return None
    return f"entry {wanted[0]} is not the one that was recorded"
