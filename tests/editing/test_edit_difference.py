"""The operations between two trees."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from edit_trees import sensible, trees
from hypothesis import given
from hypothesis import strategies as st

from setpoint.config import Config
from setpoint.editing.alignment import increasing, matched_items
from setpoint.editing.apply import apply
from setpoint.editing.difference import difference
from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from setpoint.tree import same

FOUND: list[tuple[str, Any, Any, list[Operation]]] = [
    ("nothing", {"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, []),
    ("a value", {"a": {"b": 1, "c": 2}}, {"a": {"b": 5, "c": 2}}, [Set("a.b", 5)]),
    ("a type", {"a": 1, "b": 2}, {"a": True, "b": 2}, [Set("a", True)]),
    ("a sign", {"a": 0.0, "b": 2}, {"a": -0.0, "b": 2}, [Set("a", -0.0)]),
    ("a kind", {"a": {"b": 1}, "c": 1}, {"a": [1], "c": 1}, [Set("a", [1])]),
    ("a key behind", {"a": 1}, {"a": 1, "b": 2}, [Add("b", 2)]),
    ("a key between", {"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}, [Insert("b", 2, 1)]),
    ("a key less", {"a": 1, "b": 2}, {"b": 2}, [Unset("a")]),
    ("a key first", {"a": 1, "b": 2, "c": 3}, {"c": 3, "a": 1, "b": 2}, [Move("c", "c", 0)]),
    ("two swapped", {"a": {"x": 5}, "b": {"y": 6}}, {"b": {"y": 6}, "a": {"x": 5}}, [Move("a", "a", 1)]),
    ("renamed in place", {"max_size": 5, "b": 1}, {"limit": 5, "b": 1}, [Rename("max_size", "limit")]),
    ("renamed, hardly", {"a": 1, "debug_mode": True}, {"a": 1, "debugMode": True}, [Rename("debug_mode", "debugMode")]),
    (
        "renamed and changed inside",
        {"queue": {"size": 5, "kind": "fifo", "wait": 4}, "b": 1},
        {"buffer": {"size": 6, "kind": "fifo", "wait": 4}, "b": 1},
        [Rename("queue", "buffer"), Set("buffer.size", 6)],
    ),
    ("true is no evidence", {"a": True, "b": 2}, {"z": True, "b": 2}, [Unset("a"), Insert("z", True, 0)]),
    ("nor is a zero", {"a": {"x": 0, "k": 5}, "b": {"k": 7}}, {"a": {"k": 5}, "b": {"k": 7, "x": 0}}, [
        Unset("a.x"),
        Add("b.x", 0),
    ]),
    (
        "moved into a section",
        {"timeout": 30, "host": "h", "x": 1},
        {"x": 1, "server": {"timeout": 30, "host": "h"}},
        [Move("timeout", "server.timeout"), Move("host", "server.host")],
    ),
    (
        "moved out of one",
        {"db": {"pool": {"size": 5, "wait": 2}, "url": "u"}, "z": 1},
        {"db": {"url": "u"}, "z": 1, "pool": {"size": 5, "wait": 2}},
        [Move("db.pool", "pool")],
    ),
    ("ambiguous", {"a": {"t": 30}, "b": {"t": 30}, "c": 1}, {"c": 1, "d": {"t": 30}}, [
        Unset("a"),
        Unset("b"),
        Add("d", {"t": 30}),
    ]),
    ("an item", {"p": [80, 443]}, {"p": [80, 8443]}, [Set("p[1]", 8443)]),
    ("an item between", {"p": ["aa", "cc"]}, {"p": ["aa", "bb", "cc"]}, [Insert("p[1]", "bb")]),
    ("an item behind", {"p": ["aa"]}, {"p": ["aa", "bb"]}, [Append("p", "bb")]),
    ("an item less", {"p": ["aa", "bb", "cc"]}, {"p": ["aa", "cc"]}, [Unset("p[1]")]),
    ("an item moved", [["long one"], ["two"], ["three"]], [["two"], ["three"], ["long one"]], [Move("[0]", "[2]")]),
    (
        "inside an item, by its name",
        [{"name": "a", "v": 1}, {"name": "b", "v": 2}],
        [{"name": "new"}, {"name": "b", "v": 3}, {"name": "a", "v": 1}],
        [Move("[0]", "[1]"), Insert("[0]", {"name": "new"}), Set("[1].v", 3)],
    ),
    ("inside an item, by likeness", [{"x": 1, "y": 2, "z": 3}, 5], [0, {"x": 1, "y": 2, "z": 4}, 5], [
        Insert("[0]", 0),
        Set("[1].z", 4),
    ]),
    ("an item, all of it", [{"x": 1, "y": 2}, 5], [{"x": 3, "y": 4}, 5], [Set("[0].x", 3), Set("[0].y", 4)]),
    ("another item of another name", [{"id": "a", "y": 2}, 5], [{"id": "b", "y": 4}, 5], [
        Unset("[0]"),
        Insert("[0]", {"id": "b", "y": 4}),
    ]),
    ("a list in a list", [[[{"a": 1}]], 5], [[[{"a": 2}]], 5], [Set("[0][0][0].a", 2)]),
    ("nothing in common", {"a": {"b": 1}, "k": 1}, {"a": {"c": 2}, "k": 1}, [Set("a", {"c": 2})]),
    ("from nothing", {"a": {}}, {"a": {"c": 2}}, [Add("a.c", 2)]),
    ("to nothing", {"a": {"c": 2}}, {"a": {}}, [Set("a", {})]),
    ("another document", {"a": 1}, [1], [Set("", [1])]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "wanted"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_what_happened_is_recognised(old: Any, new: Any, wanted: list[Operation]) -> None:
    """The operations are the fewest that a person would name."""
    assert difference(old, new) == wanted
    assert same(apply(old, wanted), new)


def test_a_config_differs_as_its_tree_does() -> None:
    """What a system has loaded can be compared as it is, at any depth."""
    old = Config({"a": {"b": 1}, "c": [{"d": 2}]})
    assert difference(old, {"a": {"b": 1}, "c": [{"d": 2}]}) == []
    assert difference({"a": old["a"], "c": [{"d": 3}]}, old) == [Set("c[0].d", 2)]
    assert apply(old, [Set("a.b", 5)]) == {"a": {"b": 5}, "c": [{"d": 2}]}


@given(trees(), trees())
def test_a_difference_makes_one_tree_of_another(old: Any, new: Any) -> None:
    """Values, types and the order of keys are those of the new tree, and neither tree is touched."""
    before, after = copy.deepcopy(old), copy.deepcopy(new)
    operations = difference(old, new)
    assert same(apply(old, operations), new)
    assert same(old, before)
    assert same(new, after)


@given(trees(), st.integers(0, 2**32))
def test_a_difference_between_neighbours_is_right_too(old: Any, seed: int) -> None:
    """Trees that differ by a few operations, where much is there to be recognised."""
    new = apply(old, sensible(Random(seed), old, 4))
    assert same(apply(old, difference(old, new)), new)


@given(st.lists(st.integers(), unique=True))
def test_the_longest_increasing_run_is_found(numbers: list[int]) -> None:
    """It increases, and no longer one exists."""
    found = [numbers[index] for index in increasing(numbers)]
    assert found == sorted(found)
    best = [1] * len(numbers)
    for index, number in enumerate(numbers):
        best[index] = 1 + max((best[other] for other in range(index) if numbers[other] < number), default=0)
    assert len(found) == max(best, default=0)


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_items_are_matched_at_most_once(old: list[int], new: list[int]) -> None:
    """No item of either list is in two pairs, and equal ends always match."""
    pairs = matched_items(old, new)
    assert len({here for here, _ in pairs}) == len({there for _, there in pairs}) == len(pairs)
    if old and new and old[0] == new[0]:
        assert (0, 0) in pairs


LONG = 20_000


def _shuffled(items: list[Any], seed: int) -> list[Any]:
    return Random(seed).sample(items, len(items))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([1, 2] * (LONG // 2), [2, 1, 1] * (LONG // 3)),
        (list(range(LONG)), list(range(LONG))[::-1]),
        (list(range(LONG)), _shuffled(list(range(LONG)), 1)),
        ([number % 50 for number in range(LONG)], _shuffled([number % 50 for number in range(LONG)], 2)),
        ({str(number): number for number in range(LONG)}, {str(number): number for number in range(LONG)[::-1]}),
        ({f"a{number}": number for number in range(LONG)}, {f"b{number}": number for number in range(LONG)}),
        ({f"a{number}": f"text {number}" for number in range(LONG)}, {f"b{n}": f"text {n}" for n in range(LONG)}),
        ({f"a{number}": "one text" for number in range(LONG)}, {f"b{number}": "one text" for number in range(LONG)}),
        ([{"x": number} for number in range(LONG)], [{"x": -number} for number in range(LONG)]),
    ],
    ids=["repeating", "reversed", "shuffled", "few", "keys reversed", "renamed", "telling", "all equal", "mappings"],
)
def test_long_collections_take_no_quadratic_time(old: Any, new: Any) -> None:
    """Many entries in the worst arrangements: with a step for each pair of them this test would take minutes."""
    assert same(apply(old, difference(old, new)), new)


def test_few_changes_in_a_long_list_stay_few() -> None:
    """Ten changes in a list of 20,000 mappings are ten operations."""
    old = [{"id": number, "value": number * 7, "tags": ["x", str(number)]} for number in range(20_000)]
    new: Any = copy.deepcopy(old)
    del new[500]
    new[7]["value"] = -1
    new[9]["tags"].append("y")
    new.insert(99, {"id": -1})
    new.append(new.pop(4))
    operations = difference(old, new)
    assert sorted(type(one).__name__ for one in operations) == ["Append", "Insert", "Move", "Set", "Unset"]
    assert same(apply(old, operations), new)
