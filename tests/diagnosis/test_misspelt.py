"""A misspelt key is found by undoing it."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from diagnosing import Judge, diagnosed, only

from setpoint.diagnosis.rename import Rename, Renames

_PATH = Path(__file__).resolve().parents[2] / "bench" / "typos.py"
_SPEC = importlib.util.spec_from_file_location("bench_typos", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
typos = importlib.util.module_from_spec(_SPEC)
sys.modules["bench_typos"] = typos
_SPEC.loader.exec_module(typos)

STYLES = typos.load_styles()
QUEUE = {
    "type": "object",
    "properties": {
        "max_size": {"type": "integer", "description": "How many may wait. More."},
        "mode": {"type": "string"},
    },
    "required": ["max_size"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_the_documents_of_each_style_fit_it(style: Any) -> None:
    """Each document that typos are made in has nothing wrong with it."""
    assert [style.diagnose(document) for document in style.documents] == [[] for _ in style.documents]


def test_seeded_typos_are_named_placed_and_mended() -> None:
    """Of seeded typos in all styles at least 99 % are named at their key, 95 % mended, and 95 % told alone."""
    count = max(12, int(os.environ.get("SETPOINT_EXAMPLES", "0")) // 10)
    total = typos.measure(STYLES, seed=71, count=count)["total"]
    named, suggested, single = total.shares()
    assert total.typos > 25 * len(STYLES) // 2
    assert named >= 99.0
    assert suggested >= 95.0
    assert single >= 95.0


def test_a_misspelt_required_key_is_one_problem_at_the_key() -> None:
    """The unknown key and the missing one are told as one mistake, with the right key and what it is for."""
    problem = only(QUEUE, {"mode": "a", "max_szie": 3})
    assert (problem.rule, problem.parts, problem.at) == ("misspelt-key", ("max_szie",), "key")
    assert problem.suggestion == "did you mean 'max_size'?"
    assert problem.note == "How many may wait."


@pytest.mark.parametrize("key", ["maxSize", "MAX_SIZE", "max-size", "max.size", "maxsize"])
def test_another_style_of_a_key_is_recognised(key: str) -> None:
    """A key in another style of writing is taken for the known one."""
    assert only(QUEUE, {key: 3}).suggestion == "did you mean 'max_size'?"


def test_several_typos_are_each_one_problem_in_document_order() -> None:
    """Misspelt keys beside and inside one another are told one by one, with the paths as written."""
    schema = {
        "properties": {
            "queue": QUEUE,
            "other": {"properties": {"alpha": {}, "gamma": {}}, "additionalProperties": False},
        },
        "additionalProperties": False,
    }
    problems = diagnosed(schema, {"queeu": {"mdoe": "x", "max_szie": 1}, "other": {"alpah": 1, "gama": 2}})
    assert [(problem.rule, problem.parts, problem.suggestion) for problem in problems] == [
        ("misspelt-key", ("queeu",), "did you mean 'queue'?"),
        ("misspelt-key", ("queeu", "mdoe"), "did you mean 'mode'?"),
        ("misspelt-key", ("queeu", "max_szie"), "did you mean 'max_size'?"),
        ("misspelt-key", ("other", "alpah"), "did you mean 'alpha'?"),
        ("misspelt-key", ("other", "gama"), "did you mean 'gamma'?"),
    ]


def test_what_else_is_wrong_is_told_with_the_keys_as_written() -> None:
    """A wrong value under a misspelt key is told at that key as it stands in the document."""
    problems = diagnosed(QUEUE, {"max_szie": "ten"})
    assert [(problem.rule, problem.parts) for problem in problems] == [
        ("misspelt-key", ("max_szie",)),
        ("wrong-type", ("max_szie",)),
    ]


def test_a_misspelt_optional_key_with_a_wrong_value_is_two_problems() -> None:
    """A wrong value under a misspelt optional key does not hide that the key is misspelt."""
    problems = diagnosed(QUEUE, {"max_size": 1, "mdoe": 3})
    assert [(problem.rule, problem.parts) for problem in problems] == [
        ("misspelt-key", ("mdoe",)),
        ("wrong-type", ("mdoe",)),
    ]


def test_a_typo_that_falls_under_a_rule_for_further_keys_is_found() -> None:
    """A misspelt key whose value breaks the rule for user-chosen keys is told as misspelt, not as a wrong value."""
    schema = {"properties": {"port": {"type": "integer"}}, "additionalProperties": {"type": "string"}}
    assert only(schema, {"prot": 80, "motto": "x"}).suggestion == "did you mean 'port'?"


def test_a_typo_in_the_discriminator_is_found() -> None:
    """A misspelt key that tells the branches of a union apart is told as misspelt."""
    branch = {"type": "object", "required": ["kind"], "additionalProperties": False}
    schema = {
        "items": {
            "oneOf": [
                {**branch, "properties": {"kind": {"const": "tcp"}, "host": {}}},
                {**branch, "properties": {"kind": {"const": "file"}, "path": {}}},
            ]
        }
    }
    problem = only(schema, [{"kind": "file", "path": "/"}, {"knid": "tcp", "host": "h"}])
    assert (problem.parts, problem.suggestion) == ((1, "knid"), "did you mean 'kind'?")


def test_a_typo_that_makes_a_condition_apply_is_found() -> None:
    """A misspelt key that a condition looks at is told, not what the condition then demands."""
    schema = {
        "properties": {"mode": {"enum": ["a", "b"]}, "extra": {}},
        "if": {"properties": {"mode": {"const": "a"}}},
        "then": {"required": ["extra"]},
    }
    assert only(schema, {"moode": "b"}).suggestion == "did you mean 'mode'?"


def test_a_known_key_in_place_of_a_missing_one_is_found_when_that_mends_all() -> None:
    """A slip that turns one known key into another is told when undoing it mends more than one mistake."""
    schema = {
        "properties": {"cert": {"type": "string"}, "certs": {"type": "array"}, "key": {"type": "string"}},
        "dependentRequired": {"cert": ["key"]},
    }
    problem = only(schema, {"cert": ["a"]})
    assert (problem.rule, problem.suggestion) == ("misspelt-key", "did you mean 'certs'?")


def test_a_wrong_value_is_not_blamed_on_its_key() -> None:
    """A known key with a value of the wrong type stays a wrong value, though another key would take it."""
    schema = {"properties": {"port": {"type": "integer"}, "ports": {"type": "array"}}, "additionalProperties": False}
    assert only(schema, {"port": [1]}).rule == "wrong-type"


def test_a_name_that_only_a_pattern_allows_is_mended_where_one_slip_does_it() -> None:
    """A misspelt user-chosen name is mended when exactly one likely slip makes it match."""
    schema = {"patternProperties": {"^x-": {}}, "additionalProperties": False}
    assert only(schema, {"xx-note": 1}).suggestion == "did you mean 'x-note'?"


def test_a_name_that_could_be_many_is_not_guessed() -> None:
    """Where several names match a pattern as likely, none is suggested."""
    schema = {"patternProperties": {"^Agent-[1-9]$": {}}, "additionalProperties": False}
    problem = only(schema, {"Agent-m": 1})
    assert (problem.rule, problem.suggestion) == ("unknown-key", None)


def test_an_unknown_key_like_no_other_lists_the_allowed_ones() -> None:
    """A key that is like no other is told with the keys that are allowed."""
    problem = only(QUEUE, {"max_size": 1, "colour": 2})
    assert (problem.rule, problem.at, problem.parts) == ("unknown-key", "key", ("colour",))
    assert "'max_size', 'mode'" in problem.message


def test_the_tree_is_left_alone() -> None:
    """Diagnosing renames keys in copies only."""
    tree = {"a": [{"max_szie": 1}]}
    diagnosed({"properties": {"a": {"items": QUEUE}}}, tree)
    assert tree == {"a": [{"max_szie": 1}]}


def test_keys_of_digits_and_empty_keys_are_found_again() -> None:
    """Keys that the engine reports as numbers, or leaves out, are told as they stand in the document."""
    schema = {"additionalProperties": {"additionalProperties": {"type": "integer"}}}
    assert only(schema, {"200": {"012": "x"}}).parts == ("200", "012")
    assert only(schema, {"": {"": "x"}}).parts == ("", "")


def test_renames_made_at_once_can_be_undone() -> None:
    """Parts of a renamed tree lead back to the keys as they were written."""
    step = Renames([Rename(("a", 0), "x", "y", True), Rename((), "b", "c", True)])
    assert step.apply({"a": [{"x": 1, "z": 2}], "b": 3}) == {"a": [{"y": 1, "z": 2}], "c": 3}
    assert step.undo(("a", 0, "y")) == ("a", 0, "x")
    assert step.undo(("c", "deep")) == ("b", "deep")
    assert step.undo(("a", 1, "y")) == ("a", 1, "y")


@pytest.mark.parametrize("wrong", ["one", "all", "none like it"])
def test_a_large_document_is_validated_a_few_times_only(wrong: str) -> None:
    """However many keys are wrong in a large document, it is validated a bounded number of times."""
    judge = Judge({"items": {"properties": {"port": {"type": "integer"}, "name": {}}, "additionalProperties": False}})
    key = "zzzzzz" if wrong == "none like it" else "prot"
    tree = [{key if wrong != "one" or index == 7 else "port": index, "name": "n"} for index in range(6000)]
    start = time.process_time()
    problems = judge.diagnose(tree)
    assert time.process_time() - start < 10
    assert judge.validations < 60
    assert problems[0].parts == ((7, "prot") if wrong == "one" else (0, key))
    if wrong != "one":
        assert len(problems) == 1001
        assert problems[-1].rule == "more-errors"
        assert "5,000 more" in problems[-1].message
