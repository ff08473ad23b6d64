"""When two trees are the same: in every value and its type, and in the order of every mapping's keys."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree


def canonical(tree: Tree) -> bytes:
    """Return bytes that are equal for two trees exactly when they are the same; 1, 1.0 and True differ.

    Compact JSON tells apart all that the data model does: ``1`` from ``1.0`` and ``true``, ``0.0`` from ``-0.0``. A
    tree that is too deep for the JSON writer (254 levels) is written as Python does, which tells apart as much.
    """
    import orjson

    try:
        return orjson.dumps(tree)
    except TypeError:
        return repr(tree).encode()


def same(one: Tree, other: Tree) -> bool:
    """True when two trees are equal in values, types and the order of keys."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is dict or kind is list:
        return one == other and canonical(one) == canonical(other)
    # A zero has a sign, and == does not see it.
    return one == other and (kind is not float or repr(one) == repr(other))


def same_but_for_order(one: Tree, other: Tree) -> bool:
    """True when two trees are equal in values and types, whatever the order of keys."""
    pairs: list[tuple[Any, Any]] = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if type(left) is dict:
            if left.keys() != right.keys():
                return False
            pairs += [(value, right[key]) for key, value in left.items()]
        elif type(left) is list:
            if len(left) != len(right):
                return False
            pairs += zip(left, right, strict=True)
        elif not same(left, right):
            return False
    return True
