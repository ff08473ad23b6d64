"""Migrations as they are written: in YAML, TOML or JSON, or as Python values of the same shape.

::

    # migrations/messaging/queues.yaml: file names are free, the versions inside count
    from: 1.0.0                      # text, or a whole number; 1.10 is in quotes
    to: 2.0.0
    description: Queues have a section of their own.
    steps:                           # done in this order; on the way down in the opposite one
      - rename: {path: "agents.*.debug_mode", to: debug}
      - move: {from: communication.queue_size, to: messaging.queue.max_size}
      - move: {from: "agents.*.position", to: "agents.*.screen.position"}
      - set_default: {path: "agents.*.active", value: true}
      - remove: {path: agents.count}
      - remove: {path: communication, only_empty: true}
      - convert: {path: queue.timeout, multiply: 1000}
    examples:                        # optional
      - before: {agents: {count: 1, a: {debug_mode: true}}}
        after: {agents: {a: {debug: true, active: true}}}

Paths are addresses; ``*`` stands for every key of a mapping, or every item of a list, on one level. Where nothing is at
a path, a step does nothing. The stamp of the version is no step: it is written for every migration.

``convert`` has one of these, each with its way back:

==========================================  ==============================================================
``from: text``, ``to: integer``             also between ``text``, ``integer``, ``number`` and ``boolean``
``from: item``, ``to: list``                a value becomes a list of one, and the other way round
``from: list``, ``to: keys``, ``value: v``  texts become the keys of a mapping, each with the value ``v``; and back
``multiply: 1000``, ``divide: 60``          numbers, exactly as decimals
``values: {fast: express}``                 also as pairs, for what is no text: ``[[0, off], [1, on]]``
``split: ","``, ``join: ","``               a text becomes a list of texts, and the other way round
``wrap: seconds``, ``unwrap: seconds``      a value becomes a mapping with this one key, and the other way round
``case: lower``, ``case: upper``            a text; lossy, as far as nothing was kept
==========================================  ==============================================================
"""

from __future__ import annotations

from ..errors import UsageError
from ..nearness import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .step import Step

MEMBERS = ("from", "to", "description", "steps", "examples")


def step_of(declared: Any) -> Step:
    """Return the step that a declaration means: ``{"rename": {"path": "system.debug_mode", "to": "debug"}}``.

    Raises ``UsageError`` when it means none.
    """
    if not isinstance(declared, dict) or len(declared) != 1:
        raise UsageError(
            f"a step is a mapping with one key, one of {', '.join(_KINDS)}, e.g. {{rename: {{path: a, to: b}}}}"
        )
    ((kind, facts),) = declared.items()
    make = _KINDS.get(kind)
    if make is None:
        close = near(str(kind), _KINDS, most=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(_KINDS)}"
        raise UsageError(f"no such step: {kind!r}; {hint}")
    if not isinstance(facts, dict):
        raise UsageError(f"{kind} has a mapping with its facts, not {facts!r}"[:200])
    return make(facts)


def _taken(kind: str, facts: Mapping[str, Any], needed: tuple[str, ...], free: tuple[str, ...] = ()) -> list[Any]:
    """Return the facts of a step in their order. Raises ``UsageError`` for one that is missing or not known."""
    for name in facts:
        if name not in needed and name not in free:
            close = near(str(name), (*needed, *free), most=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join((*needed, *free))}"
            raise UsageError(f"{kind} has no {name!r}; {hint}")
    for name in needed:
        if name not in facts:
            raise UsageError(f"{kind} lacks {name!r}; it has {', '.join(needed)}")
    return [facts[name] for name in needed]


def _rename(facts: Mapping[str, Any]) -> Step:
    from .rename import Rename

    return Rename(*_taken("rename", facts, ("path", "to")))


def _move(facts: Mapping[str, Any]) -> Step:
    from .move import Move

    return Move(*_taken("move", facts, ("from", "to")))


def _set_default(facts: Mapping[str, Any]) -> Step:
    from .set_default import SetDefault

    return SetDefault(*_taken("set_default", facts, ("path", "value")))


def _remove(facts: Mapping[str, Any]) -> Step:
    from .remove import Remove

    return Remove(*_taken("remove", facts, ("path",), ("only_empty",)), only_empty=facts.get("only_empty", False))


def _convert(facts: Mapping[str, Any]) -> Step:
    from .convert import Convert

    if "path" not in facts:
        raise UsageError("convert lacks 'path'")
    return Convert(facts["path"], {name: fact for name, fact in facts.items() if name != "path"})


_KINDS: dict[str, Callable[[Mapping[str, Any]], Step]] = {
    "rename": _rename,
    "move": _move,
    "set_default": _set_default,
    "remove": _remove,
    "convert": _convert,
}
