"""From a schema's refusal to one clear problem for each mistake."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosing import Judge, diagnosed, only
from hypothesis import given
from hypothesis import strategies as st

from setpoint.diagnosis import diagnosis
from setpoint.diagnosis.fault import Fault
from setpoint.diagnosis.problem import Problem
from setpoint.diagnosis.rules import problems_of
from setpoint.diagnosis.view import View

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def values(rule: Any) -> Any:
    """A schema whose key 'a' follows a rule."""
    return {"properties": {"a": rule}}


@pytest.mark.parametrize(
    ("rule", "value", "expected", "message"),
    [
        ({"type": "integer"}, "ten", "wrong-type", "expected an integer, found the string 'ten'"),
        ({"type": ["string", "null"]}, [1], "wrong-type", "expected a string or null, found a list"),
        ({"enum": ["a", 1, None]}, "b", "not-allowed-value", "expected one of 'a', 1 or null, found the string 'b'"),
        ({"const": True}, False, "not-allowed-value", "expected true, found false"),
        ({"minimum": 1}, 0, "too-small", "expected at least 1, found 0"),
        ({"exclusiveMinimum": 0}, 0, "too-small", "expected more than 0, found 0"),
        ({"maximum": 1.5}, 2, "too-large", "expected at most 1.5, found 2"),
        ({"exclusiveMaximum": 2}, 2, "too-large", "expected less than 2, found 2"),
        ({"multipleOf": 5}, 7, "not-multiple", "expected a multiple of 5, found 7"),
        ({"minLength": 3}, "ab", "too-short", "expected at least 3 characters, found 2 characters: 'ab'"),
        ({"maxLength": 1}, "ab", "too-long", "expected at most 1 character, found 2 characters: 'ab'"),
        ({"pattern": "^a+$"}, "b", "pattern-mismatch", "expected a string that matches ^a+$, found the string 'b'"),
        ({"format": "ipv4"}, "x", "bad-format", "expected an IPv4 address such as 192.0.2.1, found the string 'x'"),
        ({"minItems": 2}, [1], "too-few-items", "expected at least 2 items, found 1"),
        ({"maxItems": 1}, [1, 2], "too-many-items", "expected at most 1 item, found 2"),
        ({"minProperties": 1}, {}, "too-few-keys", "expected at least 1 key, found none"),
        ({"maxProperties": 1}, {"x": 1, "y": 2}, "too-many-keys", "expected at most 1 key, found 2"),
        (
            {"contains": {"const": 3}},
            [1],
            "contains",
            "no item of the list is of the kind that the schema wants at least once: 3",
        ),
        (
            {"contains": {"type": "string"}, "minContains": 2},
            ["a"],
            "contains",
            "at least 2 of the items must be of the kind that the schema names: a string",
        ),
        (
            {"contains": {"type": "string"}, "maxContains": 1},
            ["a", "b"],
            "contains",
            "at most 1 of the items may be of the special kind that the schema names: a string",
        ),
        (
            {"prefixItems": [{}], "unevaluatedItems": False},
            [1, 2],
            "too-many-items",
            "the list has 2 items, more than the schema knows",
        ),
        ({"not": {"type": "string"}}, "x", "forbidden", "expected anything but a string"),
        ({"not": {"enum": ["x", "y"]}}, "x", "forbidden", "the string 'x' is not allowed here"),
        (
            {"not": {"pattern": "^x"}},
            "xy",
            "forbidden",
            "expected a string that does not match ^x, found the string 'xy'",
        ),
        ({"not": {"minItems": 1}}, [1], "forbidden", "a list has a shape that the schema forbids here"),
    ],
)
def test_a_value_is_told_with_what_was_expected(rule: Any, value: Any, expected: str, message: str) -> None:
    """Each rule about a value names what was expected and what was found, at the value."""
    problem = only(values(rule), {"a": value})
    assert (problem.rule, problem.message) == (expected, message)
    assert (problem.parts, problem.at, problem.severity) == (("a",), "value", "error")


@pytest.mark.parametrize(
    ("contents", "tree", "place", "expected", "message"),
    [
        ({"required": ["a"]}, {}, ((), "value"), "missing-key", "the key 'a' is missing"),
        (values({"required": ["b"]}), {"a": {}}, (("a",), "key"), "missing-key", "the key 'b' is missing"),
        ({"items": {"required": ["b"]}}, [{}], ((0,), "value"), "missing-key", "the key 'b' is missing"),
        (
            {"dependentRequired": {"a": ["b"]}},
            {"a": 1},
            ((), "value"),
            "dependent-key",
            "the key 'b' is missing; it is needed beside 'a'",
        ),
        (
            {"dependentSchemas": {"a": {"required": ["b"]}}},
            {"a": 1},
            ((), "value"),
            "dependent-key",
            "the key 'b' is missing; it is needed beside 'a'",
        ),
        (
            {"$schema": DRAFT_7, "dependencies": {"a": ["b"]}},
            {"a": 1},
            ((), "value"),
            "dependent-key",
            "the key 'b' is missing; it is needed beside 'a'",
        ),
        (
            {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
            {"a": 1},
            ((), "value"),
            "missing-key",
            "the key 'b' is missing; it is needed because 'a' is 1",
        ),
        (values(False), {"a": 1}, (("a",), "key"), "forbidden", "the key 'a' is not allowed here"),
        ({"not": {"required": ["a"]}}, {"a": 1}, (("a",), "key"), "forbidden", "the key 'a' is not allowed here"),
        (
            {"not": {"required": ["a", "b"]}},
            {"a": 1, "b": 2},
            (("b",), "key"),
            "forbidden",
            "the keys 'a' and 'b' exclude each other",
        ),
        (
            {"dependentSchemas": {"a": {"not": {"required": ["b"]}}}},
            {"a": 1, "b": 2},
            (("b",), "key"),
            "forbidden",
            "the key 'b' is not allowed here beside 'a'",
        ),
        (
            {"propertyNames": {"pattern": "^x{9}"}},
            {"B": 1},
            (("B",), "key"),
            "key-name",
            "the key 'B' is not allowed here; expected a string that matches ^x{9}",
        ),
        (
            {"propertyNames": {"maxLength": 2}},
            {"long": 1},
            (("long",), "key"),
            "key-name",
            "the key 'long' is not allowed here; expected at most 2 characters",
        ),
        (
            {"propertyNames": False},
            {"a": 1},
            ((), "value"),
            "forbidden",
            "expected an empty mapping; no keys are allowed here",
        ),
        (
            {"additionalProperties": False},
            {"a": 1},
            (("a",), "key"),
            "unknown-key",
            "unknown key 'a'; no keys are allowed here",
        ),
        (
            {"patternProperties": {"^x{9}": {}}, "additionalProperties": False},
            {"a": 1},
            (("a",), "key"),
            "unknown-key",
            "unknown key 'a'; allowed here: keys that match ^x{9}",
        ),
        (
            {"unevaluatedProperties": {"type": "string"}},
            {"a": 1},
            (("a",), "value"),
            "invalid",
            "the value of 'a' does not fit what the schema allows for further keys",
        ),
        (
            {"uniqueItems": True},
            ["a", "b", "a"],
            ((2,), "value"),
            "duplicate-items",
            "'a' is in the list twice, as items 1 and 3; each may appear once",
        ),
        (
            {"uniqueItems": True},
            [1, True, 1.0],
            ((2,), "value"),
            "duplicate-items",
            "1.0 is in the list twice, as items 1 and 3; each may appear once",
        ),
        (
            {"prefixItems": [{}], "items": False},
            [1, 2],
            ((1,), "value"),
            "too-many-items",
            "the list goes no further than 1 items",
        ),
        (
            {"$schema": DRAFT_7, "items": [{}], "additionalItems": False},
            [1, 2],
            ((), "value"),
            "too-many-items",
            "expected at most 1 item, found 2",
        ),
        (False, 1, ((), "value"), "forbidden", "the schema allows nothing here"),
    ],
)
def test_a_key_or_item_is_told_at_its_place(
    contents: Any, tree: Any, place: tuple[Any, str], expected: str, message: str
) -> None:
    """Each rule about keys and items names its key or item, and stands where it has to be mended."""
    problem = only(contents, tree)
    assert (problem.rule, problem.message, (problem.parts, problem.at)) == (expected, message, place)


def test_text_that_does_not_hold_what_it_should_is_told() -> None:
    """A string of the wrong encoding or content is told as such."""
    contents = {
        "$schema": DRAFT_7,
        "properties": {"a": {"contentEncoding": "base64"}, "b": {"contentMediaType": "application/json"}},
    }
    problems = diagnosed(contents, {"a": "***", "b": "{"})
    assert [problem.rule for problem in problems] == ["bad-encoding", "bad-encoding"]
    assert problems[1].message == "expected text that holds application/json, found the string '{'"


@pytest.mark.parametrize(
    ("allowed", "value", "suggestion"),
    [
        (["DEBUG", "INFO"], "info", "did you mean 'INFO'?"),
        (["DEBUG", "INFO"], "INOF", "did you mean 'INFO'?"),
        (["mon", "tue"], "monday", "did you mean 'mon'?"),
        ([1, 2], "2", "write 2 without quotes"),
        ([1, 2], "3", None),
        (["1", "2"], 2, 'write "2", in quotes'),
        ([True, False], "yes", "write true"),
        (["a", "b"], "zzz", None),
    ],
)
def test_the_allowed_value_that_was_meant_is_suggested(allowed: list[Any], value: Any, suggestion: str | None) -> None:
    """A value near an allowed one, or one that only has another type, gets that one suggested."""
    assert only(values({"enum": allowed}), {"a": value}).suggestion == suggestion


def test_the_note_is_what_the_schema_says() -> None:
    """A problem comes with the first sentence that the refusing piece of schema says about itself."""
    contents = values(
        {"description": "The outer. More.", "anyOf": [{"pattern": "^a", "description": "Starts with a. Always."}]}
    )
    assert only(contents, {"a": "b"}).note == "The outer."
    assert only(values({"pattern": "^a", "description": "Starts with a. Always."}), {"a": "b"}).note == "Starts with a."
    assert only({"required": ["a"], **values({"title": "The answer"})}, {}).note == "The answer"


def test_the_same_mistake_found_twice_is_told_once() -> None:
    """What several ways through the schema refuse alike is one problem."""
    contents = {
        "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}, {"required": ["b"]}],
        "$defs": {"a": {"properties": {"a": {"type": "integer"}}, "required": ["b"]}},
    }
    assert [problem.rule for problem in diagnosed(contents, {"a": "x"})] == ["missing-key", "wrong-type"]


def test_one_value_has_one_problem() -> None:
    """A value that breaks several rules at once is told by the most telling one."""
    problem = only(values({"type": "string", "minLength": 5, "pattern": "^x", "format": "date"}), {"a": "b"})
    assert problem.rule == "bad-format"


def test_keys_unevaluated_only_because_of_another_mistake_are_not_told() -> None:
    """When a schema that knows a key refuses something, the key is not called unknown as well."""
    contents = {
        "allOf": [{"properties": {"a": {"type": "string"}, "b": {}}}],
        "unevaluatedProperties": False,
    }
    assert [(one.rule, one.parts) for one in diagnosed(contents, {"a": 1, "b": 2})] == [("wrong-type", ("a",))]
    assert [(one.rule, one.parts) for one in diagnosed(contents, {"a": 1, "zzz": 2})] == [
        ("wrong-type", ("a",)),
        ("unknown-key", ("zzz",)),
    ]


def test_what_a_condition_demands_because_its_key_is_missing_is_not_told() -> None:
    """When the key that a condition looks at is missing, what the condition then demands is not told as well."""
    contents = {
        "required": ["mode"],
        "properties": {"mode": {"enum": ["a", "b"]}},
        "if": {"properties": {"mode": {"const": "a"}}},
        "then": {"required": ["extra"]},
    }
    assert only(contents, {}).message == "the key 'mode' is missing"


def test_a_condition_that_demands_its_own_key_is_told() -> None:
    """A key that is missing only because of a condition on that very key is told."""
    contents = {"if": {"properties": {"mode": {"const": "a"}}}, "then": {"required": ["mode"]}}
    assert only(contents, {}).message == "the key 'mode' is missing"


def test_a_refused_document_is_never_told_to_be_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when no fault turns into words there is a problem."""
    monkeypatch.setattr(diagnosis, "causes_among", lambda _faults, _knowledge: [])
    assert only({"type": "string"}, 3).rule == "invalid"


def test_a_value_of_the_wrong_type_that_fits_several_branches_is_of_the_wrong_type() -> None:
    """That branches of a union cannot be told apart is no second mistake of a value of the wrong type."""
    contents = {"type": "object", "oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert only(contents, ["x"]).rule == "wrong-type"


def test_problems_come_in_the_order_of_the_document() -> None:
    """Problems are sorted by their place."""
    contents = {"properties": {key: {"type": "string"} for key in "abc"}}
    assert [one.parts for one in diagnosed(contents, {"c": 1, "a": 2, "b": 3})] == [("c",), ("a",), ("b",)]


SECRET = {
    "properties": {
        "password": {"type": "string", "minLength": 30, "pattern": "^x"},
        "pin": {"x-setpoint-secret": True, "type": "integer", "maximum": 5, "enum": [1, 2]},
        "tokens": {"items": {"format": "uuid"}, "uniqueItems": True},
        "vault": {"writeOnly": True, "additionalProperties": {"const": "open"}, "propertyNames": {"maxLength": 9}},
        "secret": {"anyOf": [{"type": "integer"}, {"enum": ["a", "b"]}]},
        "api_key": {"not": {"pattern": "ter2$"}},
        "other": {"type": "integer"},
    },
    "additionalProperties": False,
    "if": {"properties": {"password": {"const": "hunter2"}}, "required": ["password"]},
    "then": {"required": ["extra"]},
}


def test_no_secret_is_ever_shown() -> None:
    """Whatever a secret breaks, neither message nor suggestion nor note holds it."""
    tree = {
        "password": "hunter2",
        "pin": 4711,
        "tokens": ["hunter2", "hunter2"],
        "vault": {"a": "hunter2", "b": ["hunter2"]},
        "secret": "hunter2",
        "api_key": "hunter2",
        "passwrod": "hunter2",
        "other": "hunter3",
    }
    problems = diagnosed(SECRET, tree, secrets=[("other",)])
    assert len(problems) > 8
    told = "\n".join(f"{one!r} {one.note}" for one in problems)
    assert "hunter" not in told
    assert "4711" not in told


def test_a_fault_of_a_kind_that_has_no_words_is_told_as_invalid() -> None:
    """A kind of refusal that a newer engine may bring is told by its keyword."""
    view = View({"a": 1}, Judge({}).knowledge())
    (problem,) = problems_of(Fault("Novelty", object(), ("a",), ("properties", "a", "novelty")), view)
    assert (problem.rule, problem.message) == ("invalid", "does not fit what the schema says under 'novelty'")


def test_every_rule_is_in_the_table() -> None:
    """Each rule of the expectation table is documented in the module."""
    from setpoint.diagnosis.expectation import RULES

    told = {line.split()[0] for line in (diagnosis.__doc__ or "").splitlines() if line and line[0].islower()}
    assert set(RULES.values()) <= told


KEYS = st.sampled_from(["alpha", "alhpa", "beta", "7", "", "gamma", "kind"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.sampled_from(["", "alpha", "a", "2020-01-01", "1.5"])
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas made of others."""
    several = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(KEYS, inner, max_size=3),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "[0-9]", "a$"]), inner, max_size=1),
            "additionalProperties": st.booleans() | inner,
            "unevaluatedProperties": st.booleans() | inner,
            "propertyNames": inner,
            "items": inner,
            "prefixItems": several,
            "contains": inner,
            "unevaluatedItems": st.booleans(),
            "required": st.lists(KEYS, max_size=2, unique=True),
            "dependentRequired": st.dictionaries(KEYS, st.lists(KEYS, max_size=2, unique=True), max_size=1),
            "dependentSchemas": st.dictionaries(KEYS, inner, max_size=1),
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "$ref": st.just("#/$defs/shared"),
        },
    )


RULES_FOR_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
        "const": SCALARS,
        "minimum": st.integers(-2, 5),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "b$"]),
        "format": st.sampled_from(["date", "ipv4", "unheard-of"]),
        "minItems": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "maxProperties": st.integers(0, 2),
        "multipleOf": st.integers(1, 3),
    },
)
SCHEMAS = st.recursive(st.booleans() | RULES_FOR_VALUES, composed, max_leaves=8)


@given(SCHEMAS, st.booleans() | RULES_FOR_VALUES, TREES)
def test_any_refusal_becomes_problems_with_places(contents: Any, shared: Any, tree: Any) -> None:
    """Whatever schema refuses whatever document: there is a problem, and each stands in the document."""
    whole = {"$defs": {"shared": shared}, "allOf": [contents]}
    judge = Judge(whole)
    problems = judge.diagnose(tree)
    assert bool(problems) == bool(judge.errors_of(tree))
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.message
        place: Any = tree
        for part in problem.parts:
            assert part in place if isinstance(place, dict) else 0 <= int(part) < len(place)
            place = place[part]
        if problem.at == "key":
            assert isinstance(problem.parts[-1], str)
    assert problems == judge.diagnose(tree)


def test_a_missing_kind_hides_what_its_conditions_say_further_inside() -> None:
    """Conditions about a key that is not there speak for no reason, also about what lies below its mapping."""

    def when(kind: str, key: str) -> dict[str, Any]:
        inside = {"properties": {key: {}}, "required": [key], "additionalProperties": False}
        return {"if": {"properties": {"type": {"const": kind}}}, "then": {"properties": {"about": inside}}}

    item = {"required": ["type"], "allOf": [when("text", "value"), when("choice", "options")]}
    problem = only({"items": item}, [{"about": {"label": "a"}}])
    assert (problem.rule, problem.message) == ("missing-key", "the key 'type' is missing")
    assert problem.parts == (0,)
