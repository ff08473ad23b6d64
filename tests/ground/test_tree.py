"""The data model and its budget."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import Budget
from setpoint.tree import MisfitError, survey

trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


def count_keys(tree: Any) -> int:
    if isinstance(tree, dict):
        return len(tree) + sum(map(count_keys, tree.values()))
    return sum(map(count_keys, tree)) if isinstance(tree, list) else 0


@given(trees)
def test_every_tree_of_the_model_fits(tree: Any) -> None:
    """JSON's values pass, and their mapping keys are counted."""
    assert survey(tree) == count_keys(tree)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "not-finite"),
        (float("inf"), "not-finite"),
        (-float("inf"), "not-finite"),
        (2**64, "integer-too-large"),
        (-(2**63) - 1, "integer-too-large"),
        pytest.param(10**5000, "integer-too-large", id="5001 digits"),
        (datetime.date(2026, 1, 1), "not-a-value"),
        ({1}, "not-a-value"),
        ((1,), "not-a-value"),
        (b"x", "not-a-value"),
    ],
)
def test_a_misfit_is_named_with_its_path(value: object, rule: str) -> None:
    """Each value that has no place is refused, at the place where it stands, at the root as well."""
    for tree, path in ((value, ()), ({"a": [1, value]}, ("a", 1)), ({"a": {"b": value}}, ("a", "b"))):
        with pytest.raises(MisfitError) as caught:
            survey(tree)
        assert (caught.value.rule, caught.value.path) == (rule, path)


@pytest.mark.parametrize("key", [1, True, None, 1.5, (1, 2)])
def test_a_key_that_is_not_text_is_refused(key: object) -> None:
    """Keys are strings."""
    with pytest.raises(MisfitError) as caught:
        survey({"a": {key: 1}})
    assert caught.value.rule == "key-not-string"
    assert caught.value.path == ("a", key)


def nested(depth: int) -> Any:
    tree: Any = []
    for _ in range(depth - 1):
        tree = [tree]
    return tree


def test_depth_counts_nested_containers() -> None:
    """A flat list has depth 1; one more than the budget is refused, and very deep ones quickly."""
    survey(nested(100))
    for depth in (101, 100_000):
        with pytest.raises(MisfitError) as caught:
            survey(nested(depth))
        assert caught.value.rule == "too-deep"


def test_values_are_counted_as_often_as_they_appear() -> None:
    """Shared subtrees, as aliases give them, count each time."""
    survey([0] * 9, Budget(nodes=10))
    with pytest.raises(MisfitError, match="more than 10 values"):
        survey([0] * 10, Budget(nodes=10))
    bomb: Any = ["x"] * 9
    for _ in range(9):
        bomb = [bomb] * 9
    with pytest.raises(MisfitError) as caught:
        survey(bomb)
    assert caught.value.rule == "too-many-values"


def test_a_budget_must_make_sense() -> None:
    """No limit below one, and no depth that a recursive reader could not follow."""
    with pytest.raises(ValueError, match="at least 1"):
        Budget(size=0)
    with pytest.raises(ValueError, match="at most 400"):
        Budget(depth=1000)
