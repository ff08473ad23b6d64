"""``Family``: which version a document has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import ConfigNotFoundError, SchemaError
from setpoint.validation.family import Family
from setpoint.validation.schema import Schema
from setpoint.validation.version import declared, major, order, stamp_of


def shape(key: str, version: str | None, **more: Any) -> Schema:
    """A schema whose documents need ``key``; with a version they may carry it at /version."""
    contents: dict[str, Any] = {
        "type": "object",
        "properties": {"version": {"const": version}, key: {"type": "integer"}},
        "required": [key],
        "additionalProperties": False,
        **more,
    }
    if version is None:
        contents["x-setpoint-version-at"] = None
        contents["properties"]["version"] = {"type": "string"}
    return Schema(contents)


# 1.0.0 is told by its shape alone, and its documents may carry another program's version at /version.
FAMILY = {
    "1.0.0": shape("old", None),
    "1.9.0": shape("nine", "1.9.0"),
    "1.10.0": shape("ten", "1.10.0"),
    "2.0.0": shape("new", "2.0.0"),
}


@pytest.mark.parametrize(
    ("tree", "version", "fits", "rules"),
    [
        # what it says is what it is
        ({"version": "2.0.0", "new": 1}, "2.0.0", True, []),
        ({"version": "1.9.0", "nine": 1}, "1.9.0", True, []),
        ({"version": "1.10.0", "ten": 1}, "1.10.0", True, []),
        # it says a version whose schema refuses it
        ({"version": "2.0.0", "new": "x"}, "2.0.0", False, []),
        ({"version": "1.9.0", "ten": 1}, "1.9.0", False, []),
        ({"version": "2.0.0"}, "2.0.0", False, []),
        # other ways to write a version that is known
        ({"version": "2.0", "new": 1}, "2.0.0", False, []),
        ({"version": 2, "new": 1}, "2.0.0", False, []),
        ({"version": 2.0, "new": 1}, "2.0.0", False, []),
        ({"version": "v2.0.0", "new": 1}, "2.0.0", False, []),
        # the shape alone tells the truth
        ({"version": "2.0.0", "old": 1}, "1.0.0", True, ["version-stamp"]),
        ({"version": "7.7.7", "old": 1}, "1.0.0", True, ["version-stamp"]),
        ({"version": "winter", "old": 1}, "1.0.0", True, ["version-stamp"]),
        ({"version": "1.0.0", "old": 1}, "1.0.0", True, []),
        ({"old": 1}, "1.0.0", True, []),
        # neither accepts it, and the shape finds less wrong with it
        ({"version": "2.0.0", "old": "x"}, "1.0.0", False, ["version-stamp"]),
        ({"version": "2.0.0", "new": 1, "old": 2}, "2.0.0", False, []),
        # nothing said: the newest that accepts it
        ({"new": 1}, "2.0.0", True, []),
        ({"ten": 1}, "1.10.0", True, []),
        ({"nine": 1}, "1.9.0", True, []),
        # nothing said, nothing fits: the one that finds least wrong, of several the first
        ({"ten": "x"}, "1.10.0", False, []),
        ({}, "1.0.0", False, []),
        ([], "1.0.0", False, []),
        (None, "1.0.0", False, []),
        ({"version": None, "new": 1}, "2.0.0", False, []),
        # newer than what is known of its major
        ({"version": "2.3.0", "new": 1}, "2.0.0", True, ["newer-version"]),
        ({"version": "2.0.1", "other": 1}, "2.0.0", False, ["newer-version"]),
        ({"version": "1.11", "ten": 1}, "1.10.0", True, ["newer-version"]),
        # unknown
        ({"version": "3.0.0", "new": 1}, None, None, ["unknown-version"]),
        ({"version": "0.9.0", "new": 1}, None, None, ["unknown-version"]),
        ({"version": "1.9.5", "nine": 1}, None, None, ["unknown-version"]),
        ({"version": "1.2", "nine": 1}, None, None, ["unknown-version"]),
        ({"version": "winter", "new": 1}, None, None, ["unknown-version"]),
        ({"version": "", "new": 1}, None, None, ["unknown-version"]),
        ({"version": "2.0.0-beta", "new": 1}, None, None, ["unknown-version"]),
    ],
)
def test_the_version_of_a_document(tree: Any, version: str | None, fits: bool | None, rules: list[str]) -> None:
    """What a document says, what its shape says, and which of the two is believed."""
    choice = Family("thing", FAMILY).choose(tree)
    assert (choice.version, choice.fits, [problem.rule for problem in choice.problems]) == (version, fits, rules)
    for problem in choice.problems:
        assert problem.parts == ("version",)
        assert problem.severity == ("error" if problem.rule == "unknown-version" else "warning")


def test_an_unknown_version_lists_the_known_ones() -> None:
    """The error names what it found, what is known, oldest first, and what to do."""
    problem = Family("thing", FAMILY).choose({"version": "3.0.0"}).problems[0]
    assert "'3.0.0' of thing" in problem.message
    assert "1.0.0, 1.9.0, 1.10.0, 2.0.0" in problem.message
    assert problem.suggestion is not None
    assert "thing@3.0.0.schema.json" in problem.suggestion


def test_one_shape_without_a_version_asks_once() -> None:
    """The plain case is one call of the schema, whatever the document says about a version."""
    schema = Schema({"properties": {"version": {"type": "string"}}})
    schema.compile()
    asked = []
    real = schema.accepts
    schema.accepts = lambda tree: asked.append(tree) is None and real(tree)
    for tree, fits in (({"version": "9"}, True), ({"version": 9}, False), ({}, True), ([], True)):
        choice = Family.of("plain", schema).choose(tree)
        assert (choice.version, choice.fits, list(choice.problems)) == (None, fits, [])
    assert len(asked) == 4


def test_a_stamp_is_where_the_schema_says() -> None:
    """Each version's documents may carry their stamp in another place."""
    old = {"properties": {"meta": {"properties": {"shape": {"const": "1.0"}}}}, "required": ["meta"]}
    new = {"properties": {"version": {"const": "2.0"}}, "required": ["version"]}
    family = Family("thing", {"1.0": Schema({**old, "x-setpoint-version-at": "/meta/shape"}), "2.0": Schema(new)})
    assert family.choose({"meta": {"shape": "1.0"}}).version == "1.0"
    assert family.choose({"version": "2.0"}).version == "2.0"
    assert family.choose({"meta": {"shape": "1.0"}, "version": "2.0"}).version == "2.0"
    unknown = family.choose({"meta": {"shape": "5"}})
    assert [(problem.rule, problem.parts) for problem in unknown.problems] == [("unknown-version", ("meta", "shape"))]


@pytest.mark.parametrize("said", [{"const": "2.1"}, {"enum": ["2.1"]}])
def test_the_current_schema_may_say_its_version(said: dict[str, Any]) -> None:
    """A schema without a version in its file's name has the only one that it allows."""
    family = Family("thing", {None: Schema({"properties": {"version": said}}), "1.0": shape("old", "1.0")})
    assert family.versions == ("1.0", "2.1")
    assert family.choose({"version": "2.1"}).version == "2.1"
    assert [problem.rule for problem in family.choose({"version": "3"}).problems] == ["unknown-version"]
    assert [problem.rule for problem in family.choose({"version": "2.5"}).problems] == ["newer-version"]


def test_a_current_schema_that_does_not_say_has_all_other_versions() -> None:
    """Where the current schema leaves the version open, a stamp that no older one has is its own."""
    family = Family("thing", {None: Schema({"required": ["now"]}), "1.0": shape("old", "1.0")})
    assert family.choose({"version": "7", "now": 1}).version == "7"
    assert family.choose({"version": "7"}).fits is False
    assert family.choose({"version": "1.0", "old": 1}).version == "1.0"
    assert family.choose({"now": 1}).version is None


def test_a_version_can_be_asked_for() -> None:
    """Its schema is returned, the newest for None, and an error that lists them for one there is none of."""
    family = Family("thing", FAMILY)
    assert family.at("1.9") is FAMILY["1.9.0"]
    assert family.at(None) is FAMILY["2.0.0"]
    assert Family.of("plain", FAMILY["1.9.0"]).at(None) is FAMILY["1.9.0"]
    with pytest.raises(ConfigNotFoundError, match=r"1\.0\.0, 1\.9\.0, 1\.10\.0, 2\.0\.0"):
        family.at("3")


def test_all_schemas_can_be_compiled_now() -> None:
    """A schema of any version that cannot work is found."""
    Family("thing", FAMILY).compile()
    with pytest.raises(SchemaError):
        Family("thing", {"1": Schema({}), "2": Schema({"type": "strin"})}).compile()


def test_a_family_is_not_empty() -> None:
    """Somebody who has no schema has no family either."""
    with pytest.raises(ValueError, match="at least one"):
        Family("thing", {})


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.9", "1.10"), ("1.9.9", "1.10"), ("2", "10"), ("2.0.0-beta", "2.0.0"), ("1.0.0", "1.0.1"), ("v1", "2")],
)
def test_versions_compare_as_numbers(older: str, newer: str) -> None:
    """1.10 is newer than 1.9."""
    assert order(older) < order(newer)


@pytest.mark.parametrize(("one", "other"), [("2", "2.0.0"), ("v2.1", "2.1"), ("1.0", "1"), ("01", "1")])
def test_ways_to_write_one_version(one: str, other: str) -> None:
    """Zeros at the end and a v before say nothing."""
    assert order(one) == order(other)
    assert major(one) == major(other)


@given(st.lists(st.text(alphabet="v0129.-ab ²٣", max_size=8), min_size=2, max_size=5))
def test_any_texts_have_an_order(versions: list[str]) -> None:
    """Whatever somebody writes as a version can be compared."""
    assert len(sorted(versions, key=order)) == len(versions)
    assert all(major(version) == order(version)[0] for version in versions)


def test_what_counts_as_a_stamp() -> None:
    """Text and numbers do; true, null, mappings and what is not there do not."""
    at = ("meta", "version")
    assert stamp_of({"meta": {"version": "x"}}, at) == "x"
    assert stamp_of({"meta": {"version": 2}}, at) == "2"
    assert stamp_of({"meta": {"version": 2.5}}, at) == "2.5"
    for tree in (
        {"meta": {"version": True}},
        {"meta": {"version": None}},
        {"meta": {"version": {}}},
        {"meta": 1},
        [],
        1,
    ):
        assert stamp_of(tree, at) is None


def test_what_a_schema_declares() -> None:
    """Only a single value counts as its version."""
    assert declared({"properties": {"version": {"const": "1"}}}, ("version",)) == "1"
    assert declared({"properties": {"version": {"enum": ["1", "2"]}}}, ("version",)) is None
    assert declared({"properties": {"version": {"const": 1}}}, ("version",)) is None
    assert declared({"properties": []}, ("version",)) is None
    assert declared(True, ("version",)) is None
