"""Merging layers: the values and where they come from, against a slow model."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from setpoint.merge import Items, contributions, merge, plant

KEYS = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["x", "y"]))
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.dictionaries(KEYS, below, max_size=3), st.lists(below, max_size=3)),
    max_leaves=8,
)
TREES = st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=1, max_size=5)
PLACES = st.frozensets(st.lists(KEYS, min_size=1, max_size=2).map(tuple), max_size=4)


class Node:
    """A value of the model that knows which layers made it: (layer, parts inside that layer)."""

    def __init__(self, value: Any, layer: int, parts: tuple[Any, ...]) -> None:
        self.sources = [(layer, parts)]
        self.content: Any = value
        if isinstance(value, dict):
            self.content = {key: Node(item, layer, (*parts, key)) for key, item in value.items()}
        elif isinstance(value, list):
            self.content = [Node(item, layer, (*parts, index)) for index, item in enumerate(value)]

    def plain(self) -> Any:
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content


def model_over(low: Node, high: Node, at: tuple[str, ...], places: frozenset[tuple[str, ...]]) -> Node:
    if isinstance(low.content, dict) and isinstance(high.content, dict):
        both = Node(None, 0, ())
        both.sources = low.sources + high.sources
        both.content = {}
        for key in [*low.content, *(key for key in high.content if key not in low.content)]:
            if key in low.content and key in high.content:
                both.content[key] = model_over(low.content[key], high.content[key], (*at, key), places)
            else:
                both.content[key] = (high if key in high.content else low).content[key]
        return both
    if isinstance(low.content, list) and isinstance(high.content, list) and at in places:
        both = Node(None, 0, ())
        both.sources = low.sources + high.sources
        both.content = low.content + high.content
        return both
    return high


def model(trees: list[Any], places: frozenset[tuple[str, ...]]) -> Node:
    made = Node(trees[0], 0, ())
    for layer, tree in enumerate(trees[1:], 1):
        made = model_over(made, Node(tree, layer, ()), (), places)
    return made


def every_node(node: Node, parts: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Node]]:
    found = [(parts, node)]
    if isinstance(node.content, dict):
        for key, below in node.content.items():
            found += every_node(below, (*parts, key))
    elif isinstance(node.content, list):
        for index, below in enumerate(node.content):
            found += every_node(below, (*parts, index))
    return found


def by_keys(tree: Any, parts: tuple[Any, ...]) -> tuple[bool, Any]:
    for part in parts:
        if not isinstance(part, str) or not isinstance(tree, dict) or part not in tree:
            return False, None
        tree = tree[part]
    return True, tree


def typed(value: Any) -> Any:
    """A value that equals another only if True is not 1 in it, and the keys have the same order."""
    return repr(value)


@given(TREES, PLACES)
def test_merging_agrees_with_the_model(trees: list[Any], places: frozenset[tuple[str, ...]]) -> None:
    """Every value, and for every place the layers that make it and those that are shadowed, are as in the model."""
    before = copy.deepcopy(trees)
    made = model(trees, places)
    assert typed(merge(trees, places.__contains__)) == typed(made.plain())
    for parts, node in every_node(made):
        making, shadowed = contributions(trees, parts, places.__contains__)
        assert [(one.layer, one.parts) for one in making] == node.sources[::-1]
        for one in making:
            inside = trees[one.layer]
            for part in one.parts:
                inside = inside[part]
            assert inside is one.value
        layers = {layer for layer, _ in node.sources}
        expected = []
        for layer in reversed(range(len(trees))):
            there, value = by_keys(trees[layer], parts)
            if there and layer not in layers:
                expected.append((layer, parts, typed(value)))
        assert [(one.layer, one.parts, typed(one.value)) for one in shadowed] == expected
    assert typed(trees) == typed(before)


@st.composite
def settings_over_a_tree(draw: st.DrawFn) -> tuple[Any, list[tuple[tuple[Any, ...], Any]]]:
    """A tree, and values for places that are there, no place inside another one."""
    tree = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
    places = [parts for parts, _ in every_node(Node(tree, 0, ())) if parts]
    chosen: list[tuple[Any, ...]] = []
    for parts in draw(st.lists(st.sampled_from(places), max_size=4)):
        if not any(parts[: len(one)] == one or one[: len(parts)] == parts for one in chosen):
            chosen.append(parts)
    return tree, [(parts, draw(SCALARS)) for parts in chosen]


@given(settings_over_a_tree())
def test_a_planted_layer_changes_the_places_it_names_and_no_other(
    given_tree: tuple[Any, list[tuple[tuple[Any, ...], Any]]],
) -> None:
    """Keys and list items alike: the result is a copy with those values assigned, and each comes from that layer."""
    tree, assignments = given_tree
    before = copy.deepcopy(tree)
    layer: dict[str, Any] = {}
    expected = copy.deepcopy(tree)
    for parts, value in sorted(assignments, key=lambda pair: len(pair[0])):
        assert plant(layer, parts, value, tree)
        holder = expected
        for part in parts[:-1]:
            holder = holder[part]
        holder[parts[-1]] = value
    assert typed(merge([tree, layer])) == typed(expected)
    assert typed(tree) == typed(before)
    assigned = dict(assignments)
    for parts, _ in every_node(Node(expected, 0, ())):
        making, shadowed = contributions([tree, layer], parts)
        if parts in assigned:
            assert [(one.layer, one.value) for one in making] == [(1, assigned[parts])]
            assert [one.layer for one in shadowed] == [0]
        elif parts and not any(parts == one[: len(parts)] for one in assigned):
            assert [one.layer for one in making] == [0]
        else:
            assert [one.layer for one in making] == [1, 0]


def test_what_one_layer_alone_has_is_shared() -> None:
    """A merge copies the mappings that it changes and nothing else."""
    low = {"a": {"deep": [1]}, "b": {"x": 1}}
    merged: Any = merge([low, {"b": {"y": 2}}])
    assert merged["a"] is low["a"]
    assert merged == {"a": {"deep": [1]}, "b": {"x": 1, "y": 2}}
    assert merge([low, {}]) is low


def test_items_lie_over_lists_only() -> None:
    """Items beyond the list's end, and over anything but a list, have no effect."""
    assert merge([{"a": [1, 2]}, {"a": Items({1: 5, 2: 6})}]) == {"a": [1, 5]}
    assert merge([{"a": 1}, {"a": Items({0: 5})}]) == {"a": 1}
    assert [one.layer for one in contributions([{"a": 1}, {"a": Items({0: 5})}], ("a",))[0]] == [0]


def test_a_value_that_is_not_there_is_made_by_nothing() -> None:
    """Absent keys, items beyond the end and places below a scalar have no contributions."""
    for parts in (("z",), ("a", 7), ("a", "x"), ("b", "x")):
        assert contributions([{"a": [1], "b": 2}, {"b": 3}], parts) == ([], [])


def test_what_stands_in_the_way_is_not_planted_over() -> None:
    """A key inside the same layer's scalar, and an item that its own list does not have, are refused."""
    layer: dict[str, Any] = {"a": 5, "b": [1]}
    assert not plant(layer, ("a", "x"), 1, {})
    assert not plant(layer, ("b", 1), 1, {})
    assert not plant(layer, ("c", 0), 1, {})
    assert plant(layer, ("b", 0), 2, {})
    assert layer == {"a": 5, "b": [2], "c": {}}
