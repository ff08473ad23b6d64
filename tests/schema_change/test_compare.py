"""What is said of two schemas, keyword by keyword."""

from __future__ import annotations

from typing import Any

import pytest

from setpoint.schema_change.compare import compare_schemas
from setpoint.validation.schema import Schema

DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}
DRAFT_7 = {"$schema": "http://json-schema.org/draft-07/schema#"}


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """The differences, as kind, place and message."""
    return [(one.kind, one.place, one.message) for one in compare_schemas(Schema(old), Schema(new)).differences]


def below(key: str, old: Any, new: Any) -> list[tuple[str, str, str]]:
    return told({"properties": {key: old}}, {"properties": {key: new}})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ({"type": "number"}, {"type": "integer"}, "type was number, and is integer"),
        ({}, {"type": ["string", "null"]}, "type was anything, and is null or string"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, '"b" is no longer allowed'),
        ({"type": "string"}, {"enum": ["a"]}, 'only "a" is allowed now'),
        ({"type": "integer"}, {"type": "integer", "minimum": 1}, "minimum 1 is new"),
        (
            {"type": "integer", "minimum": 1},
            {"type": "integer", "minimum": 2},
            "minimum was at least 1, and is at least 2",
        ),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}, "above 1"),
        ({"maximum": 5}, {"maximum": 4}, "at most 4"),
        ({"multipleOf": 2}, {"multipleOf": 4}, "multipleOf was 2, and is 4"),
        ({"minLength": 1}, {"minLength": 2}, "minLength was 1, and is 2"),
        ({}, {"maxLength": 2}, "maxLength 2 is new"),
        ({}, {"pattern": "^a"}, 'pattern "^a" is new'),
        ({}, {"format": "email"}, 'format "email" is new'),
        ({}, {"maxItems": 3}, "maxItems 3 is new"),
        ({}, {"uniqueItems": True}, "uniqueItems true is new"),
        ({"type": "object"}, {"type": "object", "required": ["k"]}, "the key 'k' is required now"),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, "this is no longer allowed"),
        ({"properties": {"k": {}}}, {"properties": {"k": False}}, "this is no longer allowed"),
        ({"minProperties": 1}, {"minProperties": 2}, "minProperties was 1, and is 2"),
        ({}, {"propertyNames": {"pattern": "^a"}}, 'propertyNames pattern "^a" is new'),
        ({}, {"dependentRequired": {"a": ["b"]}}, "dependentRequired"),
        ({}, {"contains": {"type": "null"}}, "contains"),
        ({"items": {"type": "number"}}, {"items": {"type": "integer"}}, "type was number, and is integer"),
    ],
)
def test_a_narrower_keyword_is_breaking_and_a_wider_one_is_not(old: Any, new: Any, message: str) -> None:
    """One way it breaks, said in words; the other way round everything fits."""
    there = below("x", old, new)
    assert [kind for kind, _, _ in there] == ["breaking"]
    assert message in there[0][2]
    back = below("x", new, old)
    assert back
    assert {kind for kind, _, _ in back} == {"widened"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"enum": [True, False]}, {"type": "boolean"}),
        ({"const": 1}, {"enum": [1.0]}),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, {"minimum": 1, "maximum": 2}),
        ({**DRAFT_4, "minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        (
            {**DRAFT_7, "items": [{"type": "null"}], "additionalItems": False},
            {"prefixItems": [{"type": "null"}], "items": False},
        ),
        (
            {**DRAFT_7, "$ref": "#/definitions/a", "definitions": {"a": {"type": "null"}}, "minimum": 5},
            {"type": "null"},
        ),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}, {"type": "null"}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"type": ["string", "integer"]}),
        (
            {"additionalProperties": False, "properties": {"a": {}, "b": False}},
            {"additionalProperties": False, "properties": {"a": {}}},
        ),
    ],
)
def test_other_words_for_the_same_are_the_same(old: Any, new: Any) -> None:
    """In both directions."""
    assert told(old, new) == []
    assert told(new, old) == []


def test_another_pattern_is_one_difference() -> None:
    """It breaks, whichever of the two is wider: that is not looked into."""
    assert below("x", {"pattern": "^a"}, {"pattern": "^b"}) == [("breaking", "x", 'pattern was "^a", and is "^b"')]


def test_each_place_is_named() -> None:
    """Keys, items and any key, as deep as they are."""
    old = {"properties": {"a.b": {"items": {"additionalProperties": {"type": "number"}}}}}
    new = {"properties": {"a.b": {"items": {"additionalProperties": {"type": "integer"}}}}}
    (one,) = compare_schemas(Schema(old), Schema(new)).differences
    assert one.place == '["a.b"][].*'
    assert one.to_dict()["path"] == "/a.b/*/*"


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    """A tree whose leaves were widened, and one whose leaves were narrowed."""

    def tree(leaf: str) -> dict[str, Any]:
        node = {"properties": {"left": {"$ref": "#/$defs/n"}, "right": {"$ref": "#/$defs/n"}, "leaf": {"type": leaf}}}
        return {"$ref": "#/$defs/n", "$defs": {"n": node}}

    assert told(tree("integer"), tree("number")) == [("widened", "leaf", "type was integer, and is number")]
    assert told(tree("number"), tree("integer")) == [("breaking", "leaf", "type was number, and is integer")]


def test_a_default_that_goes_breaks_where_its_key_is_required() -> None:
    """Documents without the key had it from the schema."""
    old = {"required": ["k"], "properties": {"k": {"default": 1}}}
    new = {"required": ["k"], "properties": {"k": {}}}
    assert told(old, new) == [("breaking", "(the document)", "the key 'k' is required, and its default is gone")]
    assert told(new, old) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"not": {"type": "null"}}),
        ({"anyOf": [{"minimum": 1}, {"maximum": 0}]}, {"anyOf": [{"minimum": 2}, {"maximum": 0}]}),
        ({"if": {"type": "null"}, "then": False}, {"if": {"type": "string"}, "then": False}),
        ({}, {"unevaluatedProperties": False}),
        ({}, {"oneOf": [{"minimum": 1}, {"multipleOf": 2}]}),
    ],
)
def test_what_cannot_be_told_is_said_and_counts_as_breaking(old: Any, new: Any) -> None:
    """Unless it is the same."""
    change = compare_schemas(Schema(old), Schema(new))
    assert not change.is_compatible
    assert all("cannot be told" in one.message for one in change.differences)
    assert compare_schemas(Schema(new), Schema({**new, "title": "t"})).is_same


def test_a_large_schema_is_compared_in_time() -> None:
    """Two hundred definitions that refer to one another, and unions in unions: it ends, whatever it says."""
    names = [f"d{n}" for n in range(200)]
    rings = {
        name: {"properties": {other: {"$ref": f"#/$defs/{other}"} for other in names[n : n + 5]}, "type": "object"}
        for n, name in enumerate(names)
    }
    old = {"$ref": "#/$defs/d0", "$defs": rings}
    new = {"$ref": "#/$defs/d0", "$defs": {**rings, "d7": {"type": "string"}}}
    assert not compare_schemas(Schema(old), Schema(new)).is_compatible
    chain = {
        f"d{n}": {"anyOf": [{"properties": {"x": {"$ref": f"#/$defs/d{n + 1}"}}}, {"not": {}}]} for n in range(300)
    }
    ends = [{"$ref": "#/$defs/d0", "$defs": {**chain, "d300": {"type": kind}}} for kind in ("string", "integer")]
    assert not compare_schemas(*map(Schema, ends)).is_compatible
    deep: Any = {"minimum": 1}
    other: Any = {"minimum": 2}
    for _ in range(8):
        deep, other = ({"anyOf": [one, {"items": one}, {"properties": {"a": one}}]} for one in (deep, other))
    # A list fits where only the keys of mappings are spoken of, and so on: everything fits both.
    assert compare_schemas(Schema(deep), Schema(other)).is_same
