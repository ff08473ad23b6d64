"""``Rename``: one misspelt key and what it was meant to be; ``Renames``: several of them made at once."""

from __future__ import annotations

from .likeness import likeness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    Parts: TypeAlias = tuple[str | int, ...]


class Rename:
    """One misspelt key: ``old`` of the mapping at ``parts`` was meant to be ``new``.

    Arguments: ``is_named`` says that the schema refused this key by name, or misses the other one.
    """

    __slots__ = ("is_named", "likeness", "new", "old", "parts")

    def __init__(self, parts: Parts, old: str, new: str, is_named: bool) -> None:
        self.parts = parts
        self.old = old
        self.new = new
        self.is_named = is_named
        self.likeness = likeness(old, new)

    def __repr__(self) -> str:
        return f"Rename({list(self.parts)}, {self.old!r}, {self.new!r})"


class Renames:
    """Renames made at once: each with its own key and its own target, and none inside another's key."""

    __slots__ = ("_old", "made")

    def __init__(self, made: Sequence[Rename]) -> None:
        self.made = made
        self._old = {(one.parts, one.new): one.old for one in made}

    @classmethod
    def compatible(cls, candidates: Iterable[Rename]) -> Renames:
        """Return the first of the candidates that can be made at once."""
        chosen: list[Rename] = []
        taken: set[tuple[Parts, str]] = set()
        for one in candidates:
            ends = {(one.parts, one.old), (one.parts, one.new)}
            if taken.isdisjoint(ends):
                chosen.append(one)
                taken |= ends
        # Renaming an outer key would move the inner one.
        outer = {(*one.parts, one.old) for one in chosen}
        return cls([one for one in chosen if outer.isdisjoint(prefixes(one.parts))])

    def apply(self, tree: Any) -> Any:
        """Return a tree with the keys renamed, in their places; it shares what is elsewhere with the old tree."""
        root: dict[Any, Any] = {}
        for one in self.made:
            node = root
            for part in one.parts:
                node = node.setdefault(part, {})
            # No key or index is a tuple, so this cannot be taken for one.
            node.setdefault((), {})[one.old] = one.new
        return _renamed(tree, root)

    def undo(self, parts: Parts) -> Parts:
        """Return parts of the renamed tree as parts of the tree before."""
        for depth, part in enumerate(parts):
            old = self._old.get((parts[:depth], part)) if isinstance(part, str) else None
            if old is not None:
                return (*parts[:depth], old, *parts[depth + 1 :])
        return parts


def prefixes(parts: Parts) -> list[Parts]:
    """Return the parts of everything a value lies in, and its own."""
    return [parts[:length] for length in range(len(parts) + 1)]


def _renamed(tree: Any, node: dict[Any, Any]) -> Any:
    names = node.get((), {})
    if isinstance(tree, dict):
        return {
            names.get(key, key): _renamed(value, node[key]) if key in node else value for key, value in tree.items()
        }
    return [_renamed(value, node[index]) if index in node else value for index, value in enumerate(tree)]
