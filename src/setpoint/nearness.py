"""Which of the known names was probably meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters must be added, dropped, replaced or swapped with their neighbour.

    Arguments: counting stops at ``limit``; a larger distance is returned as ``limit + 1``.
    Source: optimal string alignment, the restricted form of the Damerau-Levenshtein distance.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(" ", "").replace(".", "").casefold()


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that ``name`` may have meant, best first.

    Names that differ only in case or in ``-``, ``_``, blanks and dots come first; others may differ by one letter
    up to five letters, by two up to nine, by three beyond.
    """
    limit = 1 if len(name) <= 5 else 2 if len(name) <= 9 else 3
    plain = _plain(name)
    ranked = []
    for order, candidate in enumerate(known):
        if candidate == name:
            continue
        if plain and _plain(candidate) == plain:
            ranked.append((0, 0, order, candidate))
            continue
        steps = distance(name, candidate, limit)
        # Replacing every letter is no likeness.
        if steps <= limit and steps < max(len(name), len(candidate)):
            ranked.append((steps, -_shared_prefix(name, candidate), order, candidate))
    ranked.sort()
    return [candidate for *_, candidate in ranked[:most]]


def _shared_prefix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
