"""The guard: whether a change of a document looks like an accident rather than like somebody's wish."""

from __future__ import annotations

from itertools import chain, repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from typing import Any, TypeAlias

    from .tree import Tree

    Places: TypeAlias = dict[tuple[int, str | None], int]

_MOST_SECTIONS = 3  # that are named
_MOST_NAME = 40  # characters of one
_HOLDERS = (dict, list)
_NOTHING: dict[str, Any] = {}


class GuardLimits:
    """What a document may lose or gain in one change before it is asked whether that was meant.

    Arguments:
        least: a document with fewer values than this may lose any of them, as long as something is left.
        lost: the share of its values, 0 to 1, that a document may lose; None lets it lose everything.
        grown: how many times as many values as before are too many; None lets it grow without a question.
        large: growth is no question below this many values.

    Growth is asked about too, because large documents are written by programs, and read whole by nobody: one that
    doubled is more often a query that returned everything twice than a wish, and schemas rarely bound it. (In the
    outage that https://blog.cloudflare.com/18-november-2025-outage/ describes, it was just that.) A document of
    10,000 values is about 300 KB of YAML; below that people write by hand, and double a document when they like.
    """

    __slots__ = ("grown", "large", "least", "lost")

    def __init__(
        self, *, least: int = 10, lost: float | None = 0.5, grown: float | None = 2.0, large: int = 10_000
    ) -> None:
        if least < 1 or large < 1:
            raise ValueError("the guard's 'least' and 'large' are at least 1")
        if lost is not None and not 0 <= lost <= 1:
            raise ValueError("the guard's 'lost' is a share: from 0 to 1, or None")
        if grown is not None and not 1 < grown < float("inf"):
            raise ValueError("the guard's 'grown' is more than 1, or None")
        self.least = least
        self.lost = lost
        self.grown = grown
        self.large = large

    def __repr__(self) -> str:
        return f"GuardLimits(least={self.least}, lost={self.lost}, grown={self.grown}, large={self.large})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GuardLimits):
            return NotImplemented
        return (self.least, self.lost, self.grown, self.large) == (other.least, other.lost, other.grown, other.large)

    def __hash__(self) -> int:
        return hash((self.least, self.lost, self.grown, self.large))


DEFAULT_LIMITS = GuardLimits()


def suspicion(before: Tree, after: Tree, limits: GuardLimits = DEFAULT_LIMITS) -> str | None:
    """Return what makes a change look like an accident, as the rest of a sentence, or None when nothing does.

    Arguments: ``before`` and ``after`` are the document's trees, without what a schema fills in (defaults would hide
    that a file is empty). The sentence holds numbers and the names of a few sections, never a value.

    What is counted are values: scalars at their paths. Null, ``{}`` and ``[]`` hold nothing and do not count, so a
    template whose variables were all empty has lost its values. A value is lost when its path holds nothing any more;
    another value there, or a mapping, is a change and no loss. The items of a list have no paths of their own: a list
    that is sorted anew or loses its first item has not lost all others. What is gone from a path and stands under the
    same key (in a list: as an item) at a path that was not there before was moved: a section that is renamed or put
    into another one with its content has lost nothing. Where every *key* has another name the old values are lost,
    since no reader would find them.

    Suspicious is that a document which held something holds nothing; that of ``limits.least`` values or more a larger
    share than ``limits.lost`` is lost; that one of ``limits.least`` values or more grows to ``limits.grown`` times as
    many, and at least ``limits.large``. Takes time in proportion to the two trees, and does not recurse.
    """
    if before is after or (limits.lost is None and limits.grown is None):
        return None
    was, lost = _at_most_lost(before, after)
    now = _count(after)
    fewer = limits.lost is not None and was > 0 and (not now or (was >= limits.least and lost > limits.lost * was))
    more = limits.grown is not None and was >= limits.least and now >= limits.large and now >= limits.grown * was
    if not fewer and not more:
        return None
    places: Places = {}
    old, new = _Values(before, places), _Values(after, places)
    if fewer:
        assert limits.lost is not None
        gone = old.held if not now else _gone(old, new, list(places))
        lost = sum(gone.values())
        if lost > limits.lost * was or not now:
            what = f"{lost:,}" if lost < was else "all"
            whole = "its only value" if was == 1 else f"{what} of its {was:,} values"
            return f"{whole} would be gone: {_sections(before, gone, places)}"
    if more:
        added = {place: held - old.held[place] for place, held in new.held.items() if held > old.held[place]}
        return f"it would grow from {was:,} to {now:,} values: {_sections(after, added, places)}"
    return None


def _at_most_lost(before: Any, after: Any) -> tuple[int, int]:
    """Return how many values a tree has, and how many of their paths, list indexes included, hold nothing later.

    That is never less than what is lost as ``suspicion`` counts it, and takes a fifth of the time, which is all that
    the everyday change needs.
    """
    total = lost = 0
    pairs: list[tuple[Any, Any]] = [({None: before}, {None: after})]
    look = dict.get  # a Config's own get takes addresses apart
    for old, new in pairs:  # it grows while it is walked
        if isinstance(old, dict):
            later = new if isinstance(new, dict) else _NOTHING
            both = [(value, look(later, key)) for key, value in old.items()]
        else:
            both = list(zip(old, chain(new if isinstance(new, list) else (), repeat(None)), strict=False))
        for value, there in both:
            if value is None:
                continue
            if isinstance(value, _HOLDERS):
                pairs.append((value, there))
                continue
            total += 1
            if not there and (there is None or isinstance(there, _HOLDERS)):
                lost += 1
    return total, lost


def _count(tree: Any) -> int:
    """Return how many values a tree has."""
    total = 0
    holders: list[Any] = [[tree]]
    for holder in holders:  # it grows while it is walked
        for value in holder.values() if isinstance(holder, dict) else holder:
            if isinstance(value, _HOLDERS):
                holders.append(value)
            elif value is not None:
                total += 1
    return total


class _Values:
    """The values of a tree with their places.

    A place is the number of a path in which every list index counts as the same, in ``places`` under the number of the
    place around it and the key, None for an item. A place's number is larger than that of the place around it.
    ``held`` counts the values of each place, ``present`` the mappings and lists that hold something as well.
    """

    __slots__ = ("held", "present", "values")

    def __init__(self, tree: Any, places: Places) -> None:
        from collections import Counter

        number = places.setdefault
        values: list[tuple[int, Any]] = []
        holders: list[tuple[Any, int]] = [({None: tree}, -1)]
        for holder, place in holders:  # it grows while it is walked
            if isinstance(holder, dict):
                for key, value in holder.items():
                    if isinstance(value, _HOLDERS):
                        if value:
                            holders.append((value, number((place, key), len(places))))
                    elif value is not None:
                        values.append((number((place, key), len(places)), value))
                continue
            here = number((place, None), len(places))
            for value in holder:
                if isinstance(value, _HOLDERS):
                    if value:
                        holders.append((value, here))
                elif value is not None:
                    values.append((here, value))
        self.values = values
        self.held: Counter[int] = Counter([place for place, _ in values])
        self.present: Counter[int] = self.held + Counter([place for _, place in holders])


def _gone(old: _Values, new: _Values, paths: list[tuple[int, str | None]]) -> dict[int, int]:
    """Return how many values of each place are lost: those that are not there, and were not moved either."""
    from collections import Counter

    gone = {place: held - new.present[place] for place, held in old.held.items() if held > new.present[place]}
    came = Counter((paths[place][1], type(value), value) for place, value in new.values if place not in old.present)
    for place, value in old.values:
        if place in gone and place not in new.present:
            what = (paths[place][1], type(value), value)
            if came[what] > 0:
                came[what] -= 1
                gone[place] -= 1
    return gone


def _sections(tree: Any, counts: dict[int, int], places: Places) -> str:
    """Name the sections with the most of some counted values: the document's first keys, or where it branches."""
    stem: list[str] = []
    holder: Any = tree
    root = places[-1, None]
    while isinstance(holder, dict) and len(holder) == 1:
        ((key, below),) = holder.items()
        if not isinstance(below, dict):
            break
        stem.append(key)
        root, holder = places[root, key], below
    section: list[int] = []  # by place: the section it is in, itself or -1
    names: dict[int, str | None] = {}
    tally: dict[int, int] = {}
    for place, (parent, key) in enumerate(places):
        if parent == root:
            names[place] = key
        section.append(place if parent == root else section[parent] if parent >= 0 else -1)
        if counts.get(place):
            tally[section[place]] = tally.get(section[place], 0) + counts[place]
    largest = sorted(tally, key=lambda one: (-tally[one], one))
    shown = [f"{_shown(stem, names.get(one))} ({tally[one]:,})" for one in largest[:_MOST_SECTIONS]]
    rest = len(largest) - len(shown)
    if rest:
        shown.append(f"{rest:,} more {'section' if rest == 1 else 'sections'}")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _shown(stem: list[str], key: str | None) -> str:
    from .address import format_address

    text = format_address(stem if key is None else [*stem, key]) or "the document itself"
    if len(text) > _MOST_NAME:
        text = text[: _MOST_NAME - 1] + "…"
    if text.isprintable():
        return text
    import json

    return json.dumps(text)
