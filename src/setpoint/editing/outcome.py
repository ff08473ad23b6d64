"""What a tree becomes by one change; what did not change is shared with the tree before."""

from __future__ import annotations

from .change import Insert, Move, Remove, Rename, Replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..tree import Tree
    from .change import Change, Parts


def outcome(tree: Tree, change: Change) -> Tree:
    """Return the tree that a change makes of another, which is not touched; the places it names must exist."""
    if isinstance(change, Replace):
        return _with(tree, change.parts, lambda _: change.value)
    if isinstance(change, Insert):
        return _with(tree, change.parts, lambda holder: _inserted(holder, change.position, change.key, change.value))
    if isinstance(change, Remove):
        return _with(tree, change.parts[:-1], lambda holder: _without(holder, change.parts[-1]))
    if isinstance(change, Rename):
        return _with(tree, change.parts[:-1], lambda holder: _renamed(holder, change.parts[-1], change.key))
    return _moved(tree, change)


def value_at(tree: Tree, parts: Parts) -> Any:
    """Return the value at parts that exist."""
    value: Any = tree
    for part in parts:
        value = value[part]
    return value


def _moved(tree: Tree, change: Move) -> Tree:
    value = value_at(tree, change.parts)
    rest = outcome(tree, Remove(change.parts))
    return outcome(rest, Insert(change.to, change.position, change.key, value))


def _with(tree: Tree, parts: Parts, changed: Callable[[Any], Any]) -> Tree:
    """Return a tree with another value at ``parts``; the collections on the way there are copied."""
    holders: list[Any] = []
    value: Any = tree
    for part in parts:
        holders.append(value)
        value = value[part]
    value = changed(value)
    for holder, part in zip(reversed(holders), reversed(parts), strict=True):
        copy = holder.copy()
        copy[part] = value
        value = copy
    whole: Tree = value
    return whole


def _inserted(holder: Any, position: int, key: str | None, value: Tree) -> Any:
    if key is None:
        return [*holder[:position], value, *holder[position:]]
    if position == len(holder):
        return {**holder, key: value}
    entries = list(holder.items())
    return dict([*entries[:position], (key, value), *entries[position:]])


def _without(holder: Any, part: Any) -> Any:
    copy = holder.copy()
    del copy[part]
    return copy


def _renamed(mapping: Any, old: Any, new: str) -> Any:
    return {new if key == old else key: value for key, value in mapping.items()}
