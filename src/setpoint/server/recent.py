"""``Recent``: the newest events, numbered, and without what only their making needed."""

from __future__ import annotations

from ..change import ABSENT, Change
from ..events import Rejected, Reloaded
from ..saved import Saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..diagnostic import Diagnostic
    from ..events import Event

MOST_CHANGES = 1000  # of one document in one event; how many more there were is said
_MOST_FINDINGS = 200  # of one refusal
_MOST_BYTES = 32 * 2**20  # of all events that are kept, as they are estimated here
_LARGEST = 512 * 1024  # bytes of one event; of a larger one the values are not kept
_NODE = 64  # bytes that a place in a tree takes, beside its text: about that of CPython 3.11


class Happened:
    """One event that is kept.

    Arguments: ``event`` is as ``lighten`` made it; ``number`` its place among all.

    ``generation`` is the one it made, None when it made none; ``left_off`` how many changes of each document were left
    off, because there are too many to send; ``has_values`` is False when they are too large to keep.
    """

    __slots__ = ("event", "generation", "has_values", "left_off", "number", "size")

    def __init__(
        self, event: Event, size: int, left_off: dict[str, int] | None = None, has_values: bool = True
    ) -> None:
        self.number = 0
        self.event = event
        self.size = size
        self.left_off = left_off or {}
        self.has_values = has_values
        self.generation: int | None = event.generation if isinstance(event, Reloaded) else None


class Recent:
    """The newest events by number: 1, 2, 3 … without gaps, except where events were lost.

    Arguments: ``most`` is how many are kept; fewer when they are large. ``generation`` is the one that was served when
    the first of them was awaited.

    ``newest`` is the number of the newest; ``oldest`` that of the oldest that is kept, one more than ``newest`` when
    none is. ``generation`` is the newest that an event told of, and ``forgotten`` the newest whose event is not kept.
    """

    __slots__ = ("_happened", "_most", "_size", "forgotten", "generation", "newest", "oldest")

    def __init__(self, most: int, generation: int) -> None:
        self._most = max(1, most)
        self._happened: dict[int, Happened] = {}
        self._size = 0
        self.newest = 0
        self.oldest = 1
        self.generation = self.forgotten = generation

    def add(self, made: Happened) -> None:
        """Keep one more event, and let go of the oldest when there are too many."""
        self.newest += 1
        made.number = self.newest
        self._happened[self.newest] = made
        self._size += made.size
        if made.generation is not None:
            self.generation = max(self.generation, made.generation)
        while len(self._happened) > self._most or (self._size > _MOST_BYTES and len(self._happened) > 1):
            self._forget_oldest()

    def lose(self, generation: int) -> None:
        """Note that events were lost: nobody can go on from before, and ``generation`` is what is served now."""
        while self._happened:
            self._forget_oldest()
        self.newest += 1
        self.oldest = self.newest + 1
        self.generation = self.forgotten = max(generation, self.generation)

    def get(self, number: int) -> Happened:
        """Return the event of a number that is kept."""
        return self._happened[number]

    def has_all_after(self, number: int) -> bool:
        """True when every event after this number is kept, and the number was given."""
        return self.oldest - 1 <= number <= self.newest

    def made_after(self, generation: int) -> list[Happened]:
        """Return the events that made a generation after this one, oldest first."""
        found: list[Happened] = []
        for number in range(self.newest, self.oldest - 1, -1):
            one = self._happened[number]
            if one.generation is not None:
                if one.generation <= generation:
                    break
                found.append(one)
        found.reverse()
        return found

    def _forget_oldest(self) -> None:
        gone = self._happened.pop(self.oldest)
        self.oldest += 1
        self._size -= gone.size
        if gone.generation is not None:
            self.forgotten = max(self.forgotten, gone.generation)


def lighten(event: Event) -> Happened:
    """Return an event as it is kept.

    An event that was just published holds the trees from before and after, or the texts, to work out from them what is
    different. What is kept of it are the changes: where, from what to what, for whoever may see that. For a large
    document this takes as long as comparing it: not for an event loop.
    """
    if isinstance(event, Reloaded):
        return _reloaded(event)
    if isinstance(event, Rejected):
        found = event.diagnostics[:_MOST_FINDINGS]
        made = Rejected(event.documents, found, event.message, event.held, at=event.at)
        return Happened(made, sum(map(_size_of_finding, found)) + _size([event.message, *event.documents, *event.held]))
    if isinstance(event, Saved):
        light = type(event)(event.revisions, {}, event.notes, documents=event.documents, at=event.at)
        return Happened(light, _NODE * 16 * (1 + len(event.revisions)) + _size([*event.notes, *event.documents]))
    return Happened(event, _NODE * 16 + _size(list(event.documents)))


def _reloaded(event: Reloaded) -> Happened:
    kept: list[Change] = []
    counts: dict[str, int] = {}
    size = _size(list(event.documents))
    for one in event.changes:
        count = counts[one.document] = counts.get(one.document, 0) + 1
        if count <= MOST_CHANGES:
            kept.append(one)
            size += _NODE + _size([*one.parts, one.before, one.after], _LARGEST)
    has_values = size <= _LARGEST
    if not has_values:
        kept = [
            Change(
                one.document,
                one.parts,
                ABSENT if one.before is ABSENT else None,
                ABSENT if one.after is ABSENT else None,
            )
            for one in kept
        ]
        size = sum(_NODE + _size(list(one.parts)) for one in kept)
    left_off = {name: count - MOST_CHANGES for name, count in counts.items() if count > MOST_CHANGES}
    light = Reloaded(event.documents, event.generation, event.seconds, kept, cause=event.cause, at=event.at)
    return Happened(light, size, left_off, has_values)


def _size_of_finding(one: Diagnostic) -> int:
    return _NODE * 16 + _size([part for part in (one.message, one.suggestion) if part])


def _size(values: Iterable[Any], enough: int = _MOST_BYTES) -> int:
    """Return about how many bytes values take; some number above ``enough`` when it is more than that."""
    total = 0
    waiting = list(values)
    while waiting and total <= enough:
        value = waiting.pop()
        total += _NODE
        if isinstance(value, str):
            total += len(value)
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    return total
