"""The one data model: JSON's. String keys, finite numbers, 64-bit integers, no dates."""

from __future__ import annotations

from .budget import DEFAULT_BUDGET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from .budget import Budget

    Tree: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None

# The integers that every reader of JSON, YAML and TOML in common use keeps exactly: signed and unsigned 64 bits.
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1


class MisfitError(Exception):
    """A decoded value that the data model has no place for.

    ``rule`` is the diagnostic's id, ``message`` says what is wrong, ``path`` are the keys and indexes to it.
    """

    def __init__(self, rule: str, message: str, path: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.path = path


def survey(tree: Any, budget: Budget = DEFAULT_BUDGET) -> int:
    """Check that a decoded tree fits the data model and its budget, and return how many mapping keys it has.

    Raises ``MisfitError`` for the first value that does not fit. One pass, no recursion; a tree that shares a subtree
    (as aliases do) is counted as often as the subtree appears.
    """
    kind = type(tree)
    if kind is not dict and kind is not list:
        _check_scalar(tree, kind, ())
        return 0
    keys = 0
    room = budget.nodes - 1
    level = [tree]
    depth = 0
    while level:
        depth += 1
        if depth > budget.depth:
            raise MisfitError("too-deep", _depth_message(budget), _path_to(tree, level[0]))
        below: list[Any] = []
        for holder in level:
            room -= len(holder)
            if room < 0:
                raise MisfitError("too-many-values", _nodes_message(budget), ())
            if type(holder) is dict:
                keys += len(holder)
                for key, value in holder.items():
                    if type(key) is not str:
                        raise MisfitError("key-not-string", key_message(key), (*_path_to(tree, holder), key))
                    kind = type(value)
                    if kind is str or kind is bool or value is None:
                        continue
                    if kind is dict or kind is list:
                        below.append(value)
                    elif kind is not int or not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
                        _check_scalar(value, kind, (tree, holder, key))
            else:
                for index, value in enumerate(holder):
                    kind = type(value)
                    if kind is str or kind is bool or value is None:
                        continue
                    if kind is dict or kind is list:
                        below.append(value)
                    elif kind is not int or not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
                        _check_scalar(value, kind, (tree, holder, index))
        level = below
    return keys


def _check_scalar(value: Any, kind: type, where: tuple[Any, ...]) -> None:
    if kind is int:
        if SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            return
        rule, message = "integer-too-large", integer_message(value)
    elif kind is float:
        if value - value == 0.0:  # neither infinite nor NaN
            return
        rule, message = "not-finite", finite_message(value)
    elif kind is str or kind is bool or value is None:
        return
    else:
        rule, message = "not-a-value", f"a {kind.__name__} is not a value that JSON, YAML and TOML share"
    path: tuple[str | int, ...] = ()
    if where:
        tree, holder, last = where
        path = (*_path_to(tree, holder), last)
    raise MisfitError(rule, message, path)


def _path_to(tree: Any, wanted: Any) -> tuple[str | int, ...]:
    """Find the way to a container by identity. Only called when something is wrong."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(tree, ())]
    while stack:
        holder, path = stack.pop()
        if holder is wanted:
            return path
        entries = holder.items() if type(holder) is dict else enumerate(holder)
        stack.extend((value, (*path, key)) for key, value in entries if type(value) in (dict, list))
    return ()


def same(one: Any, other: Any) -> bool:
    """True when two trees are equal in every value, type and the order of keys: 1, 1.0 and true are three things.

    Frozen trees count as their plain twins.
    """
    if isinstance(one, dict | list):
        return bool(one == other) and canonical(one) == canonical(other)
    # A zero has a sign, and == does not see it.
    return type(one) is type(other) and one == other and (type(one) is not float or repr(one) == repr(other))


def canonical(tree: Tree) -> bytes:
    """Return bytes that are equal for two trees exactly when they are the same.

    Compact JSON tells apart all that the data model does: ``1`` from ``1.0`` and ``true``, ``0.0`` from ``-0.0``. A
    tree that is too deep for the JSON writer (254 levels) is written as Python does, which tells apart as much.
    """
    import orjson

    try:
        return orjson.dumps(tree)
    except TypeError:
        from .config import thaw

        return repr(thaw(tree)).encode()


def key_message(key: object) -> str:
    """Say that a key is not text."""
    shown = "null" if key is None else str(key).lower() if isinstance(key, bool) else repr(key)
    return f"the key {shown} is not text; keys are strings in every format, so put it in quotes"


def integer_message(value: int) -> str:
    """Say that an integer has more than 64 bits."""
    digits = f"{value:#x}" if value.bit_length() > 256 else str(value)
    shown = digits if len(digits) <= 40 else digits[:36] + "…"
    return f"the integer {shown} needs more than 64 bits, so other readers would round it; write it as text, in quotes"


def finite_message(value: float) -> str:
    """Say that a number is infinite or not a number."""
    shown = "infinite" if value in (float("inf"), float("-inf")) else "NaN"
    return f"this number is {shown}; only finite numbers can be written in every format"


def _depth_message(budget: Budget) -> str:
    return f"mappings and lists are nested more than {budget.depth} deep"


def _nodes_message(budget: Budget) -> str:
    return f"the document holds more than {budget.nodes:,} values once aliases and merges are expanded"
