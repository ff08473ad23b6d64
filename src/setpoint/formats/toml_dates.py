"""TOML's dates and times as the text that RFC 3339 writes, because the one data model has no dates."""

from __future__ import annotations

import re
from datetime import date, datetime, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_looks_like_one = re.compile(r"[0-9]-[0-9]|[0-9]:[0-9]").search


def may_hold_dates(text: str) -> bool:
    """True when a TOML text may hold a date or time; without one its tree needs no second look."""
    return _looks_like_one(text) is not None


def as_text(value: date | time) -> str:
    """Return a date, time or date-time as RFC 3339 writes it: ``Z`` for UTC, no zeros at the end of a fraction."""
    text = value.isoformat()
    if isinstance(value, datetime | time) and value.microsecond:
        head, fraction = text[:-6], text[-6:]
        offset = ""
        if isinstance(value, datetime) and value.tzinfo is not None:
            head, fraction, offset = text[:-12], text[-12:-6], text[-6:]
        text = head + fraction.rstrip("0") + offset
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def with_dates_as_text(tree: dict[str, Any]) -> dict[str, Any]:
    """Replace, in place, each date and time in a tree that the standard library has read."""
    stack: list[Any] = [tree]
    while stack:
        holder = stack.pop()
        for key, value in list(holder.items()) if type(holder) is dict else enumerate(holder):
            if type(value) is dict or type(value) is list:
                stack.append(value)
            elif isinstance(value, date | time):
                holder[key] = as_text(value)
    return tree
