"""Parameters of query, path and headers: read by their schemas, with functions that are made once for each route."""

from __future__ import annotations

import math
import re
from urllib.parse import unquote_to_bytes

from ..nearness import near
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .route import Parameter

    Reader = Callable[[str], Any]

MOST_PAIRS = 100
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_KNOWN = frozenset(
    (
        "type",
        "description",
        "default",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "pattern",
        "items",
        "minItems",
        "maxItems",
        "title",
        "examples",
    )
)


class BadTextError(ValueError):
    """A text that is none of those that a parameter may be; the message ends the sentence ``it is ...``."""


class QueryReader:
    """Reads the query of one route.

    Arguments: ``parameters`` are the route's. Raises ``ValueError`` for a parameter whose schema says what this does
    not check.
    """

    __slots__ = ("_defaults", "_readers", "_required", "_several")

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        mine = [one for one in parameters if one.place == "query"]
        self._several = frozenset(one.name for one in mine if one.schema.get("type") == "array")
        self._readers = {one.name: reader_of(_item(one.schema), one.name) for one in mine}
        self._defaults = {one.name: one.schema["default"] for one in mine if "default" in one.schema}
        self._required = tuple(one.name for one in mine if one.required)

    def read(self, query: bytes) -> dict[str, Any]:
        """Return what a query says: typed, with defaults. Raises ``Problem`` (400)."""
        values = dict(self._defaults)
        if query:
            given: dict[str, Any] = {}
            for name, text in pairs_in(query):
                self._take(name, text, given)
            values.update(given)
        for name in self._required:
            if name not in values:
                raise Problem(400, "bad-parameter", f"the query needs {name}=")
        return values

    def _take(self, name: str, text: str, given: dict[str, Any]) -> None:
        reader = self._readers.get(name)
        if reader is None:
            close = near(name, list(self._readers)) if len(name) < 100 else []
            known = f"; known here: {', '.join(sorted(self._readers))}" if self._readers else "; none is known here"
            raise Problem(
                400, "unknown-parameter", f"the query has an unknown parameter {name[:100]!r}{known}", near=close
            )
        try:
            value = reader(text)
        except BadTextError as error:
            raise Problem(400, "bad-parameter", f"the parameter {name} is {error}, not {text[:100]!r}") from None
        if name in self._several:
            given.setdefault(name, []).append(value)
        elif name in given:
            raise Problem(400, "bad-parameter", f"the parameter {name} is there more than once")
        else:
            given[name] = value


def pairs_in(query: bytes) -> list[tuple[str, str]]:
    """Return the names and texts of a query or a form, in order. Raises ``Problem`` (400) for what is not UTF-8."""
    pieces = query.split(b"&")
    if len(pieces) > MOST_PAIRS:
        raise Problem(400, "bad-parameter", f"there are more than {MOST_PAIRS} parameters")
    return [(_text(name), _text(text)) for name, _, text in (piece.partition(b"=") for piece in pieces if piece)]


def names_in(query: bytes) -> tuple[str, ...]:
    """Return the names of a query as they came, for a log."""
    return tuple(piece.partition(b"=")[0].decode("latin-1") for piece in query.split(b"&")) if query else ()


def _text(data: bytes) -> str:
    if b"%" in data and _BAD_PERCENT.search(data):
        raise Problem(400, "bad-parameter", "a parameter holds a % that is not followed by two hexadecimal digits")
    try:
        return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "bad-parameter", "a parameter is not UTF-8") from None


def _item(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return schema.get("items", {"type": "string"}) if schema.get("type") == "array" else schema


def reader_of(schema: Mapping[str, Any], name: str) -> Reader:
    """Return a function from a parameter's text to its value, which raises ``BadTextError``.

    Raises ``ValueError`` for a schema that says what it does not check.
    """
    unknown = set(schema) - _KNOWN
    kind = schema.get("type", "string")
    if unknown or kind not in ("string", "integer", "number", "boolean"):
        raise ValueError(f"the parameter {name!r} cannot be checked: {sorted(unknown) or kind}")
    read: Reader = {"string": _string, "integer": _integer, "number": _number, "boolean": _boolean}[kind]
    checks: list[Callable[[Any], str | None]] = []
    if "enum" in schema:
        allowed = tuple(schema["enum"])
        checks.append(lambda value: None if value in allowed else f"one of {', '.join(map(str, allowed))}")
    for key, words, fits in _BOUNDS:
        if key in schema:
            checks.append(_bound(schema[key], words, fits))
    if "pattern" in schema:
        pattern = re.compile(schema["pattern"])
        checks.append(lambda value: None if pattern.search(value) else f"a text that fits {pattern.pattern}")
    if not checks:
        return read

    def checked(text: str) -> Any:
        value = read(text)
        for check in checks:
            wrong = check(value)
            if wrong is not None:
                raise BadTextError(wrong)
        return value

    return checked


def _bound(limit: Any, words: str, fits: Callable[[Any, Any], bool]) -> Callable[[Any], str | None]:
    return lambda value: None if fits(value, limit) else f"{words} {limit}"


_BOUNDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("const", "always", lambda value, limit: bool(value == limit)),
    ("minimum", "a number of at least", lambda value, limit: bool(value >= limit)),
    ("maximum", "a number of at most", lambda value, limit: bool(value <= limit)),
    ("exclusiveMinimum", "a number above", lambda value, limit: bool(value > limit)),
    ("exclusiveMaximum", "a number below", lambda value, limit: bool(value < limit)),
    ("minLength", "a text whose length is at least", lambda value, limit: len(value) >= limit),
    ("maxLength", "a text whose length is at most", lambda value, limit: len(value) <= limit),
)


def _string(text: str) -> str:
    return text


def _integer(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise BadTextError("a whole number in decimal digits")
    return int(text)


def _number(text: str) -> float:
    if len(text) > 40 or not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise BadTextError("a number in decimal digits")
    return float(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise BadTextError("true or false")
    return text == "true"
