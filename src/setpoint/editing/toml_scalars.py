"""Keys and single values as TOML 1.0 writes them, in the style of what stood there before."""

from __future__ import annotations

import re

from ..formats.toml_dates import as_text
from .change import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BARE = re.compile(r"[A-Za-z0-9_-]++\Z")
# Control characters, and what some readers of lines take for a line break or hide: written as escapes.
_UNSAFE = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufeff"
_TO_ESCAPE = re.compile(f'["\\\\{_UNSAFE}]')
_TO_ESCAPE_LONG = re.compile(f'\\\\|(?!\\n)[{_UNSAFE}]|"(?="")|"\\Z')
_NOT_LITERAL = re.compile(f"(?!\\t)[{_UNSAFE}]")
_NOT_LONG_LITERAL = re.compile(f"(?![\\t\\n])[{_UNSAFE}]|'''|'\\Z")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.]+(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?|[0-9]{2}:[0-9]{2}:[0-9.]+"
)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:_[0-9]{3})++")
_SHORT: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}

NO_NULL: Final = "TOML cannot write null: leave the key out, or give it another value"


def key(text: str, old: str = "") -> str:
    """Return a key as it is written: bare where it may be and the ``old`` one was not quoted."""
    if old.startswith("'") and "'" not in text and _NOT_LITERAL.search(text) is None:
        return f"'{text}'"
    if _BARE.match(text) and not old.startswith('"'):
        return text
    return _basic(text)


def scalar(value: str | int | float | bool | None, old: str = "", quote: str = '"') -> str:
    """Return a single value as it is written.

    Arguments: ``old`` is what stands there now, whose style stays where it can; ``quote`` is how the neighbours
    write text when there is nothing old: ``"``, ``'`` or the three of either. Raises ``Refusal`` for null.
    """
    if value is None:
        raise Refusal(NO_NULL)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}" if _GROUPED.fullmatch(old) else str(value)
    if isinstance(value, float):
        return repr(value)
    if old[:1] in ('"', "'"):
        return _text_like(value, old)
    if _DATE.fullmatch(old):
        date = _date(value, old)
        if date is not None:
            return date
    return _text_like(value, quote)


def is_date(token: str) -> bool:
    """True when a value is written as a date or time."""
    return _DATE.fullmatch(token) is not None


def _date(value: str, old: str) -> str | None:
    """Return a date or time that reads as exactly this text, or None."""
    if _DATE.fullmatch(value) is None:
        return None
    import tomllib

    try:
        read = tomllib.loads(f"date = {value}")["date"]
    except ValueError:
        return None
    if as_text(read) != value:
        return None
    return value.replace("T", " ") if old[10:11] == " " else value


def _text_like(value: str, old: str) -> str:
    long = old[:3]
    opening = "\n" if old[3:4] == "\n" or old[3:5] == "\r\n" or value[:1] in ("\n", "\r") else ""
    if long == "'''" and _NOT_LONG_LITERAL.search(value) is None:
        return f"'''{opening}{value}'''"
    if long == '"""' or (long == "'''" and "\n" in value):
        return f'"""{opening}{_TO_ESCAPE_LONG.sub(_escape, value)}"""'
    if old.startswith("'") and "'" not in value and _NOT_LITERAL.search(value) is None:
        return f"'{value}'"
    return _basic(value)


def _basic(value: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"
