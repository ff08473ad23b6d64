"""The changes that a format knows how to make: what every operation comes down to, one entry at a time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol, TypeAlias

    from ..tree import Tree
    from .splice import Splice

    Parts: TypeAlias = tuple[str | int, ...]
    Change: TypeAlias = "Replace | Insert | Remove | Rename | Move"

    class Source(Protocol):
        """A text as one format reads it for editing; each format's module has ``read(text, tree) -> Source``."""

        def splices(self, change: Change) -> list[Splice]:
            """Return the smallest change of the text, in ascending order and without overlaps.

            Raises ``Refusal`` when it cannot be made without harm to something else.
            """
            ...

        def census(self) -> list[str]:
            """Return every comment, anchor (``&name``) and alias (``*name``) of the text, in their order."""
            ...

        def holds_marks(self, parts: Parts) -> bool:
            """True when a comment, anchor, alias or merge stands inside the value at ``parts``."""
            ...

    class SettlingSource(Source, Protocol):
        """A source of a format that cannot express every position: TOML has tables behind the other entries."""

        def settled(self, change: Change) -> Change:
            """Return the change with the nearest position the format can express; the same object when it can.

            Asked before the tree that is wanted is worked out, so that what comes back is what is wanted; only
            ``position`` may differ. A source without this method can express every position. Raises ``Refusal`` as
            ``splices`` does.
            """
            ...

    class CarryingSource(Source, Protocol):
        """A source that need not read the whole text again after the smallest of changes."""

        def after(self, splices: Sequence[Splice], text: str, tree: Tree) -> Source | None:
            """Return what ``read`` would of the text that splices made, and its tree; None when it has to be read."""
            ...


# In all of them keys are text and indexes of lists are numbers, and the places named exist (Insert's new key does not).


class Replace:
    """The value at ``parts`` becomes ``value``; ``()`` is the whole document."""

    __slots__ = ("parts", "value")

    def __init__(self, parts: Parts, value: Tree) -> None:
        self.parts = parts
        self.value = value

    def __repr__(self) -> str:
        return f"Replace({self.parts!r})"  # without the value, which may be a secret


class Insert:
    """A new entry of the mapping or list at ``parts``: at ``position`` among its entries, 0 to their number.

    ``key`` is the new key, or None in a list.
    """

    __slots__ = ("key", "parts", "position", "value")

    def __init__(self, parts: Parts, position: int, key: str | None, value: Tree) -> None:
        self.parts = parts
        self.position = position
        self.key = key
        self.value = value

    def __repr__(self) -> str:
        return f"Insert({self.parts!r}, {self.position}, {self.key!r})"


class Remove:
    """The entry at ``parts`` goes, with its key."""

    __slots__ = ("parts",)

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def __repr__(self) -> str:
        return f"Remove({self.parts!r})"


class Rename:
    """The key of the entry at ``parts`` becomes ``key``; the entry stays where it is."""

    __slots__ = ("key", "parts")

    def __init__(self, parts: Parts, key: str) -> None:
        self.parts = parts
        self.key = key

    def __repr__(self) -> str:
        return f"Rename({self.parts!r}, {self.key!r})"


class Move:
    """The entry at ``parts`` goes to the mapping or list at ``to``, with its text and its comments.

    ``position`` and ``to`` are those after the entry was taken out; ``key`` is its key there, or None in a list.
    """

    __slots__ = ("key", "parts", "position", "to")

    def __init__(self, parts: Parts, to: Parts, position: int, key: str | None) -> None:
        self.parts = parts
        self.to = to
        self.position = position
        self.key = key

    def __repr__(self) -> str:
        return f"Move({self.parts!r}, {self.to!r}, {self.position}, {self.key!r})"


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A change that cannot be made without harm to something else.

    ``reason`` says why in words for a user, and what to do; ``offset`` is where in the text, -1 when nowhere.
    """

    def __init__(self, reason: str, offset: int = -1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.reason, self.offset))
