"""``Rename``: a key gets another name where it stands."""

from __future__ import annotations

from ..editing.operation import Rename as RenameKey
from ..errors import UsageError
from .kept import kept_paths
from .pattern import Pattern
from .step import Step, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..editing.change import Parts
    from ..tree import Tree
    from .step import Draft, Kept


class Rename(Step):
    """The key that ``path`` ends with becomes ``to``; its value, its place and its comments stay.

    Arguments: ``path`` is a pattern that ends with the old key: ``agents.*.debug_mode``; ``to`` is the new key.
    Where both keys stand, the document is blocked. Keeps the mappings that had the new key already, and not the old.
    """

    __slots__ = ("pattern", "to")

    def __init__(self, path: str, to: str) -> None:
        self.pattern = Pattern(path)
        self.to = to
        if not self.pattern.parts or self.pattern.parts[-1] is None:
            raise UsageError(f"the path of a rename ends with the old key, and {path!r} does not")
        if not isinstance(to, str):
            raise UsageError(f"a rename gives a key its new name as text, not {to!r}")
        if self.pattern.parts[-1] == to:
            raise UsageError(f"a rename of {path!r} to {to!r} changes nothing")

    def __str__(self) -> str:
        return f"rename {self.pattern} to {self.to}"

    @property
    def _key(self) -> str:
        key = self.pattern.parts[-1]
        assert key is not None
        return key

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:  # noqa: ARG002 - a part is renamed as the whole is
        there: list[Parts] = []
        for parts, mapping in draft.places(self.pattern.parts[:-1]):
            if not isinstance(mapping, dict):
                continue
            if self._key in mapping:
                self._rename(draft, parts, self._key, self.to)
            elif self.to in mapping:
                there.append(parts)
        return {"there": [list(parts) for parts in there]} if there else {}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        there = set(kept_paths(kept, "there"))
        for parts, mapping in draft.places(self.pattern.parts[:-1]):
            if isinstance(mapping, dict) and self.to in mapping and parts not in there:
                self._rename(draft, parts, self.to, self._key)

    def _rename(self, draft: Draft, parts: Parts, old: str, new: str) -> None:
        mapping = draft.at(parts)
        if new in mapping:
            raise blocked(
                (*parts, old), f"is to be called {new!r}, and there is a {new!r} beside it; take one of them out"
            )
        draft.do(RenameKey((*parts, old), new))

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards."""
        if self.pattern.bound(parts) is None:
            return tuple(parts)
        depth = len(self.pattern.parts)
        return (*parts[: depth - 1], self.to, *parts[depth:])
