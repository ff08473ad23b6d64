"""What conversions do to one value: from one kind to another, by a factor, to lists and mappings and back.

Each function returns the very value where it is of the wanted kind already, and null as it is, for that is no value of
any kind.
"""

from __future__ import annotations

from ..config import thaw
from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER
from .conversion import Unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .conversion import Function

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


def unchanged(value: Any) -> Any:
    """Return the value: the way back of what has none."""
    return value


def _integer(value: Any) -> int:
    """Return an integer that the data model has a place for."""
    if not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        raise Unfit("would need more than 64 bits")
    return int(value)


def text_to_integer(value: Any) -> Any:
    """``"12"`` becomes 12."""
    if value is None or type(value) is int:
        return value
    digits = value.strip() if isinstance(value, str) else ""
    if not digits.isascii() or not digits.lstrip("+-").isdecimal() or len(digits) > 20 or digits[1:2] in ("+", "-"):
        raise Unfit("is no whole number written as text")
    return _integer(int(digits))


def text_to_number(value: Any) -> Any:
    """``"1.5"`` becomes 1.5, and ``"2"`` becomes 2."""
    if value is None or type(value) in (int, float):
        return value
    try:
        return text_to_integer(value)
    except Unfit:
        pass
    text = value.strip() if isinstance(value, str) else ""
    if text.isascii() and "_" not in text and any(character.isdecimal() for character in text):
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if number - number == 0:
            return number
    raise Unfit("is no number written as text")


def text_to_boolean(value: Any) -> Any:
    """``"true"``, ``"yes"``, ``"on"`` and ``"1"`` become true; their opposites false; case does not matter."""
    if value is None or type(value) is bool:
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _TRUE | _FALSE:
        raise Unfit("is no truth value written as text: true or false, yes or no, on or off, 1 or 0")
    return word in _TRUE


def number_to_text(value: Any) -> Any:
    """12 becomes ``"12"``, and 1.5 becomes ``"1.5"``."""
    if value is None or isinstance(value, str):
        return value
    if type(value) not in (int, float):
        raise Unfit("is no number")
    return repr(value)


def boolean_to_text(value: Any) -> Any:
    """True becomes ``"true"``."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is not bool:
        raise Unfit("is neither true nor false")
    return "true" if value else "false"


def integer_to_number(value: Any) -> Any:
    """1 becomes 1.0."""
    if value is None or type(value) is float:
        return value
    if type(value) is not int:
        raise Unfit("is no whole number")
    if int(float(value)) != value:
        raise Unfit("is a whole number that would be rounded")
    return float(value)


def number_to_integer(value: Any) -> Any:
    """1.0 becomes 1; nothing is rounded."""
    if value is None or type(value) is int:
        return value
    if type(value) is not float:
        raise Unfit("is no number")
    if not value.is_integer():
        raise Unfit("has a fraction, and would have to be rounded")
    return _integer(value)


def boolean_to_integer(value: Any) -> Any:
    """True becomes 1, false becomes 0."""
    if value is None or type(value) is int:
        return value
    if type(value) is not bool:
        raise Unfit("is neither true nor false")
    return int(value)


def integer_to_boolean(value: Any) -> Any:
    """1 becomes true, 0 becomes false."""
    if value is None or type(value) is bool:
        return value
    if type(value) is not int or value not in (0, 1):
        raise Unfit("is neither 0 nor 1")
    return bool(value)


def item_to_list(value: Any) -> Any:
    """A value becomes a list of one."""
    return value if value is None or isinstance(value, list) else [value]


def list_to_item(value: Any) -> Any:
    """A list of one becomes its item."""
    if not isinstance(value, list):
        return value
    if len(value) != 1:
        raise Unfit(f"is a list of {len(value)}, and only a list of one is a single value")
    return value[0]


PAIRS: dict[tuple[str, str], tuple[Function, Function]] = {
    ("text", "integer"): (text_to_integer, number_to_text),
    ("text", "number"): (text_to_number, number_to_text),
    ("text", "boolean"): (text_to_boolean, boolean_to_text),
    ("integer", "text"): (number_to_text, text_to_integer),
    ("number", "text"): (number_to_text, text_to_number),
    ("boolean", "text"): (boolean_to_text, text_to_boolean),
    ("integer", "number"): (integer_to_number, number_to_integer),
    ("number", "integer"): (number_to_integer, integer_to_number),
    ("boolean", "integer"): (boolean_to_integer, integer_to_boolean),
    ("integer", "boolean"): (integer_to_boolean, boolean_to_integer),
    ("item", "list"): (item_to_list, list_to_item),
    ("list", "item"): (list_to_item, item_to_list),
}


def times(factor: float, *, inverse: bool) -> Function:
    """Return what multiplies a number by a factor, or divides it; both count as the decimals they are written as."""
    from fractions import Fraction

    scale = Fraction(str(factor))

    def scaled(value: Any) -> Any:
        if value is None:
            return value
        if type(value) not in (int, float):
            raise Unfit("is no number")
        exact = Fraction(str(value))
        result = exact / scale if inverse else exact * scale
        if result.denominator == 1 and SMALLEST_INTEGER <= result <= LARGEST_INTEGER:
            return int(result)
        if type(value) is int and result.denominator == 1:
            raise Unfit("would need more than 64 bits")
        try:
            return float(result)
        except OverflowError:
            raise Unfit("would be too large for a number") from None

    return scaled


def keys_with(held: Any) -> Function:
    """Return what makes a list of texts the keys of a mapping, each with the same value."""

    def keys(value: Any) -> Any:
        if value is None or isinstance(value, dict):
            return value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Unfit("is no list of texts")
        if len(set(value)) != len(value):
            raise Unfit("holds a text twice, and a mapping has each key once")
        return {item: thaw(held) for item in value}

    return keys


def keys_to_list(value: Any) -> Any:
    """A mapping becomes the list of its keys; what they hold is lost."""
    if value is None or isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise Unfit("is no mapping")
    return list(value)


def splitted(separator: str) -> Function:
    """Return what splits a text at a separator; blanks around the pieces are dropped, and no text gives no pieces."""

    def pieces(value: Any) -> Any:
        if value is None or isinstance(value, list):
            return value
        if not isinstance(value, str):
            raise Unfit("is no text")
        return [piece.strip() for piece in value.split(separator)] if value.strip() else []

    return pieces


def joined(separator: str) -> Function:
    """Return what joins a list of texts with a separator."""

    def text(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Unfit("is no list of texts")
        return separator.join(value)

    return text


def wrapped(key: str) -> Function:
    """Return what makes a value the only one of a mapping."""

    def wrap(value: Any) -> Any:
        done = value is None or (isinstance(value, dict) and list(value) == [key])
        return value if done else {key: value}

    return wrap


def unwrapped(key: str) -> Function:
    """Return what takes a value out of a mapping that holds nothing else."""

    def unwrap(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if list(value) != [key]:
            raise Unfit(f"is a mapping that does not hold {key!r} alone")
        return value[key]

    return unwrap


def lowered(value: Any) -> Any:
    """Return a text in lower case."""
    return value.lower() if isinstance(value, str) else value


def raised(value: Any) -> Any:
    """Return a text in upper case."""
    return value.upper() if isinstance(value, str) else value
