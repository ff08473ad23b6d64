"""``last_updated`` of ``coordinates``, which version 2.0.0 has where it can be known."""

from __future__ import annotations

from ...editing.operation import Insert, Unset
from ..step import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...tree import Tree
    from ..step import Draft, Kept

_KEY = "last_updated"
_BEFORE_IT = ("$schema", "description", "version")


class Dated(Step):
    """``last_updated`` is set to a day where it is absent; a date that is there stays, and is never made newer.

    Arguments: ``day`` is the day in ISO 8601 form, ``2024-03-09``. It is fixed when the step is made, so that the step
    gives the same for the same tree however often it is asked, and once migrated a document keeps its date. The way
    down takes out what the way up set, if it is known and unchanged: version 1.0.0 has a place for it as well.
    """

    __slots__ = ("day",)

    def __init__(self, day: str) -> None:
        self.day = day

    def __str__(self) -> str:
        return f"set {_KEY} to {self.day} where it is absent"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        if below is not None or not isinstance(draft.tree, dict) or _KEY in draft.tree:
            return {}
        keys = list(draft.tree)
        position = max((keys.index(key) + 1 for key in _BEFORE_IT if key in keys), default=0)
        draft.do(Insert((_KEY,), self.day, position))
        return {"set": self.day}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        day = None if kept is None else kept.get("set")
        if isinstance(day, str) and isinstance(draft.tree, dict) and draft.tree.get(_KEY) == day:
            draft.do(Unset((_KEY,)))
