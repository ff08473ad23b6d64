"""``difference``: the fewest operations from one tree to another, with renames and moves recognised.

What is kept, renamed or moved keeps its comments when the operations are done to a file, so that finding the same
thing again matters more than the number of operations.
"""

from __future__ import annotations

from ..config import thaw
from ..tree import same
from .alignment import increasing, matched_items
from .apply import apply
from .operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from .outcome import value_at
from .relocation import relocations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree
    from .change import Parts

# More operations than this on one mapping or list are slower and harder to read than setting it as a whole.
_MOST_IN_ONE_COLLECTION = 2000


def difference(old: Tree, new: Tree) -> list[Operation]:
    """Return operations that make one tree of another: ``apply(old, difference(old, new))`` is ``new``, always.

    Key order and types count. A key that has another name and the same, or nearly the same, value is renamed; what
    vanished in one place and appeared in another is moved, when it is unmistakable; keys in another order are the
    fewest moves; items of lists are recognised when equal, then by ``id``, ``name`` or ``key``, then by likeness.
    The time grows with the size of the trees, times its logarithm; collections that have nothing in common are set.

    Arguments: both are trees or ``Config`` objects; neither is touched.
    """
    old, new = thaw(old), thaw(new)
    if same(old, new):
        return []
    operations = _Difference(old, new).operations
    # The recognition above is a guess at what was meant; that the result is right is not.
    if not same(apply(old, operations), new):
        return [Set((), new)]
    return operations


class _Difference:
    """Collects operations, and keeps the tree that they make."""

    def __init__(self, old: Tree, new: Tree) -> None:
        self.operations: list[Operation] = []
        self.tree = thaw(old)
        self._pair((), self.tree, new)

    def _do(self, operation: Operation) -> None:
        self.operations.append(operation)

    def _pair(self, path: Parts, old: Any, new: Any) -> None:
        """Make ``old``, which is part of the tree and is changed with it, the same as ``new``."""
        if same(old, new):
            return
        kind = type(old)
        if kind is not type(new) or kind not in (dict, list):
            self._do(Set(path, new))
        elif kind is list:
            self._items(path, old, new)
        else:
            self._relocate(path, old, new)
            self._entries(path, old, new)

    def _relocate(self, path: Parts, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Rename and move what is found again elsewhere, inside mappings that lie within each other."""
        for source, target in relocations(old, new):
            holder, name = value_at(old, source[:-1]), source[-1]
            if source[:-1] == target[:-1]:
                self._do(Rename((*path, *source), str(target[-1])))
                entries = [(target[-1] if key == name else key, value) for key, value in holder.items()]
                holder.clear()
                holder.update(entries)
                continue
            value = holder.pop(name)
            there = old
            for depth, key in enumerate(map(str, target[:-1])):
                if key not in there:
                    position = _position(there, value_at(new, target[:depth]), key)
                    if position == len(there):  # the move makes it
                        there[key] = {}
                    else:
                        self._insert((*path, *target[:depth]), there, key, {}, position)
                there = there[key]
            position = _position(there, value_at(new, target[:-1]), str(target[-1]))
            end = None if position == len(there) else position
            self._do(Move((*path, *source), (*path, *target), end))
            _put(there, position, str(target[-1]), value)

    def _entries(self, path: Parts, old: dict[str, Any], new: dict[str, Any]) -> None:
        gone = [key for key in old if key not in new]
        kept = [key for key in new if key in old]
        come = len(new) - len(kept)
        if (old and not kept) or len(gone) + come > _MOST_IN_ONE_COLLECTION:
            self._whole(path, new)
            return
        for key in gone:
            self._do(Unset((*path, key)))
            del old[key]
        if not self._order(path, old, kept):
            self._whole(path, new)
            return
        for position, (key, value) in enumerate(new.items()):
            if key not in old:
                self._insert(path, old, key, value, position)
        for key in kept:
            self._pair((*path, key), old[key], new[key])

    def _order(self, path: Parts, old: dict[str, Any], wanted: list[str]) -> bool:
        """Bring keys into the wanted order by the fewest moves; False when they are too many to be worth it."""
        rank = {key: index for index, key in enumerate(wanted)}
        now = list(old)
        if now == wanted:
            return True
        staying = {now[index] for index in increasing([rank[key] for key in now])}
        if len(now) - len(staying) > _MOST_IN_ONE_COLLECTION:
            return False
        for index, key in enumerate(wanted):
            if key not in staying:
                now.remove(key)
                position = now.index(wanted[index - 1]) + 1 if index else 0
                now.insert(position, key)
                self._do(Move((*path, key), (*path, key), position))
        entries = {key: old[key] for key in now}
        old.clear()
        old.update(entries)
        return True

    def _insert(self, path: Parts, mapping: dict[str, Any], key: str, value: Any, position: int) -> None:
        at = (*path, key)
        self._do(Add(at, value) if position == len(mapping) else Insert(at, value, position))
        _put(mapping, position, key, thaw(value))

    def _items(self, path: Parts, old: list[Any], new: list[Any]) -> None:
        pairs = matched_items(old, new)
        gone = len(old) - len(pairs)
        come = len(new) - len(pairs)
        # Single values only: a changed mapping is one item, whatever is changed in it.
        set_anew = sum(1 for here, there in pairs if type(old[here]) not in (dict, list) and old[here] != new[there])
        if (old and not pairs) or gone + come + set_anew > _MOST_IN_ONE_COLLECTION:
            self._whole(path, new)
            return
        partner = dict(pairs)
        for index in range(len(old) - 1, -1, -1):
            if index not in partner:
                self._do(Unset((*path, index)))
                del old[index]
        order = [partner[index] for index in sorted(partner)]  # of the items that stay, their indexes in ``new``
        if not self._reorder(path, old, order):
            self._whole(path, new)
            return
        taken = set(order)
        for index, value in enumerate(new):
            if index not in taken:
                end = index == len(old)
                self._do(Append(path, value) if end else Insert((*path, index), value))
                old.insert(index, thaw(value))
        for index in sorted(taken):
            self._pair((*path, index), old[index], new[index])

    def _reorder(self, path: Parts, items: list[Any], ranks: list[int]) -> bool:
        """Bring items into the order of their ranks by the fewest moves; False when they are too many."""
        staying = {ranks[index] for index in increasing(ranks)}
        if len(ranks) - len(staying) > _MOST_IN_ONE_COLLECTION:
            return False
        wanted = sorted(ranks)
        for index, rank in enumerate(wanted):
            if rank not in staying:
                start = ranks.index(rank)
                ranks.pop(start)
                position = ranks.index(wanted[index - 1]) + 1 if index else 0
                ranks.insert(position, rank)
                items.insert(position, items.pop(start))
                self._do(Move((*path, start), (*path, position)))
        return True

    def _whole(self, path: Parts, new: Any) -> None:
        """Set a collection as a whole; what was done inside it before stays done, and counts for nothing."""
        self._do(Set(path, new))


def _position(mapping: dict[str, Any], wanted: dict[str, Any], key: str) -> int:
    """Return where a key belongs in a mapping: behind the nearest of the keys that stand before it in ``wanted``."""
    before = None
    for other in wanted:
        if other == key:
            break
        if other in mapping:
            before = other
    return list(mapping).index(before) + 1 if before is not None else 0


def _put(mapping: dict[str, Any], position: int, key: str, value: Any) -> None:
    behind = list(mapping.items())[position:]
    for other, _ in behind:
        del mapping[other]
    mapping[key] = value
    mapping.update(behind)
