"""How many bytes a live tree takes, and whether it is a tree that a cache can keep."""

from __future__ import annotations

from sys import getsizeof

from ..errors import UsageError
from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER, finite_message, integer_message, key_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget


def weigh(tree: Any, budget: Budget | None = None, name: str = "") -> int:
    """Return an estimate of the bytes that a tree takes in memory, in one pass without recursion.

    The sum of ``sys.getsizeof`` over its containers, strings, floats and larger integers; a string or container that
    appears several times is counted once. What other documents share with it is counted in each.

    Arguments: with a ``budget`` the tree is checked too, and ``name`` is the document's, for messages: ``UsageError``
    is raised for what the data model has no place for, and beyond the budget's depth and values (which also ends a dict
    that holds itself). Without one it must be a tree that was checked before.
    """
    seen: set[int] = set()
    total = getsizeof(tree)
    checks = budget is not None
    room = budget.nodes if budget is not None else 0
    level = [tree]
    depth = 0
    while level:
        depth += 1
        if budget is not None and depth > budget.depth:
            raise UsageError(f"{name}: mappings and lists are nested more than {budget.depth} deep")
        below: list[Any] = []
        for holder in level:
            room -= len(holder)
            if budget is not None and room < 0:
                raise UsageError(f"{name}: the document holds more than {budget.nodes:,} values")
            if isinstance(holder, dict):
                for key in holder:
                    if checks and type(key) is not str:
                        raise UsageError(f"{name}: {key_message(key)}")
                    if id(key) not in seen:
                        seen.add(id(key))
                        total += getsizeof(key)
                values: Any = holder.values()
            else:
                values = holder
            for value in values:
                kind = type(value)
                if value is None or kind is bool:
                    continue
                if isinstance(value, (dict, list)):
                    below.append(value)
                elif checks and kind is not str:
                    _check_number(value, kind, name)
                mark = id(value)
                if mark not in seen:
                    seen.add(mark)
                    total += getsizeof(value)
        level = below
    return total


def _check_number(value: Any, kind: type, name: str) -> None:
    if kind is int:
        if not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            raise UsageError(f"{name}: {integer_message(value)}")
    elif kind is float:
        if value - value != 0.0:  # infinite or NaN
            raise UsageError(f"{name}: {finite_message(value)}")
    else:
        raise UsageError(f"{name}: a {kind.__name__} is not a value that JSON, YAML and TOML share")
