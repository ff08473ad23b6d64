"""Where the agents of ``coordinates`` are: one place each in version 1.0.0, two in 2.0.0; and the bounds of all."""

from __future__ import annotations

from ...config import thaw
from ...editing.operation import Insert, Unset
from ...editing.operation import Move as MoveEntry
from ...editing.target import follow
from ...tree import same
from ..kept import damaged, kept_paths, kept_position, kept_records
from ..move import Move
from ..step import Step
from .mapping import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ...editing.change import Parts
    from ...tree import Tree
    from ..step import Draft, Kept

_CHAT = "chat_input_coordinates"
_FIRST = "onboarding_input_coords"
_STORE = "x-v2-agents"
_SIDES = ("min_x", "min_y", "max_x", "max_y")


class SecondPlace(Step):
    """Each agent gets ``onboarding_input_coords``, the place of its first message.

    In version 1.0.0 all messages went to ``chat_input_coordinates``, so that is where the first one goes as well. On
    the way down, a second place that is another than the first is put aside under ``x-v2-agents``, and the way up takes
    it from there.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return f"give agents.* {_FIRST}, the same as {_CHAT}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        back: list[list[Any]] = []
        there: list[list[str]] = []
        for name in list(mapping_at(draft, ("agents",))):
            agent = mapping_at(draft, ("agents", name))
            if _FIRST in agent:
                there.append([name])
            if _CHAT not in agent or _FIRST in agent:
                continue
            position = list(agent).index(_CHAT) + 1
            stored = mapping_at(draft, (_STORE, name))
            if _FIRST in stored:
                back.append([[name], list(stored).index(_FIRST)])
                draft.do(MoveEntry((_STORE, name, _FIRST), ("agents", name, _FIRST), position))
            elif not _stored_below(below, name):
                draft.do(Insert(("agents", name, _FIRST), thaw(agent[_CHAT]), position))
        return {**({"back": back} if back else {}), **({"there": there} if there else {})}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        back = {str(path[0]): position for path, position in kept_records(kept, "back", 2)}
        there = set(kept_paths(kept, "there"))
        for name in list(mapping_at(draft, ("agents",))):
            agent = mapping_at(draft, ("agents", name))
            if _FIRST not in agent or (name,) in there:
                continue
            if name not in back and _CHAT in agent and same(agent[_CHAT], agent[_FIRST]):
                draft.do(Unset(("agents", name, _FIRST)))
                continue
            position = kept_position(back.get(name))
            if position is not None:
                position = min(position, len(mapping_at(draft, (_STORE, name))))
            draft.do(MoveEntry(("agents", name, _FIRST), (_STORE, name, _FIRST), position))


def _there(draft: Draft, move: Move) -> Kept:
    """Return what a move that is not made keeps: whether something stands where it would lead to."""
    target = follow(draft.tree, move.to.filled(()))
    return {} if target.rest else {"there": [list(target.parts)]}


def _stored_below(below: Tree | None, name: str) -> bool:
    """True when a layer lies over an agent whose second place is another than the first."""
    store = below.get(_STORE) if isinstance(below, dict) else None
    agent = store.get(name) if isinstance(store, dict) else None
    return isinstance(agent, dict) and _FIRST in agent


class Bounds(Step):
    """The sides of the screen under ``validation_rules`` become ``coordinate_bounds``, which has all four or is not.

    Where one is missing, those that are there are put aside under ``x-v1-validation_rules``.
    """

    __slots__ = ("_aside", "_together")

    def __init__(self) -> None:
        self._together = [
            Move(f"validation_rules.{side}", f"validation_rules.coordinate_bounds.{side}") for side in _SIDES
        ]
        self._aside = [Move(f"validation_rules.{side}", f"x-v1-validation_rules.{side}") for side in _SIDES]

    def __str__(self) -> str:
        return "move validation_rules.min_x to max_y to validation_rules.coordinate_bounds, if there are all four"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        rules = mapping_at(draft, ("validation_rules",))
        lower = below.get("validation_rules") if isinstance(below, dict) else None
        known = {*rules, *(lower if isinstance(lower, dict) else ())}
        complete = known.issuperset(_SIDES)
        kept: Kept = {}
        for name, moves in self._both():
            if (name == "together") is complete:
                each = [move._raise(draft, below) for move in moves]
            else:
                each = [_there(draft, move) for move in moves]
            if any(each):
                kept[name] = each
        return kept

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        for name, moves in self._both():
            if kept is None:
                for move in moves:
                    move._lower(draft, None)
                continue
            each = kept.get(name, [{}] * len(moves))
            if not isinstance(each, list) or len(each) != len(moves) or not all(isinstance(one, dict) for one in each):
                raise damaged(name)
            for move, its in zip(reversed(moves), reversed(each), strict=True):
                move._lower(draft, its)

    def _both(self) -> list[tuple[str, list[Move]]]:
        return [("aside", self._aside), ("together", self._together)]

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards, when all four sides are there."""
        for move in self._together:
            found = move.renamed(parts)
            if found != tuple(parts):
                return found
        return tuple(parts)
