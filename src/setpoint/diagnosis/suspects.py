"""Which keys of a document may be misspelt, and for what, judged by where its schema complains."""

from __future__ import annotations

from .fault import UNIONS
from .name_patterns import fitting
from .rename import Rename

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .fault import Fault
    from .knowledge import Knowledge
    from .likeness import Comparisons

    Parts: TypeAlias = tuple[str | int, ...]

_OBJECTS_INSIDE = 200
_DEPTH_INSIDE = 5
_TARGETS = 4
_NAME_COST = 500  # comparisons that finding a name for a pattern takes the time of

# Faults that do not say where inside their value the reason lies.
_OPAQUE = UNIONS | {"OneOfMultipleValid", "Not", "Contains"}
_CONDITIONS = frozenset({"if", "then", "else", "dependentSchemas", "dependencies"})


def suspects(
    tree: Any, faults: Sequence[Fault], knowledge: Knowledge, made: Sequence[Rename], comparisons: Comparisons
) -> tuple[list[Rename], list[Rename]]:
    """Return the renames worth a trial, of unknown and of known keys, likeliest first.

    A key that was renamed already stays as it is.
    """
    done = {(one.parts, one.new) for one in made}
    named, missing, objects = _suspicion(tree, faults)
    refused = {fault.path for top in faults for fault in top.all()}
    unknown: list[Rename] = []
    known: list[Rename] = []
    for parts, holder in objects.items():
        spot = knowledge.at(parts)
        absent = [key for key in spot.known if key not in holder]
        needed = missing.get(parts, ())
        for key in holder:
            if (parts, key) in done:
                continue
            is_named = (parts, key) in named
            if key not in spot.known:
                targets = comparisons.near(key, absent, most=_TARGETS)
                if is_named and not targets and comparisons.spend(_NAME_COST):
                    targets = fitting(key, spot.name_patterns, holder, knowledge.matches)
                unknown += [Rename(parts, key, target, is_named or target in needed) for target in targets]
            elif is_named or (*parts, key) in refused:
                known += [
                    Rename(parts, key, target, is_named) for target in comparisons.near(key, absent, most=_TARGETS)
                ]
            elif needed:
                known += [Rename(parts, key, target, True) for target in comparisons.near(key, needed, most=1)]
    for found in (unknown, known):
        found.sort(key=lambda one: (one.likeness, not one.is_named))
    return unknown, [one for one in known if one.likeness <= 1.0]


def _suspicion(
    tree: Any, faults: Sequence[Fault]
) -> tuple[set[tuple[Parts, str]], dict[Parts, list[str]], dict[Parts, dict[str, Any]]]:
    """Return the keys that faults name, the keys they miss at each mapping, and the mappings near them."""
    named: set[tuple[Parts, str]] = set()
    missing: dict[Parts, list[str]] = {}
    objects: dict[Parts, dict[str, Any]] = {}
    around: list[Parts] = []
    inside: dict[Parts, None] = {}
    for top in faults:
        for fault in top.all():
            path = fault.path
            named.update((path, key) for key in fault.unexpected)
            if fault.name == "PropertyNames":
                named.add((path, str(fault.kind.error.instance)))
            elif fault.name == "Required":
                missing.setdefault(path, []).append(fault.kind.property)
            elif fault.name == "FalseSchema" and fault.keyword != "additionalProperties" and path:
                named.add((path[:-1], str(path[-1])))
            around.append(path)
            if fault.name in _OPAQUE or not _CONDITIONS.isdisjoint(fault.where):
                inside[path] = None
    for path in dict.fromkeys(around):
        for length in range(len(path), -1, -1):
            _note(tree, path[:length], objects)
    for path in inside:
        _note_inside(tree, path, objects)
    return named, missing, objects


def _note(tree: Any, parts: Parts, objects: dict[Parts, dict[str, Any]]) -> None:
    if parts not in objects:
        value = _value_at(tree, parts)
        if isinstance(value, dict):
            objects[parts] = value


def _note_inside(tree: Any, parts: Parts, objects: dict[Parts, dict[str, Any]]) -> None:
    level = [(parts, _value_at(tree, parts))]
    room = _OBJECTS_INSIDE
    for _ in range(_DEPTH_INSIDE):
        below = []
        for path, value in level:
            if isinstance(value, dict):
                objects.setdefault(path, value)
                room -= 1
                below += [((*path, key), inner) for key, inner in value.items() if isinstance(inner, dict | list)]
            elif isinstance(value, list):
                below += [
                    ((*path, index), inner) for index, inner in enumerate(value) if isinstance(inner, dict | list)
                ]
            if room <= 0:
                return
        level = below


def _value_at(tree: Any, parts: Parts) -> Any:
    for part in parts:
        if isinstance(tree, dict):
            tree = tree.get(part)
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree
