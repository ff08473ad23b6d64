"""Conversions of single values: a closed set, each with its way back.

A conversion is two functions. ``forth`` returns the new value, the very same one where there is nothing to do, or
raises ``Unfit``; ``back`` the other way round. Where ``back`` does not give exactly what was there before, the step
that uses the conversion keeps the original.
"""

from __future__ import annotations

from ..config import thaw
from ..editing.given import frozen_value
from ..errors import UsageError
from ..tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    Function: TypeAlias = Callable[[Any], Any]


class Unfit(Exception):  # noqa: N818 - caught by the step, which knows the place
    """A value that cannot be converted; the text says what was expected, and nothing of the value."""


class Conversion:
    """Two functions, and what they do in words."""

    __slots__ = ("back", "forth", "merges", "text")

    def __init__(self, text: str, forth: Function, back: Function, *, merges: bool = False) -> None:
        self.text = text
        self.forth = forth
        self.back = back
        self.merges = merges  # a list becomes a mapping: layers that replaced each other would then be merged

    def __str__(self) -> str:
        return self.text


def conversion_of(facts: Mapping[str, Any]) -> Conversion:
    """Return the conversion that a declaration names, e.g. ``{"from": "text", "to": "integer"}``.

    Raises ``UsageError`` when it names none.
    """
    given = set(facts)
    if given in ({"from", "to"}, {"from", "to", "value"}):
        return _between(facts)
    if len(given) == 1:
        (name,) = given
        make = _MAKERS.get(name)
        if make is not None:
            return make(facts[name])
    listed = "from and to, multiply, divide, values, split, join, wrap, unwrap, case"
    shown = " and ".join(sorted(given)) or "nothing"
    raise UsageError(f"a conversion has one of {listed}; this has {shown}")


def _between(facts: Mapping[str, Any]) -> Conversion:
    from . import kinds

    pair = (facts["from"], facts["to"])
    text = f"from {pair[0]} to {pair[1]}"
    if pair in (("list", "keys"), ("keys", "list")):
        if "value" not in facts:
            raise UsageError("a conversion between list and keys has a value: what each key holds, e.g. value: {}")
        value = thaw(frozen_value(facts["value"], ("value",)))
        to_keys, to_list = kinds.keys_with(value), kinds.keys_to_list
        if pair[0] == "list":
            return Conversion(text, to_keys, to_list, merges=True)
        return Conversion(text, to_list, to_keys, merges=True)
    found = kinds.PAIRS.get(pair) if all(isinstance(kind, str) for kind in pair) else None
    if found is None or "value" in facts:
        known = ", ".join(f"{one} to {other}" for one, other in kinds.PAIRS)
        raise UsageError(
            f"there is no conversion {text}{' with a value' * ('value' in facts)}; there are {known}, and"
            " list to keys and keys to list with a value"
        )
    return Conversion(text, *found)


def _multiply(factor: Any) -> Conversion:
    return _scaled("multiply by", factor, up=True)


def _divide(factor: Any) -> Conversion:
    return _scaled("divide by", factor, up=False)


def _scaled(text: str, factor: Any, *, up: bool) -> Conversion:
    from .kinds import times

    if type(factor) not in (int, float) or factor <= 0 or factor - factor != 0:
        raise UsageError(f"a conversion multiplies or divides by a number above zero, not {factor!r}")
    larger, smaller = times(factor, inverse=False), times(factor, inverse=True)
    return Conversion(f"{text} {factor}", *((larger, smaller) if up else (smaller, larger)))


def _values(table: Any) -> Conversion:
    if isinstance(table, dict):
        pairs: list[Any] = [[key, value] for key, value in table.items()]
    elif isinstance(table, list):
        pairs = table
    else:
        pairs = []
    if not pairs or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise UsageError(
            "values is a mapping from old to new, {fast: express}, or a list of pairs, [[0, off], [1, on]]"
        )
    pairs = [[thaw(frozen_value(value, ("values",))) for value in pair] for pair in pairs]
    for index, (old, _) in enumerate(pairs):
        if any(same(old, other) for other, _ in pairs[:index]):
            raise UsageError("values gives two new values for the same old one")

    def looked_up(value: Any, side: int) -> Any:
        for pair in pairs:
            if same(pair[side], value):
                return thaw(pair[1 - side])
        return value

    return Conversion("by a table of values", lambda value: looked_up(value, 0), lambda value: looked_up(value, 1))


def _split(separator: Any) -> Conversion:
    from .kinds import joined, splitted

    _text("split", separator)
    return Conversion(f"split at {separator!r}", splitted(separator), joined(separator))


def _join(separator: Any) -> Conversion:
    from .kinds import joined, splitted

    _text("join", separator)
    return Conversion(f"join with {separator!r}", joined(separator), splitted(separator))


def _wrap(key: Any) -> Conversion:
    from .kinds import unwrapped, wrapped

    _text("wrap", key)
    return Conversion(f"wrap as {key}", wrapped(key), unwrapped(key))


def _unwrap(key: Any) -> Conversion:
    from .kinds import unwrapped, wrapped

    _text("unwrap", key)
    return Conversion(f"unwrap {key}", unwrapped(key), wrapped(key))


def _case(case: Any) -> Conversion:
    from .kinds import lowered, raised, unchanged

    if case not in ("lower", "upper"):
        raise UsageError(f"case is lower or upper, not {case!r}")
    return Conversion(f"to {case} case", lowered if case == "lower" else raised, unchanged)


def _text(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise UsageError(f"{name} has a text, not {value!r}")


_MAKERS: dict[str, Callable[[Any], Conversion]] = {
    "multiply": _multiply,
    "divide": _divide,
    "values": _values,
    "split": _split,
    "join": _join,
    "wrap": _wrap,
    "unwrap": _unwrap,
    "case": _case,
}
