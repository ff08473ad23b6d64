"""``Trail``: where a path leads, and the symbolic links it leads through."""

from __future__ import annotations

import os

_MOST_LINKS = 40  # what Linux follows before it says ELOOP


class Trail:
    """Where a path leads now.

    ``real`` is the path without symbolic links; ``hops`` are the links on the way, each as its directory (without
    links itself) and its name: whoever changes one of them changes where the path leads.
    """

    __slots__ = ("hops", "real")

    def __init__(self, real: str, hops: tuple[tuple[str, str], ...] = ()) -> None:
        self.real = real
        self.hops = hops

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trail):
            return NotImplemented
        return self.real == other.real and self.hops == other.hops

    def __hash__(self) -> int:
        return hash((self.real, self.hops))

    def __repr__(self) -> str:
        return f"Trail({self.real!r}, {self.hops!r})"


def trail_of(path: str, known: dict[str, Trail] | None = None) -> Trail:
    """Return where an absolute path leads. What is missing on the way leads where it would be.

    Arguments: ``known`` holds the trails of directories that were followed in this look already, and is added to.
    """
    parent, name = os.path.split(path)
    if not name or known is None:
        return _follow(os.sep, (), path)
    base = known.get(parent)
    if base is None:
        base = known[parent] = _follow(os.sep, (), parent)
    return _follow(base.real, base.hops, name)


def _follow(real: str, hops: tuple[tuple[str, str], ...], path: str) -> Trail:
    steps = path.split(os.sep)
    steps.reverse()
    met = list(hops)
    while steps:
        step = steps.pop()
        if step in ("", "."):
            continue
        if step == "..":
            real = os.path.dirname(real)
            continue
        place = os.path.join(real, step)
        try:
            target = os.readlink(place)
        except OSError:  # not a link, or not there
            real = place
            continue
        if len(met) >= _MOST_LINKS:  # a loop, most likely: nothing can be read there
            return Trail(place, tuple(met))
        met.append((real, step))
        if target.startswith(os.sep):
            real = os.sep
        rest = target.split(os.sep)
        rest.reverse()
        steps.extend(rest)
    return Trail(real, tuple(met))
