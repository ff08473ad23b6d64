"""What a document's schema says about one place of it: for the words beside a value, and for the form to edit it."""

from __future__ import annotations

import re

from ...address import lookup, parse_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_MOST = 200  # schemas that one place is looked up in: enough for any that people write, and an end for all others
_BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("pattern", "fits {}"),
    ("format", "a {}"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
)
_NOT_EMPTY = ("minLength", "minItems")


class Known:
    """What the schema says of one place.

    Arguments: ``root`` is the whole schema; ``schemas`` are those that apply here.

    References inside the schema are followed; what another file holds is not, and nothing is said about it.
    """

    __slots__ = ("root", "schemas")

    def __init__(self, root: Any, schemas: Sequence[dict[str, Any]]) -> None:
        self.root = root
        self.schemas = tuple(schemas)

    @classmethod
    def whole(cls, root: Any) -> Known:
        """Return what a schema says of a whole document. Argument: ``root`` is the schema, None without one."""
        return cls(root, list(_expanded(root, [root])))

    def below(self, key: str | int) -> Known:
        """Return what it says of an entry."""
        return Known(self.root, list(_expanded(self.root, [one for held in self.schemas for one in _entry(held, key)])))

    def at(self, parts: Sequence[str | int]) -> Known:
        """Return what it says of a place below."""
        found = self
        for part in parts:
            found = found.below(part)
        return found

    def first(self, keyword: str) -> Any:
        """Return what the first of the schemas with this keyword says, None when none has it."""
        return next((held[keyword] for held in self.schemas if keyword in held), None)

    @property
    def about(self) -> str:
        """What the value is for, in the words of the schema; empty without."""
        said = self.first("description") or self.first("title")
        return said if isinstance(said, str) else ""

    @property
    def types(self) -> tuple[str, ...]:
        """The types that a value may have; empty when the schema does not say."""
        said = self.first("type")
        return (said,) if isinstance(said, str) else tuple(map(str, said)) if isinstance(said, list) else ()

    @property
    def choices(self) -> list[Any]:
        """The values that are allowed, when the schema lists them."""
        said = self.first("enum")
        return said if isinstance(said, list) else []

    @property
    def limits(self) -> str:
        """What a value must keep: its type and bounds, in one line; empty when the schema does not say."""
        from .words import as_json

        said = [" or ".join(self.types)] if self.types else []
        if self.choices:
            listed = ", ".join(map(as_json, self.choices[:12]))
            said.append(f"one of {listed}{' …' if len(self.choices) > 12 else ''}")
        for keyword, form in _BOUNDS:
            bound = self.first(keyword)
            if keyword in _NOT_EMPTY and bound == 1:
                said.append("not empty")
            elif isinstance(bound, str | int | float):
                said.append(form.format(bound))
        default = self.first("default")
        if default is not None and not isinstance(default, dict | list):
            said.append(f"default {as_json(default)}")
        return ", ".join(said)

    @property
    def keys(self) -> list[str]:
        """The keys that the schema knows for a mapping, in its order."""
        found: dict[str, None] = {}
        for held in self.schemas:
            named = held.get("properties")
            if isinstance(named, dict):
                found.update(dict.fromkeys(named))
        return list(found)


def _expanded(root: Any, schemas: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield schemas with those that they refer to or are put together from, each once."""
    waiting = list(reversed(schemas))
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        held = waiting.pop()
        if not isinstance(held, dict) or id(held) in seen:
            continue
        seen.add(id(held))
        yield held
        inside: list[Any] = []
        reference = held.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            inside.append(_referred(root, reference[1:]))
        for keyword in ("allOf", "anyOf", "oneOf"):
            several = held.get(keyword)
            inside += several if isinstance(several, list) else ()
        inside += [held[keyword] for keyword in ("then", "else") if keyword in held]
        waiting += reversed(inside)


def _referred(root: Any, place: str) -> Any:
    from urllib.parse import unquote

    from ...errors import SetpointError

    try:
        return lookup(root, parse_pointer(unquote(place)))
    except (SetpointError, KeyError, IndexError, ValueError, TypeError):
        return None  # an anchor, or nothing: the judge says so where it matters


def _entry(held: dict[str, Any], key: str | int) -> Iterator[Any]:
    if isinstance(key, int):
        first = held.get("prefixItems", held.get("items"))
        if isinstance(first, list) and key < len(first):
            yield first[key]
        else:
            items = held.get("items")
            yield items if isinstance(items, dict) else held.get("additionalItems")
        return
    named = held.get("properties")
    found = False
    if isinstance(named, dict) and key in named:
        found = True
        yield named[key]
    patterns = held.get("patternProperties")
    for pattern, inside in patterns.items() if isinstance(patterns, dict) else ():
        try:
            fits = re.search(pattern, key) is not None
        except re.error:
            continue  # of another dialect of patterns; the judge reads it, and here it is only about words
        if fits:
            found = True
            yield inside
    if not found:
        yield held.get("additionalProperties")
