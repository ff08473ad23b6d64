"""``Change``: a value before and after; and the word for any value at all."""

from __future__ import annotations

from .address import format_address, pointer
from .tree import canonical, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn, TypeAlias

    Parts: TypeAlias = tuple[str | int, ...]
    # One entry of a mapping, and what holds its place in both trees.
    Pair: TypeAlias = tuple[str, Any, Any]


class AnyValue:
    """What is expected where nothing in particular is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY_VALUE"


ANY_VALUE = AnyValue()


class Absent:
    """What stands for a value where there is none; its only object is ``ABSENT``. It is false."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "ABSENT"  # a copy, and what is read back from a pickle, is the one object there is


ABSENT = Absent()


class Change:
    """One place of a document whose value is another now: ``address, before, after = change``.

    Arguments:
        document: the document's name.
        parts: the keys from the root of the document to the place, and the indexes where lists hold them.
        before, after: the values, frozen; ``ABSENT`` where there was or is none.

    Frozen. Its ``repr`` says where, and never which values: they may be secret.
    """

    __slots__ = ("after", "before", "document", "parts")
    __match_args__ = ("address", "before", "after")

    after: Any
    before: Any
    document: str
    parts: Parts

    def __init__(self, document: str, parts: Parts, before: Any, after: Any) -> None:
        _place_document(self, document)
        _place_parts(self, parts)
        _place_before(self, before)
        _place_after(self, after)

    @property
    def address(self) -> str:
        """The place as people write it: ``messaging.queue.max_size``."""
        return format_address((self.document, *self.parts))

    @property
    def pointer(self) -> str:
        """The place inside the document as a JSON Pointer (RFC 6901): ``/queue/max_size``."""
        return pointer(self.parts)

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return "added" if self.before is ABSENT else "removed" if self.after is ABSENT else "changed"

    def __iter__(self) -> Iterator[Any]:
        return iter((self.address, self.before, self.after))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return (
            self.document == other.document
            and self.parts == other.parts
            and same(self.before, other.before)
            and same(self.after, other.after)
        )

    def __hash__(self) -> int:
        return hash((self.document, self.parts))

    def __repr__(self) -> str:
        kind = "" if self.kind == "changed" else f", {self.kind}"
        return f"<Change of {self.address}{kind}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Change, (self.document, self.parts, self.before, self.after))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Change is what happened: its {name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Change is what happened: its {name} cannot be removed")


# What a slot's descriptor does at half the cost of object.__setattr__.
_place_document = Change.__dict__["document"].__set__
_place_parts = Change.__dict__["parts"].__set__
_place_before = Change.__dict__["before"].__set__
_place_after = Change.__dict__["after"].__set__

# Of these, two of one type are the same exactly when they are equal, but for a float's zero, which has a sign.
_PLAIN = frozenset({str, int, bool, float, type(None)})
# So many levels from the root, what is inside of an entry is compared as a whole before it is gone into. Most of it is
# the same, and this is five times as fast; on every level it could take the square of the time.
_QUICK_LEVELS = 4
_get = dict.get
_items = dict.items


def differences(document: str, before: Any, after: Any, parts: Parts = ()) -> Iterator[Change]:
    """Yield what is different between two trees, leaf by leaf.

    A leaf is a scalar, a list, or a mapping that holds nothing. Two mappings that hold something are gone into; one
    that came or went as a whole yields its leaves; one that took the place of a leaf, or the other way round, is one
    change. Leaves are compared as ``tree.same`` does: 1, 1.0 and true are three things. The order of a mapping's keys
    is no difference.

    The order is that of the keys of ``after``. A key that is gone comes behind the key before it that is still there.

    Arguments: ``before`` and ``after`` are trees, frozen or not, or ``ABSENT`` when the document came or went;
    ``parts`` is where they stand in their document. What both share as one object costs nothing.
    """
    stack: list[tuple[Parts, Iterator[Pair]]] = []
    old, new = before, after
    while True:
        if old is not new:
            if _opens(old, new):
                stack.append((parts, _entries(old, new, len(stack) < _QUICK_LEVELS)))
            elif not same(old, new):
                yield Change(document, parts, old, new)
        while stack:
            above, entries = stack[-1]
            entry = next(entries, None)
            if entry is not None:
                key, old, new = entry
                parts = (*above, key)
                break
            stack.pop()
        else:
            return


def _opens(old: Any, new: Any) -> bool:
    """True when a place is gone into: each side is a mapping that holds something, or one is absent."""
    if isinstance(new, dict):
        return bool(new) and (old is ABSENT or (isinstance(old, dict) and bool(old)))
    return new is ABSENT and isinstance(old, dict) and bool(old)


def _entries(old: Any, new: Any, quick: bool) -> Iterator[Pair]:
    """Yield the entries of two mappings, one of which may be absent, except those that are clearly the same."""
    if new is ABSENT:
        return ((key, was, ABSENT) for key, was in _items(old))
    if old is ABSENT:
        return ((key, ABSENT, now) for key, now in _items(new))
    gone = {} if old.keys() <= new.keys() else _gone(old, new)
    found: list[Pair] = []
    if None in gone:
        found.extend((key, old[key], ABSENT) for key in gone[None])
    # Collections that are equal, as far as 1, 1.0 and true are. They are compared exactly in one go, at the end.
    olds: list[Any] = []
    news: list[Any] = []
    for key, now in _items(new):
        was = _get(old, key, ABSENT)
        if was is not now:
            kind = type(now)
            if kind in _PLAIN:
                if kind is not type(was) or was != now or (now == 0.0 and kind is float):
                    found.append((key, was, now))
            elif quick and was == now:
                olds.append(was)
                news.append(now)
            else:
                found.append((key, was, now))
        if gone and key in gone:
            found.extend((lost, old[lost], ABSENT) for lost in gone[key])
    if olds and canonical(olds) != canonical(news):
        return _entries(old, new, False)
    return iter(found)


def _gone(old: dict[str, Any], new: dict[str, Any]) -> dict[str | None, list[str]]:
    """Return the keys that are gone, by the key before them that is still there; None when there is none before."""
    found: dict[str | None, list[str]] = {}
    still: str | None = None
    for key in old:
        if key in new:
            still = key
        else:
            found.setdefault(still, []).append(key)
    return found
