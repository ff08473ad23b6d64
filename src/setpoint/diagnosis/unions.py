"""``anyOf`` and ``oneOf``: which branch was meant, and how far a document is from fitting.

A union that refuses says nothing by itself; the faults of its branches do, and all but one branch speak about
something that nobody wrote.
"""

from __future__ import annotations

from .fault import UNIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from .fault import Fault

    Branch: TypeAlias = Sequence[Fault]

_VALUES = ("Enum", "Constant")

# What a fault weighs against others, where a missing or unexpected key weighs one. A branch whose type, or whose
# discriminating value, is another was hardly meant.
_WRONG_KIND = 6.0
_WRONG_DISCRIMINATOR = 4.0
_UNION = 0.25


def badness(faults: Sequence[Fault]) -> float:
    """Return how far a document is from fitting: 0 when it fits.

    Counts the faults; a union counts as its best branch and a little more, an unexpected key as one fault.
    """
    return sum(_weight(fault, None) for fault in faults)


def _weight(fault: Fault, union: tuple[str | int, ...] | None) -> float:
    if fault.name in UNIONS:
        return _UNION + min((branch_badness(branch, fault.path) for branch in fault.branches), default=1.0)
    if fault.name in ("AdditionalProperties", "UnevaluatedProperties"):
        return float(len(fault.unexpected))
    if union is not None:
        depth = len(fault.path) - len(union)
        if depth == 0 and (fault.name == "Type" or fault.name in _VALUES):
            return _WRONG_KIND
        if depth == 1 and fault.name in _VALUES:
            return _WRONG_DISCRIMINATOR
    return 1.0


def branch_badness(branch: Branch, union: tuple[str | int, ...]) -> float:
    """Return the badness of one branch of a union at the path ``union``."""
    return sum(_weight(fault, union) for fault in branch)


def possible_branches(fault: Fault) -> list[int]:
    """Return the numbers of the branches whose type, at the union's place, is the document's; all when none is."""
    numbers = list(range(len(fault.branches)))
    for tells in (_is_other_kind, _is_other_value):
        left = [number for number in numbers if not tells(fault, number)]
        numbers = left or numbers
    return numbers


def likely_branch(fault: Fault, numbers: Sequence[int], overlap: Callable[[int], int]) -> int:
    """Return the number of the branch that was probably meant, the first of equals.

    Arguments: ``numbers`` are those to choose from; ``overlap(number)`` is how many keys of the document, at the
    union's place, a branch knows.
    """
    told = {number: {one.path for one in telling(fault, number)} for number in numbers}
    telltale = {path for paths in told.values() for path in paths}
    # A branch that refuses such a key, or its value, for another reason was meant no more than one that fixes it.
    against = {number: told[number] | (telltale & _refused(fault, number)) for number in numbers}

    def rank(number: int) -> tuple[float, float, int]:
        branch = fault.branches[number]
        deepest = max((len(inner.path) for one in branch for inner in one.all()), default=0)
        wrong = len(against[number]) * _WRONG_DISCRIMINATOR
        own = _own_badness(branch, fault.path)
        return wrong + own - overlap(number), branch_badness(branch, fault.path), -deepest

    return min([number for number in numbers if not against[number]] or numbers, key=rank)


def _own_badness(branch: Branch, path: tuple[str | int, ...]) -> float:
    """Return the badness of a branch at the union's own place.

    The keys there tell what was meant; mistakes further inside do not unmake that.
    """
    found = 0.0
    for inner in branch:
        if inner.path == path:
            if inner.name in UNIONS:
                found += min((_own_badness(one, path) for one in inner.branches), default=0.0)
            else:
                found += _weight(inner, None)
    return found


def _refused(fault: Fault, number: int) -> set[tuple[str | int, ...]]:
    """Return the paths of the keys at the union's place that a branch refuses, or whose values it refuses."""
    return _refused_by(fault.branches[number], fault.path)


def _refused_by(branch: Branch, path: tuple[str | int, ...]) -> set[tuple[str | int, ...]]:
    found = set()
    for inner in branch:
        if inner.path == path and inner.name in UNIONS:
            below = [
                _refused_by(one, path)
                for one in inner.branches
                if not any(_always(other, path, ("Type", "FalseSchema")) for other in one)
            ]
            found |= set.intersection(*below) if below else set()
        elif inner.path == path:
            found |= {(*path, key) for key in inner.unexpected}
        elif len(inner.path) == len(path) + 1 and inner.name not in UNIONS:
            found.add(inner.path)
    return found


def _is_other_kind(fault: Fault, number: int) -> bool:
    """True when a branch wants another type at the union's own place."""
    return any(_always(inner, fault.path, ("Type", "FalseSchema")) for inner in fault.branches[number])


def _is_other_value(fault: Fault, number: int) -> bool:
    return any(_always(inner, fault.path, _VALUES) for inner in fault.branches[number])


def telling(fault: Fault, number: int) -> list[Fault]:
    """Return the faults of a branch that fixes the value of a key at the union's place, where it is another."""
    return _telling(fault.branches[number], fault.path)


def _telling(branch: Branch, path: tuple[str | int, ...]) -> list[Fault]:
    found = [inner for inner in branch if inner.name in _VALUES and len(inner.path) == len(path) + 1]
    for inner in branch:
        if inner.name in UNIONS and inner.path == path:
            below = [_telling(one, path) for one in inner.branches]
            if all(below):
                found += [one for some in below for one in some]
    return found


def _always(fault: Fault, path: tuple[str | int, ...], names: tuple[str, ...]) -> bool:
    """True when a fault, or each branch of it, is one of these kinds at a path."""
    if fault.path != path:
        return False
    if fault.name in UNIONS:
        return bool(fault.branches) and all(
            any(_always(inner, path, names) for inner in branch) for branch in fault.branches
        )
    return fault.name in names


def at_own_place(fault: Fault) -> list[Fault] | None:
    """Return the leaf faults of a union when all its branches fail at its own place only, else None.

    Unions inside it that do the same are opened.
    """
    found: list[Fault] = []
    for branch in fault.branches:
        if not branch:
            return None
        # Where the values are listed, their type is said.
        listed = any(inner.name in _VALUES for inner in branch)
        for inner in branch:
            if inner.name == "Type" and listed and inner.path == fault.path:
                continue
            if inner.path != fault.path:
                return None
            if inner.name in UNIONS:
                deeper = at_own_place(inner)
                if deeper is None:
                    return None
                found += deeper
            else:
                found.append(inner)
    return found or None


def discriminator(fault: Fault, number: int, numbers: Sequence[int]) -> tuple[str, list[Fault]] | None:
    """Return the key whose value tells the branches apart, and all that they want it to be, when it is another.

    Arguments: ``number`` is the likely branch, ``numbers`` are the possible ones. Returns None when the key's value is
    no matter of several branches.
    """
    told = [one for other in range(len(fault.branches)) for one in telling(fault, other)]
    paths = [one.path for one in telling(fault, number)]
    if not paths and told:
        # The likely branch may say it by a pattern, where each of the others fixes the value.
        paths = [inner.path for inner in fault.branches[number] if inner.name == "Pattern"]
        paths = [path for path in paths if all(path in _refused(fault, other) for other in numbers)]
    for path in dict.fromkeys(paths):
        asking = [one for one in told if one.path == path]
        if isinstance(path[-1], str) and len(asking) > 1:
            patterns = [
                inner for branch in fault.branches for inner in branch if inner.name == "Pattern" and inner.path == path
            ]
            return path[-1], asking + patterns
    return None


def only_missing(branch: Branch, path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that a branch lacks at its own place, when it lacks nothing else."""
    if all(fault.name == "Required" and fault.path == path for fault in branch):
        return [fault.kind.property for fault in branch]
    return []


def values_of(fault: Fault) -> list[Any]:
    """Return the values that an ``enum`` or a ``const`` allows."""
    return list(fault.kind.options) if fault.name == "Enum" else [fault.kind.expected_value]
