"""``Fault``: what the validation engine says is wrong, as plain facts.

The engine's own errors carry copies of the values they are about and turn every attribute into Python objects anew
each time it is read; a fault reads each of them once, and no value at all.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    import jsonschema_rs

UNIONS = frozenset({"AnyOf", "OneOfNotValid"})


class Fault:
    """One refusal by one keyword of a schema.

    Arguments: ``name`` is the name of its kind (``Type``, ``Required``, …); ``kind`` holds that kind's facts;
    ``path`` are the keys and indexes to the value; ``where`` is the way the engine took through the schema,
    references included; ``branches`` are, for ``anyOf`` and ``oneOf``, the faults of each branch.
    """

    __slots__ = ("branches", "kind", "name", "path", "where")

    def __init__(
        self,
        name: str,
        kind: Any,
        path: tuple[str | int, ...],
        where: tuple[str | int, ...],
        branches: tuple[tuple[Fault, ...], ...] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.path = path
        self.where = where
        self.branches = branches

    @property
    def keyword(self) -> str:
        """The last keyword on the way through the schema."""
        return next((part for part in reversed(self.where) if isinstance(part, str)), "")

    @property
    def unexpected(self) -> tuple[str, ...]:
        """The keys that this fault says are not allowed, where it names them."""
        if self.name in ("AdditionalProperties", "UnevaluatedProperties"):
            return tuple(self.kind.unexpected)
        return ()

    def all(self) -> Iterator[Fault]:
        """Yield this fault and all those inside its branches."""
        yield self
        for branch in self.branches:
            for fault in branch:
                yield from fault.all()

    def __repr__(self) -> str:
        return f"Fault({self.name}, path={list(self.path)}, where={list(self.where)}, branches={self.branches})"


def faults_of(errors: Iterable[jsonschema_rs.ValidationError], tree: Any) -> tuple[Fault, ...]:
    """Return the engine's errors about ``tree`` as faults."""
    return tuple(_fault(error, tree) for error in errors)


def _fault(error: jsonschema_rs.ValidationError, tree: Any) -> Fault:
    kind: Any = error.kind
    name = type(kind).__name__
    branches = tuple(faults_of(branch, tree) for branch in kind.context) if hasattr(kind, "context") else ()
    return Fault(name, kind, _path(error, tree), tuple(error.evaluation_path), branches)


def _path(error: jsonschema_rs.ValidationError, tree: Any) -> tuple[str | int, ...]:
    """Return the path to the value in terms of the tree.

    The engine (0.60) writes a key of digits as a number, and leaves an empty key out.
    """
    path: list[str | int] = []
    value = tree
    for part in error.instance_path:
        while isinstance(value, dict) and "" in value and key_for(part, value) is None:
            path.append("")
            value = value[""]
        key = key_for(part, value) if isinstance(value, dict) else part
        if key is None or not isinstance(value, dict | list):
            return tuple(path)
        path.append(key)
        value = value[key]  # type: ignore[index] # a key of this mapping, or an index of this list
    while isinstance(value, dict) and "" in value and error.instance != value:
        path.append("")
        value = value[""]
    return tuple(path)


def key_for(part: str | int, holder: dict[str, Any]) -> str | None:
    """Return the key of a mapping that the engine means by one part of a path, or None when there is none."""
    if isinstance(part, str):
        return part if part in holder else None
    if str(part) in holder:
        return str(part)
    return next((key for key in holder if _is_number(key) and int(key) == part), None)


def _is_number(key: str) -> bool:
    digits = key.removeprefix("+")
    return digits.isascii() and digits.isdecimal()
