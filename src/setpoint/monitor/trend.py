"""What a day of one metric comes to: average, percentiles, and whether it rises, falls, or keeps still."""

from __future__ import annotations

from math import isnan, nan, sqrt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from .rollup import Column

_MOST_VALUES = 12_000  # that are sorted as they are; of more, each stands with its weight
_FEWEST = 5  # points that a trend needs
_CLEAR = 3.0  # standard errors that a slope must be away from nothing
_MATTERS = 0.05  # share of the average level that a metric must have moved by over the window


def average(column: Column) -> float:
    """Return the average of all values; NaN without one."""
    number = sum(column.count)
    return sum(column.total) / number if number else nan


def percentiles(column: Column, shares: Sequence[float]) -> list[float]:
    """Return the value that each share of all values does not exceed (nearest rank); NaN without a value.

    Exact for samples as they were taken. Of a stretch that was rolled up, the least and the greatest value are known,
    and the others stand at their average: a percentile is then off by less than that stretch is wide.
    """
    if not len(column):
        return [nan] * len(shares)
    least, most = min(column.low), max(column.high)
    if least == most:
        return [least] * len(shares)
    number = sum(column.count)
    groups = list(_groups(column))
    if number <= _MOST_VALUES:
        every: list[float] = []
        for values, weight in groups:
            every += values * weight
        every.sort()
        found = [every[_rank(share, number)] for share in shares]
    else:
        from bisect import bisect_right
        from itertools import accumulate

        pairs = sorted((value, weight) for values, weight in groups for value in values)
        reached = list(accumulate(weight for _, weight in pairs))
        found = [pairs[bisect_right(reached, _rank(share, number))][0] for share in shares]
    # What stands for several is an average, which a rounding error can put beside what it lies between.
    return [min(max(value, least), most) for value in found]


def _rank(share: float, number: int) -> int:
    from math import ceil

    return min(number - 1, max(0, ceil(share * number - 1e-9) - 1))


def _groups(column: Column) -> Iterator[tuple[list[float], int]]:
    """Yield values that stand for a column's, with how many each of them stands for."""
    from itertools import compress

    for number in set(column.count):
        chosen = [one == number for one in column.count]
        low = list(compress(column.low, chosen))
        yield low, 1
        if number > 1:
            high = list(compress(column.high, chosen))
            yield high, 1
        if number > 2:
            rest = number - 2
            total = compress(column.total, chosen)
            yield [(all_ - least - most) / rest for all_, least, most in zip(total, low, high, strict=True)], rest


class Window:
    """A stretch of time that lines are drawn over.

    Arguments: ``start`` and ``end`` in seconds since 1970; ``number`` is how many points a line has at most.
    """

    __slots__ = ("_at", "_edges", "end", "number", "start")

    def __init__(self, start: float, end: float, number: int) -> None:
        self.start = start
        self.end = end
        self.number = number
        self._at: array[int] | None = None
        self._edges: list[int] = []

    def line(self, column: Column) -> list[tuple[float, float]]:
        """Return the middle of each part, in seconds since 1970, and the average there; nothing of an empty one."""
        if not len(column):
            return []
        level = column.low[0]
        still = level == min(column.low) == max(column.high)
        total, count = column.total, column.count
        return [
            (middle, level if still else sum(total[first:behind]) / sum(count[first:behind]))
            for middle, first, behind in self._parts(column)
        ]

    def band(self, column: Column) -> list[tuple[float, float]]:
        """Return the least and the greatest value of each part of ``line``."""
        return [
            (min(column.low[first:behind]), max(column.high[first:behind])) for _, first, behind in self._parts(column)
        ]

    def _parts(self, column: Column) -> list[tuple[float, int, int]]:
        width = (self.end - self.start) / self.number
        if self._at is None or self._at != column.at:  # most metrics have the same times
            from bisect import bisect_left

            self._at = column.at
            self._edges = [bisect_left(column.at, (self.start + width * at) * 1000) for at in range(self.number + 1)]
        edges = self._edges
        return [
            (self.start + width * (place + 0.5), edges[place], edges[place + 1])
            for place in range(self.number)
            if edges[place + 1] > edges[place]
        ]


def slope(line: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope of the averages over time, per second, and its standard error, by ordinary least squares.

    NaN with fewer than three points. Source: the textbook formulas, e.g. NIST/SEMATECH e-Handbook of Statistical
    Methods, 4.1.4.1.
    """
    number = len(line)
    if number < 3:
        return nan, nan
    middle = sum(point[0] for point in line) / number
    level = sum(point[1] for point in line) / number
    spread = sum((point[0] - middle) ** 2 for point in line)
    if spread <= 0:
        return nan, nan
    found = sum((point[0] - middle) * (point[1] - level) for point in line) / spread
    rest = sum((point[1] - level - found * (point[0] - middle)) ** 2 for point in line)
    return found, sqrt(rest / (number - 2) / spread)


def direction(line: Sequence[tuple[float, float]]) -> str:
    """Return ``rising``, ``falling``, ``steady``, or ``unknown`` with too few points to say.

    It moves when the slope is three standard errors away from nothing, and over the window comes to a twentieth of the
    level: what is clear, and matters.
    """
    if len(line) < _FEWEST:
        return "unknown"
    found, error = slope(line)
    if isnan(found):
        return "unknown"
    moved = found * (line[-1][0] - line[0][0])
    level = sum(abs(point[1]) for point in line) / len(line)
    if abs(found) <= _CLEAR * error or abs(moved) < _MATTERS * level or moved == 0:
        return "steady"
    return "rising" if moved > 0 else "falling"


def increase(column: Column, before: float | None = None) -> float:
    """Return by how much a counter of one process grew; after a fall it began anew at nothing. NaN without a value.

    Arguments: ``before`` is what it was before the first value; by default the least of the first stretch.
    """
    if not len(column):
        return nan
    grown = 0.0
    last = column.low[0] if before is None else before
    for value in column.last:
        grown += value - last if value >= last else value
        last = value
    return grown
