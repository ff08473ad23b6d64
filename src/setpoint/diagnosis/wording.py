"""Values, types and formats in plain words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

CLIP = 60  # characters of one value that are shown
MOST = 12  # alternatives that are listed

_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "a mapping",
}

# What each format of JSON Schema looks like: in words, and an example.
FORMATS = {
    "date-time": ("a date and time with its zone", "2025-01-31T12:00:00Z"),
    "date": ("a date", "2025-01-31"),
    "time": ("a time with its zone", "12:00:00Z"),
    "duration": ("a duration", "PT1H30M"),
    "email": ("an email address", "name@example.org"),
    "idn-email": ("an email address", "name@example.org"),
    "hostname": ("a host name", "api.example.org"),
    "idn-hostname": ("a host name", "api.example.org"),
    "ipv4": ("an IPv4 address", "192.0.2.1"),
    "ipv6": ("an IPv6 address", "2001:db8::1"),
    "uri": ("a full address", "https://example.org/path"),
    "uri-reference": ("an address, full or relative", "/path?x=1"),
    "iri": ("a full address", "https://example.org/path"),
    "iri-reference": ("an address, full or relative", "/path?x=1"),
    "uri-template": ("an address template", "https://example.org/{name}"),
    "uuid": ("a UUID", "123e4567-e89b-12d3-a456-426614174000"),
    "json-pointer": ("a JSON Pointer", "/queue/max_size"),
    "relative-json-pointer": ("a relative JSON Pointer", "1/max_size"),
    "regex": ("a regular expression", "^[a-z]+$"),
}

# What earlier YAML read as true and false, and what people write for them elsewhere.
_TRUTHS = {
    "yes": "true",
    "on": "true",
    "y": "true",
    "true": "true",
    "no": "false",
    "off": "false",
    "n": "false",
    "false": "false",
}


def shown(value: Any) -> str:
    """Return a value as messages show it: strings in quotes, lists and mappings by kind, clipped."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    return clipped(repr(value))


def clipped(text: str) -> str:
    """Return a text, cut to ``CLIP`` characters."""
    return text if len(text) <= CLIP else text[: CLIP - 1] + "…"


def on_one_line(text: str) -> str:
    """Return a text that may hold anything, such as a pattern: clipped, with escapes for what cannot be seen."""
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: CLIP + 1])
    return clipped(visible)


def _quoted(text: str) -> str:
    return f"'{on_one_line(text)}'"


def named(key: str | int) -> str:
    """Return a key as messages show it, in quotes."""
    return _quoted(key) if isinstance(key, str) else f"[{key}]"


def found(value: Any, secret: bool = False) -> str:
    """Return what stands in the document: ``the string 'ten'``, or only its kind when it is secret."""
    if isinstance(value, list | dict):
        return shown(value)
    if value is None:
        return "null (nothing)"
    if secret:
        return f"{_kind(value)} (hidden: secret)"
    if isinstance(value, str):
        return f"the string {shown(value)}" if value else "an empty string"
    if isinstance(value, bool):
        return shown(value)
    return f"the number {shown(value)}"


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "a string"
    return "true or false" if isinstance(value, bool) else "a number"


def type_names(types: Iterable[str]) -> list[str]:
    """Return type names of JSON Schema in words, each once: ``a string``, ``a list``."""
    names = sorted(dict.fromkeys(types), key="null".__eq__)  # null is an afterthought
    if "number" in names and "integer" in names:
        names.remove("integer")
    return [_TYPES.get(name, name) for name in names]


def of_types(types: Iterable[str]) -> str:
    """Return type names of JSON Schema in words: ``a string or a list``."""
    return either(type_names(types))


def either(names: Sequence[str], word: str = "or") -> str:
    """Return names joined for reading: ``a, b or c``; of many, the first ``MOST`` and how many more there are."""
    unique = list(dict.fromkeys(names))
    if len(unique) > MOST:
        return f"{', '.join(unique[:MOST])} {word} {len(unique) - MOST} more"
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} {word} {unique[-1]}"


def one_of(values: Sequence[Any]) -> str:
    """Return allowed values in words: ``'a'``, ``'a' or 'b'``, ``one of 'a', 'b' or 'c'``."""
    names = list(dict.fromkeys(shown(value) for value in values))
    return either(names) if len(names) < 3 else f"one of {either(names)}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number of things: ``1 item``, ``3 items``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def of_format(name: str) -> str:
    """Return a format in words, with an example."""
    known = FORMATS.get(name)
    return f"{known[0]} such as {known[1]}" if known else f"a string in the format {name!r}"


def type_of(value: Any) -> str:
    """Return the type's name in JSON Schema."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    if isinstance(value, list):
        return "array"
    if isinstance(value, dict):
        return "object"
    return "integer" if isinstance(value, int) or float(value).is_integer() else "number"


def retyped(value: Any, types: Sequence[str], secret: bool = False) -> str | None:
    """Return how to write a value so that it gets a wanted type, or None when that cannot be told.

    A secret is never repeated.
    """
    wanted = set(types)
    if isinstance(value, str):
        return _from_string(value.strip(), wanted, secret)
    if isinstance(value, bool | int | float):
        if "string" in wanted:
            return "put it in quotes" if secret else f'write "{shown(value)}", in quotes'
        if "boolean" in wanted and not isinstance(value, bool) and value in (0, 1):
            return f"write {'true' if value else 'false'}"
    if _wants_list(wanted) and not isinstance(value, list) and value is not None:
        return "put it in a list, also when it is the only one"
    if isinstance(value, list) and len(value) == 1 and type_of(value[0]) in wanted:
        return "write the value itself, without a list around it"
    return None


def _from_string(text: str, wanted: set[str], secret: bool) -> str | None:
    if "boolean" in wanted and text.lower() in _TRUTHS:
        truth = _TRUTHS[text.lower()]
        return f"write {truth} without quotes" if text == truth else f"write {truth}"
    if wanted & {"integer", "number"} and _is_number(text, "number" not in wanted):
        return "write it without quotes" if secret else f"write {text} without quotes"
    if "null" in wanted and text.lower() in ("null", "~", "none", "nil"):
        return "write null without quotes"
    if _wants_list(wanted):
        return "put it in a list, also when it is the only one"
    return None


def _wants_list(wanted: set[str]) -> bool:
    # Where a mapping would do as well, a list is a guess.
    return "array" in wanted and "object" not in wanted


def _is_number(text: str, integer: bool) -> bool:
    digits = text.removeprefix("-")
    if len(text) > 20 or not digits.isascii() or (digits.startswith("0") and digits.isdecimal() and digits != "0"):
        return False
    if integer:
        return digits.isdecimal()
    whole, dot, fraction = digits.partition(".")
    return whole.isdecimal() and (not dot or fraction.isdecimal())
