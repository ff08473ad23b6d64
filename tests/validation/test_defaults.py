"""Defaults of a schema, and the lists that it lets append."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from setpoint.errors import SchemaError
from setpoint.validation.defaults import plan_of
from setpoint.validation.schema import Schema


def filled(schema: Any, tree: Any) -> Any:
    before = copy.deepcopy(tree)
    compiled = Schema(schema)
    result, used = plan_of(compiled).fill(tree)
    assert tree == before
    for parts in used:
        value = result
        for part in parts:
            value = value[part]
    return result


def test_missing_keys_of_mappings_that_are_there_get_their_default() -> None:
    """Null and other values stay, no mapping is made merely to hold defaults, and what needs none is shared."""
    schema = {
        "properties": {
            "a": {"default": 1},
            "b": {"properties": {"c": {"default": [2]}, "d": {"properties": {"e": {"default": 3}}}}},
            "list": {"items": {"properties": {"x": {"default": 0}}}},
        },
        "patternProperties": {"^m_": {"properties": {"x": {"default": 5}}}},
    }
    assert filled(schema, {}) == {"a": 1}
    assert filled(schema, {"a": None, "b": {}}) == {"a": None, "b": {"c": [2]}}
    assert filled(schema, {"a": 0, "list": [{}, {"x": 1}, 7], "m_1": {}}) == {
        "a": 0,
        "list": [{"x": 0}, {"x": 1}, 7],
        "m_1": {"x": 5},
    }
    whole = {"a": 1, "b": {"c": 1}}
    compiled = Schema(schema)
    assert plan_of(compiled).fill(whole)[0] is whole


def test_defaults_come_through_references_and_all_of() -> None:
    """What stands beside a $ref counts before what it means; before 2019-09 it is void."""
    schema = {
        "allOf": [{"properties": {"a": {"default": 1}}}],
        "properties": {"b": {"$ref": "#/$defs/b", "default": 2}, "c": {"$ref": "#/$defs/b"}},
        "$defs": {"b": {"default": 3}},
    }
    assert filled(schema, {}) == {"a": 1, "b": 2, "c": 3}
    assert filled({"$schema": "http://json-schema.org/draft-07/schema#", **schema}, {}) == {"a": 1, "b": 3, "c": 3}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_unions_and_conditions_fill_in_nothing(keyword: str) -> None:
    """A branch may not be the one that applies."""
    branch = {"properties": {"a": {"default": 1}}}
    assert filled({keyword: [branch]}, {}) == {}
    assert filled({"if": branch, "then": branch, "else": branch, "not": {"properties": {"z": {"const": 1}}}}, {}) == {}


def test_a_default_that_is_a_mapping_gets_its_own_defaults_but_never_itself() -> None:
    """`default: {}` with defaults inside is filled; a schema that refers to itself comes to an end."""
    assert filled({"properties": {"q": {"default": {}, "properties": {"n": {"default": 1}}}}}, {}) == {"q": {"n": 1}}
    node: Any = {
        "$defs": {"node": {"properties": {"kind": {"default": "x"}, "l": {"$ref": "#/$defs/node", "default": {}}}}},
        "$ref": "#/$defs/node",
    }
    assert filled(node, {}) == {"kind": "x", "l": {"kind": "x"}}
    assert filled(node, {"l": {"l": {"l": {}}}})["l"]["l"]["l"]["kind"] == "x"


def test_defaults_without_end_are_a_fault_of_the_schema() -> None:
    """Kinds that each bring all the others along by default are refused, not followed."""
    kinds = range(9)
    schema = {
        "$defs": {
            f"k{one}": {
                "properties": {
                    f"p{other}": {"$ref": f"#/$defs/k{other}", "default": {}} for other in kinds if other != one
                }
            }
            for one in kinds
        },
        "$ref": "#/$defs/k0",
    }
    with pytest.raises(SchemaError, match=r"more than 100,000 defaults"):
        filled(schema, {})


def test_a_default_knows_where_it_stands() -> None:
    """In the document that has it, also behind a reference; asked for by place, needed or not."""
    schema = Schema(
        {"properties": {"b": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"default": 3}}}, name="doc", file="doc.schema.json"
    )
    plan = plan_of(schema)
    _, used = plan.fill({})
    assert used[("b",)].place == "doc.schema.json#/$defs/b/default"
    default = plan.default_at(("b",))
    assert default is not None
    assert default.value == 3
    assert plan.default_at(("c",)) is None
    assert plan_of(schema) is plan


def test_a_schema_says_which_lists_append() -> None:
    """`x-setpoint-merge: append` counts where it surely applies."""
    append = {"type": "array", "x-setpoint-merge": "append"}
    schema = Schema({"properties": {"a": append, "b": {"type": "array"}}, "additionalProperties": append})
    plan = plan_of(schema)
    assert (plan.has_appends, plan.appends(("a",)), plan.appends(("b",)), plan.appends(("z",))) == (
        True,
        True,
        False,
        True,
    )
    union = Schema({"anyOf": [{"properties": {"a": append}}]})
    assert plan_of(union).appends(("a",)) is False
    plain = Schema({"properties": {"a": True}})
    assert plan_of(plain).has_appends is False
