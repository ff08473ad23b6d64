"""A schema without what it says of a secret's value."""

from __future__ import annotations

from ..secret import MASK, is_secret_name
from .masks import scrubbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any

# What quotes a value in a schema.
_QUOTES = ("default", "const", "enum", "example", "examples")
_MARKS = ("x-setpoint-secret", "writeOnly")
_KEYED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")


def shown_schema(contents: Any, words: re.Pattern[str] | None) -> Any:
    """Return a copy of a schema in which the values are masked that it quotes where a secret stands.

    Arguments: ``words`` are the secrets of the document; they are masked wherever they stand. A value is quoted by
    ``default``, ``const``, ``enum`` and ``examples``. A place is secret by its mark, or by the name of its property.
    """
    return scrubbed(_shown(contents, False), words)


def _shown(schema: Any, hidden: bool) -> Any:
    if isinstance(schema, list):
        return [_shown(one, hidden) for one in schema]
    if not isinstance(schema, dict):
        return schema
    hidden = (hidden or any(schema.get(mark) is True for mark in _MARKS)) and schema.get(
        "x-setpoint-secret"
    ) is not False
    shown: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _QUOTES:
            shown[key] = _masked(value) if hidden else _without_named(value)
        elif key in _KEYED and isinstance(value, dict):
            shown[key] = {name: _shown(one, hidden or is_secret_name(name)) for name, one in value.items()}
        else:
            shown[key] = _shown(value, hidden)
    return shown


def _masked(value: Any) -> Any:
    """Return what stands for a quoted value: a list of them stays a list."""
    return [MASK for _ in value] if isinstance(value, list) else MASK


def _without_named(value: Any) -> Any:
    """Return a quoted value with what goes by a secret's name masked in it."""
    if isinstance(value, dict):
        return {key: MASK if is_secret_name(key) else _without_named(item) for key, item in value.items()}
    return [_without_named(item) for item in value] if isinstance(value, list) else value
