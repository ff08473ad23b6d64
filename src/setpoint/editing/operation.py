"""What can be done to a document, by path: set, add, insert, append, unset, rename, move.

Operations are frozen, compare by what they do, and are ready for JSON (``to_dict``, ``Operation.from_dict``).
"""

from __future__ import annotations

from ..address import format_address
from ..errors import UsageError
from .given import Frozen, checked_key, checked_path, checked_position, frozen_value, shown_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

    from .change import Parts
    from .given import Path


class Operation(Frozen):
    """One thing to do to a document.

    A path is an address (``queue.max_size``, ``servers[0].host``, ``["a.b"].c``) or a sequence of keys and indexes
    (``("servers", 0, "host")``); ``""`` and ``()`` are the whole document. Making an operation raises ``UsageError``
    for a path or a value that no document can have. Whether it makes sense for a certain document is seen when it is
    applied.
    """

    __slots__ = ("path",)
    _FACTS: ClassVar[tuple[str, ...]] = ("path",)

    path: Parts

    def __init__(self, path: Path) -> None:
        self._keep("path", checked_path(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the operation as JSON can hold it: ``{"op": "set", "path": ["queue", "max_size"], "value": 5}``.

        Values are in it as they are, secrets too.
        """
        facts: dict[str, Any] = {"op": type(self).__name__.lower()}
        for name in self._FACTS:
            facts[name] = plain(getattr(self, name))
        return facts

    @staticmethod
    def from_dict(facts: Mapping[str, Any]) -> Operation:
        """Return the operation that ``to_dict`` gave. Raises ``UsageError`` when the facts make none."""
        facts = dict(facts)
        name = facts.pop("op", None)
        kind = _KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            raise UsageError(f"no such operation: {name!r}; there are {', '.join(_KINDS)}")
        wrong = set(facts) ^ set(kind._FACTS)
        if wrong:
            raise UsageError(f"the operation {name!r} has {', '.join(kind._FACTS)}, not {', '.join(sorted(wrong))}")
        operation: Operation = kind(**facts)
        return operation

    def __repr__(self) -> str:
        shown = [repr(format_address(self.path))]
        for name in self._FACTS[1:]:
            shown.append(shown_value(self.path, getattr(self, name)) if name == "value" else self._shown(name))
        return f"{type(self).__name__}({', '.join(shown)})"

    def _shown(self, name: str) -> str:
        fact = getattr(self, name)
        return repr(format_address(fact)) if type(fact) is tuple else repr(fact)

    def _essence(self) -> tuple[object, ...]:
        from ..tree import canonical

        essence: list[object] = [type(self).__name__]
        for name in self._FACTS:
            fact = getattr(self, name)
            # An index may be given as text, as addresses do.
            essence.append(tuple(map(str, fact)) if type(fact) is tuple else canonical(fact))
        return tuple(essence)


class _WithValue(Operation):
    __slots__ = ("value",)
    _FACTS = ("path", "value")

    value: Any

    def __init__(self, path: Path, value: Any) -> None:
        super().__init__(path)
        self._keep("value", frozen_value(value, self.path))


class Set(_WithValue):
    """The value at ``path`` becomes ``value``; what is not there yet is created at the end of its mapping.

    Missing parents become mappings; a null on the way counts as missing. Where a mapping takes the place of a
    mapping, or a list that of a list, only what differs inside is changed.
    """

    __slots__ = ()


class Add(_WithValue):
    """A new key at the end of its mapping; the key must not be there yet. Missing parents become mappings."""

    __slots__ = ()


class Insert(Operation):
    """A new entry at a place of its own.

    In a mapping, the key that ``path`` ends with is new and stands at ``position``, 0 to the number of keys (the end,
    when left out). In a list, ``path`` ends with the index of the new item, and there is no ``position``.
    """

    __slots__ = ("position", "value")
    _FACTS = ("path", "value", "position")

    value: Any
    position: int | None

    def __init__(self, path: Path, value: Any, position: int | None = None) -> None:
        super().__init__(path)
        self._keep("value", frozen_value(value, self.path))
        self._keep("position", checked_position(position))


class Append(_WithValue):
    """A new last item of the list at ``path``."""

    __slots__ = ()


class Unset(Operation):
    """The key or item at ``path`` goes, with the comments that belong to it."""

    __slots__ = ()


class Rename(Operation):
    """The key that ``path`` ends with becomes ``key``; its value, its place and its comments stay."""

    __slots__ = ("key",)
    _FACTS = ("path", "key")

    key: str

    def __init__(self, path: Path, key: str) -> None:
        super().__init__(path)
        self._keep("key", checked_key(key))


class Move(Operation):
    """The entry at ``path`` goes to the path ``to``, with its comments; missing parents of ``to`` become mappings.

    ``to`` is understood as things stand once the entry is taken out. It ends with the new key, or with the index in
    a list. In a mapping, ``position`` is where among the other keys; when left out, the end, or in the same mapping
    where the entry stood.
    """

    __slots__ = ("position", "to")
    _FACTS = ("path", "to", "position")

    to: Parts
    position: int | None

    def __init__(self, path: Path, to: Path, position: int | None = None) -> None:
        super().__init__(path)
        self._keep("to", checked_path(to))
        self._keep("position", checked_position(position))


_KINDS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in (Set, Add, Insert, Append, Unset, Rename, Move)}


def plain(fact: Any) -> Any:
    """Return a fact of an operation as plain, mutable data."""
    from ..config import thaw

    return list(fact) if type(fact) is tuple else thaw(fact)
