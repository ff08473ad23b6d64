"""What programs give to operations, checked: paths, keys, positions, values."""

from __future__ import annotations

from ..address import format_address, parse, pointer
from ..budget import Budget
from ..config import Config, FrozenList, freeze
from ..diagnostic import Diagnostic
from ..errors import UsageError
from ..secret import MASK, is_secret_name
from ..tree import MisfitError, survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .change import Parts

    Path: TypeAlias = str | Sequence[str | int]

# The most a program may set for documents; how much a certain document may hold is checked when it is edited.
_WIDEST = Budget(depth=400, nodes=10_000_000)


class Frozen:
    """An object whose attributes are set once, and which is equal to another with the same ``_essence()``."""

    __slots__ = ()

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _essence(self) -> tuple[object, ...]:
        raise NotImplementedError

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"{name} cannot be set: an operation is frozen, make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} cannot be deleted: an operation is frozen, make another one")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frozen):
            return NotImplemented
        return self._essence() == other._essence()

    def __hash__(self) -> int:
        return hash(self._essence())

    def __getstate__(self) -> dict[str, object]:
        return {name: getattr(self, name) for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            self._keep(name, value)


def checked_path(path: Path) -> Parts:
    """Return a path's keys and indexes. Raises ``UsageError`` when it is no path."""
    if isinstance(path, str):
        parts: Parts = parse(path)
    elif isinstance(path, tuple | list):
        parts = tuple(path)
    else:
        raise UsageError(f"a path is an address like 'queue.max_size' or a tuple of keys and indexes, not {path!r}")
    for part in parts:
        if type(part) is int:
            if part < 0:
                raise UsageError(f"{part} is no index: the first item of a list is 0")
        elif type(part) is not str:
            raise UsageError(f"{part!r} is no part of a path: keys are text, indexes are whole numbers")
        else:
            _check_text(part, "the key")
    return parts


def checked_key(key: str) -> str:
    """Return a key. Raises ``UsageError`` when no document can have it."""
    if type(key) is not str:
        raise UsageError(f"{key!r} is no key: keys are text in every format")
    _check_text(key, "the key")
    return key


def checked_position(position: int | None) -> int | None:
    """Return a position. Raises ``UsageError`` when it is none."""
    if position is not None and (type(position) is not int or position < 0):
        raise UsageError(f"{position!r} is no position: the first is 0")
    return position


def frozen_value(value: Any, path: Parts) -> Any:
    """Return a frozen copy of a value. Raises ``UsageError`` when the data model has no place for it."""
    try:
        copy = _plain(value, (), ())
        survey(copy, _WIDEST)
    except MisfitError as error:
        place = format_address((*path, *error.path)) or "the document"
        found = Diagnostic(error.rule, str(error), path=pointer((*path, *error.path)))
        raise UsageError(f"the value for {place} cannot be written: {error}", [found]) from None
    return freeze(copy)


def _plain(value: Any, path: Parts, inside: tuple[int, ...]) -> Any:
    """Return a copy of plain dicts and lists; what is neither is left for the data model to judge."""
    kind = type(value)
    if kind is str:
        _check_text(value, "the value" if not path else f"the value at {format_address(path)}")
        return value
    is_mapping = kind is dict or issubclass(kind, Config)
    if not is_mapping and kind is not list and kind is not FrozenList:
        return value
    if len(inside) >= _WIDEST.depth or id(value) in inside:
        what = "it holds itself" if id(value) in inside else f"it is nested more than {_WIDEST.depth} deep"
        raise MisfitError("too-deep", what, ())
    inside = (*inside, id(value))
    if is_mapping:
        entries = {}
        for key, item in value.items():
            if type(key) is str:
                _check_text(key, "the key")
            entries[key] = _plain(item, (*path, key), inside)
        return entries
    return [_plain(item, (*path, index), inside) for index, item in enumerate(value)]


def _check_text(text: str, what: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        # Its other characters may be a secret.
        raise UsageError(f"{what} holds half of a surrogate pair, which is no character") from None


def shown_value(path: Parts, value: Any) -> str:
    """Return a value as Python writes it, without what goes by a secret's name."""
    if any(type(part) is str and is_secret_name(part) for part in path):
        return repr(MASK)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {shown_value((key,), item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown_value((), item) for item in value) + "]"
    return repr(value)
