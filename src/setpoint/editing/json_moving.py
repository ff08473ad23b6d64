"""Two changes of a text, one after the other, told as one change of the first text."""

from __future__ import annotations

from .splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    # A stretch of the first text, or the text that was put in.
    Stretch: TypeAlias = tuple[int, int] | str


def chained(length: int, first: Sequence[Splice], second: Sequence[Splice]) -> list[Splice]:
    """Return ``first`` and then ``second`` as one change; ``second`` has its offsets into the text ``first`` makes.

    Arguments: ``length`` is that of the first text. None of the splices drops anything.
    """
    once = _changed([(0, length)], first)
    twice = _changed(once, second)
    splices = []
    done = 0
    put_in = ""
    for stretch in [*twice, (length, length)]:
        if isinstance(stretch, str):
            put_in += stretch
            continue
        start, end = stretch
        if put_in or start > done:
            splices.append(Splice(done, start, put_in))
            put_in = ""
        done = end
    return splices


def _changed(stretches: Sequence[Stretch], splices: Sequence[Splice]) -> list[Stretch]:
    """Return the stretches of the text with the splices made; none of them is empty."""
    changed: list[Stretch] = []
    done = 0
    for splice in splices:
        changed += [*_between(stretches, done, splice.start), *([splice.text] if splice.text else [])]
        done = splice.end
    return [*changed, *_between(stretches, done, None)]


def _between(stretches: Sequence[Stretch], start: int, end: int | None) -> list[Stretch]:
    """Return the part of the stretches between two offsets into what they make; None is its end."""
    found: list[Stretch] = []
    at = 0
    for stretch in stretches:
        size = len(stretch) if isinstance(stretch, str) else stretch[1] - stretch[0]
        low, high = max(start - at, 0), size if end is None else min(end - at, size)
        if low < high:
            found.append(stretch[low:high] if isinstance(stretch, str) else (stretch[0] + low, stretch[0] + high))
        at += size
    return found
