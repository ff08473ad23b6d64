"""Single values of a model that JSON has no type for, read from text (a decimal also from a number)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NUMBERS = (int, float)


def words(kind: type) -> str | None:
    """Return what is expected where a model wants this type, or None when it is no scalar that can be read."""
    plain = {str: "text", int: "an integer", float: "a number", bool: "true or false", type(None): "null"}
    if kind in plain:
        return plain[kind]
    module = kind.__module__
    if module == "datetime":
        return {
            "datetime": "a date and time such as 2025-01-31T12:00:00Z",
            "date": "a date such as 2025-01-31",
            "time": "a time such as 12:00:00",
        }.get(kind.__name__)
    if module == "decimal" and kind.__name__ == "Decimal":
        return "a decimal number"
    if module == "uuid" and kind.__name__ == "UUID":
        return "a UUID such as 123e4567-e89b-12d3-a456-426614174000"
    if _is_path(kind):
        return "a path, as text"
    return None


def read(kind: type, value: Any) -> Any:
    """Return the value of a type that ``words`` knows. Raises ``ValueError``, which may quote it, when it is none."""
    given = type(value)
    if kind in (str, bool, int, type(None)):
        if given is not kind:
            raise ValueError
        return value
    if kind is float:
        if given not in _NUMBERS:
            raise ValueError
        return float(value)
    if kind.__name__ == "Decimal":
        if given is not str and given not in _NUMBERS:
            raise ValueError
        return _decimal(kind, value)
    if given is not str:
        raise ValueError
    if kind.__module__ == "datetime":
        return _moment(kind, value)
    return kind(value)


def _moment(kind: Any, text: str) -> Any:
    from datetime import datetime

    if kind is not datetime and kind.__name__ == "date" and len(text) != len("2025-01-31"):
        raise ValueError  # also read: 20250131 and 2025-W05-5, which nobody means
    if kind.__name__ != "time" and text[4:5] != "-":
        raise ValueError
    return kind.fromisoformat(text)


def _decimal(kind: Any, value: Any) -> Any:
    try:
        made = kind(value if isinstance(value, str) else str(value))
    except ArithmeticError:
        raise ValueError from None
    if not made.is_finite():
        raise ValueError
    return made


def _is_path(kind: type) -> bool:
    """True for pathlib's classes; whoever has one has imported pathlib."""
    import sys

    pathlib = sys.modules.get("pathlib")
    return pathlib is not None and issubclass(kind, pathlib.PurePath)
