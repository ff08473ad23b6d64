"""Frozen generated slots."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.binding import slots
from setpoint.binding.slots import slots_of
from setpoint.config import Config

TREE: dict[str, Any] = {
    "queue": {"max_size": 5, "max-size": 6, "class": 7, "to_dict": 8, "__x": 9, "item_1": 10},
    "names": ["a", {"b": 1}, []],
    "db_password": "hunter2",
}

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
keys = st.text(max_size=4) | st.sampled_from(["a", "to_dict", "__class__", "__slot_of__", "class", "item_0", "_refuse"])
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


def test_keys_are_attributes_and_items() -> None:
    """Each key that can be an attribute is one, each key is an item, and lists are tuples."""
    made = slots_of(Config(TREE))
    assert made.queue.max_size == made["queue"]["max_size"] == 5
    assert [made.queue[key] for key in made.queue] == [5, 6, 7, 8, 9, 10]
    assert made.queue.item_1 == 10
    assert made.names[1].b == 1
    assert made.names[2] == ()
    assert ("queue" in made, "nothing" in made, len(made)) == (True, False, 3)
    with pytest.raises(KeyError):
        made["nothing"]
    with pytest.raises(AttributeError):
        _ = made.nothing


def test_nothing_in_it_can_be_changed() -> None:
    """Neither set nor deleted nor added."""
    made = slots_of(Config(TREE))
    for change in (
        lambda: setattr(made, "names", 1),
        lambda: setattr(made.queue, "new", 1),
        lambda: delattr(made, "names"),
    ):
        with pytest.raises(TypeError, match="frozen"):
            change()
    assert not hasattr(made, "__dict__")
    assert copy.copy(made) is copy.deepcopy(made) is made


def test_secrets_are_masked_in_repr() -> None:
    """By the name of their key, and everything else is shown."""
    assert repr(slots_of({"a": [1], "db_password": "hunter2", "x-token": {"y": "hunter2"}})) == (
        "Fields(a=(1,), db_password='********', 'x-token': '********')"
    )


@given(st.dictionaries(keys, trees, max_size=5))
def test_any_tree_comes_back(tree: dict[str, Any]) -> None:
    """to_dict() and pickle give back what went in, whatever the keys are, and equal objects have equal hashes."""
    made = slots_of(Config(tree))
    assert made.to_dict() == tree
    assert {key: made[key] for key in made}.keys() == tree.keys()
    again = pickle.loads(pickle.dumps(made))
    other = slots_of(dict(reversed(tree.items())))
    assert made == again == other
    assert hash(made) == hash(again) == hash(other)
    assert made != tree


def test_the_same_keys_share_a_class() -> None:
    """And the classes kept are bounded."""
    one, other = slots_of({"a": 1, "b": 2}), slots_of({"a": 3, "b": 4})
    assert type(one) is type(other)
    assert one != other
    for number in range(1500):
        slots_of({f"key_{number}": 1})
    assert len(slots._classes) == 1024


def test_the_deepest_document_there_may_be_works() -> None:
    """400 levels, the most a budget allows."""
    tree: dict[str, Any] = {}
    for _ in range(399):
        tree = {"a": tree}
    made = slots_of(tree)
    assert made == slots_of(tree)
    assert repr(made).count("(") == 400
    assert Config(tree).to_dict() == tree
    assert repr(Config(tree)).count("{") == 400
