"""Of a union that refuses, the branch that was meant speaks."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosing import Judge, diagnosed, only

from setpoint.validation.fault import Fault, faults_of
from setpoint.validation.unions import at_own_place, badness

TCP = {
    "type": "object",
    "required": ["kind", "host"],
    "properties": {"kind": {"const": "tcp"}, "host": {"type": "string"}, "port": {"type": "integer"}},
    "additionalProperties": False,
}
FILE = {
    "type": "object",
    "required": ["kind", "path"],
    "properties": {"kind": {"const": "file"}, "path": {"type": "string"}},
    "additionalProperties": False,
}


def faults(contents: Any, tree: Any) -> tuple[Fault, ...]:
    return faults_of(Judge(contents).errors_of(tree), tree)


@pytest.mark.parametrize("union", ["anyOf", "oneOf"])
def test_types_of_all_branches_are_one_expectation(union: str) -> None:
    """When no branch takes the value's type, one problem names all the types."""
    contents = {union: [{"type": "string"}, {"type": "array"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}]}
    problem = only(contents, 3)
    assert problem.rule == "wrong-type"
    assert problem.message == "expected a string, a list or null, found the number 3"


def test_the_branch_of_the_right_type_speaks() -> None:
    """A branch of another type is left out when one has the document's type."""
    contents = {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "integer"}}}]}
    problem = only(contents, {"a": "x"})
    assert (problem.rule, problem.parts) == ("wrong-type", ("a",))


def test_allowed_values_of_all_branches_are_one_list() -> None:
    """The values that several branches allow are told as one list, with the nearest suggested."""
    problem = only({"oneOf": [{"enum": ["debug", "info"]}, {"const": "error"}]}, "inof")
    assert problem.rule == "not-allowed-value"
    assert problem.message == "expected one of 'debug', 'info' or 'error', found the string 'inof'"
    assert problem.suggestion == "did you mean 'info'?"


def test_the_discriminator_chooses_the_branch() -> None:
    """The branch whose constant fits speaks, though another has fewer mistakes."""
    problems = diagnosed({"oneOf": [TCP, FILE]}, {"kind": "tcp", "path": "/x", "port": "no"})
    assert [(problem.rule, problem.parts) for problem in problems] == [
        ("missing-key", ()),
        ("unknown-key", ("path",)),
        ("wrong-type", ("port",)),
    ]


def test_a_wrong_discriminator_lists_the_values_of_all_branches() -> None:
    """When no branch has the discriminating value, all of them are listed at it."""
    problem = only({"oneOf": [TCP, FILE]}, {"kind": "udp", "host": "h"})
    assert (problem.rule, problem.parts) == ("not-allowed-value", ("kind",))
    assert problem.message == "expected 'tcp' or 'file', found the string 'udp'"


def test_a_missing_discriminator_is_the_one_problem() -> None:
    """When only the discriminating key is missing, that is told."""
    problem = only({"oneOf": [TCP, FILE]}, {"host": "h", "port": 1})
    assert (problem.rule, problem.message) == ("missing-key", "the key 'kind' is missing")


def test_the_branch_with_the_most_known_keys_speaks() -> None:
    """Without a discriminator the branch that knows the document's keys speaks, mistakes deeper inside or not."""
    contents = {
        "anyOf": [
            {
                "properties": {"steps": {"type": "array", "items": {"type": "string"}}},
                "required": ["steps"],
                "additionalProperties": False,
            },
            {"properties": {"extends": {"type": "string"}}, "required": ["extends"]},
        ]
    }
    problems = diagnosed(contents, {"steps": [1, 2, "x", 4]})
    assert [problem.parts for problem in problems] == [("steps", 0), ("steps", 1), ("steps", 3)]


def test_one_of_several_missing_keys_is_one_problem() -> None:
    """When each branch only lacks its own key, one problem names them all."""
    problem = only({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}, {})
    assert (problem.rule, problem.message) == ("missing-key", "one of the keys 'a' or 'b' with 'c' is missing")


def test_a_half_given_group_of_keys_is_completed() -> None:
    """When a key of one group is there, the rest of that group is missing."""
    contents = {"oneOf": [{"required": ["user", "password"]}, {"required": ["token_file"]}]}
    assert only(contents, {"user": "u"}).message == "the key 'password' is missing"


def test_keys_that_exclude_each_other_are_named() -> None:
    """A value that fits two branches of oneOf by their required keys is told which keys those are."""
    contents = {"properties": {"a": {"oneOf": [{"required": ["x"]}, {"required": ["y"]}]}}}
    problem = only(contents, {"a": {"y": 1, "x": 2}})
    assert (problem.rule, problem.parts, problem.at) == ("several-match", ("a",), "key")
    assert problem.message == "only one of 'x' and 'y' may be given"


def test_branches_that_fit_at_once_are_named() -> None:
    """A value that fits several branches of oneOf is told which: by title, by reference, or by number."""
    contents = {
        "oneOf": [{"title": "A size"}, {"$ref": "#/$defs/count"}, {"type": "number"}],
        "$defs": {"count": {"type": "integer"}},
    }
    assert only(contents, 3).message == (
        "the number 3 fits 3 of the alternatives, 'A size', 'count' and number 3; exactly one may fit"
    )


def test_the_badness_of_a_union_is_that_of_its_best_branch() -> None:
    """A union counts as its best branch and a little more, and what fits counts nothing."""
    contents = {"oneOf": [{"type": "string"}, {"required": ["a"]}, {"required": ["a", "b"]}]}
    assert badness(faults(contents, {"a": 1, "b": 2})) > 0
    assert badness(faults(contents, {"a": 1})) == 0
    assert 1 < badness(faults(contents, {})) < 2
    assert badness(faults({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1, "c": 2})) == 2


def test_a_union_at_its_own_place_is_opened_through_inner_unions() -> None:
    """Leaf faults of nested unions at one place are gathered; a fault further inside ends that."""
    nested = {"anyOf": [{"type": "string"}, {"oneOf": [{"type": "null"}, {"const": 7}]}]}
    (fault,) = faults(nested, 3)
    gathered = at_own_place(fault)
    assert gathered is not None
    assert [one.name for one in gathered] == ["Type", "Type", "Constant"]
    (fault,) = faults({"anyOf": [{"type": "string"}, {"items": {"type": "string"}}]}, [1])
    assert at_own_place(fault) is None
