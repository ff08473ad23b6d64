"""Values, types and formats in plain words."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.diagnosis import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("ten", "the string 'ten'"),
        ("", "an empty string"),
        (3, "the number 3"),
        (2.5, "the number 2.5"),
        (True, "true"),
        (None, "null (nothing)"),
        ([], "an empty list"),
        ([1], "a list"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_a_value_is_told_by_its_kind(value: object, words: str) -> None:
    """A found value is told by its kind, and a scalar also by what it is."""
    assert wording.found(value) == words


@pytest.mark.parametrize("value", ["hunter2", 4711, True, "x" * 500])
def test_a_secret_is_told_by_its_kind_only(value: object) -> None:
    """Of a secret only the kind is told."""
    words = wording.found(value, secret=True)
    assert "secret" in words
    assert str(value) not in words.replace("true or false", "")


@given(st.text(max_size=300))
def test_a_shown_string_is_short_and_on_one_line(text: str) -> None:
    """A string is shown in at most CLIP characters and two quotes, and never breaks the line or the terminal."""
    shown = wording.shown(text)
    assert len(shown) <= wording.CLIP + 2
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("value", "types", "hint"),
    [
        ("10", ["integer"], "write 10 without quotes"),
        ("-1.5", ["number"], "write -1.5 without quotes"),
        ("1.5", ["integer"], None),
        ("007", ["integer"], None),
        ("yes", ["boolean"], "write true"),
        ("off", ["boolean"], "write false"),
        ("true", ["boolean"], "write true without quotes"),
        ("True", ["boolean"], "write true"),
        ("~", ["null"], "write null without quotes"),
        (10, ["string"], 'write "10", in quotes'),
        (False, ["string"], 'write "false", in quotes'),
        (1, ["boolean"], "write true"),
        (2.5, ["integer"], None),
        ("a", ["array"], "put it in a list, also when it is the only one"),
        ("a", ["array", "object"], None),
        (["a"], ["string"], "write the value itself, without a list around it"),
        (["a", "b"], ["string"], None),
        ("ten", ["integer"], None),
        (None, ["string"], None),
        ({"a": 1}, ["array"], "put it in a list, also when it is the only one"),
    ],
)
def test_a_value_of_the_wrong_type_gets_a_hint_where_the_right_one_is_plain(
    value: object, types: list[str], hint: str | None
) -> None:
    """A value that only looks like the wrong type comes with what to write instead."""
    assert wording.retyped(value, types) == hint


@pytest.mark.parametrize(("value", "types"), [("4711", ["integer"]), (4711, ["string"]), ("4711", ["array"])])
def test_a_hint_never_repeats_a_secret(value: object, types: list[str]) -> None:
    """The hint for a secret of the wrong type does not hold the secret."""
    hint = wording.retyped(value, types, secret=True)
    assert hint is not None
    assert "4711" not in hint


@pytest.mark.parametrize("name", sorted(wording.FORMATS))
def test_the_example_of_each_format_is_of_that_format(name: str) -> None:
    """The example shown for a format is accepted by the engine that checks the format."""
    schema = {"type": "string", "format": name}
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(wording.FORMATS[name][1])


def test_many_alternatives_are_counted() -> None:
    """Of many allowed values the first are listed and the others counted."""
    words = wording.one_of(list(range(100)))
    assert words.startswith("one of 0, 1, 2")
    assert words.endswith("or 88 more")


def test_types_are_told_once() -> None:
    """A number includes an integer, and repeated types are told once."""
    assert wording.of_types(["integer", "number", "array", "number"]) == "a number or a list"
