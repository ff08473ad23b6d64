"""Where a JSON Schema keeps the schemas inside it, by what they apply to.

Source: the applicator vocabularies of JSON Schema 2019-09 and 2020-12, and their forerunners in drafts 4 to 7.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

# keyword -> whether it applies to the same value as the schema that holds it, rather than to something inside that
_APPLIES = {
    **dict.fromkeys(("not", "if", "then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas", "dependencies"), True),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"), False),
    **dict.fromkeys(("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"), False),
    "propertyNames": False,
}
# Under these stand schemas by name.
_NAMED = frozenset(
    ("properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions"),
)
# What looks like a schema inside these is data.
_DATA = frozenset(("const", "enum", "default", "examples"))


def applied(schema: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the subschemas that apply to the same value, and those for its keys, entries and items.

    References are left out.
    """
    same: list[Any] = []
    below: list[Any] = []
    for keyword, held in schema.items():
        applies = _APPLIES.get(keyword)
        if applies is None:
            continue
        found = same if applies else below
        if isinstance(held, list):
            found += held
        elif keyword in _NAMED:
            # Before 2019-09 `dependencies` held lists of keys beside schemas.
            found += [one for one in held.values() if not isinstance(one, list)] if isinstance(held, dict) else ()
        else:
            found.append(held)
    return same, below


def every(schema: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield each mapping that is, or may be, a schema, with its place: what a reference can point at.

    Keywords that nobody knows are walked too, for definitions are kept under any name; data (``const``, ``enum``,
    ``default``, ``examples``) is not.
    """
    waiting: list[tuple[tuple[str | int, ...], Any, bool]] = [((), schema, False)]
    while waiting:
        parts, piece, named = waiting.pop()
        if isinstance(piece, dict):
            if not named:
                yield parts, piece
            inside = [
                ((*parts, key), value, not named and key in _NAMED)
                for key, value in piece.items()
                if isinstance(value, dict | list) and (named or key not in _DATA)
            ]
        else:
            inside = [((*parts, index), item, False) for index, item in enumerate(piece)] if type(piece) is list else []
        waiting += reversed(inside)


def with_references(schema: Any, change: Callable[[str], str], named: bool = False) -> Any:
    """Return a copy of a schema with each of its references changed."""
    if isinstance(schema, dict):
        return {
            key: value
            if not named and key in _DATA
            else change(value)
            if key in REFERENCES and isinstance(value, str) and not named
            else with_references(value, change, not named and key in _NAMED)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [with_references(item, change) for item in schema]
    return schema
