"""What a plain (unquoted) scalar means: the core schema of YAML 1.2.2, section 10.3.2.

Where readers disagree about a number, nobody can know which one was meant, so it stays text and is warned about:

=====================  ==================  ==================  ====================
written                YAML 1.2 core       YAML 1.1 (PyYAML)   yamlrocks 0.7
=====================  ==================  ==================  ====================
``012`` ``-017``       12, -17             10, -15 (octal)     text
``00`` ``+00``         0                   0                   text
``08`` ``-09``         8, -9               text                text
``0X1F`` ``0O17``      text                text                31, 15
``-0x1`` ``+0x1``      text                -1, 1               -1, 1
``-0o17`` ``+0o7``     text                text                -15, 7
``0b11`` ``-0b1``      text                3, -1               text
=====================  ==================  ==================  ====================

Numbers that only YAML 1.1 knows are text without a warning: ``1_000``, ``1:30``; so are ``yes``, ``on``, dates.
"""

from __future__ import annotations

import re

from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# A plain scalar that is none of the constants and starts otherwise is text.
NUMBER_STARTS = "0123456789+-."

CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER = re.compile(
    r"""(?P<integer>[-+]?(?:0|[1-9][0-9]*))
      | (?P<float>[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+)
      | (?P<based>0o[0-7]+|0x[0-9a-fA-F]+)
      | (?P<endless>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
      | (?P<ambiguous>[-+]?(?:0[0-9]+|0X[0-9a-fA-F]+|0O[0-7]+|0b[01]+)|[-+](?:0o[0-7]+|0x[0-9a-fA-F]+))""",
    re.VERBOSE,
).fullmatch


class Oddity:
    """What a scalar has instead of a value: the rule it breaks and why. It is one object per rule."""

    __slots__ = ("rule",)

    def __init__(self, rule: str) -> None:
        self.rule = rule


AMBIGUOUS = Oddity("ambiguous-number")
TOO_LARGE = Oddity("integer-too-large")
NOT_FINITE = Oddity("not-finite")


def resolve(lexeme: str) -> Any:
    """Return the value of a plain scalar that starts like a number, or the ``Oddity`` that it has none of."""
    number = _NUMBER(lexeme)
    if number is None:
        return lexeme
    kind = number.lastgroup
    if kind == "integer":
        # Beyond this length it is too large for certain, and Python may refuse to convert it.
        if len(lexeme) > 24:
            return TOO_LARGE
        return _ranged(int(lexeme))
    if kind == "float":
        value = float(lexeme)
        return value if value - value == 0.0 else NOT_FINITE
    if kind == "based":
        digits = lexeme[2:].lstrip("0") or "0"
        if len(digits) > 24:
            return TOO_LARGE
        return _ranged(int(digits, 8 if lexeme[1] == "o" else 16))
    return NOT_FINITE if kind == "endless" else AMBIGUOUS


def _ranged(value: int) -> int | Oddity:
    return value if SMALLEST_INTEGER <= value <= LARGEST_INTEGER else TOO_LARGE
