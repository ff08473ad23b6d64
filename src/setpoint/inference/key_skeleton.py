"""What a key looks like once its numbers are taken for any number: ``Agent-1`` and ``Agent-12`` look the same."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9 _.:/-]{1,64}").fullmatch
NUMBER = "#"  # stands for a number: no key with a skeleton holds one


def skeleton(key: str) -> str | None:
    """Return a key with ``#`` for each of its numbers; None for one without any, or with other than plain letters."""
    if _PLAIN(key) is None:
        return None
    found, numbers = _NUMBER.subn(NUMBER, key)
    return found if numbers else None


def pattern_of(looks: str) -> str:
    """Return a regular expression for the keys with a skeleton, as JSON Schema has them (ECMA 262)."""
    return "^" + looks.replace(".", r"\.").replace("/", r"\/").replace(NUMBER, "[0-9]+") + "$"
