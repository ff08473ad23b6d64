"""A misspelt key or a value of the wrong type is refused wherever the shape is known."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import gallery
import pytest

LABELS = sorted(gallery.SCHEMAS)

# One value of each JSON type.
SPECIMENS = {"null": None, "boolean": True, "number": 1.5, "string": "true", "array": [[]], "object": {"a": {}}}


def places(schema: Any, tree: Any, parts: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each place of a tree with the schema that describes it."""
    yield parts, schema
    if isinstance(tree, dict):
        for key, value in tree.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if isinstance(inner, dict):
                yield from places(inner, value, (*parts, key))
    elif isinstance(tree, list) and "items" in schema:
        for index, value in enumerate(tree):
            yield from places(schema["items"], value, (*parts, index))


def closed_levels(schema: Any, where: str = "") -> Iterator[str]:
    """The JSON Pointers of the objects in a schema that allow no further keys."""
    if schema.get("additionalProperties") is False:
        yield where
    for name, inner in schema.get("properties", {}).items():
        yield from closed_levels(inner, f"{where}/{name}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from closed_levels(schema["additionalProperties"], f"{where}/*")


def at(tree: Any, parts: tuple[str | int, ...]) -> Any:
    for part in parts:
        tree = tree[part]
    return tree


def pointer(parts: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in parts)


@pytest.mark.parametrize("label", LABELS)
def test_every_misspelt_key_of_a_closed_level_is_refused_there(label: str) -> None:
    """With its last letter lost, a key of any closed level is an unknown key of that very mapping."""
    document = gallery.FULLEST[label]
    seen = set()
    for parts, schema in places(gallery.SCHEMAS[label], document):
        if schema.get("additionalProperties") is not False:
            continue
        for key in schema["properties"]:
            if key not in at(document, parts):
                continue
            tree = copy.deepcopy(document)
            level = at(tree, parts)
            level[key[:-1]] = level.pop(key)
            assert (pointer(parts), "additionalProperties") in gallery.faults(label, tree), (label, parts, key)
        seen.add(id(schema))
    assert len(seen) == len(list(closed_levels(gallery.SCHEMAS[label]))), f"{label}: the document leaves levels out"


@pytest.mark.parametrize("label", LABELS)
def test_no_key_of_a_closed_level_is_one_letter_from_another(label: str) -> None:
    """A slip of one letter never turns one known key into another."""
    from setpoint.nearness import distance

    for _, schema in places(gallery.SCHEMAS[label], gallery.FULLEST[label]):
        names = list(schema.get("properties", {}))
        slips = {(one, other) for one in names for other in names if one < other and distance(one, other, 1) <= 1}
        assert slips <= {("max_x", "max_y"), ("min_x", "min_y"), ("max_x", "min_x"), ("max_y", "min_y")}


@pytest.mark.parametrize("label", LABELS)
def test_every_value_of_a_wrong_type_is_refused_at_its_place(label: str) -> None:
    """Each value of the document, replaced by one of another type, is an error at that place."""
    document = gallery.FULLEST[label]
    replaced = 0
    for parts, schema in places(gallery.SCHEMAS[label], document):
        if not parts or not {"type", "enum", "const"} & set(schema):
            continue
        wanted = schema.get("type", "string")
        allowed = set(wanted) if isinstance(wanted, list) else {wanted}
        for kind, value in SPECIMENS.items():
            if kind in allowed:
                continue
            tree = copy.deepcopy(document)
            at(tree, parts[:-1])[parts[-1]] = value
            keyword = next(name for name in ("type", "enum", "const") if name in schema)
            assert (pointer(parts), keyword) in gallery.faults(label, tree), (label, parts, kind)
            replaced += 1
    assert replaced > 20
