"""Parameters are read by their schemas, and what nobody knows is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.server.problem import Problem
from setpoint.server.query import QueryReader
from setpoint.server.route import Parameter

READER = QueryReader(
    [
        Parameter("limit", schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        Parameter("hours", schema={"type": "number", "exclusiveMinimum": 0}),
        Parameter("dry_run", schema={"type": "boolean"}),
        Parameter("layer", schema={"type": "string", "enum": ["base", "local"]}),
        Parameter("word", schema={"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^[a-zé ]*$"}),
        Parameter("events", schema={"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        Parameter("number", "path"),
    ]
)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", {"limit": 100}),
        ("limit=7&dry_run=true", {"limit": 7, "dry_run": True}),
        ("hours=1.5e1&dry_run=false", {"limit": 100, "hours": 15.0, "dry_run": False}),
        ("word=%C3%A9+a&layer=base&&", {"limit": 100, "word": "é a", "layer": "base"}),
        ("events=a&events=b&events=a", {"limit": 100, "events": ["a", "b", "a"]}),
    ],
)
def test_values_are_typed_and_have_their_defaults(query: str, values: dict[str, Any]) -> None:
    """A handler gets what its schema says, and nothing for what was not given."""
    assert READER.read(query.encode()) == values


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "at least 1"),
        ("limit=1001", "at most 1000"),
        ("limit=1.0", "whole number"),
        ("limit=", "whole number"),
        ("limit=+1", "whole number"),
        ("limit=1_0", "whole number"),
        ("limit=%D9%A1", "whole number"),
        ("limit=99999999999999999999999", "whole number"),
        ("limit=1&limit=1", "more than once"),
        ("hours=0", "above 0"),
        ("hours=nan", "number"),
        ("hours=inf", "number"),
        ("hours=1e999", "number"),
        ("hours=0x10", "number"),
        ("dry_run=True", "true or false"),
        ("dry_run=1", "true or false"),
        ("dry_run", "true or false"),
        ("layer=bse", "base, local"),
        ("word=", "at least 1"),
        ("word=aaaaaa", "at most 5"),
        ("word=A", "fits"),
        ("events=c", "a, b"),
        ("limitt=1", "limitt"),
        ("number=1", "number"),
        ("word=%ff", "UTF-8"),
        ("word=%ED%A0%80", "UTF-8"),
        ("word=%4", "hexadecimal"),
        ("%00=1", "unknown"),
        ("&".join(["events=a"] * 101), "more than 100"),
    ],
)
def test_everything_else_is_refused_with_a_reason(query: str, says: str) -> None:
    """Wrong, unknown, repeated: the message says which, and what would be right."""
    with pytest.raises(Problem, match=says) as caught:
        READER.read(query.encode())
    assert caught.value.status == 400


def test_near_names_are_offered() -> None:
    """A slip in a name is recognised."""
    with pytest.raises(Problem) as caught:
        READER.read(b"limt=1")
    assert caught.value.near == ("limit",)


def test_a_required_parameter_is_needed() -> None:
    """What a route cannot do without is asked for by name."""
    reader = QueryReader([Parameter("old", schema={"type": "integer"}, required=True)])
    assert reader.read(b"old=3") == {"old": 3}
    with pytest.raises(Problem, match="old"):
        reader.read(b"")


@pytest.mark.parametrize("schema", [{"type": "object"}, {"type": "string", "format": "date"}, {"anyOf": []}])
def test_a_schema_that_would_not_be_checked_is_refused(schema: dict[str, Any]) -> None:
    """A rule that is written down and not kept is worse than none."""
    with pytest.raises(ValueError, match="cannot be checked"):
        QueryReader([Parameter("a", schema=schema)])


@given(st.binary(max_size=80))
def test_any_bytes_are_a_query_or_refused(query: bytes) -> None:
    """Whatever somebody sends, what comes out fits the schemas."""
    try:
        values = READER.read(query)
    except Problem as problem:
        assert problem.status == 400
    else:
        assert 1 <= values["limit"] <= 1000
