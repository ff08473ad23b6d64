"""Keys of different branches of a union, given together, are one mistake."""

from __future__ import annotations

from typing import Any

from diagnosing import diagnosed, only


def license_by(*keys: str) -> dict[str, Any]:
    return {
        "oneOf": [
            {
                "properties": {key: {"type": "string"}, "note": {"type": "string"}},
                "required": [key],
                "additionalProperties": False,
            }
            for key in keys
        ]
    }


def test_keys_of_two_branches_are_said_not_to_go_together() -> None:
    """A key that only another branch knows is not called unknown; both keys are named, at the one refused."""
    problem = only(license_by("file", "text"), {"file": "LICENSE", "note": "n", "text": "MIT"})
    assert (problem.rule, problem.parts, problem.at) == ("forbidden", ("text",), "key")
    assert problem.message == "the keys 'file' and 'text' cannot be given together"
    assert problem.suggestion == "remove one of the two"


def test_keys_of_many_branches_are_one_problem() -> None:
    """However many branches are mixed, one problem names all their keys in the order of the document."""
    problem = only(license_by("call", "cmd", "shell"), {"shell": "a", "cmd": "b", "call": "c"})
    assert problem.message == "the keys 'shell', 'cmd' and 'call' cannot be given together"
    assert problem.suggestion == "keep one of them"


def test_a_key_no_branch_knows_is_unknown() -> None:
    """A key that is in no branch stays an unknown key."""
    problem = only(license_by("file", "text"), {"file": "LICENSE", "colour": "red"})
    assert (problem.rule, problem.parts) == ("unknown-key", ("colour",))


def test_a_branch_ruled_out_by_its_kind_lends_no_keys() -> None:
    """Where a key's value tells which branch is meant, the other branch's keys are unknown here."""

    def kind(name: str, key: str) -> dict[str, Any]:
        return {
            "properties": {"kind": {"const": name}, key: {"type": "string"}},
            "required": ["kind"],
            "additionalProperties": False,
        }

    contents = {"oneOf": [kind("tcp", "host"), kind("file", "path")]}
    problems = diagnosed(contents, {"kind": "tcp", "host": "h", "path": "/x"})
    assert [(problem.rule, problem.parts) for problem in problems] == [("unknown-key", ("path",))]
