"""Which type of value a schema wants at a place, and text read as that type."""

from __future__ import annotations

from ..budget import DEFAULT_BUDGET
from ..errors import ConfigParseError
from ..formats import decode
from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..budget import Budget
    from ..diagnosis.knowledge import Knowledge
    from ..diagnosis.spot import Spot
    from ..tree import Tree
    from .schema import Schema

_TYPES = ("null", "boolean", "integer", "number", "array", "object", "string")
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_NAMES = {
    "null": "null",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a mapping as JSON",
    "string": "text",
}


class UnreadableError(Exception):
    """Text that cannot be read as what is wanted. Its message says what was expected, and never what was found."""


def knowledge_of(schema: Schema) -> Knowledge:
    """Return what a schema knows about places. Raises ``SchemaError`` when the schema cannot work."""
    from ..diagnosis.knowledge import Knowledge

    schema.compile()  # so that the documents it refers to are known
    return Knowledge(schema.contents, schema.resources.resolve, schema.resources.base_uri)


def wanted_types(spot: Spot | None) -> frozenset[str]:
    """Return the JSON types that a schema names at a place, in any of its branches; empty where it names none."""
    found: set[str] = set()
    for schema, _ in spot.schemas if spot is not None else ():
        said = schema.get("type")
        if isinstance(said, str | list):
            found.update(one for one in ([said] if isinstance(said, str) else said) if one in _TYPES)
        elif isinstance(schema.get("enum"), list):
            found.update(map(type_of, schema["enum"]))
        elif "const" in schema:
            found.add(type_of(schema["const"]))
    if not found and spot is not None:
        if any("properties" in schema for schema, _ in spot.schemas):
            found.add("object")
        elif any("items" in schema or "prefixItems" in schema for schema, _ in spot.schemas):
            found.add("array")
    return frozenset(found)


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def typed(text: str, spot: Spot | None, present: Tree, budget: Budget = DEFAULT_BUDGET) -> Tree:
    """Return a text as the value that is wanted at a place. Raises ``UnreadableError``.

    Arguments: ``spot`` is what the schema knows there, None without a schema; ``present`` is the value there is now,
    or None: its type counts where the schema names none. Where neither does, the text is a JSON scalar, else text.

    Of several types the first that fits counts: null, boolean, integer, number, list, mapping, text. Where only a
    boolean is wanted, ``1 yes on`` and ``0 no off`` are booleans too, in any case. A list of scalars may be separated
    by commas, with blanks around its items dropped and the empty text as the empty list, unless text is wanted as
    well; every list and mapping may be written as JSON.
    """
    if len(text) > budget.size:
        raise UnreadableError(f"it is longer than {budget.size:,} characters, the most that is read")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise UnreadableError("it is not valid UTF-8")
    wanted = wanted_types(spot)
    if not wanted:
        wanted = _types_like(present)
    if not wanted:
        return _scalar_or_text(text)
    for kind in _TYPES:
        if kind in wanted:
            value: Tree = _as(kind, text, wanted, lambda: _list(text, wanted, spot, present, budget), budget)
            if value is not _UNFIT:
                return value
    raise UnreadableError(f"expected {expectation(wanted)}")


def expectation(wanted: frozenset[str]) -> str:
    """Return words for some types: ``a whole number or null``."""
    names = [
        _NAMES[kind] for kind in reversed(_TYPES) if kind in wanted and not (kind == "integer" and "number" in wanted)
    ]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


_UNFIT: Any = object()


def _types_like(present: Tree) -> frozenset[str]:
    if present is None:
        return frozenset()
    kind = type_of(present)
    # Whether a number in a file has a fraction is no promise that the next one has none.
    return frozenset({"integer", "number"} if kind in ("integer", "number") else {kind})


def _as(kind: str, text: str, wanted: frozenset[str], list_of: Callable[[], Any], budget: Budget) -> Any:
    word = text.strip()
    if kind == "null":
        return None if word == "null" else _UNFIT
    if kind == "boolean":
        only = wanted <= {"boolean", "null"}
        lower = word.lower()
        if lower in _TRUE and (only or lower == "true"):
            return True
        return False if lower in _FALSE and (only or lower == "false") else _UNFIT
    if kind == "integer":
        return _integer(word)
    if kind == "number":
        return _number(word)
    if kind == "array":
        return list_of()
    if kind == "object":
        return _json(word, "{", budget)
    return text


def _integer(word: str) -> Any:
    digits = word[1:] if word[:1] in ("-", "+") else word
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 20 or (digits[0] == "0" and len(digits) > 1):
        return _UNFIT
    value = int(word)
    return value if SMALLEST_INTEGER <= value <= LARGEST_INTEGER else _UNFIT


def _number(word: str) -> Any:
    value = _integer(word)
    if value is not _UNFIT:
        return value
    digits = word[1:] if word[:1] in ("-", "+") else word
    mantissa, _, exponent = digits.lower().partition("e")
    whole, dot, fraction = mantissa.partition(".")
    sign = exponent[1:] if exponent[:1] in ("-", "+") else exponent
    has_exponent = "e" in digits.lower()
    if (
        len(word) > 400
        or not digits.isascii()
        or not whole.isdecimal()
        or (whole[0] == "0" and len(whole) > 1)
        or bool(dot) != fraction.isdecimal()
        or has_exponent != sign.isdecimal()
        or not (dot or has_exponent)
    ):
        return _UNFIT
    number = float(word)
    return number if number - number == 0.0 else _UNFIT


def _json(word: str, opening: str, budget: Budget) -> Any:
    if not word.startswith(opening):
        return _UNFIT
    try:
        return decode(word.encode(), "json", budget)
    except ConfigParseError as error:
        first = error.diagnostics[0]
        # The decoder's own words may quote the text, which may be a secret.
        raise UnreadableError(f"its JSON is not well-formed at character {first.column}: {first.rule}") from None


def _list(text: str, wanted: frozenset[str], spot: Spot | None, present: Tree, budget: Budget) -> Any:
    word = text.strip()
    if word.startswith("["):
        return _json(word, "[", budget)
    if "string" in wanted:
        return _UNFIT
    if not word:
        return []
    items = word.split(",")
    if len(items) > budget.nodes:
        raise UnreadableError(f"it holds more than {budget.nodes:,} values")
    like = present[0] if isinstance(present, list) and present and len(set(map(type, present))) == 1 else None
    found = []
    for index, item in enumerate(items):
        below = spot.child(index) if spot is not None else None
        kinds = wanted_types(below) or _types_like(like)
        if kinds and kinds <= {"object", "array"}:
            raise UnreadableError("expected a list as JSON, for its items are mappings or lists")
        try:
            found.append(typed(item.strip(), below, like, budget))
        except UnreadableError as error:
            raise UnreadableError(f"item {index + 1} of the list: {error}") from None
    return found


def _scalar_or_text(text: str) -> Tree:
    word = text.strip()
    if word in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[word]
    if word.startswith("+"):  # no JSON
        return text
    number = _number(word)
    return text if number is _UNFIT else number
