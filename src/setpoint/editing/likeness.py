"""How alike two values are: whether one may be the other, changed."""

from __future__ import annotations

from ..tree import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# From here on two values are taken for one that was changed: half of what they hold is equal.
LIKE = 0.5


def likeness(one: Any, other: Any) -> float:
    """Return how much of two collections is equal, from 0 to 1; single values are never alike.

    A key that both have counts for a fifth of an entry, and its value, when equal, for the rest.
    """
    kind = type(one)
    if kind is not type(other) or kind not in (dict, list) or not one or not other:
        return 0.0
    if kind is dict:
        shared = [key for key in one if key in other]
        equal = sum(1 for key in shared if canonical(one[key]) == canonical(other[key]))
        return (0.2 * len(shared) + 0.8 * equal) / max(len(one), len(other))
    from collections import Counter

    common = Counter(map(canonical, one)) & Counter(map(canonical, other))
    return sum(common.values()) / max(len(one), len(other))


def says_something(value: Any) -> bool:
    """True for a value that is not found in two places by chance: not true, null, 0, 1, "" or an empty collection."""
    kind = type(value)
    if kind is str or kind is dict or kind is list:
        return len(value) > 0
    return kind in (int, float) and value not in (0, 1, -1)


def is_telling(value: Any) -> bool:
    """True for a value that is known again under another name and elsewhere: a collection, or a longer text."""
    kind = type(value)
    if kind is str:
        return len(value) >= 8
    return kind in (dict, list) and len(value) > 0 and len(canonical(value)) >= 12
