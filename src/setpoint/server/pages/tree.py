"""A document's tree as rows of a page: each value with who set it and what its schema says."""

from __future__ import annotations

from hashlib import sha256

from ...address import pointer
from ...secret import MASK
from . import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .known import Known

MOST_ROWS = 600  # of one page
DEEPEST = 16  # levels of one page; what is deeper is behind a link
_UNFOLDED_ROWS = 120  # a page with more starts with its lower levels folded


class Row:
    """One line of the page, or the end of a collection.

    ``kind`` is ``leaf``, ``open`` (a collection begins) or ``shut`` (it ends, and nothing else is set). ``key`` as
    shown; ``pointer`` of the place; ``id`` for addresses with #; ``value`` as text and ``look`` for its colour;
    ``more`` is True for a collection that has a page of its own; ``size`` says how much a collection holds; ``about``
    and ``limits`` are what its schema says; ``origin`` who set it; ``unfolded`` whether a collection starts open.
    """

    __slots__ = (
        "about",
        "id",
        "key",
        "kind",
        "limits",
        "look",
        "more",
        "origin",
        "parts",
        "pointer",
        "size",
        "unfolded",
        "value",
    )

    def __init__(self, kind: str, key: str = "", parts: tuple[str | int, ...] = ()) -> None:
        self.kind = kind
        self.key = key
        self.parts = parts
        self.pointer = pointer(parts)
        self.id = place_id(self.pointer)
        self.value = self.look = self.size = self.about = self.limits = self.origin = ""
        self.more = False
        self.unfolded = True


def place_id(place: str) -> str:
    """Return the id of a place in a page: nothing of a key can be more there than a digest."""
    return f"at-{sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


class TreeRows:
    """The rows of a tree, or of a part of it.

    Arguments: ``value`` is what stands at ``parts``, masked; ``known`` is what the schema says there. ``left_out`` is
    how many entries found no room.
    """

    def __init__(self, value: Any, parts: Sequence[str | int], known: Known) -> None:
        self.left_out = 0
        self.rows: list[Row] = []
        self._room = MOST_ROWS
        if isinstance(value, dict | list) and value:
            self._entries(value, tuple(parts), known, 1)
        else:
            self.rows.append(self._leaf(str(parts[-1]) if parts else "(the document)", value, tuple(parts), known))
        self._fold()

    def leaves(self) -> Iterator[Row]:
        """Yield the rows that have an origin to be told: the values, and the collections."""
        return (row for row in self.rows if row.kind != "shut")

    def _entries(self, value: Any, parts: tuple[str | int, ...], known: Known, level: int) -> None:
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for key, held in pairs:
            if self._room <= 0:
                self.left_out += 1
                continue
            self._room -= 1
            at = (*parts, key)
            words_of_key = str(key) if isinstance(key, int) or key else '""'
            below = known.below(key)
            if not isinstance(held, dict | list) or not held:
                self.rows.append(self._leaf(words_of_key, held, at, below))
            elif level >= DEEPEST:
                row = self._leaf(words_of_key, None, at, below)
                row.value, row.look, row.more = size_of(held), "soft", True
                self.rows.append(row)
            else:
                row = Row("open", words_of_key, at)
                row.size = size_of(held)
                row.about = _said(below.about, key)
                self.rows.append(row)
                self._entries(held, at, below, level + 1)
                self.rows.append(Row("shut", "", at))

    def _leaf(self, key: str, value: Any, parts: tuple[str | int, ...], known: Known) -> Row:
        row = Row("leaf", key, parts)
        row.value = MASK if value == MASK else words.shown(value)
        row.look = _look(value)
        row.about, row.limits = _said(known.about, parts[-1] if parts else ""), known.limits
        return row

    def _fold(self) -> None:
        if len(self.rows) <= _UNFOLDED_ROWS:
            return
        level = 0
        for row in self.rows:
            if row.kind == "open":
                level += 1
                row.unfolded = level < 2
            elif row.kind == "shut":
                level -= 1


def size_of(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return how much a collection holds, in words."""
    return words.counted(len(value), "key" if isinstance(value, dict) else "item")


def _said(about: str, key: str | int) -> str:
    """Return what the schema says of an entry; of a list's items, which are of one kind, only for the first."""
    return "" if isinstance(key, int) and key else about


def _look(value: Any) -> str:
    if value == MASK:
        return "mask"
    if isinstance(value, bool) or value is None:
        return "word"
    if isinstance(value, str):
        return "text"
    return "digits" if isinstance(value, int | float) else "soft"
