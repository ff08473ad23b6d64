"""Strategies for trees and for operations that make sense for them."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st
from wild.edits import operation

from setpoint.editing.apply import apply
from setpoint.editing.operation import Operation
from setpoint.errors import SetpointError

KEYS = st.one_of(st.sampled_from(["a", "b", "c", "name", "id", "key", "x.y", "0"]), st.text(max_size=4))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(2**63), 2**64 - 1),
    st.sampled_from([0.0, -0.0, 1.0, 1e22, 0.1]),
    st.text(max_size=10),
    st.sampled_from(["a longer text", "another longer text"]),
)


def trees(leaves: int = 25) -> st.SearchStrategy[Any]:
    return st.recursive(
        LEAVES,
        lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(KEYS, inner, max_size=5)),
        max_leaves=leaves,
    )


def sensible(random: Random, tree: Any, most: int, form: str = "yaml") -> list[Operation]:
    """Return up to so many operations that can be done to a tree, one after the other."""
    found: list[Operation] = []
    for _ in range(most):
        one = operation(random, tree, form)
        if one is None:
            continue
        try:
            tree = apply(tree, [one])
        except SetpointError:
            continue
        found.append(one)
    return found
