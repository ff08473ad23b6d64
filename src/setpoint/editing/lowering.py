"""From an operation to the changes that formats know how to make."""

from __future__ import annotations

from ..tree import same
from . import operation as op
from .change import Insert, Move, Remove, Rename, Replace
from .outcome import outcome, value_at
from .target import existing, follow, holder_of_new, index_of, nested, new_index, new_position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ..tree import Tree
    from .change import Change, Parts


def _nowhere(_parts: Parts) -> bool:
    """Say that no value is an alias, as in formats that have none."""
    return False


def changes_of(tree: Tree, operation: op.Operation, is_alias: Callable[[Parts], bool] = _nowhere) -> Iterator[Change]:
    """Yield the changes that an operation comes down to, each for the tree that those before it made.

    The operation makes sense for the tree: ``apply`` has accepted it. Arguments: ``is_alias`` says whether the value at
    a place stands elsewhere in the text: it is replaced as a whole, since changes inside it would be made there.
    """
    path = operation.path
    if isinstance(operation, op.Set):
        target = follow(tree, path)
        if target.rest:
            yield _created(tree, path, op.plain(operation.value))
        elif isinstance(target.value, dict | list) and is_alias(target.parts):
            yield Replace(target.parts, op.plain(operation.value))
        else:
            yield from _replaced(target.parts, target.value, op.plain(operation.value))
    elif isinstance(operation, op.Add):
        yield _created(tree, path, op.plain(operation.value))
    elif isinstance(operation, op.Insert):
        target = existing(tree, path[:-1])
        yield _inserted(target.parts, target.value, path[-1], operation.position, op.plain(operation.value))
    elif isinstance(operation, op.Append):
        target = existing(tree, path)
        yield Insert(target.parts, len(_entries(target.value)), None, op.plain(operation.value))
    elif isinstance(operation, op.Unset):
        yield Remove(existing(tree, path).parts)
    elif isinstance(operation, op.Rename):
        parts = existing(tree, path).parts
        if parts[-1] != operation.key:
            yield Rename(parts, operation.key)
    elif isinstance(operation, op.Move):
        yield from _moved(tree, operation)


def _replaced(parts: Parts, old: Tree, new: Tree) -> Iterator[Change]:
    """Yield what makes one value of another: inside collections only what differs, so that comments stay."""
    if same(old, new):
        return
    if type(old) is not type(new) or type(old) not in (dict, list):
        yield Replace(parts, new)
        return
    from .difference import difference

    tree = old
    for step in difference(old, new):
        if isinstance(step, op.Set) and not follow(tree, step.path).rest:
            # The difference has decided that this is replaced as a whole.
            changes: Any = [Replace(existing(tree, step.path).parts, op.plain(step.value))]
        else:
            changes = changes_of(tree, step)
        for change in changes:
            tree = outcome(tree, change)
            yield _below(parts, change)


def _below(parts: Parts, change: Change) -> Change:
    """Return a change of the value at ``parts`` as a change of the document."""
    if not parts:
        return change
    at = (*parts, *change.parts)
    if isinstance(change, Replace):
        return Replace(at, change.value)
    if isinstance(change, Insert):
        return Insert(at, change.position, change.key, change.value)
    if isinstance(change, Remove):
        return Remove(at)
    if isinstance(change, Rename):
        return Rename(at, change.key)
    return Move(at, (*parts, *change.to), change.position, change.key)


def _created(tree: Tree, path: Parts, value: Tree) -> Change:
    target = holder_of_new(tree, path)
    if target.value is None:
        return Replace(target.parts, nested(target.rest, value))
    key = str(target.rest[0])
    return Insert(target.parts, len(_entries(target.value)), key, nested(target.rest[1:], value))


def _inserted(parts: Parts, holder: Tree, last: str | int, position: int | None, value: Tree) -> Change:
    if isinstance(holder, list):
        return Insert(parts, new_index((*parts, last), holder), None, value)
    return Insert(parts, new_position((*parts, last), position, len(_entries(holder))), str(last), value)


def _moved(tree: Tree, operation: op.Move) -> Iterator[Change]:
    path = existing(tree, operation.path).parts
    rest = outcome(tree, Remove(path))
    parents = follow(rest, operation.to[:-1])
    if parents.rest or parents.value is None:
        # ``to`` means places of the tree without the entry; the parents are made while it is still there.
        made = _created(rest, operation.to[:-1], {}) if parents.rest else Replace(parents.parts, {})
        at = _before_taken_out(path, made.parts)
        if isinstance(made, Insert):
            made = Insert(at, len(value_at(tree, at)), made.key, made.value)
        else:
            made = Replace(at, made.value)  # type: ignore[union-attr] # the only other kind there is
        yield made
        tree = outcome(tree, made)
        rest = outcome(tree, Remove(path))
        parents = existing(rest, operation.to[:-1])
    to, holder, last = parents.parts, parents.value, operation.to[-1]
    if isinstance(holder, list):
        index = index_of(last)
        assert index is not None
        if (*to, index) != path:
            yield Move(path, to, index, None)
        return
    key = str(last)
    stood = list(value_at(tree, to)).index(path[-1]) if to == path[:-1] else None
    position = operation.position
    if position is None:
        position = stood if stood is not None else len(_entries(holder))
    if stood != position:
        yield Move(path, to, position, key)
    elif key != path[-1]:
        yield Rename(path, key)


def _before_taken_out(path: Parts, parts: Parts) -> Parts:
    """Return where a place stood before the entry at ``path`` was taken out: items behind it have moved up."""
    depth = len(path) - 1
    last = path[-1]
    if isinstance(last, int) and len(parts) > depth and parts[:depth] == path[:depth]:
        index = parts[depth]
        assert isinstance(index, int)
        if index >= last:
            return (*parts[:depth], index + 1, *parts[depth + 1 :])
    return parts


def _entries(holder: Tree) -> Any:
    assert isinstance(holder, dict | list)
    return holder
