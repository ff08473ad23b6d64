"""Taking out of the record what is old, or what should never have been in it."""

from __future__ import annotations

import os

from .contents import DamagedRecordError
from .ledger import UPKEEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .checkpoint import Head
    from .ledger import Ledger
    from .row import Row

_MOST_NAMED = 20  # documents in the reason of an entry


class Pruned:
    """What a ``prune`` removed: ``removed`` maps a document to the first and last number; ``count`` is over all."""

    __slots__ = ("after", "before", "count", "removed")

    def __init__(self, removed: dict[str, tuple[int, int]], before: Head, after: Head) -> None:
        self.removed = removed
        self.count = sum(last - first + 1 for first, last in removed.values())
        self.before = before
        self.after = after

    def __repr__(self) -> str:
        return f"<Pruned {self.count}: {self.removed}>"


class Purged:
    """What a ``purge`` reached: ``revisions`` as pairs of document and number.

    ``remaining`` says, in sentences, where the secret still is or may be.
    """

    __slots__ = ("after", "before", "remaining", "revisions")

    def __init__(
        self, revisions: tuple[tuple[str, int], ...], remaining: tuple[str, ...], before: Head, after: Head
    ) -> None:
        self.revisions = revisions
        self.remaining = remaining
        self.before = before
        self.after = after

    def __repr__(self) -> str:
        return f"<Purged {len(self.revisions)} revisions, {len(self.remaining)} remaining>"


def prune(
    ledger: Ledger, document: str | None, *, keep: int | None, older_than: int | None, author: str, now: int
) -> Pruned:
    """Remove old revisions; see ``History.prune``. Times are milliseconds. Raises ``DamagedRecordError``."""
    connection = ledger.connection
    before = ledger.head()
    words = [row[0] for row in connection.execute("SELECT DISTINCT document FROM entry").fetchall()]
    gone: list[tuple[int, int, bytes]] = []
    removed: dict[str, tuple[int, int]] = {}
    for word in words:
        name = ledger.words.text(connection, word)
        if name == UPKEEP or document not in (None, name):
            continue
        old = _old(list(ledger.rows("document = ?", (word,), "number")), keep, older_than)
        if old:
            removed[name] = (old[0].number, old[-1].number)
            gone += [(row.entry, row.entry, row.hash) for row in old]
    if not gone:
        return Pruned({}, before, before)
    connection.executemany("DELETE FROM entry WHERE entry = ?", [(entry,) for entry, _, _ in gone])
    _close_gaps(ledger, gone)
    _drop_unused(ledger)
    listed = [f"{name} {first}-{last}" for name, (first, last) in sorted(removed.items())]
    more = f" and {len(listed) - _MOST_NAMED} more documents" if len(listed) > _MOST_NAMED else ""
    reason = f"{len(gone)} revisions pruned: {', '.join(listed[:_MOST_NAMED])}{more}"
    row = ledger.upkeep("prune", author, reason, now)
    return Pruned(removed, before, (row.entry, row.hash))


def _old(rows: list[Row], keep: int | None, older_than: int | None) -> list[Row]:
    """The rows before the first one that stays."""
    first = len(rows) - 1
    if keep is not None:
        first = min(first, max(0, len(rows) - keep))
    if older_than is not None:
        young = next((index for index, row in enumerate(rows) if row.time >= older_than), len(rows) - 1)
        first = min(first, young)
    return rows[:first]


def _close_gaps(ledger: Ledger, gone: list[tuple[int, int, bytes]]) -> None:
    """Write one gap for each run of pruned entries, with the hash of its last: the chain goes on from there."""
    connection = ledger.connection
    runs: list[tuple[int, int, bytes]] = []
    for first, last, value in sorted(gone + connection.execute("SELECT first, last, hash FROM gap").fetchall()):
        if runs and runs[-1][1] + 1 == first:
            runs[-1] = (runs[-1][0], last, value)
        else:
            runs.append((first, last, value))
    connection.execute("DELETE FROM gap")
    connection.executemany("INSERT INTO gap VALUES (?, ?, ?)", runs)


def _drop_unused(ledger: Ledger) -> None:
    """Remove the contents that no entry has any more."""
    used: set[int] = set()
    for row in ledger.rows("files IS NOT NULL", ()):
        used.update(content for _, content in row.manifest())
    there = {number for (number,) in ledger.connection.execute("SELECT id FROM content")}
    ledger.contents.drop(ledger.connection, there - used)


def purge(ledger: Ledger, secret: bytes, author: str, reason: str, now: int) -> Purged:
    """Take out what holds a secret; see ``History.purge``. Raises ``DamagedRecordError``."""
    connection = ledger.connection
    before = after = ledger.head()
    rows = list(ledger.rows("document IS NOT NULL", ()))
    held, remaining = _holding(ledger, rows, secret)
    reached = []
    for row in rows:
        content_too = not row.is_purged and any(content in held for _, content in row.manifest())
        reason_too = row.reason is not None and secret in row.reason.encode("utf-8", "replace")
        if not content_too and not reason_too:
            continue
        seals = row.seals()
        if seals is None:
            raise DamagedRecordError(f"the seal of revision {row.number} of {row.document} is damaged")
        seal = seals.without(content=content_too, reason=reason_too)
        connection.execute("UPDATE entry SET seal = ? WHERE entry = ?", (seal, row.entry))
        if content_too:
            connection.execute("UPDATE entry SET digest = NULL, files = NULL WHERE entry = ?", (row.entry,))
        if reason_too:
            connection.execute("UPDATE entry SET reason = NULL WHERE entry = ?", (row.entry,))
        reached.append((row.document, row.number))
    _drop_unused(ledger)
    if reached:
        done = ledger.upkeep("purge", author, f"{len(reached)} revisions purged: {reason}", now)
        after = (done.entry, done.hash)
    words = [text for (text,) in connection.execute("SELECT text FROM word")]
    if any(secret in text for text in words):
        remaining.append("it stands in the name of a document, a file, an author, a cause or a version of the record")
    return Purged(tuple(reached), tuple(remaining), before, after)


def _holding(ledger: Ledger, rows: list[Row], secret: bytes) -> tuple[set[int], list[str]]:
    """The contents that hold the secret, and what cannot be told."""
    held: set[int] = set()
    seen: set[int] = set()
    unknown = []
    for row in rows:
        if row.is_purged:
            continue
        for _, content in row.manifest():
            if content in seen:
                continue
            seen.add(content)
            try:
                if secret in ledger.contents.load(ledger.connection, content):
                    held.add(content)
            except DamagedRecordError:
                unknown.append(f"revision {row.number} of {row.document} is damaged and could not be looked into")
    return held, unknown


def set_aside(folder: str) -> tuple[str, ...]:
    """What is to be said of damaged records in a folder, which no purge looks into."""
    if not os.path.isdir(folder):
        return ()
    names = sorted(name for name in os.listdir(folder) if name.startswith("history.damaged-"))
    return tuple(f"{name} was set aside as damaged and was not looked into; remove it" for name in names)
