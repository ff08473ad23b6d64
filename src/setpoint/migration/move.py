"""``Move``: a value goes to another place, with its comments."""

from __future__ import annotations

from ..address import format_address
from ..editing.operation import Move as MoveEntry
from ..editing.target import follow
from ..errors import UsageError
from .kept import damaged, is_path, kept_paths, kept_position, kept_records
from .parents import made_for, unmake
from .pattern import Pattern
from .step import Step, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..editing.change import Parts
    from ..tree import Tree
    from .step import Draft, Kept


class Move(Step):
    """The entry at ``path`` goes to ``to``, with its comments; missing parents are made, a null is one.

    Arguments: both are patterns with the same number of ``*``; the first ``*`` of one stands for the same as the first
    of the other, and so on: ``agents.*.position`` to ``agents.*.screen.position``. What moves, and where it goes, are
    keys of mappings: items do not leave their list. Neither path begins with the other. A mapping that is emptied
    stays; a ``Remove`` with ``only_empty`` behind it takes it away.
    Where something stands at ``to`` already, the document is blocked. Keeps where each entry stood among its
    neighbours, which parents were made, and what stood at ``to`` without having been moved.
    """

    __slots__ = ("pattern", "to")

    def __init__(self, path: str, to: str) -> None:
        self.pattern = Pattern(path)
        self.to = Pattern(to)
        here, there = self.pattern.parts, self.to.parts
        if not here or not there:
            raise UsageError("a whole document cannot be moved by a migration; move its keys")
        if self.pattern.stars != self.to.stars:
            raise UsageError(
                f"a move has as many * on both sides, so that each stands for the same: {path!r} has"
                f" {self.pattern.stars} and {to!r} has {self.to.stars}"
            )
        if here == there:
            raise UsageError(f"a move of {path!r} to {to!r} changes nothing")
        if there[: len(here)] == here:
            raise UsageError(
                f"{path!r} cannot move into itself, to {to!r}; use convert with wrap: {there[-1] or 'KEY'}"
            )
        if here[: len(there)] == there:
            raise UsageError(f"{path!r} cannot take the place of {to!r}, in which it stands; use convert with unwrap")

    def __str__(self) -> str:
        return f"move {self.pattern} to {self.to}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:  # noqa: ARG002 - a part moves as the whole does
        there = [list(parts) for parts, _ in draft.places(self.to.parts)]
        moved: list[list[Any]] = []
        for parts, _ in draft.places(self.pattern.parts):
            target = self.to.filled(self._bound(self.pattern, parts))
            if target == parts:
                continue
            target, *facts = self._carry(draft, parts, target)
            moved.append([list(target), list(parts), *facts])
        kept: Kept = {"moved": moved} if moved else {}
        return {**kept, "there": there} if there else kept

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        there = set(kept_paths(kept, "there"))  # as things are once all that moved is back
        for target, source, position, depth, was_null in reversed(kept_records(kept, "moved", 5)):
            if not target or not is_path(source) or not source:
                raise damaged("moved")
            found = follow(draft.tree, target)
            if found.rest or not isinstance(draft.at(found.parts[:-1]), dict):
                continue
            self._carry(draft, found.parts, tuple(source), kept_position(position))
            unmake(draft, target, depth, was_null)
        if kept is None and self.to.parts[-1] is None:
            for parts, _ in draft.places(self.to.parts):
                draft.lose(parts, f"stays: it is not known whether it came from {self.pattern}")
            return
        for parts, _ in draft.places(self.to.parts):
            if parts in there:
                continue
            self._carry(draft, parts, self.pattern.filled(self._bound(self.to, parts)))
            if kept is None and len(parts) > 1:  # an empty mapping that is left was most likely made by the way up
                unmake(draft, parts, 1, False)

    def _bound(self, pattern: Pattern, parts: Parts) -> tuple[str | int, ...]:
        bound = pattern.bound(parts)
        assert bound is not None, "the place was found with this pattern"
        return bound

    def _carry(
        self, draft: Draft, parts: Parts, target: Parts, position: int | None = None
    ) -> tuple[Parts, int, int | None, bool]:
        """Move one entry; return where to, where it stood among its neighbours, and what was made for it."""
        mapping = draft.at(parts[:-1])
        if not isinstance(mapping, dict):
            raise blocked(parts, "is an item of a list, and items do not leave their list; write a function for this")
        there = follow(draft.tree, target)
        shown = format_address(target)
        if target[: len(parts)] == parts or any(type(part) is int for part in there.rest):
            raise blocked(parts, f"cannot go to {shown}; write a function for this")
        if not there.rest:
            raise blocked(parts, f"is to go to {shown}, where something stands already; take one of them out")
        if there.value is not None and not isinstance(there.value, dict):
            what = format_address(there.parts) or "the document"
            raise blocked(parts, f"cannot go to {shown}: {what} is no mapping; make it one, or take it out")
        target = (*there.parts, *there.rest)
        made = made_for(draft.tree, target) or (None, False)
        stood = list(mapping).index(str(parts[-1]))
        if position is not None:
            holder = follow(draft.tree, target[:-1])
            others = len(holder.value) - (target[:-1] == parts[:-1]) if isinstance(holder.value, dict) else 0
            position = min(position, 0 if holder.rest else others)
        draft.do(MoveEntry(parts, target, position))
        return (target, stood, *made)

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards."""
        bound = self.pattern.bound(parts)
        return tuple(parts) if bound is None else (*self.to.filled(bound), *parts[len(self.pattern.parts) :])
