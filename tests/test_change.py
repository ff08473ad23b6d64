"""What is different between two trees, place by place."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.change import ABSENT, Change, differences
from setpoint.config import Config, thaw
from setpoint.tree import same

KEYS = st.sampled_from(["a", "b", "c", "d.e"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, 0.0, -0.0, "", "x", "y" * 30])
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.dictionaries(KEYS, below, max_size=4), st.lists(below, max_size=2)),
    max_leaves=12,
)
ROOTS = st.one_of(st.just(ABSENT), st.dictionaries(KEYS, VALUES, max_size=4))


def applied(before: Any, changes: list[Change]) -> Any:
    """Do the changes to a plain tree, as whoever reads them one by one would."""
    tree = {"root": thaw(before)} if before is not ABSENT else {}
    for change in changes:
        way = ["root", *change.parts]
        holders = [tree]
        for key in way[:-1]:
            holders.append(holders[-1].setdefault(key, {}))
        if change.after is not ABSENT:
            holders[-1][way[-1]] = thaw(change.after)
            continue
        del holders[-1][way[-1]]
        while len(way) > 1 and not holders[-1]:  # a mapping that lost its last leaf has gone with it
            way.pop()
            holders.pop()
            del holders[-1][way[-1]]
    return tree.get("root", ABSENT)


def sorted_keys(value: Any) -> str:
    return "ABSENT" if value is ABSENT else repr(_in_order(thaw(value)))


def _in_order(value: Any) -> Any:
    # Only mappings that are gone into: a mapping inside of a list is compared with the order of its keys.
    return {key: _in_order(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def found(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(change.address, change.before, change.after) for change in differences("doc", before, after)]


@given(ROOTS, ROOTS, st.booleans())
def test_the_changes_make_the_new_tree_of_the_old(before: Any, after: Any, frozen: bool) -> None:
    """Whoever does the changes one by one ends with the new tree; each says the values that were and are there."""
    if frozen:
        before, after = (ABSENT if one is ABSENT else Config(one) for one in (before, after))
    changes = list(differences("doc", before, after))
    assert sorted_keys(applied(before, changes)) == sorted_keys(after)
    for change in changes:
        assert not same(change.before, change.after)
        assert same(value_at(before, change.parts), change.before)
        assert same(value_at(after, change.parts), change.after)
    assert len({change.parts for change in changes}) == len(changes)


def value_at(tree: Any, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        if not isinstance(tree, dict) or part not in tree:
            return ABSENT
        tree = tree[part]
    return tree


@given(ROOTS, ROOTS)
def test_back_is_the_same_places(before: Any, after: Any) -> None:
    """The changes back are at the same places, with before and after exchanged."""
    there = {change.parts: (repr(change.before), repr(change.after)) for change in differences("doc", before, after)}
    back = {change.parts: (repr(change.after), repr(change.before)) for change in differences("doc", after, before)}
    assert there == back


@given(ROOTS)
def test_a_tree_is_no_different_from_its_copy(tree: Any) -> None:
    """Equal trees have no differences, whether or not they share objects or are frozen."""
    assert found(tree, tree) == []
    if tree is not ABSENT:
        assert found(tree, copy.deepcopy(tree)) == []
        assert found(Config(tree), tree) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"q": {"max": 1, "min": 0}}, {"q": {"max": 2, "min": 0}}, [("doc.q.max", 1, 2)]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": 1}, {"a": True}, [("doc.a", 1, True)]),
        ({"a": 1}, {"a": 1.0}, [("doc.a", 1, 1.0)]),
        ({"a": 0.0}, {"a": -0.0}, [("doc.a", 0.0, -0.0)]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, True]}}, [("doc.a.b", [1, 2], [1, True])]),
        ({"a": {"b": [1]}, "c": 1}, {"a": {"b": [True]}, "c": 1}, [("doc.a.b", [1], [True])]),
        ({"a": [{"x": 1, "y": 2}]}, {"a": [{"y": 2, "x": 1}]}, [("doc.a", [{"x": 1, "y": 2}], [{"y": 2, "x": 1}])]),
        ({}, {"m": {"a": 1, "b": {"c": 2}}}, [("doc", {}, {"m": {"a": 1, "b": {"c": 2}}})]),
        ({"z": 0}, {"m": {"a": 1, "b": {"c": 2}}, "z": 0}, [("doc.m.a", ABSENT, 1), ("doc.m.b.c", ABSENT, 2)]),
        ({"m": {"a": 1}, "z": 0}, {"z": 0}, [("doc.m.a", 1, ABSENT)]),
        ({"m": {"a": 1}}, {"m": {}}, [("doc.m", {"a": 1}, {})]),
        ({"z": 0}, {"z": 0, "m": {}}, [("doc.m", ABSENT, {})]),
        ({"m": {"a": 1}}, {"m": 5}, [("doc.m", {"a": 1}, 5)]),
        ({"m": None}, {"m": {"a": 1}}, [("doc.m", None, {"a": 1})]),
        (ABSENT, {"a": {"b": 1}, "c": []}, [("doc.a.b", ABSENT, 1), ("doc.c", ABSENT, [])]),
        ({"a": 1}, ABSENT, [("doc.a", 1, ABSENT)]),
        (ABSENT, {}, [("doc", ABSENT, {})]),
    ],
)
def test_what_counts_as_one_change(before: Any, after: Any, expected: list[Any]) -> None:
    """Mappings are gone into, lists are one value, types count, and an empty mapping is a value of its own."""
    assert repr(found(before, after)) == repr(expected)


def test_the_order_is_that_of_the_new_tree() -> None:
    """Keys come in the order of the new tree, a gone one behind the key before it that is still there."""
    before = {"gone1": 0, "a": 1, "gone2": 0, "gone3": 0, "b": 1, "c": 1}
    after = {"c": 2, "new": 0, "a": 2, "b": 2}
    assert [address for address, _, _ in found(before, after)] == [
        "doc.gone1",
        "doc.c",
        "doc.new",
        "doc.a",
        "doc.gone2",
        "doc.gone3",
        "doc.b",
    ]


def test_deep_trees_are_compared() -> None:
    """The deepest documents there may be are compared."""
    before: Any = {"leaf": 1}
    after: Any = {"leaf": 2}
    for _ in range(400):
        before, after = {"d": before}, {"d": after}
    (change,) = differences("doc", before, after)
    assert (len(change.parts), change.before, change.after) == (401, 1, 2)


def test_a_change_is_unpacked() -> None:
    """It is an address and two values; the parts and the pointer are there for programs."""
    change = Change("messaging", ("agents", 0, "a.b"), 1, ABSENT)
    address, before, after = change
    assert (address, before, after) == ('messaging.agents[0]["a.b"]', 1, ABSENT)
    assert (change.pointer, change.kind) == ("/agents/0/a.b", "removed")
    match change:
        case Change(where, 1, _):
            assert where == address
        case _:
            raise AssertionError("a Change matches by position")


def test_a_change_shows_no_value() -> None:
    """Its text holds the place only: the values may be secret."""
    shown = [
        repr(Change("m", ("token",), before, after))
        for before, after in [("hunter2", "hunter3"), (ABSENT, "hunter2"), ("hunter2", ABSENT)]
    ]
    assert shown == ["<Change of m.token>", "<Change of m.token, added>", "<Change of m.token, removed>"]
    assert str(Change("m", ("token",), "hunter2", "hunter3")) == "<Change of m.token>"


def test_a_change_is_frozen() -> None:
    """Nothing of it can be assigned or removed."""
    change = Change("m", ("a",), 1, 2)
    with pytest.raises(AttributeError, match="after cannot be changed"):
        change.after = 3
    with pytest.raises(AttributeError, match="before cannot be removed"):
        del change.before


def test_changes_are_compared_with_types() -> None:
    """Equal are two with the same place and the same values, 1 and true being two; the hash fits."""
    assert Change("m", ("a",), 1, 2) == Change("m", ("a",), 1, 2)
    assert len({Change("m", ("a",), [1], {}), Change("m", ("a",), [1], {})}) == 1
    assert Change("m", ("a",), 1, 2) != Change("m", ("a",), True, 2)
    assert Change("m", ("a",), 1, 2) != Change("n", ("a",), 1, 2)
    assert Change("m", ("a",), 1, 2) != ("m.a", 1, 2)


def test_absent_is_one_object() -> None:
    """There is one word for no value, in copies and after a pickle too, and it is false."""
    change = pickle.loads(pickle.dumps(copy.deepcopy(Change("m", ("a",), ABSENT, Config({"b": 1})))))
    assert change.before is ABSENT
    assert change == Change("m", ("a",), ABSENT, {"b": 1})
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"
