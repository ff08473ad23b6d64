"""A value written as JSON text, in the style of the text around it."""

from __future__ import annotations

import re

from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER
from .change import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .json_style import Style

# Characters that end a line for some readers, or that nobody would see: they are legal, and written as escapes.
_unseen = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


class Render:
    """Writes values for one place of a text.

    Arguments: ``style`` are the habits of the text, ``colon`` and ``separator`` those of the place; ``unit`` is one
    step of indentation.
    """

    def __init__(self, style: Style, colon: str, separator: str, unit: str) -> None:
        self.style = style
        self.colon = colon
        self.separator = separator
        self.unit = unit

    def value(self, value: Any, indent: str, lines: bool) -> str:
        """Return the text of a value that stands on a line indented by ``indent``, on several lines or on one."""
        pieces: list[str] = []
        self._write(value, indent, lines, pieces)
        return "".join(pieces)

    def _write(self, value: Any, indent: str, lines: bool, pieces: list[str]) -> None:
        """Recursion is as deep as the value, which a document's budget bounds."""
        if not isinstance(value, (dict, list)):
            pieces.append(scalar_text(value, self.style.escapes))
            return
        first, last = ("{", "}") if isinstance(value, dict) else ("[", "]")
        pieces.append(first)
        if value:
            inner = indent + self.unit
            pad = "\n" if lines else self.style.pad(first)
            before = pad + inner if lines else pad
            between = ",\n" + inner if lines else "," + self.separator
            items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
            for key, item in items:
                pieces.append(before)
                before = between
                if key is not None:
                    pieces += [string_text(key, self.style.escapes), self.colon]
                self._write(item, inner, lines and not self.style.is_list_in_line(item), pieces)
            pieces.append(pad + indent if lines else pad)
        pieces.append(last)


def scalar_text(value: Any, escapes: bool) -> str:
    """Return the text of a single value. Raises ``Refusal`` for one that JSON cannot write."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return string_text(value, escapes)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return int.__repr__(value)
    if isinstance(value, float) and value - value == 0.0:  # neither infinite nor NaN
        return float.__repr__(value)
    # The value itself may be a secret: only its kind is told.
    kind = (
        "an integer of more than 64 bits" if isinstance(value, int) else f"a value of the type {type(value).__name__}"
    )
    if isinstance(value, float):
        kind = "a number that is not finite"
    raise Refusal(f"{kind} is nothing that JSON can write; give a text, a finite number, true, false or null")


def string_text(value: str, escapes: bool) -> str:
    """Return a string in quotes; ``escapes`` asks for ASCII only."""
    from json.encoder import encode_basestring, encode_basestring_ascii

    if escapes:
        return encode_basestring_ascii(value)
    return _unseen.sub(lambda found: f"\\u{ord(found[0]):04x}", encode_basestring(value))
