"""``Times``: how long something took, many times over."""

from __future__ import annotations

from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Times:
    """How long something took each time, in seconds."""

    __slots__ = ("_sorted",)

    def __init__(self, seconds: Iterable[float]) -> None:
        self._sorted = sorted(seconds)

    @classmethod
    def of(cls, call: Callable[[], object], times: int, *, each: int = 1) -> Times:
        """Call something again and again, and return how long it took.

        Arguments: ``each`` is how many calls are timed as one, for what is shorter than the clock can tell.
        """
        found = []
        for _ in range(times):
            began = perf_counter()
            for _ in range(each):
                call()
            found.append((perf_counter() - began) / each)
        return cls(found)

    @property
    def median(self) -> float:
        """The middle one."""
        return self._sorted[len(self._sorted) // 2]

    @property
    def p99(self) -> float:
        """What 99 of 100 did not exceed."""
        return self._sorted[min(len(self._sorted) - 1, int(len(self._sorted) * 0.99))]

    @property
    def slowest(self) -> float:
        """The longest."""
        return self._sorted[-1]

    def __len__(self) -> int:
        return len(self._sorted)
