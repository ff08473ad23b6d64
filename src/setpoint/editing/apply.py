"""Operations applied to a plain tree: what an edit of a file must mean.

An edit of a text is checked against this, so it is written to be obviously right, and knows nothing of texts.
"""

from __future__ import annotations

from ..config import Config, FrozenList, thaw
from ..errors import UsageError
from . import operation as op
from .target import (
    existing,
    follow,
    holder_of_new,
    nested,
    new_index,
    new_key,
    new_position,
    no_position,
    shown,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tree import Tree
    from .change import Parts


def apply(tree: Tree, operations: Iterable[op.Operation]) -> Tree:
    """Return a new tree to which operations were applied, one after the other; the tree given is not touched.

    What no operation reaches is shared with the tree given, unless that is frozen. Raises ``ConfigNotFoundError`` (with
    near names) for a path that is not there, and ``UsageError`` for an operation that makes no sense: a key that exists
    already, a single value in the way, a position out of range.
    """
    frozen = isinstance(tree, Config | FrozenList)
    root = [thaw(tree) if frozen else tree]  # so that the whole document, too, is an item of something
    for operation in operations:
        if type(operation) is op.Move:
            root[0] = thaw(root[0])  # where it goes may be found only when it is taken out
        else:
            _own(root, operation.path)
        _DOES[type(operation)](root, operation)
    whole: Tree = root[0]
    return whole


def _own(root: list[Any], path: Parts) -> None:
    """Put copies in place of the collections on the way to a path, and of the one that is there."""
    holder: Any = root
    last: Any = 0
    for part in (*follow(root[0], path).parts, None):
        value = holder[last]
        if type(value) is dict or type(value) is list:
            holder[last] = holder = value.copy()
        last = part


def _set(root: list[Any], operation: op.Set) -> None:
    if not follow(root[0], operation.path).rest:
        holder, last = _slot(root, operation.path)
        holder[last] = thaw(operation.value)
    else:
        _create(root, operation.path, operation.value)


def _add(root: list[Any], operation: op.Add) -> None:
    _create(root, operation.path, operation.value)


def _create(root: list[Any], path: Parts, value: Any) -> None:
    target = holder_of_new(root[0], path)
    if target.value is None:
        holder, last = _slot(root, target.parts)
        holder[last] = {}
    mapping: Any = existing(root[0], target.parts).value
    mapping[target.rest[0]] = nested(target.rest[1:], thaw(value))


def _insert(root: list[Any], operation: op.Insert) -> None:
    path = operation.path
    if not path:
        raise UsageError("the document itself cannot be inserted; set it")
    holder = existing(root[0], path[:-1]).value
    if type(holder) is list:
        no_position(path, operation.position)
        holder.insert(new_index(path, holder), thaw(operation.value))
    elif type(holder) is dict:
        key = new_key(path, holder)
        _put(holder, new_position(path, operation.position, len(holder)), key, thaw(operation.value))
    else:
        raise UsageError(f"{shown(path[:-1])} is a single value, so nothing can be inserted into it")


def _append(root: list[Any], operation: op.Append) -> None:
    items = existing(root[0], operation.path).value
    if type(items) is not list:
        raise UsageError(f"{shown(operation.path)} is no list, so nothing can be appended to it")
    items.append(thaw(operation.value))


def _unset(root: list[Any], operation: op.Unset) -> None:
    _taken_out(root, operation.path, "unset")


def _rename(root: list[Any], operation: op.Rename) -> None:
    existing(root[0], operation.path)
    mapping, old = _slot(root, operation.path)
    if type(mapping) is not dict:
        raise UsageError(f"{shown(operation.path)} is no key of a mapping, so it cannot be renamed")
    if operation.key != old:
        new_key((*operation.path[:-1], operation.key), mapping)
        position = list(mapping).index(old)
        _put(mapping, position, operation.key, mapping.pop(old))


def _move(root: list[Any], operation: op.Move) -> None:
    path, to = existing(root[0], operation.path).parts, operation.to
    if not to:
        raise UsageError(f"{shown(path)} cannot be moved over the whole document")
    origin = _slot(root, path)[0]
    # In a list, the same index means the item behind it once this one is taken out.
    if type(origin) is dict and to[: len(path)] == path and len(to) > len(path):
        raise UsageError(f"{shown(path)} cannot be moved into itself, to {shown(to)}")
    stood = list(origin).index(path[-1]) if path and type(origin) is dict else None
    value = _taken_out(root, path, "moved")
    if follow(root[0], to[:-1]).rest:
        _create(root, to[:-1], {})
    holder = existing(root[0], to[:-1]).value
    if holder is None:
        slot, last = _slot(root, to[:-1])
        slot[last] = holder = {}
    if type(holder) is list:
        no_position(to, operation.position)
        holder.insert(new_index(to, holder), value)
    elif type(holder) is dict:
        key = new_key(to, holder)
        position = stood if operation.position is None and holder is origin else operation.position
        _put(holder, new_position(to, position, len(holder)), key, value)
    else:
        raise UsageError(f"{shown(to[:-1])} is a single value, so nothing can be moved into it")


def _slot(root: list[Any], path: Parts) -> tuple[Any, Any]:
    """Return what holds the value at an existing path, and the key or index it has there."""
    if not path:
        return root, 0
    parts = existing(root[0], path).parts
    return existing(root[0], parts[:-1]).value, parts[-1]


def _taken_out(root: list[Any], path: Parts, done: str) -> Any:
    existing(root[0], path)
    if not path:
        raise UsageError(f"the whole document cannot be {done}")
    holder, last = _slot(root, path)
    return holder.pop(last)


def _put(mapping: dict[str, Any], position: int, key: str, value: Any) -> None:
    """Put a new entry at a position among the others of a mapping."""
    behind = list(mapping.items())[position:]
    mapping[key] = value
    for other, kept in behind:
        del mapping[other]
        mapping[other] = kept


_DOES: dict[type[op.Operation], Any] = {
    op.Set: _set,
    op.Add: _add,
    op.Insert: _insert,
    op.Append: _append,
    op.Unset: _unset,
    op.Rename: _rename,
    op.Move: _move,
}
