"""Packing and weighing trees."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.cache.packing import pack, unpack
from setpoint.cache.weight import weigh
from setpoint.config import Config, FrozenList
from setpoint.errors import UsageError

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)
TREES = st.dictionaries(
    st.text(),
    st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12),
)


def same(one: Any, other: Any) -> bool:
    """Equal in value, type and order, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(repr(one) == repr(other))


@given(tree=TREES, level=st.integers(0, 9))
def test_unpacking_gives_the_same_tree(tree: dict[str, Any], level: int) -> None:
    """Equal in every value, type and the order of keys, at every level of compression."""
    config = Config(tree)
    packed, size = pack(config, level)
    assert same(unpack(packed, size), config)


def test_a_deep_and_shared_tree_is_packed() -> None:
    """The deepest tree that a budget allows, and one subtree in several places."""
    deep: Any = 1
    for _ in range(399):
        deep = [deep]
    shared = Config({"x": [1, 2]})
    config = Config({"deep": deep, "one": shared, "two": shared, "three": [shared, shared]})
    back = unpack(*pack(config, 6))
    assert same(back, config)
    assert type(back["three"]) is FrozenList


def test_the_weight_is_near_what_the_allocator_says() -> None:
    """Within a fifth of what tracemalloc counts for a thousand sections of made-up settings."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        config = Config(
            {
                f"section {n}": {"name": f"service {n}", "port": 1000 + n, "ratio": n / 7, "tags": [f"t{n}", f"u{n}"]}
                for n in range(1000)
            }
        )
        measured = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.8 < weigh(config, DEFAULT_BUDGET, "a") / measured < 1.25


def test_shared_text_is_weighed_once() -> None:
    """A string that appears a hundred times counts once."""
    text = "x" * 10_000
    assert weigh(Config({"all": [text] * 100}), DEFAULT_BUDGET, "a") < 20_000


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"a": {"b": {}}}, "nested more than 2 deep"),
        ({"a": [1, 2, 3, 4]}, "more than 4 values"),
        ({"a": 1e400}, "infinite"),
        ({"a": {1: 2}}, "the key 1 is not text"),
        ({"a": {1, 2}}, "a set is not a value"),
    ],
)
def test_what_a_cache_cannot_keep_is_said(tree: dict[str, Any], message: str) -> None:
    """The error names the document and what is wrong."""
    with pytest.raises(UsageError, match=f"^mine: .*{message}"):
        weigh(tree, Budget(depth=2, nodes=4), "mine")
