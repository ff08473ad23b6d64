"""Changes that are made together: one reading of the text serves as many as do not get in each other's way.

That they do not is guessed from their paths and seen from their spans; the guard proves the result, and where it does
not hold, the same changes are made in smaller batches.
"""

from __future__ import annotations

from bisect import bisect_right

from .change import Insert, Move, Remove, Rename, Replace
from .outcome import outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree
    from .change import Change, Parts
    from .guard import Draft
    from .splice import Splice

# Positions of one list are translated through all that changed in it before, so that a batch of n costs n² of this.
_MOST_IN_ONE_COLLECTION = 256


class Batch:
    """Changes of one draft, collected as splices of its text. ``tree`` is what they make of its tree."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.tree: Tree = draft.tree
        self.changes: list[Change] = []
        self._splices: list[Splice] = []  # ascending
        self._starts: list[int] = []
        self._touched: set[Parts] = set()
        self._above: set[Parts] = {()}  # every place that has a touched one inside
        self._collections: dict[Parts, _Collection] = {}

    def translated(self, change: Change) -> Change | None:
        """Return the change in terms of the draft's tree, or None when it has to wait for what is in the batch."""
        if not self.changes:
            return change
        if isinstance(change, Move):
            return None
        parts = self._original(change.parts)
        if parts is None or any(parts[:length] in self._touched for length in range(len(parts) + 1)):
            return None
        if isinstance(change, Insert):
            collection = self._collections.get(parts)
            position: int | None = change.position
            if collection is not None:
                position = collection.gap(change.position)
                if position is None or not collection.is_free(position - 1, position, ()):
                    return None
            if change.key is not None and (*parts, change.key) in self._touched:
                return None
            assert position is not None
            return Insert(parts, position, change.key, change.value)
        if parts in self._above:
            return None
        if isinstance(change, Replace):
            return Replace(parts, change.value)
        if isinstance(change, Rename):
            return None if (*parts[:-1], change.key) in self._touched else Rename(parts, change.key)
        collection = self._collections.get(parts[:-1])
        if collection is not None:
            index = self._index(parts)
            if not collection.is_free(index - 1, index + 1, (index, index + 1)):
                return None
        return Remove(parts)

    def has_room(self, splices: list[Splice]) -> bool:
        """True when splices overlap none of the batch; what merely touches another goes behind it."""
        for splice in splices:
            index = bisect_right(self._starts, splice.start)
            if index and self._splices[index - 1].end > splice.start:
                return False
            # An insertion may stand where another stretch starts; two stretches may not start at the same place.
            if index and self._starts[index - 1] == splice.start and splice.end > splice.start:
                return False
            if index < len(self._starts) and self._starts[index] < splice.end:
                return False
        return True

    def add(self, change: Change, original: Change, splices: list[Splice]) -> None:
        """Take in a change, with what it is in terms of the draft's tree, and the splices that make it."""
        self.tree = outcome(self.tree, change)
        self.changes.append(change)
        for splice in splices:
            index = bisect_right(self._starts, splice.start)
            self._starts.insert(index, splice.start)
            self._splices.insert(index, splice)
        if isinstance(change, Move) or isinstance(original, Move):
            return  # it stays alone
        parts = original.parts
        if isinstance(original, Insert):
            if original.key is not None:
                self._touched.add((*parts, original.key))
            self._above.update(parts[:length] for length in range(len(parts) + 1))
            assert isinstance(change, Insert)
            self._collection(parts).insert(change.position, original.position)
            return
        self._touched.add(parts)
        self._above.update(parts[:length] for length in range(len(parts)))
        if isinstance(original, Remove):
            collection = self._collection(parts[:-1])
            index = self._index(parts)
            collection.remove(collection.current(index), index)
        elif isinstance(original, Rename):
            self._touched.add((*parts[:-1], original.key))

    def stays_alone(self) -> bool:
        """True when nothing can join the batch."""
        return bool(self.changes) and isinstance(self.changes[-1], Move)

    def closed(self) -> Draft:
        """Return the proved draft that the batch makes. Raises ``UnprovedError``."""
        return self.draft.edited(self._splices, self.tree) if self.changes else self.draft

    def _original(self, parts: Parts) -> Parts | None:
        """Return where a place of the batch's tree stands in the draft's, or None when it is new there."""
        original: Parts = ()
        for part in parts:
            collection = self._collections.get(original)
            place: Any = part
            if collection is not None and isinstance(part, int):
                place = collection.original(part)
                if place is None:
                    return None
            original = (*original, place)
        return original

    def _collection(self, parts: Parts) -> _Collection:
        found = self._collections.get(parts)
        if found is None:
            found = self._collections[parts] = _Collection()
        return found

    def _index(self, parts: Parts) -> int:
        """Return where an entry of the draft's tree stands among the others of its mapping or list."""
        last = parts[-1]
        if isinstance(last, int):
            return last
        collection = self._collection(parts[:-1])
        if collection.order is None:
            holder: Any = self.draft.tree
            for part in parts[:-1]:
                holder = holder[part]
            collection.order = {key: index for index, key in enumerate(holder)}
        return collection.order[last]


class _Collection:
    """What a batch puts into one mapping or list and takes out of it."""

    def __init__(self) -> None:
        self.order: dict[str, int] | None = None
        self._steps: list[tuple[bool, int]] = []  # whether something came in, and the position it had then
        self._gaps: set[int] = set()  # original positions where something came in
        self._gone: set[int] = set()  # original positions of what was taken out

    def insert(self, position: int, gap: int) -> None:
        self._steps.append((True, position))
        self._gaps.add(gap)

    def remove(self, position: int, index: int) -> None:
        self._steps.append((False, position))
        self._gone.add(index)

    def is_free(self, low: int, high: int, gaps: tuple[int, ...]) -> bool:
        """True when the entries at two original positions stay, and nothing came in at the ``gaps``."""
        if len(self._steps) >= _MOST_IN_ONE_COLLECTION:
            return False
        return low not in self._gone and high not in self._gone and not any(gap in self._gaps for gap in gaps)

    def original(self, index: int) -> int | None:
        """Return where the entry that stands at a position now stood before the batch; None when it is new."""
        for came_in, position in reversed(self._steps):
            if came_in:
                if index == position:
                    return None
                index -= index > position
            else:
                index += index >= position
        return index

    def current(self, index: int) -> int:
        """Return where an entry stands now that stood at ``index`` before the batch and is still there."""
        for came_in, position in self._steps:
            if came_in:
                index += index >= position
            else:
                index -= index > position
        return index

    def gap(self, position: int) -> int | None:
        """Return the original position at which an entry comes in now; None where that depends on the batch."""
        for came_in, other in reversed(self._steps):
            if position == other:
                return None
            if came_in:
                position -= position > other
            else:
                position += position > other
        return position
