"""``Histogram``: how long something took, each time."""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .registry import Registry

# From a tenth of a millisecond, which a small document takes, to ten seconds, which is how long a callback that is
# asked may take.
SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Reading:
    """What a histogram held at one moment.

    ``counts`` has one number more than ``bounds``: how many observations were at most each bound and above the one
    before it, and at last those above all of them. ``least`` and ``most`` are NaN when there was none.
    """

    __slots__ = ("bounds", "count", "counts", "least", "most", "sum")

    def __init__(
        self, bounds: Sequence[float], counts: Sequence[int], *, total: float, least: float, most: float
    ) -> None:
        self.bounds = tuple(bounds)
        self.counts = tuple(counts)
        self.count = sum(self.counts)
        self.sum = total
        self.least = least
        self.most = most

    def mean(self, since: Reading | None = None) -> float:
        """Return the mean of the observations, of those after an earlier reading if given; NaN when there is none."""
        count = self.count - (since.count if since else 0)
        return (self.sum - (since.sum if since else 0.0)) / count if count > 0 else float("nan")

    def quantile(self, part: float, since: Reading | None = None) -> float:
        """Return what a part of the observations is at most, linear within a bucket; NaN when there is none.

        Arguments: ``part`` is between 0 and 1; ``since`` leaves out what an earlier reading had already. What is above
        the last bound counts as the largest observation there ever was.
        """
        counts = [now - before for now, before in zip(self.counts, since.counts, strict=True)] if since else self.counts
        wanted = part * sum(counts)
        if not sum(counts):
            return float("nan")
        below = 0
        for number, count in enumerate(counts):
            if count and below + count >= wanted:
                if number == len(self.bounds):
                    return self.most
                low = self.bounds[number - 1] if number else 0.0
                found = low + (self.bounds[number] - low) * max(wanted - below, 0.0) / count
                return min(max(found, self.least), self.most)
            below += count
        return self.most

    def __repr__(self) -> str:
        return f"<Reading of {self.count}: {self.least:g} to {self.most:g}>"


class Histogram:
    """How large the observations of something were, counted in buckets with fixed bounds.

    Arguments: ``bounds`` are the upper ends of the buckets, rising. ``Registry.histogram`` makes it.
    """

    __slots__ = ("_counts", "_least", "_most", "_registry", "_sum", "bounds", "name")

    kind = "histogram"

    def __init__(self, registry: Registry, name: str, bounds: Sequence[float] = SECONDS) -> None:
        self._registry = registry
        self.name = name
        self.bounds = tuple(bounds)
        self._counts = [0] * (len(self.bounds) + 1)
        self._sum = 0.0
        self._least = float("inf")
        self._most = float("-inf")

    def observe(self, value: float) -> None:
        """Add an observation."""
        at = bisect_left(self.bounds, value)
        with self._registry.lock:
            self._counts[at] += 1
            self._sum += value
            if value < self._least:  # noqa: PLR1730 - a call of min() costs as much as all the rest
                self._least = value
            if value > self._most:  # noqa: PLR1730
                self._most = value

    def read(self) -> Reading:
        """Return what it holds now, all of one moment."""
        with self._registry.lock:
            counts = tuple(self._counts)
            total, least, most = self._sum, self._least, self._most
        if not any(counts):
            least = most = float("nan")
        return Reading(self.bounds, counts, total=total, least=least, most=most)

    def __repr__(self) -> str:
        return f"<Histogram {self.name}: {self.read()!r}>"
