"""``Remove``: a key goes, and its value is kept for the way back."""

from __future__ import annotations

from ..config import thaw
from ..editing.operation import Insert, Unset
from ..editing.target import follow
from ..errors import UsageError
from .kept import damaged, kept_position, kept_records
from .pattern import Pattern
from .step import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..editing.change import Parts
    from ..tree import Tree
    from .step import Draft, Kept


class Remove(Step):
    """The key that ``path`` ends with goes, with its value and the comments that belong to it.

    Arguments: ``path`` is a pattern, whose last part may be ``*``: then the mapping is emptied. Items of lists are not
    removed one by one. With ``only_empty``, only empty mappings and lists go: what is left of a section that was moved.
    Keeps the values, secrets among them, and where they stood; without them the way down brings nothing back.
    """

    __slots__ = ("only_empty", "pattern")

    def __init__(self, path: str, *, only_empty: bool = False) -> None:
        self.pattern = Pattern(path)
        self.only_empty = only_empty
        if not self.pattern.parts:
            raise UsageError("a whole document cannot be removed by a migration; name what goes")
        if not isinstance(only_empty, bool):
            raise UsageError(f"only_empty is true or false, not {only_empty!r}")

    def __str__(self) -> str:
        return f"remove {self.pattern}{' if it is empty' if self.only_empty else ''}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:  # noqa: ARG002 - a part goes as the whole does
        removed: list[list[Any]] = []
        for parts, _ in draft.places(self.pattern.parts):
            mapping, key = draft.at(parts[:-1]), parts[-1]
            if not isinstance(mapping, dict):
                continue
            value = mapping[key]
            if self.only_empty and (not isinstance(value, dict | list) or value):
                continue
            removed.append([list(parts), list(mapping).index(str(key)), thaw(value)])
            draft.do(Unset(parts))
        return {"removed": removed} if removed else {}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        if kept is None and not self.only_empty:
            what = f"{self.pattern} " if self.pattern.stars else ""
            draft.lose(self._fixed(), f"{what}was removed by the upgrade, and what it held is not known any more")
        for parts, position, value in reversed(kept_records(kept, "removed", 3)):
            if not parts or type(parts[-1]) is not str:
                raise damaged("removed")
            holder = follow(draft.tree, parts[:-1])
            if holder.rest or not isinstance(holder.value, dict):
                draft.lose(parts, "was removed by the upgrade, and what held it is gone")
            elif parts[-1] in holder.value:
                draft.lose(parts, "was removed by the upgrade, and something else stands there now, which stays")
            else:
                at = kept_position(position)
                size = len(holder.value)
                draft.do(Insert(parts, value, size if at is None else min(at, size)))

    def _fixed(self) -> Parts:
        """Return the part of the pattern before its first star."""
        parts = self.pattern.parts
        return tuple(part for part in (parts[: parts.index(None)] if None in parts else parts) if part is not None)

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards: nowhere, if it is in what is removed."""
        return tuple(parts) if self.only_empty or self.pattern.bound(parts) is None else None
