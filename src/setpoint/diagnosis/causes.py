"""Which faults are mistakes of their own, and which only follow from another."""

from __future__ import annotations

from .rename import prefixes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from .fault import Fault
    from .knowledge import Knowledge

    Parts: TypeAlias = tuple[str | int, ...]

_CONDITIONAL = frozenset({"then", "else"})


def causes_among(faults: Sequence[Fault], knowledge: Knowledge) -> list[Fault]:
    """Leave out what only follows from another fault, or repeats it.

    Keys count as unevaluated when the schema that knows them refused something else; and where no key is allowed at
    all, the engine says so once for each key, without its name. A condition that looks at a missing key holds or fails
    for no reason.
    """
    missing: dict[Parts, set[str]] = {}
    for fault in faults:
        if fault.name == "Required" and _CONDITIONAL.isdisjoint(fault.where):
            missing.setdefault(fault.path, set()).add(fault.kind.property)
    places: set[Parts] = set()
    for fault in faults:
        if fault.name != "UnevaluatedProperties":
            places.update(fault.path[:length] for length in range(len(fault.path) + 1))
    kept = []
    empty: set[tuple[Parts, Parts]] = set()
    for fault in faults:
        if fault.name == "FalseSchema":
            if (fault.path, fault.where) in empty:
                continue
            empty.add((fault.path, fault.where))
        lacking = [missing[place] for place in prefixes(fault.path) if place in missing] if missing else []
        if lacking and not _condition_keys(fault, knowledge).isdisjoint(set().union(*lacking)):
            continue
        if fault.name == "UnevaluatedProperties" and fault.path in places:
            spot = knowledge.at(fault.path)
            if all(key in spot.known or spot.by_pattern(key) for key in fault.unexpected):
                continue
        kept.append(fault)
    return kept


def _condition_keys(fault: Fault, knowledge: Knowledge) -> set[str]:
    """Return the keys that the condition above a fault looks at; none where it is under no condition."""
    for index in range(len(fault.where) - 1, -1, -1):
        if fault.where[index] in _CONDITIONAL:
            found = knowledge.schema_at((*fault.where[:index], "if"))
            condition = found[0] if found is not None else None
            keys = condition.get("properties") if isinstance(condition, dict) else None
            return set(keys) if isinstance(keys, dict) else set()
    return set()
