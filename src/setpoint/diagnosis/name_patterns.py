"""Which name was meant where only patterns say which names are allowed."""

from __future__ import annotations

from .likeness import likeness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_LONGEST = 40  # characters of a name; each is tried with each letter of the patterns
_MOST_LETTERS = 120
_CLASSES = ("[", "\\", ".")
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def fitting(key: str, patterns: Sequence[str], taken: Iterable[str], matches: Callable[[str, str], bool]) -> list[str]:
    """Return the one name that matches a pattern and is the likeliest one slip away from ``key``; else none.

    Arguments: ``taken`` are names that are there already; ``matches(pattern, name)`` tells whether a name fits.
    Where several names are as likely (``^[a-z]+$`` allows most slips), nobody can tell which was meant.
    """
    if not patterns or len(key) > _LONGEST or any(matches(pattern, key) for pattern in patterns):
        return []
    there = set(taken)
    written = "".join(patterns)
    if any(mark in written for mark in _CLASSES):
        # The pattern allows letters that it does not write; without them, one of many names would look like the only.
        written += _PLAIN
    letters = dict.fromkeys(written + key)
    if len(letters) > _MOST_LETTERS:
        return []
    names = dict.fromkeys(_one_slip_away(key, list(letters)))
    found = sorted(
        (_slip(key, name), name)
        for name in names
        if name and name != key and name not in there and any(matches(pattern, name) for pattern in patterns)
    )
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return []
    return [found[0][1]]


def _slip(key: str, name: str) -> float:
    """Return the likeness of a name, where a ``-`` moved, added or left out is a slip like that of any letter."""
    found = likeness(key, name)
    if found or (len(key) == len(name) and all(map(_same_but_for_style, key, name))):
        return found
    return 0.8


def _same_but_for_style(one: str, other: str) -> bool:
    return one.casefold() == other.casefold() or {one, other} == {"-", "_"}


def _one_slip_away(key: str, letters: Sequence[str]) -> Iterator[str]:
    yield from (key.lower(), key.upper(), key.replace("-", "_"), key.replace("_", "-"))
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]
        yield key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :]
        for letter in letters:
            yield key[:at] + letter + key[at + 1 :]
    for at in range(len(key) + 1):
        for letter in letters:
            yield key[:at] + letter + key[at:]
