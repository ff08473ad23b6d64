"""Of a union that refuses, the branch that was meant speaks."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosing import Judge, diagnosed, only

from setpoint.diagnosis.fault import Fault, faults_of
from setpoint.diagnosis.unions import at_own_place, badness

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


def test_a_kind_told_in_a_union_below_counts() -> None:
    """A branch that is itself a union of kinds is left out when none of them is the document's."""
    bare = {"oneOf": [{"properties": {"base": {"const": "bare"}, "on": {"const": name}}} for name in ("a", "b")]}
    core = {"properties": {"base": {"const": "core"}}, "required": ["parts"]}
    problem = only({"oneOf": [bare, core]}, {"base": "core", "on": "c"})
    assert (problem.rule, problem.message) == ("missing-key", "the key 'parts' is missing")


def test_kinds_told_in_a_union_below_are_listed_with_the_others() -> None:
    """A wrong kind lists the kinds of unions inside the union, too, and suggests among all of them."""
    places = [{"properties": {"in": {"const": name}}, "required": ["in", "type"]} for name in ("header", "query")]
    body = {"properties": {"in": {"const": "body"}}, "required": ["in", "schema"]}
    problem = only({"oneOf": [body, {"oneOf": places}]}, {"in": "boddy", "schema": {}})
    assert problem.parts == ("in",)
    assert problem.message == "expected one of 'body', 'header' or 'query', found the string 'boddy'"
    assert problem.suggestion == "did you mean 'body'?"


def test_a_kind_told_by_a_pattern_is_listed_with_the_others() -> None:
    """Where one branch wants the kind to match a pattern, a wrong kind is still the one mistake."""

    def resource(kind: dict[str, Any]) -> dict[str, Any]:
        return {"properties": {"Type": kind, "Properties": {}}, "required": ["Type", "Properties"]}

    branches = [
        resource({"pattern": "^Custom::"}),
        resource({"enum": ["AWS::Queue"]}),
        resource({"enum": ["AWS::Key"]}),
    ]
    problem = only({"anyOf": branches}, {"Type": "AWS::Queu"})
    assert (problem.rule, problem.parts) == ("not-allowed-value", ("Type",))
    assert problem.message == (
        "expected 'AWS::Queue' or 'AWS::Key' or a string that matches ^Custom::, found the string 'AWS::Queu'"
    )
    assert problem.suggestion == "did you mean 'AWS::Queue'?"


def test_a_branch_that_does_not_know_the_key_is_not_preferred() -> None:
    """A wrong value under a key that only one branch knows is that branch's mistake, not an unknown key."""
    secret = {"oneOf": [{"type": "string"}, {"properties": {"secure": {}}, "additionalProperties": False}]}
    mail = {"type": "object", "properties": {"on_success": {"enum": ["always", "never"]}}}
    for other in (secret, secret["oneOf"][1]):
        problem = only({"oneOf": [other, mail]}, {"on_success": "sometimes"})
        assert (problem.rule, problem.parts) == ("not-allowed-value", ("on_success",))


def test_branches_that_lack_one_key_are_told_though_others_are_further_off() -> None:
    """When the branches that know most of the keys each lack another, both are named, whatever the others say."""

    def source(key: str, *more: str) -> dict[str, Any]:
        keys = dict.fromkeys((key, *more), True)
        return {"type": "object", "properties": keys, "required": [key], "additionalProperties": False}

    contents = {"oneOf": [source("git", "develop"), source("url"), source("path", "develop"), {"type": "string"}]}
    problem = only(contents, {"develop": True})
    assert problem.message == "one of the keys 'git' or 'path' is missing"


def test_a_type_is_not_repeated_beside_its_values() -> None:
    """A branch's type is not told beside the values it lists, nor values beside a type that takes them all."""
    listed = {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]}
    assert only(listed, 3).message == "expected null or 'a' or 'b', found the number 3"
    every = {"anyOf": [{"type": "string"}, {"const": "any"}]}
    problem = only(every, 3)
    assert (problem.rule, problem.message) == ("wrong-type", "expected a string, found the number 3")
