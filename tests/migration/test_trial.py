"""Trying migrations out: examples, ways up and down, and documents made up from schemas."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import setpoint
from setpoint.migration.builtin import builtin
from setpoint.migration.generated import generated
from setpoint.migration.graph import Graph
from setpoint.migration.migration import Migration
from setpoint.migration.rename import Rename
from setpoint.migration.sampling import sample
from setpoint.migration.trial import check_examples, round_trips
from setpoint.tree import survey

SCHEMAS = Path(setpoint.__file__).parent / "schemas"
RENAME = {"rename": {"path": "a", "to": "b"}}


def test_an_example_that_comes_out_gives_no_finding() -> None:
    """Whatever the order of its keys."""
    examples = [{"before": {"a": 1, "c": 2}, "after": {"c": 2, "b": 1}}]
    assert check_examples(Migration("doc", "1", "2", [RENAME], examples=examples)) == []


def test_an_example_that_does_not_come_out_is_told_without_secrets() -> None:
    """With what differs from what was expected."""
    examples = [
        {"before": {"a": 1}, "after": {"b": 2}},
        {"before": {"a": 1, "b": 2}, "after": {}},
        {"before": {"password": "hunter2"}, "after": {"password": "hunter3"}},
    ]
    found = check_examples(Migration("doc", "1", "2", [RENAME], examples=examples, file="m.yaml"))
    assert [one.message for one in found] == [
        "doc 1 -> 2, example 1 does not come out as it says: what was expected differs by Set('b', 1)",
        "example 2: m.yaml: doc 1 -> 2, step 1 of 1 (rename a to b): a is to be called 'b', and there is a 'b'"
        " beside it; take one of them out",
        "doc 1 -> 2, example 3 does not come out as it says: what was expected differs by Set('password', '********')",
    ]
    assert {(one.rule, one.file) for one in found} == {("migration-example", "m.yaml")}


def test_an_example_has_to_come_back() -> None:
    """Where there is a way back."""
    examples = [{"before": {"a": 1}, "after": {"a": 2}}]
    migration = Migration("doc", "1", "2", up=lambda tree: {"a": 2}, down=lambda tree: {"a": 3}, examples=examples)
    (found,) = check_examples(migration)
    assert (
        found.message == "doc 1 -> 2, example 1 does not come back as it was: what was expected differs by Set('a', 3)"
    )


CALLS = iter(range(1000))


def in_place(tree: dict[str, Any]) -> dict[str, Any]:
    return tree


@pytest.mark.parametrize(
    ("up", "down", "why"),
    [
        (lambda tree: {"n": next(CALLS)}, None, "gives another result each time"),
        (lambda tree: {}, lambda tree: {}, "does not lead back to the document"),
        (lambda tree: tree["nothing"], None, "fails"),
    ],
)
def test_what_is_wrong_with_a_migration_is_found_once(up: Any, down: Any, why: str) -> None:
    """A clock, a way back that is none, an exception; one finding for each kind."""
    trips = round_trips(Graph([Migration("doc", "1", "2", up=up, down=down)]), {"1": [{"x": 1}, {"x": 2}], "7": [{}]})
    assert trips.checked == 2
    (found,) = trips.findings
    assert found.message.startswith(f"doc 1 -> 2 {why}: ")
    assert found.rule == "migration-round-trip"


def test_a_way_back_in_a_file_of_its_own_is_tried_as_well() -> None:
    """Up through one, down through the other."""
    up, down = Migration("doc", "1", "2", [Rename("a", "b")]), Migration("doc", "2", "1", [Rename("b", "c")])
    (found,) = round_trips(Graph([up, down]), {"1": [{"version": "1", "a": 1}]}).findings
    assert "does not lead back to the document" in found.message


def test_documents_that_are_blocked_are_counted() -> None:
    """So that nobody takes nothing for a proof."""
    trips = round_trips(Graph([Migration("doc", "1", "2", [RENAME])]), {"1": [{"a": 1, "b": 2}]})
    assert (trips.checked, trips.blocked, trips.findings) == (0, 1, [])


@pytest.mark.parametrize("document", ["unified_config", "coordinates"])
def test_the_built_in_migrations_stand_the_trial(document: str) -> None:
    """On documents made up from the schemas of their versions."""
    graph = Graph(builtin(document))
    trees = {}
    for version in graph.versions[:-1]:
        schema = json.loads((SCHEMAS / f"{document}@{version}.schema.json").read_text())
        valid = jsonschema_rs.validator_for(schema).is_valid
        trees[version] = [tree for tree in generated(schema, 1, 40) if valid(tree)]
    trips = round_trips(graph, trees)
    assert [found.message for found in trips.findings] == []
    assert trips.checked > 20 * len(trees)


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda file: file.name)
def test_most_documents_made_up_from_a_schema_are_valid(file: Path) -> None:
    """They differ, they are small, and the same seed gives the same."""
    schema = json.loads(file.read_text())
    made = generated(schema, 7, 30)
    assert made == generated(schema, 7, 30)
    assert made != generated(schema, 8, 30)
    valid = jsonschema_rs.validator_for(schema).is_valid
    assert sum(map(valid, made)) >= 20
    assert len({json.dumps(tree) for tree in made}) > 10
    assert max(len(json.dumps(tree)) for tree in made) < 20_000


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"const": 5}, lambda value: value == 5),
        ({"enum": ["a", "b"]}, lambda value: value in ("a", "b")),
        ({"type": "integer", "minimum": 3, "exclusiveMaximum": 5}, lambda value: value in (3, 4)),
        ({"type": "integer", "multipleOf": 7, "minimum": 1}, lambda value: value % 7 == 0 and value),
        ({"type": "number", "maximum": -5}, lambda value: value <= -5),
        ({"type": "string", "minLength": 20}, lambda value: len(value) >= 20),
        ({"type": "string", "format": "date"}, lambda value: re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
        ({"type": "array", "minItems": 2, "items": {"type": "boolean"}}, lambda value: {True, False} >= set(value)),
        ({"prefixItems": [{"const": 1}], "minItems": 1}, lambda value: value[0] == 1),
        ({"required": ["x"], "properties": {"x": {"type": "null"}}}, lambda value: value["x"] is None),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"const": 1}}}, lambda value: value == 1),
        ({"$ref": "#"}, lambda value: True),
        ({"$ref": "https://example.org/schema"}, lambda value: value is None),
        ({"oneOf": [{"const": 1}, {"const": 2}]}, lambda value: value == 1),
        ({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}, lambda value: {"a", "b"} <= set(value)),
        (
            {"type": "object", "minProperties": 2, "propertyNames": {"pattern": "^k[0-9]$"}},
            lambda value: len(value) >= 2,
        ),
        (True, lambda value: isinstance(value, str)),
        (False, lambda value: value is None),
    ],
)
def test_values_made_up_from_a_schema(schema: Any, fits: Any) -> None:
    """What the schema says, they are."""
    for value in generated(schema, 3, 20):
        assert fits(value), value


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    """What is not required is left out at some depth."""
    schema = {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"type": "array", "items": {"$ref": "#"}}}}
    assert len(generated(schema, 1, 5)) == 5
    assert len(generated({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, 1, 1)) == 1


WORDS = ["type", "properties", "items", "required", "enum", "const", "oneOf", "allOf", "$ref", "minimum", "maximum"]
WORDS += [
    "pattern",
    "additionalProperties",
    "minItems",
    "maxItems",
    "multipleOf",
    "minLength",
    "format",
    "propertyNames",
]


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-5, 50),
            st.text("ab(|)[]*+?{2,}\\d^$.", max_size=6),
            st.sampled_from(["#", "object", "array", "integer", "string"]),
        ),
        lambda below: st.one_of(
            st.lists(below, max_size=3), st.dictionaries(st.sampled_from(WORDS), below, max_size=4)
        ),
        max_leaves=12,
    ),
    st.integers(0, 5),
)
def test_any_schema_gives_trees(schema: Any, seed: int) -> None:
    """However little sense it makes."""
    for tree in generated(schema, seed, 2):
        survey(tree)


@pytest.mark.parametrize(
    "pattern",
    [
        "^Agent-[0-9]+$",
        r"^\d{1,5}x\d{1,5}$",
        "^(a|bc)+?$",
        "[^a-z]",
        r"^[\w.-]+@[a-z]+\.(org|com)$",
        "^$",
        "x{2,}",
        "a{3}b?",
    ],
)
def test_sampled_texts_fit_their_pattern(pattern: str) -> None:
    """Each of them."""
    for seed in range(30):
        text = sample(pattern, random.Random(seed))
        assert text is not None
        assert re.search(pattern, text)


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", r"(a)\1", "[a", "a{", "(a", "a)", "*", "(" * 100, "((((a{99}){99}){99}){99})"]
)
def test_patterns_that_are_not_known_give_nothing(pattern: str) -> None:
    """And never a hang."""
    assert sample(pattern, random.Random(1)) is None
