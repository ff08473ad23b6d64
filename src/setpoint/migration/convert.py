"""``Convert``: values become values of another kind."""

from __future__ import annotations

from ..config import thaw
from ..editing.operation import Set
from ..editing.target import follow
from ..errors import UsageError
from ..tree import same
from .conversion import Unfit, conversion_of
from .kept import kept_records
from .pattern import Pattern
from .step import Step, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..tree import Tree
    from .conversion import Conversion
    from .step import Draft, Kept

_ABSENT: Any = object()


class Convert(Step):
    """Every value at ``path`` is converted.

    Arguments: ``path`` is a pattern; ``conversion`` is one of the closed set, as a file declares it: ``{"from": "text",
    "to": "integer"}``, ``{"multiply": 1000}``, ``{"values": {"fast": "express"}}``; ``declaration`` lists them all.
    A value of the new kind, and null, stay as they are; one that cannot be converted blocks the document.
    Keeps the originals from which the way back would not lead to exactly what was there.
    """

    __slots__ = ("conversion", "pattern")

    def __init__(self, path: str, conversion: Mapping[str, Any]) -> None:
        self.pattern = Pattern(path)
        if not self.pattern.parts:
            raise UsageError("a whole document cannot be converted; name the value")
        self.conversion: Conversion = conversion_of(conversion)

    def __str__(self) -> str:
        return f"convert {self.pattern} {self.conversion}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        originals: list[list[Any]] = []
        for parts, value in draft.places(self.pattern.parts):
            try:
                new = self.conversion.forth(value)
            except Unfit as unfit:
                raise blocked(parts, f"{unfit}; change it by hand") from None
            if self.conversion.merges and below is not None and not same(new, value) and not follow(below, parts).rest:
                raise blocked(
                    parts, "replaces a list that a layer below has, and a mapping would be merged; change it by hand"
                )
            if not same(self._back(new), value):
                originals.append([list(parts), thaw(value)])
            if not same(new, value):
                draft.do(Set(parts, new))
        return {"originals": originals} if originals else {}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        originals = dict(kept_records(kept, "originals", 2))
        for parts, value in draft.places(self.pattern.parts):
            if parts in originals and same(self._forth(originals[parts]), value):
                old = originals[parts]
            else:
                try:
                    old = self.conversion.back(value)
                except Unfit as unfit:
                    draft.lose(parts, f"{unfit}, so it stays as it is")
                    continue
                if not same(self._forth(old), value):
                    draft.lose(parts, f"cannot be told in the earlier version as it is ({self.conversion} undone)")
            if not same(old, value):
                draft.do(Set(parts, old))

    def _back(self, value: Any) -> Any:
        try:
            return self.conversion.back(value)
        except Unfit:
            return _ABSENT

    def _forth(self, value: Any) -> Any:
        try:
            return self.conversion.forth(value)
        except Unfit:
            return _ABSENT
