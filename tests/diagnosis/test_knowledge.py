"""What a schema knows about a place."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosing import BASE, Judge

from setpoint.diagnosis.knowledge import description_at, known_keys, secret_parts
from setpoint.diagnosis.problem import Problem
from setpoint.diagnosis.similar import near_misses
from setpoint.errors import SchemaError


def keys(contents: Any, *parts: str | int) -> list[str]:
    judge = Judge(contents)
    return known_keys(contents, judge.resolve, judge.base_uri, parts)


def secrets(contents: Any, tree: Any) -> list[tuple[str | int, ...]]:
    judge = Judge(contents)
    return secret_parts(tree, contents, judge.resolve, judge.base_uri)


def misses(contents: Any, tree: Any, **options: Any) -> list[Problem]:
    judge = Judge(contents)
    assert judge.errors_of(tree) == []
    return near_misses(tree, contents, judge.resolve, judge.base_uri, **options)


def test_keys_are_known_from_every_branch() -> None:
    """Keys count as known wherever a branch, a condition, a dependency or a reference declares or requires them."""
    contents = {
        "properties": {"a": {}},
        "allOf": [{"properties": {"b": {}}}],
        "anyOf": [{"properties": {"c": {}}}, {"required": ["d"]}],
        "oneOf": [{"properties": {"e": {}}}, True],
        "if": {"properties": {"f": {}}},
        "then": {"properties": {"g": {}}},
        "else": {"properties": {"h": {}}},
        "dependentSchemas": {"a": {"properties": {"i": {}}}},
        "dependentRequired": {"a": ["j"]},
        "propertyNames": {"enum": ["k"]},
        "$ref": "#/$defs/l",
        "not": {"properties": {"never": {}}},
        "$defs": {"l": {"properties": {"l": {}}}},
    }
    assert sorted(keys(contents)) == list("abcdefghijkl")


def test_a_key_that_is_forbidden_is_not_known() -> None:
    """A key whose schema is false is nothing to suggest."""
    assert keys({"properties": {"a": False, "b": {}}}) == ["b"]


@pytest.mark.parametrize(
    ("contents", "parts"),
    [
        ({"properties": {"a": {"properties": {"x": {}}}}}, ("a",)),
        ({"patternProperties": {"^a": {"properties": {"x": {}}}}}, ("abc",)),
        ({"additionalProperties": {"properties": {"x": {}}}}, ("any",)),
        ({"unevaluatedProperties": {"properties": {"x": {}}}}, ("any",)),
        ({"items": {"properties": {"x": {}}}}, (7,)),
        ({"prefixItems": [{}, {"properties": {"x": {}}}]}, (1,)),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"properties": {"x": {}}}]}, (0,)),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "items": [{}],
                "additionalItems": {"properties": {"x": {}}},
            },
            (5,),
        ),
        ({"contains": {"properties": {"x": {}}}}, (0,)),
        ({"unevaluatedItems": {"properties": {"x": {}}}}, (3,)),
        ({"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"items": {"properties": {"x": {}}}}}}, ("a", 0)),
    ],
)
def test_a_place_is_reached_by_every_keyword(contents: Any, parts: tuple[str | int, ...]) -> None:
    """The schema of a place is found through each keyword that leads there."""
    assert keys(contents, *parts) == ["x"]


def test_a_declared_key_is_not_under_the_rule_for_further_keys() -> None:
    """A rule for further keys says nothing about a declared one."""
    contents = {"properties": {"a": {"properties": {"x": {}}}}, "additionalProperties": {"properties": {"y": {}}}}
    assert keys(contents, "a") == ["x"]
    assert keys(contents, "b") == ["y"]


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    """A reference cycle, in place or by a child, is followed once."""
    contents = {
        "allOf": [{"$ref": "#/$defs/a"}],
        "$defs": {"a": {"properties": {"next": {"$ref": "#"}}, "anyOf": [{"$ref": "#/$defs/a"}, {}]}},
    }
    judge = Judge({})
    assert known_keys(contents, Judge({"$defs": contents["$defs"]}).resolve, judge.base_uri) == ["next"]
    assert keys({"properties": {"next": {"$ref": "#"}}}, *["next"] * 50) == ["next"]


def test_relative_ids_set_the_base_of_references() -> None:
    """A reference is read against the nearest $id, also inside an embedded schema."""
    contents = {
        "$id": "https://setpoint.invalid/a/root",
        "properties": {"page": {"$ref": "page#tree"}},
        "$defs": {
            "page": {"$id": "page", "$defs": {"t": {"$anchor": "tree", "properties": {"child": {"$ref": "#tree"}}}}},
        },
    }
    assert keys(contents, "page", "child", "child") == ["child"]


def test_a_reference_that_leads_nowhere_only_means_that_nothing_is_known() -> None:
    """An unresolved reference does not stop what else is known."""

    def nowhere(_base: str, reference: str) -> tuple[Any, str]:
        raise SchemaError(f"no schema at {reference}")

    assert known_keys({"$ref": "#/$defs/gone", "properties": {"a": {}}}, nowhere, BASE) == ["a"]


def test_a_description_is_its_first_sentence() -> None:
    """Of a description the first sentence is told; a title stands in for it."""
    contents = {
        "properties": {"a": {"description": "Wait so long.\nIn seconds. Never zero."}, "b": {"title": "B"}, "c": {}}
    }
    judge = Judge(contents)
    told = [description_at(contents, judge.resolve, judge.base_uri, (key,)) for key in "abc"]
    assert told == ["Wait so long.", "B", None]


def test_marked_values_are_secret_whatever_they_are() -> None:
    """A value that the schema marks is secret with all that is in it, also when only one branch marks it."""
    contents = {
        "properties": {
            "a": {"writeOnly": True},
            "b": {"x-setpoint-secret": True},
            "c": {"anyOf": [{"type": "integer"}, {"x-setpoint-secret": True}]},
            "list": {"items": {"properties": {"pin": {"writeOnly": True}}}},
        }
    }
    tree = {"a": {"deep": [1]}, "b": 2, "c": "x", "d": 1, "list": [{"pin": 1}, {"pin": 2, "other": 3}]}
    assert secrets(contents, tree) == [("a",), ("b",), ("c",), ("list", 0, "pin"), ("list", 1, "pin")]


def test_names_give_a_secret_away() -> None:
    """A scalar, or a list of scalars, under a secret's name is secret without any schema; a mapping is not."""
    tree = {"db_password": "x", "tokens": ["a", "b"], "secrets": {"file": "x", "api_key": "y"}, "token_count": 3}
    assert secrets(True, tree) == [("db_password",), ("tokens",), ("secrets", "api_key")]


def test_a_schema_may_say_that_a_name_is_no_secret() -> None:
    """x-setpoint-secret: false takes a name's word back."""
    assert secrets({"properties": {"token": {"x-setpoint-secret": False}}}, {"token": "comma"}) == []


def test_a_misspelt_secret_stays_secret() -> None:
    """The value of an unknown key that is nearly a known secret's name is secret too."""
    contents = {"properties": {"password": {}, "pin": {"writeOnly": True}, "port": {}}}
    assert secrets(contents, {"passwrod": "x", "prot": 1}) == [("passwrod",)]
    assert secrets(contents, {"passwrod": "x", "password": "y"}) == [("password",)]


def test_the_root_may_be_secret() -> None:
    """A schema may mark the whole document."""
    assert secrets({"writeOnly": True}, {"a": 1}) == [()]


def test_an_open_mapping_warns_of_a_key_like_an_absent_one() -> None:
    """An allowed key that is one letter off a known, absent one gets a warning that suggests it."""
    contents = {"properties": {"timeout": {"description": "In seconds."}, "other": {}}}
    (problem,) = misses(contents, {"timeot": 3})
    assert (problem.rule, problem.severity, problem.at, problem.parts) == ("similar-key", "warning", "key", ("timeot",))
    assert problem.suggestion == "did you mean 'timeout'?"
    assert problem.note == "In seconds."


@pytest.mark.parametrize(
    ("contents", "tree"),
    [
        ({"properties": {"timeout": {}}}, {"timeot": 1, "timeout": 2}),
        ({"properties": {"timeout": {}}}, {"tmeot": 1}),
        ({"properties": {"cpu": {}}}, {"gpu": 1}),
        ({"properties": {"timeout": {}}, "patternProperties": {"^t": {}}}, {"timeot": 1}),
        ({"properties": {"tests": {}}, "additionalProperties": {"type": "string"}}, {"test": "x"}),
        ({}, {"timeot": 1}),
    ],
    ids=["present", "two letters off", "short", "allowed by a pattern", "user-chosen names", "nothing known"],
)
def test_an_open_mapping_does_not_warn_without_cause(contents: Any, tree: Any) -> None:
    """No warning for a key whose likeness is likely chance, or whose twin is there."""
    assert misses(contents, tree) == []


def test_user_chosen_names_warn_of_another_style_only() -> None:
    """Where users choose the names, a known key in another style of writing still gets a warning."""
    contents = {"properties": {"max_size": {}}, "additionalProperties": {"type": "integer"}}
    (problem,) = misses(contents, {"maxSize": 3})
    assert problem.suggestion == "did you mean 'max_size'?"


def test_a_mapping_that_an_error_speaks_about_gets_no_warning() -> None:
    """Mappings named as spoken about are left out."""
    contents = {"properties": {"a": {"properties": {"timeout": {}}}}}
    assert len(misses(contents, {"a": {"timeot": 1}})) == 1
    assert misses(contents, {"a": {"timeot": 1}}, spoken=[("a",)]) == []
