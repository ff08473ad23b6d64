"""How likely one key is a slip of the fingers for another."""

from __future__ import annotations

from ..nearness import distance, near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLE = str.maketrans("", "", "-_ .")


def word(key: str) -> str:
    """Return what is left of a key without its style: no case, and no ``-``, ``_``, blanks and dots."""
    return key.translate(_STYLE).casefold()


def likeness(old: str, new: str) -> float:
    """Return how far ``old`` is from ``new``: 0 for another style of the same word, below 1 for the commonest slips.

    A letter typed twice, two letters swapped and a letter left out come before a wrong letter, and that before a
    letter too many; beyond that, the number of letters.
    """
    if word(old) == word(new) != "":
        return 0.0
    steps = distance(old, new, 3)
    if steps != 1:
        return float(steps) + 0.1
    if len(old) == len(new) + 1:
        at = next((index for index, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), len(new))
        return 0.6 if at and old[at] == old[at - 1] else 1.0
    if len(old) == len(new):
        return 0.7 if sorted(old) == sorted(new) else 0.9
    return 0.8


class Comparisons:
    """A bounded number of comparisons of names: thousands of wrong keys beside thousands of known ones end soon.

    Arguments: ``left`` is how many pairs of names may still be compared; a pair takes about 10 microseconds.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = 60_000) -> None:
        self.left = left

    def near(self, name: str, known: Sequence[str], most: int) -> list[str]:
        """Return the known names that ``name`` may have meant, best first; none when there have been enough."""
        return near(name, known, most) if self.spend(len(known)) else []

    def spend(self, number: int) -> bool:
        """Count a number of comparisons; False when there have been enough."""
        if self.left < number:
            return False
        self.left -= number
        return True
