"""Which items of two lists are the same, or the same but changed."""

from __future__ import annotations

from bisect import bisect_left

from ..tree import canonical
from .likeness import LIKE, likeness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Cells of a table that is filled to compare what nothing tells apart, and how often all items are gone through: so
# that long lists that repeat themselves take time in proportion to their length.
_MOST_CELLS = 10_000
_MOST_PASSES = 50

# The likeness of mappings that have most keys in common, and no value.
_SAME_KEYS = 0.15

# What the items of a list of mappings are told apart by, most telling first.
_IDENTITIES = ("id", "name", "key")


def matched_items(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Return pairs of indexes of items that are the same thing, each index at most once, ascending by the first.

    Equal items in the same order come first (a longest common subsequence; where the lists are long and repeat
    themselves, one that is nearly as long), then equal items that changed their place, then those with the same
    identity, then those that are alike. No pair says that an item is equal: it may have changed inside.
    Source: the alignment by items that occur once is Bram Cohen's patience diff.
    """
    one = [canonical(item) for item in old]
    other = [canonical(item) for item in new]
    pairs: list[tuple[int, int]] = []
    gaps: list[tuple[int, int, int, int]] = []
    todo = [(0, len(one), 0, len(other))]
    work = 0
    while todo:
        low, high, start, end = todo.pop()
        while low < high and start < end and one[low] == other[start]:
            pairs.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and one[high - 1] == other[end - 1]:
            high, end = high - 1, end - 1
            pairs.append((high, end))
        if low == high or start == end:
            if low < high or start < end:
                gaps.append((low, high, start, end))
            continue
        work += high - low + end - start
        patient = work < _MOST_PASSES * (len(one) + len(other))
        anchors = _anchors(one, other, (low, high, start, end)) if patient else []
        if not anchors:
            gaps.append((low, high, start, end))
            continue
        for here, there in [*anchors, (high, end)]:
            todo.append((low, here, start, there))
            if here < high:
                pairs.append((here, there))
            low, start = here + 1, there + 1
    _elsewhere(old, new, (one, other), gaps, pairs)
    taken_old, taken_new = {here for here, _ in pairs}, {there for _, there in pairs}
    for low, high, start, end in gaps:
        rest_old = [index for index in range(low, high) if index not in taken_old]
        rest_new = [index for index in range(start, end) if index not in taken_new]
        pairs += _changed(old, new, rest_old, rest_new)
    return sorted(pairs)


def increasing(numbers: Sequence[int]) -> list[int]:
    """Return the indexes of a longest increasing subsequence of different numbers, in n log n steps."""
    ends: list[int] = []  # the smallest last number of a subsequence, by its length
    last: list[int] = []  # the index of that number
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            last.append(index)
        else:
            ends[length] = number
            last[length] = index
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(index)
        index = before[index]
    return found[::-1]


def _anchors(one: list[bytes], other: list[bytes], window: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return equal items in both windows, in the same order; none when there are none, or none can be told apart."""
    low, high, start, end = window
    here = _unique([(one[index], index) for index in range(low, high)])
    there = _unique([(other[index], index) for index in range(start, end)])
    both = [(index, there[token]) for token, index in here.items() if token in there]
    if both:
        return [both[index] for index in increasing([target for _, target in both])]
    if (high - low) * (end - start) > _MOST_CELLS:
        return []
    return _common_subsequence(one, other, window)


def _common_subsequence(
    one: list[bytes], other: list[bytes], window: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Return a longest common subsequence by the textbook's table."""
    low, high, start, end = window
    width = end - start
    table = [[0] * (width + 1)]
    for here in range(high - 1, low - 1, -1):
        below = table[-1]
        row = [0] * (width + 1)
        for there in range(width - 1, -1, -1):
            if one[here] == other[start + there]:
                row[there] = below[there + 1] + 1
            else:
                row[there] = max(below[there], row[there + 1])
        table.append(row)
    table.reverse()
    found = []
    here, there = 0, 0
    while here < high - low and there < width:
        if one[low + here] == other[start + there]:
            found.append((low + here, start + there))
            here, there = here + 1, there + 1
        elif table[here + 1][there] >= table[here][there + 1]:
            here += 1
        else:
            there += 1
    return found


def _elsewhere(
    old: Sequence[Any],
    new: Sequence[Any],
    tokens: tuple[list[bytes], list[bytes]],
    gaps: list[tuple[int, int, int, int]],
    pairs: list[tuple[int, int]],
) -> None:
    """Pair items that are equal and stand elsewhere, when nothing else is equal to them, or have the same identity."""
    here = [index for low, high, _, _ in gaps for index in range(low, high)]
    there = [index for _, _, start, end in gaps for index in range(start, end)]
    # Short tokens are true, null, small numbers and empty collections: nothing that is known again.
    ours = _unique([(tokens[0][index], index) for index in here if len(tokens[0][index]) > 5])
    theirs = _unique([(tokens[1][index], index) for index in there])
    for marks in (None, *_IDENTITIES):
        if marks is not None:
            ours, theirs = _by_identity(old, here, marks), _by_identity(new, there, marks)
        found = [(index, theirs[mark]) for mark, index in ours.items() if mark in theirs]
        pairs += found
        gone, come = {index for index, _ in found}, {index for _, index in found}
        here = [index for index in here if index not in gone]
        there = [index for index in there if index not in come]


def _changed(old: Sequence[Any], new: Sequence[Any], here: list[int], there: list[int]) -> list[tuple[int, int]]:
    """Return pairs of items that are the same thing, changed."""
    if len(here) == len(there) and all(
        type(old[index]) is type(new[other]) and type(old[index]) not in (dict, list)
        for index, other in zip(here, there, strict=True)
    ):
        return list(zip(here, there, strict=True))  # as many single values as before: each was changed
    if len(here) == len(there) == 1 and type(old[here[0]]) is type(new[there[0]]) is list:
        return [(here[0], there[0])]
    return _alike(old, new, (here, there))


def _by_identity(items: Sequence[Any], indexes: list[int], name: str) -> dict[Any, int]:
    marks = []
    for index in indexes:
        item = items[index]
        mark = item.get(name) if type(item) is dict else None
        if type(mark) is str or type(mark) is int:
            marks.append(((type(mark), mark), index))
    return _unique(marks)


def _unique(marks: list[tuple[Any, int]]) -> dict[Any, int]:
    """Return the index of each mark that occurs once."""
    found: dict[Any, int] = {}
    repeated = set()
    for mark, index in marks:
        if mark in found:
            repeated.add(mark)
        found[mark] = index
    return {mark: index for mark, index in found.items() if mark not in repeated}


def _alike(old: Sequence[Any], new: Sequence[Any], indexes: tuple[list[int], list[int]]) -> list[tuple[int, int]]:
    """Return pairs of collections that are alike, in the same order, by the best sum of likenesses."""
    here = [index for index in indexes[0] if type(old[index]) in (dict, list)]
    there = [index for index in indexes[1] if type(new[index]) in (dict, list)]
    if not here or not there or len(here) * len(there) > _MOST_CELLS // 2:
        return []
    # As many as before, with the same keys: changed as well, whatever the values are.
    least = _SAME_KEYS if len(indexes[0]) == len(indexes[1]) else LIKE
    table = [[0.0] * (len(there) + 1) for _ in range(len(here) + 1)]
    score = [[_score(old[index], new[other], least) for other in there] for index in here]
    for row in range(len(here) - 1, -1, -1):
        for column in range(len(there) - 1, -1, -1):
            best = max(table[row + 1][column], table[row][column + 1])
            if score[row][column] > 0.0:
                best = max(best, table[row + 1][column + 1] + score[row][column])
            table[row][column] = best
    pairs = []
    row = column = 0
    while row < len(here) and column < len(there):
        if table[row][column] == table[row + 1][column]:
            row += 1
        elif table[row][column] == table[row][column + 1]:
            column += 1
        else:
            pairs.append((here[row], there[column]))
            row, column = row + 1, column + 1
    return pairs


def _score(one: Any, other: Any, least: float) -> float:
    """Return how alike two items are, 0 when they are not alike, or called differently."""
    score = likeness(one, other)
    if type(one) is dict and type(other) is dict and score < LIKE:
        for name in _IDENTITIES:
            if name in one and name in other and one[name] != other[name]:
                return 0.0
    return score if score >= least else 0.0
