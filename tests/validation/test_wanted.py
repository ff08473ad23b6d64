"""Text read as what a schema wants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.tree import LARGEST_INTEGER, SMALLEST_INTEGER
from setpoint.validation.schema import Schema
from setpoint.validation.wanted import UnreadableError, knowledge_of, typed, wanted_types


def read(schema: Any, text: str, present: Any = None) -> Any:
    return typed(text, knowledge_of(Schema(schema)).root, present)


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "integer"}, {"integer"}),
        ({"type": ["integer", "null"]}, {"integer", "null"}),
        (
            {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/t"}], "$defs": {"t": {"type": "string"}}},
            {"integer", "string"},
        ),
        ({"enum": [1, "a", None]}, {"integer", "string", "null"}),
        ({"const": True}, {"boolean"}),
        ({"properties": {"a": True}}, {"object"}),
        ({"items": {"type": "string"}}, {"array"}),
        ({"minimum": 3}, set()),
        (True, set()),
    ],
)
def test_the_types_of_every_branch_count(schema: Any, types: set[str]) -> None:
    """Named by `type`, by the values allowed, or by what is said about keys and items."""
    assert wanted_types(knowledge_of(Schema(schema)).root) == types


@given(st.integers(SMALLEST_INTEGER, LARGEST_INTEGER))
def test_every_integer_is_read_back(number: int) -> None:
    """All that the data model holds."""
    assert read({"type": "integer"}, str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_back(number: float) -> None:
    """As Python writes it."""
    assert read({"type": "number"}, repr(number)) == number


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_kept_as_it_is(text: str) -> None:
    """Blanks, quotes and commas included."""
    assert read({"type": "string"}, text) == text


@given(st.text())
def test_what_cannot_be_read_is_refused_without_being_shown(text: str) -> None:
    """The message names the type that was expected and nothing of the text."""
    shown = text + "ß"  # no number, and no letter of any message
    with pytest.raises(UnreadableError) as refused:
        read({"type": ["integer", "number", "boolean", "null"]}, shown)
    assert shown not in str(refused.value)


def test_an_item_that_does_not_fit_is_named() -> None:
    """By its number from 1."""
    with pytest.raises(UnreadableError, match="item 2 of the list: expected a whole number"):
        read({"type": "array", "items": {"type": "integer"}}, "1,x")
