"""A document's tree as rows of a page."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from setpoint.secret import MASK
from setpoint.server.pages.known import Known
from setpoint.server.pages.tree import DEEPEST, MOST_ROWS, TreeRows

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=40,
)


def rows(value: Any) -> TreeRows:
    return TreeRows(value, (), Known.whole(None))


@given(TREES)
def test_every_collection_that_begins_ends(value: Any) -> None:
    """However a tree is nested, what is opened is shut, in order, and every place is there once."""
    made = rows(value)
    stack: list[str] = []
    for row in made.rows:
        if row.kind == "open":
            stack.append(row.pointer)
        elif row.kind == "shut":
            assert stack.pop() == row.pointer
    assert not stack
    places = [row.pointer for row in made.leaves()]
    assert len(places) == len(set(places))


def test_a_large_document_has_a_bounded_page() -> None:
    """So many rows, and how many entries found no room; lower levels start folded."""
    made = rows({f"key-{number}": {"value": number} for number in range(5000)})
    assert sum(1 for _ in made.leaves()) <= MOST_ROWS
    assert made.left_out > 4000


def test_what_is_too_deep_is_behind_a_link() -> None:
    """A tree of a hundred levels has no more of them on one page than one can look at."""
    value: Any = 1
    for _ in range(100):
        value = {"a": value}
    deepest = list(rows(value).leaves())[-1]
    assert (deepest.more, len(deepest.parts)) == (True, DEEPEST)


def test_a_value_looks_like_what_it_is() -> None:
    """Strings, numbers, words and secrets can be told apart by their form, not by colour alone."""
    made = rows({"a": "1", "b": 1, "c": True, "d": None, "e": MASK, "f": [], "g": {}})
    assert [row.value for row in made.leaves()] == ['"1"', "1", "true", "null", MASK, "[]", "{}"]
