"""What a path means in a certain tree: keys stay text, indexes become numbers, and what is not there is said."""

from __future__ import annotations

from ..address import format_address
from ..errors import ConfigNotFoundError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from ..tree import Tree
    from .change import Parts


class Target:
    """A path that was followed through a tree.

    ``parts`` are the keys and indexes that exist, ``value`` is what stands there, and ``rest`` is what follows in the
    path and does not exist: empty when all of it does.
    """

    __slots__ = ("parts", "rest", "value")

    def __init__(self, parts: Parts, value: Tree, rest: Parts) -> None:
        self.parts = parts
        self.value = value
        self.rest = rest


def follow(tree: Tree, path: Sequence[str | int]) -> Target:
    """Follow a path as far as it exists."""
    value: Any = tree
    parts: list[str | int] = []
    for part in path:
        if type(value) is dict and type(part) is str and part in value:
            value = value[part]
        elif type(value) is list and (index := index_of(part)) is not None and index < len(value):
            part = index  # noqa: PLW2901 - an index may be given as text
            value = value[index]
        else:
            break
        parts.append(part)
    return Target(tuple(parts), value, tuple(path[len(parts) :]))


def existing(tree: Tree, path: Sequence[str | int]) -> Target:
    """Follow a path that must exist. Raises ``ConfigNotFoundError`` with near names, or ``UsageError``."""
    target = follow(tree, path)
    if target.rest:
        absent(target)
    return target


def holder_of_new(tree: Tree, path: Sequence[str | int]) -> Target:
    """Follow a path to a key that is to be created, its missing parents with it; a null counts as missing.

    The target is the nearest mapping, or null, that exists; ``rest`` starts with the key that is missing in it.
    Raises ``ConfigNotFoundError`` or ``UsageError`` when something else is in the way.
    """
    target = follow(tree, path)
    if not target.rest:
        place = shown(path)
        raise UsageError(f"{place} is there already; set it to change it" if path else "the document is there already")
    if type(target.value) is list:
        if len(target.rest) == 1 and index_of(target.rest[0]) is not None:
            length = len(target.value)
            raise ConfigNotFoundError(
                f"{shown(target.parts)} is a list of {length}, so it has no item {target.rest[0]}; append or insert one"
            )
        absent(target)
    if type(target.value) is not dict and target.value is not None:
        absent(target)
    for part in target.rest:
        if type(part) is int:
            raise UsageError(f"{shown(path)}: a list cannot be created by the index of its item, {part}; set the list")
    return target


def absent(target: Target) -> NoReturn:
    """Raise the error for a path that does not exist: ``ConfigNotFoundError`` with near names, or ``UsageError``."""
    from ..nearness import near

    holder, missing, place = target.value, target.rest[0], shown(target.parts)
    if type(holder) is dict:
        if type(missing) is int:
            raise UsageError(f"{place} is a mapping, so it has no item {missing}; its keys are text")
        close = near(str(missing), holder)
        listed = ", ".join(list(holder)[:8]) or "no keys"
        hint = f"did you mean {close[0]!r}?" if close else f"it has {listed}"
        raise ConfigNotFoundError(f"{place} has no key {missing!r}; {hint}", near=close)
    if type(holder) is list:
        last = f"its last is {len(holder) - 1}" if holder else "it is empty"
        raise ConfigNotFoundError(f"{place} is a list of {len(holder)}, so it has no {missing!r}; {last}")
    raise UsageError(f"{place} is a single value, so there is no {missing!r} inside it; set it to a mapping first")


def index_of(part: str | int) -> int | None:
    """Return a part of a path as the index of a list, or None when it is none."""
    if type(part) is int:
        return part
    text = str(part)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None


def new_index(path: Parts, items: list[Any]) -> int:
    """Return the index that a path ends with, where an item of a list is to stand; the length is the end."""
    index = index_of(path[-1])
    if index is None:
        raise UsageError(f"{shown(path[:-1])} is a list, so its items have numbers, not {path[-1]!r}")
    if index > len(items):
        raise ConfigNotFoundError(
            f"{shown(path[:-1])} is a list of {len(items)}: a new item can stand at 0 to {len(items)}, not {index}"
        )
    return index


def new_key(path: Parts, mapping: dict[str, Any]) -> str:
    """Return the key that a path ends with, which must be new in its mapping."""
    key = path[-1]
    if type(key) is not str:
        raise UsageError(f"{shown(path[:-1])} is a mapping, so it has no item {key}; its keys are text")
    if key in mapping:
        raise UsageError(f"{shown(path)} is there already; set it to change it, or unset it first")
    return key


def new_position(path: Parts, position: int | None, size: int) -> int:
    """Return the position of a new key among ``size`` others; the end when none is given."""
    if position is None:
        return size
    if position > size:
        raise UsageError(f"{shown(path)} can stand at position 0 to {size}, not {position}")
    return position


def no_position(path: Parts, position: int | None) -> None:
    """Refuse a position for an item of a list: its path ends with the index."""
    if position is not None:
        raise UsageError(f"{shown(path)} is an item of a list: its index says where it stands, so it takes no position")


def nested(parts: Sequence[str | int], value: Tree) -> Tree:
    """Return a value inside new mappings, one for each of the keys ``parts``."""
    for key in reversed(parts):
        value = {str(key): value}
    return value


def shown(parts: Sequence[str | int]) -> str:
    """Return a path for a message."""
    return format_address(parts) or "the document"
