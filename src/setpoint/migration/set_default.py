"""``SetDefault``: a key that is missing gets a value."""

from __future__ import annotations

from ..address import format_address
from ..editing.given import frozen_value
from ..editing.operation import Add, Unset
from ..editing.target import follow
from ..errors import UsageError
from ..tree import same
from .kept import kept_paths, kept_records
from .parents import made_for, unmake
from .pattern import Pattern
from .step import Step, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..editing.change import Parts
    from ..tree import Tree
    from .step import Draft, Kept


# What a layer below has at a place where it has nothing.
_NOTHING: Any = ()


class SetDefault(Step):
    """The key that ``path`` ends with gets ``value`` where it is absent; missing parents are made, a null is one.

    Arguments: ``path`` is a pattern that ends with the key. Before a ``*`` nothing is made: ``agents.*.active`` is set
    for the agents there are. ``value`` is any value of the data model.

    In a layer, nothing is planted that the layers below have once they are migrated; only what a layer alone has is
    completed: an agent that is not in the base, and the items of a list, which replace the list below as a whole. A
    null over a mapping switches it off, and stays.

    Keeps where the key was there before, and which parents were made. The way down takes the key out everywhere else,
    and says so where somebody had given it another value. Without what was kept, it takes out what has the default.
    """

    __slots__ = ("pattern", "value")

    def __init__(self, path: str, value: Any) -> None:
        self.pattern = Pattern(path)
        if not self.pattern.parts or self.pattern.parts[-1] is None:
            raise UsageError(f"the path of a default ends with its key, and {path!r} does not")
        self.value = frozen_value(value, tuple(str(part or "*") for part in self.pattern.parts))

    def __str__(self) -> str:
        return f"set_default {self.pattern}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        raised = None if below is None else self.up(below)
        there: list[Parts] = []
        made: list[list[Any]] = []
        fixed, rest = self._halves()
        for start, holder in draft.places(fixed):
            parts = (*start, *rest)
            if holder is not None and not isinstance(holder, dict):
                if not fixed:
                    raise blocked((), "is no mapping, so it has no keys to be set")
                continue
            target = follow(draft.tree, parts)
            parts = (*target.parts, *target.rest)  # an index in a list is a number from here on
            if not target.rest:
                there.append(target.parts)
                continue
            if below is not None and _shows(draft.tree, below, raised, parts):
                continue
            if target.value is not None and not isinstance(target.value, dict):
                raise blocked(
                    target.parts,
                    f"is no mapping, so {format_address(parts)} cannot be set; make it one, or take it out",
                )
            parents = made_for(draft.tree, parts)
            if parents is not None:
                made.append([list(parts), *parents])
            draft.do(Add(parts, self.value))
        kept: Kept = {"there": [list(parts) for parts in there]} if there else {}
        return {**kept, "made": made} if made else kept

    def _halves(self) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
        """Return the pattern up to its last star, and the keys behind it."""
        parts = self.pattern.parts
        split = len(parts) - parts[::-1].index(None) if None in parts else 0
        return parts[:split], tuple(part for part in parts[split:] if part is not None)

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        there = set(kept_paths(kept, "there"))
        made = {record[0]: record[1:] for record in kept_records(kept, "made", 3)}
        for parts, value in reversed(draft.places(self.pattern.parts)):
            if parts in there or not isinstance(draft.at(parts[:-1]), dict):
                continue
            if not same(value, self.value):
                if kept is None:
                    draft.lose(parts, "stays: it is not the default that the upgrade sets, so it may be older")
                    continue
                draft.lose(parts, "is not known to the earlier version, and had a value of its own, which goes")
            draft.do(Unset(parts))
            unmake(draft, parts, *made.get(parts, (None, False)))


def _shows(tree: Any, before: Any, below: Any, parts: Parts) -> bool:
    """True when what the layers below have at ``parts`` is not to be completed by the layer ``tree``.

    That is where it shows through the layer, and where the layer has a null over a mapping: it switches something off.
    ``before`` and ``below`` are what the layers below make, before and after the step.
    """
    for depth, part in enumerate(parts):
        if tree is None:
            return isinstance(before, dict)
        if not isinstance(tree, dict):  # a list replaces the one below as a whole
            return False
        if part not in tree:
            return not follow(below, parts[depth:]).rest
        tree = tree[part]
        before = before[part] if isinstance(before, dict) and part in before else _NOTHING
        below = below[part] if isinstance(below, dict) and part in below else _NOTHING
    return False
