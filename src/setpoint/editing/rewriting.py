"""The second try: where an edit cannot be made in place, the collection around it is written anew."""

from __future__ import annotations

from .change import Insert, Move, Refusal, Remove, Replace
from .guard import UnprovedError
from .outcome import outcome, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..tree import Tree
    from .change import Change, Parts
    from .guard import Draft

# How many enclosing collections are tried, from the nearest outwards: more would rewrite what nobody asked about.
_MOST = 2


def rewritten(draft: Draft, change: Change) -> Draft | None:
    """Return the proved draft with a change made at the price of layout, or None when nothing safe is left.

    No comment, anchor or alias is ever given up for it: a collection that holds one is not written anew.
    """
    wanted = outcome(draft.tree, change)
    written_out = _written_out(draft, change, wanted)
    if written_out is not None:
        return written_out
    if isinstance(change, Move):
        moved = _taken_and_put(draft, change)
        if moved is not None:
            return moved
    for parts in _around(change):
        try:
            if draft.source.holds_marks(parts):
                return None
            splices = draft.source.splices(Replace(parts, value_at(wanted, parts)))
            if any(splice.dropped for splice in splices):
                return None
            return draft.edited(splices, wanted)
        except (Refusal, UnprovedError):
            continue
    return None


def _written_out(draft: Draft, change: Change, wanted: Tree) -> Draft | None:
    """Return the draft in which what stands elsewhere is written out here, with the change in it.

    That is the value that an alias stands for, or that a merge brings: the alias gives way to a value of its own, the
    merged key is set. Where it is written, and wherever else it is used, nothing changes.
    """
    is_shared: Callable[[Parts], bool] | None = getattr(draft.source, "is_shared", None)
    if is_shared is None or isinstance(change, Move):
        return None
    holder = change.parts if isinstance(change, (Insert, Replace)) else change.parts[:-1]
    for length in range(1, len(holder) + 1):
        parts = holder[:length]
        if not is_shared(parts):
            continue
        try:
            return draft.edited(draft.source.splices(Replace(parts, value_at(wanted, parts))), wanted)
        except (Refusal, UnprovedError):
            return None
    return None


def _around(change: Change) -> Iterator[Parts]:
    """Yield the nearest collections around a change that stay where they are."""
    nearest = change.parts if isinstance(change, Insert) else change.parts[:-1]
    if isinstance(change, Move):
        shared = 0
        while shared < min(len(nearest), len(change.to)) and nearest[shared] == change.to[shared]:
            shared += 1
        nearest = nearest[:shared]
    elif not change.parts and not isinstance(change, Insert):
        return
    for up in range(min(_MOST, len(nearest) + 1)):
        yield nearest[: len(nearest) - up]


def _taken_and_put(draft: Draft, change: Move) -> Draft | None:
    """Return the draft with an entry removed and written anew elsewhere, if no comment goes with it."""
    try:
        if draft.source.holds_marks(change.parts):
            return None
        splices = draft.source.splices(Remove(change.parts))
        if any(splice.dropped for splice in splices):
            return None
        without = draft.edited(splices, outcome(draft.tree, Remove(change.parts)))
        put = Insert(change.to, change.position, change.key, value_at(draft.tree, change.parts))
        return without.edited(without.source.splices(put), outcome(without.tree, put))
    except (Refusal, UnprovedError):
        return None
