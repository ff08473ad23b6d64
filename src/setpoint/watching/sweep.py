"""``Sweep``: looking at everything, a little at a time."""

from __future__ import annotations

from time import thread_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AT_ONCE = 16  # paths between two looks at the clock
_FIRST_GUESS = 5e-6  # seconds for one path; replaced by what is measured
_WEIGHT = 0.3  # of the newest measurement


class Sweep:
    """Goes round all paths in slices, so that it takes no more than a share of one core.

    Arguments: ``begin`` starts a round and returns what looks at one path each time it is asked for the next.
    """

    __slots__ = ("_begin", "_cost", "_debt", "_round")

    def __init__(self, begin: Callable[[], Iterator[None]]) -> None:
        self._begin = begin
        self._round: Iterator[None] | None = None
        self._cost = _FIRST_GUESS
        self._debt = 0.0

    @property
    def under_way(self) -> bool:
        """True between the first and the last slice of a round."""
        return self._round is not None

    def drop(self) -> None:
        """Let the next slice begin a new round."""
        self._round = None

    def whole(self) -> None:
        """Go round everything now, however long it takes, and let the next slice begin a new round."""
        self._round = self._begin()
        self._go(None)

    def slice(self, allowed: float) -> None:
        """Go on for so many seconds of processor time, or to the end of the round."""
        if self._round is None:
            self._round = self._begin()
        allowed -= self._debt
        self._debt = max(0.0, self._go(allowed) - allowed)

    def _go(self, allowed: float | None) -> float:
        assert self._round is not None
        begun = thread_time()
        looked = 0
        for _ in self._round:
            looked += 1
            if allowed is not None and looked % _AT_ONCE == 0 and thread_time() - begun >= allowed:
                break
        else:
            self._round = None
        took = thread_time() - begun
        if looked:
            self._cost += _WEIGHT * (took / looked - self._cost)
        return took

    def effective_interval(self, paths: int, interval: float, share: float) -> float:
        """Return how many seconds pass from one look at a path to the next.

        Arguments: ``paths`` is how many there are, ``interval`` the seconds from one slice to the next, ``share`` the
        part of a core that slices may take.
        """
        from math import ceil

        return interval * max(1, ceil(paths * self._cost / (share * interval)))
