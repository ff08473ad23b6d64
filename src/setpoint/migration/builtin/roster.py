"""The agents of ``unified_config``: counted and listed by name in version 1.0.0, the keys of ``aliases`` in 2.0.0."""

from __future__ import annotations

from ...editing.operation import Add, Insert, Rename, Set, Unset
from ...editing.operation import Move as MoveEntry
from ..kept import kept_paths, kept_position, kept_records
from ..move import Move
from ..step import Step, blocked
from .mapping import mapping_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ...editing.change import Parts
    from ...tree import Tree
    from ..step import Draft, Kept

_COUNT = ("agents", "count")
_NAMES = ("agents", "names")
_ALIASES = ("agents", "aliases")
_STORED = ("x-v2-agents", "aliases")


class Count(Step):
    """``agents.count`` is put aside, under ``x-v1-agents``; on the way down it is the number of names again.

    A count that was not the number of names on the way up stays what it was.
    """

    __slots__ = ("_aside",)

    def __init__(self) -> None:
        self._aside = Move("agents.count", "x-v1-agents.count")

    def __str__(self) -> str:
        return "put agents.count aside"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        agents = mapping_at(draft, _COUNT[:1])
        count, names = agents.get("count"), agents.get("names")
        kept = self._aside._raise(draft, below)
        if kept.get("moved") and isinstance(names, list) and count != len(names):
            kept = {**kept, "differs": True}
        return kept

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        self._aside._lower(draft, kept)
        agents = mapping_at(draft, _COUNT[:1])
        names = agents.get("names")
        if not isinstance(names, list):
            return
        if "count" not in agents:
            if kept is None:
                draft.do(Insert(_COUNT, len(names), 0))
        elif agents["count"] != len(names) and not (kept is not None and kept.get("differs") is True):
            draft.do(Set(_COUNT, len(names)))

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards."""
        return self._aside.renamed(parts)


class OtherNames(Step):
    """The other names of agents, which version 1.0.0 has no place for, are under ``x-v2-agents`` in the meantime.

    On the way down an agent keeps an empty list, for the step that makes a list of names of them.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "take other names back from x-v2-agents.aliases"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:  # noqa: ARG002 - a layer stores its own
        back: list[list[Any]] = []
        for name, stored in list(mapping_at(draft, _STORED).items()):
            aliases = mapping_at(draft, _ALIASES)
            if aliases.get(name) != [] or not isinstance(stored, list) or not stored:
                continue  # what belongs to no agent any more stays where it is
            back.append([[name], list(mapping_at(draft, _STORED)).index(name)])
            position = list(aliases).index(name)
            draft.do(Unset((*_ALIASES, name)))
            draft.do(MoveEntry((*_STORED, name), (*_ALIASES, name), position))
        taken = {path[0] for path, _ in back}
        there = [[name] for name, others in mapping_at(draft, _ALIASES).items() if others and name not in taken]
        return {**({"back": back} if back else {}), **({"there": there} if there else {})}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        there = set(kept_paths(kept, "there"))
        for (name,), position in reversed(kept_records(kept, "back", 2)):
            if mapping_at(draft, _ALIASES).get(name):
                self._store(draft, name, kept_position(position))
        for name, others in list(mapping_at(draft, _ALIASES).items()):
            if others and (name,) not in there:
                self._store(draft, name, None)

    def _store(self, draft: Draft, name: str, position: int | None) -> None:
        stood = list(mapping_at(draft, _ALIASES)).index(name)
        if position is not None:
            position = min(position, len(mapping_at(draft, _STORED)))
        draft.do(MoveEntry((*_ALIASES, name), (*_STORED, name), position))
        draft.do(Insert((*_ALIASES, name), [], stood))


class Roster(Step):
    """``agents.names``, a list, becomes ``agents.aliases``, a mapping from each name to an empty list.

    The names are moved one by one, so that in a file each takes its comment along.
    Keeps that there was a list. Without one, as in a layer, the way down makes none: it would replace the base's.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "make the keys of agents.aliases of agents.names"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        agents = mapping_at(draft, _NAMES[:1])
        names: Any = agents.get("names")
        if not isinstance(names, list):
            return {}
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise blocked(_NAMES, "is to be the keys of a mapping; give each agent one name, as text, and list it once")
        if "aliases" in agents:
            raise blocked(_NAMES, "is to become agents.aliases, and that is there already; take one of them out")
        hidden = set(_names_in(below)) - set(names)
        if hidden:
            message = "a list replaced the list below it, but a mapping is merged with what is below"
            raise blocked(_NAMES, f"leaves out {', '.join(sorted(hidden))}: {message}; list all, or take it out")
        away = _free(agents)
        draft.do(Add(away, {}))
        # From the last to the first: none of these moves another, so that an edit makes several at once.
        for index in range(len(names) - 1, -1, -1):
            draft.do(MoveEntry((*_NAMES, index), (*away, names[index]), 0))
        for name in names:
            draft.do(Set((*away, name), []))
        draft.do(Rename(_NAMES, "aliases"))
        draft.do(Set(_ALIASES, {}))
        for name in names:
            draft.do(MoveEntry((*away, name), (*_ALIASES, name)))
        draft.do(Unset(away))
        return {"listed": True}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        agents = mapping_at(draft, _ALIASES[:1])
        aliases = agents.get("aliases")
        if not isinstance(aliases, dict) or (kept is not None and kept.get("listed") is not True):
            return
        if "names" in agents:
            raise blocked(_ALIASES, "is to become agents.names, and that is there already; take one of them out")
        away = _free(agents)
        draft.do(Add(away, []))
        for name in aliases:
            draft.do(Set((*_ALIASES, name), name))
        for name in reversed(aliases):
            draft.do(MoveEntry((*_ALIASES, name), (*away, 0)))
        draft.do(Rename(_ALIASES, "names"))
        draft.do(Set(_NAMES, []))
        for index in range(len(aliases) - 1, -1, -1):
            draft.do(MoveEntry((*away, index), (*_NAMES, 0)))
        draft.do(Unset(away))

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards: the list is nowhere, its items are keys now."""
        return None if tuple(parts[:2]) == _NAMES else tuple(parts)


def _names_in(below: Tree | None) -> list[str]:
    agents = below.get("agents") if isinstance(below, dict) else None
    names = agents.get("names") if isinstance(agents, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _free(agents: dict[str, Any]) -> Parts:
    """Return a place among the agents' keys for what is on its way, and is gone when it has arrived."""
    key = "names to aliases"
    while key in agents:
        key += "'"
    return ("agents", key)
