"""The form field for one value, and what the schema says about its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import SetpointError
from setpoint.secret import MASK
from setpoint.server.pages.field import ABSENT, Field
from setpoint.server.pages.known import Known

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def field(schema: Any, value: Any = ABSENT) -> Field:
    return Field(Known.whole(schema), value)


@given(JSON)
def test_what_a_field_shows_means_the_value_it_was_made_of(value: Any) -> None:
    """Without a schema, for any value: written into the form and read back, it is the same, types included."""
    made = field(None, value)
    if made.secret:
        return
    found = made.value(made.text)
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")  # what a browser makes of line ends
    assert (type(found), found) == (type(value), value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_text_that_means_nothing_is_refused_with_words(text: str) -> None:
    """A number field and a JSON field take what they can read, and raise this package's errors for all else."""
    for made in (field({"type": "number"}, 1), field({"type": "object"}, {})):
        try:
            made.value(text)
        except SetpointError as error:
            assert error.message


@pytest.mark.parametrize(
    ("schema", "value", "kind"),
    [
        ({"type": "boolean"}, True, "boolean"),
        ({"type": "integer"}, 3, "number"),
        ({"type": "string"}, "x", "text"),
        ({"enum": ["a", "b"]}, "a", "choice"),
        ({"enum": [1, "1"]}, 1, "choice"),
        ({"type": "array"}, [], "json"),
        ({"type": ["string", "null"]}, None, "json"),
        ({"type": "integer"}, "not a number", "json"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "number"}}}, 1.5, "number"),
        (None, {"a": 1}, "json"),
        (None, "x", "text"),
        ({"type": "integer"}, ABSENT, "number"),
        (None, ABSENT, "json"),
    ],
)
def test_the_kind_follows_the_schema_and_the_value(schema: Any, value: Any, kind: str) -> None:
    """By the schema as long as the value fits it, else by the value."""
    assert field(schema, value).kind == kind


def test_a_choice_means_the_value_and_not_its_text() -> None:
    """1 and "1" are two things, also when they are chosen from a list."""
    made = field({"enum": [1, "one", None, True]}, 1)
    assert [made.value(text) for text in made.choices] == [1, "one", None, True]


def test_a_secret_is_a_field_that_shows_nothing() -> None:
    """Its text is empty, whatever it is."""
    made = field({"type": "string"}, MASK)
    assert (made.secret, made.text, made.kind) == (True, "", "text")


@pytest.mark.parametrize("text", ["", "yes", "True", "1"])
def test_a_truth_is_true_or_false(text: str) -> None:
    """Nothing else is taken for it."""
    with pytest.raises(SetpointError, match="true or false"):
        field({"type": "boolean"}, True).value(text)


@pytest.mark.parametrize("text", ["NaN", "1e999", "true", '"1"', "0x10", "1 2", ""])
def test_a_number_is_one_that_json_knows(text: str) -> None:
    """Neither a text nor a truth, and no number that there is none of."""
    with pytest.raises(SetpointError):
        field({"type": "number"}, 1).value(text)


def test_json_is_held_to_the_rules_of_documents() -> None:
    """A key that is there twice is refused, with its place."""
    with pytest.raises(SetpointError) as caught:
        field({"type": "object"}, {}).value('{"a": 1, "a": 2}')
    assert [one.rule for one in caught.value.diagnostics] == ["duplicate-key"]


def test_the_schema_speaks_about_a_place_through_references_and_combinations() -> None:
    """Description, limits and keys are found where $ref, allOf and patterns lead."""
    schema = {
        "properties": {"a": {"allOf": [{"$ref": "#/$defs/a"}], "description": "An a."}},
        "patternProperties": {"^x-": {"type": "string", "maxLength": 3}, "(": {}},
        "additionalProperties": {"description": "Another."},
        "$defs": {"a": {"properties": {"b": {"type": "integer", "minimum": 1, "default": 5}}}},
    }
    known = Known.whole(schema)
    assert known.below("a").about == "An a."
    assert known.below("a").keys == ["b"]
    assert known.at(("a", "b")).limits == "integer, at least 1, default 5"
    assert known.below("x-y").limits == "string, at most 3 characters"
    assert known.below("other").about == "Another."
    assert known.at(("nowhere", "at", "all")).about == ""


def test_a_schema_that_refers_to_itself_is_read_to_an_end() -> None:
    """A circle of references is gone round once."""
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"description": "here"}]}}}
    assert Known.whole(schema).about == "here"


@pytest.mark.parametrize(
    "schema", [True, False, {"$ref": "#/nowhere"}, {"$ref": "other.json"}, {"type": 5, "allOf": 7}]
)
def test_a_schema_that_says_nothing_is_no_trouble(schema: Any) -> None:
    """Nothing is said about the place then."""
    assert Known.whole(schema).at(("a", 0)).limits == ""
