"""The form field for one value: its kind, by the schema and by what it holds now; and back from text to value."""

from __future__ import annotations

from math import isfinite

from ...errors import ConfigInvalidError, UsageError
from ...formats import decode
from ...secret import MASK
from .words import as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .known import Known

_KINDS = {"boolean": "boolean", "integer": "number", "number": "number", "string": "text"}
ABSENT = object()  # for a value that is not there yet


class Field:
    """One value in a form.

    Arguments: ``known`` is what the schema says; ``value`` is what is there, masked, or ``ABSENT``.

    ``kind`` is ``boolean``, ``choice``, ``number``, ``text`` or ``json``; ``choices`` are the texts to choose from;
    ``about`` and ``limits`` are the schema's words; ``secret`` is True when the value is there and not shown.
    """

    __slots__ = ("_allowed", "about", "choices", "kind", "limits", "secret", "text")

    def __init__(self, known: Known, value: Any) -> None:
        self.about = known.about
        self.limits = known.limits
        self.secret = isinstance(value, str) and value == MASK
        self._allowed = {_text(one): one for one in known.choices}
        self.choices = list(self._allowed)
        self.kind = self._kind(known, value)
        self.text = "" if value is ABSENT or self.secret else self.written(value)

    def _kind(self, known: Known, value: Any) -> str:
        if self.secret:
            return "text"
        if self.choices and not any(isinstance(one, dict | list) for one in known.choices):
            return "choice"
        if len(known.types) == 1:
            kind = _KINDS.get(known.types[0], "json")
            # What does not fit its schema is edited as what it is.
            return kind if value is ABSENT or kind == _by_value(value) else "json"
        if known.types or value is ABSENT:
            return "json"
        return _by_value(value)

    def written(self, value: Any) -> str:
        """Return a value as the text that stands in the field."""
        if self.kind in ("text", "choice"):
            return _text(value)
        return as_json(value, indent=2 if self.kind == "json" else None)

    def value(self, text: str) -> Any:
        """Return the value that a text means in this field.

        Raises ``UsageError`` or ``ConfigInvalidError`` when it means none; a secret's text is not in the message.
        """
        if self.kind == "text":
            return text.replace("\r\n", "\n")
        if self.kind == "choice" and text in self._allowed:
            return self._allowed[text]
        if self.kind == "boolean":
            if text not in ("true", "false"):
                raise UsageError("choose true or false")
            return text == "true"
        if self.kind == "choice":
            return text  # what is not on the list is refused by the schema, which says so best
        return self._parsed(text.strip())

    def _parsed(self, text: str) -> Any:
        try:
            value = decode(text.encode("utf-8", "surrogatepass"), "json")
        except ConfigInvalidError as error:
            if self.kind == "number":
                raise UsageError(f"{text[:40]!r} is no number; write it like 8, 0.25 or 1e6") from None
            raise ConfigInvalidError("the value is no JSON that can be taken", error.diagnostics) from None
        if self.kind == "number" and (
            isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value)
        ):
            raise UsageError(f"{text[:40]!r} is no number; write it like 8, 0.25 or 1e6")
        return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)


def _by_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"
