"""When two trees are the same but for the order of keys."""

from __future__ import annotations

from ..tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree


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
