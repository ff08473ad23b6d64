"""``Registry``: the instruments of one system, and the figures that others have counted already."""

from __future__ import annotations

from threading import RLock

from ..forks import watch
from .counter import Counter
from .histogram import SECONDS, Histogram

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from .histogram import Reading

    # Figures that somebody else counts, by name; asked for when somebody reads.
    Source: TypeAlias = Callable[[], Mapping[str, float | int | None]]

_RANK = 97  # for forks.watch: whoever counts may hold any other lock, and waits for none while it holds this one
_NAN = float("nan")


class Registry:
    """Counters and histograms, and what others count by themselves.

    All instruments share one lock, which is held for less than a microsecond: what is read is exact. A process that is
    forked off goes on from the figures of its parent.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.counters: dict[str, Counter] = {}
        self.histograms: dict[str, Histogram] = {}
        self.failures = 0  # sources that could not be read, counted each time
        self._sources: dict[str, Source] = {}
        watch(self, lock=_RANK)

    def counter(self, name: str, label: str | None = None) -> Counter:
        """Return the counter of a name, which is made when there is none. Arguments: ``label`` is what a label says."""
        with self.lock:
            found = self.counters.get(name)
            if found is None:
                found = self.counters[name] = Counter(self, name, label)
            return found

    def histogram(self, name: str, bounds: Sequence[float] = SECONDS) -> Histogram:
        """Return the histogram of a name, which is made when there is none."""
        with self.lock:
            found = self.histograms.get(name)
            if found is None:
                found = self.histograms[name] = Histogram(self, name, bounds)
            return found

    def pull(self, title: str, source: Source) -> None:
        """Have figures read from somewhere else whenever this is read, in place of the source of the same title."""
        with self.lock:
            self._sources[title] = source

    def has(self, title: str) -> bool:
        """True when there is a source of this title."""
        return title in self._sources

    def pulled(self) -> dict[str, float]:
        """Return the figures of all sources. One that fails has none, and is counted: it harms no other."""
        with self.lock:
            sources = list(self._sources.values())
        found: dict[str, float] = {}
        for source in sources:
            try:
                figures = source()
            except Exception:  # noqa: BLE001 - a figure that cannot be had must not cost the others
                with self.lock:
                    self.failures += 1
                continue
            found.update({name: _NAN if value is None else float(value) for name, value in figures.items()})
        return found

    def readings(self) -> dict[str, Reading]:
        """Return what each histogram holds."""
        return {name: one.read() for name, one in list(self.histograms.items())}

    def values(self) -> dict[str, float]:
        """Return every figure by name, a histogram as ``NAME_count`` and ``NAME_sum``."""
        found = self.pulled()
        found.update({name: float(one.total) for name, one in list(self.counters.items())})
        for name, one in self.readings().items():
            found[f"{name}_count"] = float(one.count)
            found[f"{name}_sum"] = one.sum
        return found

    def __repr__(self) -> str:
        return f"<Registry of {len(self.counters) + len(self.histograms)} instruments, {len(self._sources)} sources>"
