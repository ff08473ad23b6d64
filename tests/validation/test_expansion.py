"""What a schema asks for is counted before it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.validation.expansion import effort, weigh
from setpoint.validation.resources import HOME, Document, Resources


def resources_of(contents: Any) -> Resources:
    return Resources(Document(HOME + "s", contents))


@pytest.mark.parametrize(
    ("contents", "count", "height"),
    [
        (True, 1, 1),
        ({}, 1, 1),
        ({"type": "string"}, 1, 1),
        ({"properties": {"a": {}, "b": {}}}, 1, 1),
        ({"allOf": [{}, {}]}, 3, 2),
        ({"allOf": [{"anyOf": [{}, {}]}, {"not": {}}]}, 6, 3),
        ({"if": {}, "then": {}, "else": {}}, 4, 2),
        ({"dependentSchemas": {"a": {}}, "dependencies": {"b": {}, "c": ["d"]}}, 3, 2),
        ({"properties": {"a": {"oneOf": [{}, {}, {}]}}}, 4, 2),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{}]}}}, 3, 3),
        ({"allOf": [{"$ref": "#/$defs/a"}] * 2, "$defs": {"a": {}}}, 5, 3),
        ({"$ref": "#"}, 2, 2),
        ({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, 5, 3),
        ({"const": {"allOf": [{}, {}]}, "default": {"$ref": "#"}}, 1, 1),
        ({"properties": {"allOf": {"type": "string"}}}, 1, 1),
        ({"$ref": "nowhere.json"}, 2, 2),
    ],
)
def test_how_much_applies_to_one_value(contents: Any, count: int, height: int) -> None:
    """Each schema counts as often as a reference repeats it, a way back once; what is data counts for nothing."""
    weight = weigh(contents, resources_of(contents))
    assert (weight.count, weight.height) == (count, height)


def expanded(schema: Any, definitions: dict[str, Any]) -> int:
    """How many schemas apply to one value, counted by walking every way."""
    total = 1
    for one in schema.get("allOf", []):
        total += expanded(one, definitions)
    if "$ref" in schema:
        total += expanded(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return total


@given(st.lists(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=3), min_size=1, max_size=7))
def test_the_count_is_that_of_walking_every_way(levels: list[list[tuple[bool, int]]]) -> None:
    """For schemas without circles the quick count is exact."""
    definitions: dict[str, Any] = {}
    for number, parts in enumerate(levels):
        inner = [{"$ref": f"#/$defs/a{target % number}"} if link and number else {} for link, target in parts]
        definitions[f"a{number}"] = {"allOf": inner} if inner else {}
    contents = {"$ref": f"#/$defs/a{len(levels) - 1}", "$defs": definitions}
    assert weigh(contents, resources_of(contents)).count == expanded(contents, definitions)


def test_the_effort_for_a_document() -> None:
    """Every pair of a schema and a value that may meet is a check, and each keyword may copy its value."""
    contents = {
        "properties": {"a": {"type": "string"}, "b": {"items": {"allOf": [{}, {}]}}},
        "additionalProperties": {"type": "integer"},
    }
    needed = effort({"a": "x", "b": [1, 2], "c": 3}, contents, resources_of(contents), 1000)
    # the root, a, b and its two items with three schemas each, c
    assert needed.checks == 1 + 1 + 1 + 2 * 3 + 1
    assert (needed.depth, needed.nodes, needed.most) == (2, 6, 1000)


@pytest.mark.parametrize("depth", [3, 10, 60])
def test_the_effort_doubles_with_each_level(depth: int) -> None:
    """Two branches that both go on make two to the power of the depth, and counting that takes no time."""
    contents = {"anyOf": [{"properties": {"n": {"$ref": "#"}}}, {"properties": {"n": {"$ref": "#"}}}]}
    tree: Any = {}
    for _ in range(depth):
        tree = {"n": tree}
    needed = effort(tree, contents, resources_of(contents), 10**30)
    assert 2 ** (depth + 1) < needed.checks < 2 ** (depth + 4)


def test_counting_stops() -> None:
    """Once it is too much it does not matter how much."""
    contents = {"items": {"allOf": [{}] * 10}}
    needed = effort([[]] * 1000, contents, resources_of(contents), 100)
    assert needed.checks > 100
    assert effort([[]] * 1000, contents, resources_of(contents), 100, 20).most == 100 + 20 * needed.nodes
