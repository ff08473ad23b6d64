"""Which documents are worth a close look for slips: a quick test over their keys alone."""

from __future__ import annotations

from ..diagnosis.likeness import word
from ..nearness import distance
from .subschemas import every

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tree import Tree

_REMEMBERED = 50_000  # keys whose verdict is kept, so that thousands of documents of one kind cost one comparison each


class Slips:
    """Tells whether any key of a document is unknown to a whole schema and nearly one that it knows.

    Arguments: ``schemas`` are the contents of the schema and of all documents it refers to. A key that the schema
    knows at some other place is no slip of a letter: it is left alone wherever it stands.
    """

    __slots__ = ("_names", "_verdicts", "_words")

    def __init__(self, schemas: Iterable[Any]) -> None:
        self._names = _known_names(schemas)
        self._words = {word(name) for name in self._names} - {""}
        self._verdicts: dict[str, bool] = {}

    def possible(self, tree: Tree) -> bool:
        """True when some key of the tree may be a slip."""
        names = self._names
        waiting: list[Any] = [tree]
        while waiting:
            holder = waiting.pop()
            if type(holder) is dict:
                if not names.issuperset(holder) and any(self._is_slip(key) for key in holder if key not in names):
                    return True
                waiting += [value for value in holder.values() if type(value) is dict or type(value) is list]
            elif type(holder) is list:
                waiting += [item for item in holder if type(item) is dict or type(item) is list]
        return False

    def _is_slip(self, key: str) -> bool:
        verdict = self._verdicts.get(key)
        if verdict is not None:
            return verdict
        verdict = word(key) in self._words or any(distance(key, name, 1) == 1 for name in self._names)
        if len(self._verdicts) < _REMEMBERED:
            self._verdicts[key] = verdict
        return verdict


def _known_names(schemas: Iterable[Any]) -> frozenset[str]:
    names: set[str] = set()
    for contents in schemas:
        for _, schema in every(contents):
            declared = schema.get("properties")
            if isinstance(declared, dict):
                names.update(declared)
            required = schema.get("required")
            if isinstance(required, list):
                names.update(name for name in required if isinstance(name, str))
    return frozenset(names)
