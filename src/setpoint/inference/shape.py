"""``Shape``: what the samples say about one place, without their values."""

from __future__ import annotations

from .key_skeleton import skeleton
from .text_formats import format_of_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# A mapping with more keys than this is not a record that somebody thought out, so its keys are not kept.
MOST_KEYS = 100
# How deep a document is looked into: its schema is twice as deep, and has to stay within the limits of a document.
DEEPEST = 40

_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}


class Entry:
    """One key of the mappings at a place.

    ``shape`` is what its values are like; ``count`` in how many mappings it is, ``witnessed`` how many of those were of
    samples that count as evidence.
    """

    __slots__ = ("count", "shape", "witnessed")

    def __init__(self, shape: Shape, count: int = 0, witnessed: int = 0) -> None:
        self.shape = shape
        self.count = count
        self.witnessed = witnessed


class Shape:
    """What values at one place are like: their kinds, the formats of texts, the keys of mappings, the items of lists.

    ``kinds`` are names of JSON Schema's types in the order they were seen; ``text_format`` is the one format that all
    texts have, ``""`` before a text was seen, None when they have none. ``mappings`` counts those that were seen,
    ``witnessed`` those of samples that count as evidence. ``entries`` are their keys; in a mapping of too many keys it
    is None, and ``anyone`` is what all values are like. ``key_skeleton`` is what all keys look like, ``""`` before a
    key was seen, None when they differ. ``items`` is what the items of lists are like.
    """

    __slots__ = ("anyone", "entries", "items", "key_skeleton", "kinds", "mappings", "text_format", "witnessed")

    def __init__(self) -> None:
        self.kinds: dict[str, None] = {}
        self.text_format: str | None = ""
        self.mappings = 0
        self.witnessed = 0
        self.entries: dict[str, Entry] | None = {}
        self.anyone: Shape | None = None
        self.key_skeleton: str | None = ""
        self.items: Shape | None = None

    def see(self, tree: Any, *, evidence: bool = True) -> None:
        """Take a tree in.

        Arguments: ``evidence`` is False for another state of a document that was seen already, such as one with a
        profile: it has to fit, and is no second witness that keys are always the same.
        """
        waiting: list[tuple[Shape, Any, int]] = [(self, tree, 0)]
        while waiting:
            shape, value, depth = waiting.pop()
            below = shape._take(value, evidence) if depth < DEEPEST else shape._take_kind(value)
            waiting += [(inside, held, depth + 1) for inside, held in reversed(below)]

    def _take_kind(self, value: Any) -> list[tuple[Shape, Any]]:
        self.kinds[_KINDS[type(value)] if value is not None else "null"] = None
        return []

    def _take(self, value: Any, evidence: bool) -> list[tuple[Shape, Any]]:
        """Take one value in, and return the values inside it with the shapes that are to see them."""
        self._take_kind(value)
        if type(value) is str:
            self._see_format(format_of_text(value) if self.text_format is not None else None)
        elif type(value) is list:
            if self.items is None:
                self.items = Shape()
            return [(self.items, item) for item in value]
        elif type(value) is dict:
            self.mappings += 1
            self.witnessed += evidence
            self._make_room(value)
            return [(self._entry(key, 1, int(evidence)), held) for key, held in value.items()]
        return []

    def _see_format(self, name: str | None) -> None:
        self.text_format = name if self.text_format in ("", name) else None

    def _entry(self, key: str, count: int, witnessed: int) -> Shape:
        """Return the shape for the values of a key that was met again."""
        if self.key_skeleton is not None:
            looks = skeleton(key)
            self.key_skeleton = looks if self.key_skeleton in ("", looks) else None
        if self.anyone is not None:
            return self.anyone
        assert self.entries is not None  # it is, as long as there is no shape for all of them
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(Shape())
        entry.count += count
        entry.witnessed += witnessed
        return entry.shape

    def _make_room(self, keys: Iterable[str]) -> None:
        """Give up the keys when there would be too many with the new ones. Nothing of those may be on its way here."""
        if self.entries is not None and len({*self.entries, *keys}) > MOST_KEYS:
            self.anyone = union(one.shape for one in self.entries.values())
            self.entries = None

    def _absorb(self, other: Shape) -> list[tuple[Shape, Shape]]:
        """Take in what another shape has seen here, and return the pairs below that are to be joined as well."""
        self.kinds.update(other.kinds)
        if other.text_format != "":
            self._see_format(other.text_format)
        self.mappings += other.mappings
        self.witnessed += other.witnessed
        below: list[tuple[Shape, Shape]] = []
        if other.items is not None:
            if self.items is None:
                self.items = Shape()
            below.append((self.items, other.items))
        if other.anyone is not None:
            if self.anyone is None:
                self.anyone = union(one.shape for one in (self.entries or {}).values())
                self.entries = None
            below.append((self.anyone, other.anyone))
            if other.key_skeleton != self.key_skeleton:
                self.key_skeleton = None if self.key_skeleton != "" else other.key_skeleton
        self._make_room(other.entries or ())
        for key, one in (other.entries or {}).items():
            below.append((self._entry(key, one.count, one.witnessed), one.shape))
        return below


def union(shapes: Iterable[Shape]) -> Shape:
    """Return what has seen all that several shapes have seen; those stay as they are."""
    made = Shape()
    for shape in shapes:
        waiting = [(made, shape)]
        while waiting:
            one, other = waiting.pop()
            waiting += reversed(one._absorb(other))
    return made
