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
    numbers = [number for number in numbers if not telling(fault, number)] or numbers

    def rank(number: int) -> tuple[float, float, int]:
        branch = fault.branches[number]
        # The keys at the union's own place tell what was meant; mistakes further inside do not unmake that.
        own = sum(_weight(inner, None) for inner in branch if inner.path == fault.path and inner.name not in UNIONS)
        deepest = max((len(inner.path) for one in branch for inner in one.all()), default=0)
        wrong = len(telling(fault, number)) * _WRONG_DISCRIMINATOR
        return wrong + own - overlap(number), branch_badness(branch, fault.path), -deepest

    return min(numbers, key=rank)


def _is_other_kind(fault: Fault, number: int) -> bool:
    """True when a branch wants another type at the union's own place."""
    return any(_always(inner, fault.path, ("Type", "FalseSchema")) for inner in fault.branches[number])


def _is_other_value(fault: Fault, number: int) -> bool:
    return any(_always(inner, fault.path, _VALUES) for inner in fault.branches[number])


def telling(fault: Fault, number: int) -> list[Fault]:
    """Return the faults of a branch that fixes the value of a key at the union's place, where it is another."""
    return [
        inner for inner in fault.branches[number] if inner.name in _VALUES and len(inner.path) == len(fault.path) + 1
    ]


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
        for inner in branch:
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


def discriminator(fault: Fault, number: int) -> tuple[str, list[Any]] | None:
    """Return the key whose value tells the branches apart, and all values they want, when the document has another.

    Arguments: ``number`` is the likely branch. Returns None when its key's value is no matter of several branches.
    """
    for wrong in telling(fault, number):
        key = wrong.path[-1]
        asking = [
            one for other in range(len(fault.branches)) for one in telling(fault, other) if one.path == wrong.path
        ]
        if isinstance(key, str) and len(asking) > 1:
            return key, [value for one in asking for value in values_of(one)]
    return None


def only_missing(branch: Branch, path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that a branch lacks at its own place, when it lacks nothing else."""
    if all(fault.name == "Required" and fault.path == path for fault in branch):
        return [fault.kind.property for fault in branch]
    return []


def values_of(fault: Fault) -> list[Any]:
    """Return the values that an ``enum`` or a ``const`` allows."""
    return list(fault.kind.options) if fault.name == "Enum" else [fault.kind.expected_value]
