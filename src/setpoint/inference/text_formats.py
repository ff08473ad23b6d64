"""The formats of JSON Schema that a text cannot be mistaken for."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern
    from typing import Final

# Narrower than the formats: what merely could be one, such as "localhost" for a host's name, is any text.
# Sources: RFC 3339 section 5.6, RFC 3986 section 3, RFC 5321 section 4.1.2, RFC 2673 section 3.2.
_LOOKS: Final[dict[str, Pattern[str]]] = {
    "date-time": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
    ),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[!#-;=?-Z\[\]_a-z~]+"),
    "email": re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    "ipv4": re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"),
}
_LONGEST = 2000  # characters of a text that is looked at

_accepts: dict[str, Callable[[str], bool]] = {}


def format_of_text(text: str) -> str | None:
    """Return the format that a text unmistakably has, or None.

    The engine that judges documents has the last word: what it would refuse has no format.
    """
    if len(text) > _LONGEST:
        return None
    for name, looks in _LOOKS.items():
        if looks.fullmatch(text) is not None:
            return name if _judge(name)(text) else None
    return None


def _judge(name: str) -> Callable[[str], bool]:
    judge = _accepts.get(name)
    if judge is None:
        from ..validation.schema import Schema

        judge = _accepts[name] = Schema({"format": name}).compile().is_valid
    return judge
