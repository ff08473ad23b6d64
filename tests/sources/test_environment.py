"""Environment variables: which key they set, and to what."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import Budget
from setpoint.merge import merge
from setpoint.sources.environment import Binding, bind, captured, sort_out
from setpoint.validation.schema import Schema

SCHEMA = {
    "properties": {
        "queue": {
            "properties": {
                "max_size": {"type": "integer"},
                "ratio": {"type": "number"},
                "kind": {"enum": ["fast", "slow"]},
                "on": {"type": "boolean"},
                "maybe": {"type": ["boolean", "string", "null"]},
                "hosts": {"type": "array", "items": {"type": "string"}},
                "ports": {"$ref": "#/$defs/ports"},
                "limits": {"type": "object"},
                "size-or-name": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "pin": {"type": "integer", "x-setpoint-secret": True},
                "password": {"type": "integer"},
                "stages": {"type": "array", "items": {"type": "object"}},
            }
        },
        "name": {"type": "string"},
    },
    "$defs": {"ports": {"type": "array", "items": {"type": "integer"}}},
}


def bound(variables: dict[str, str], tree: Any = None, schema: Any = SCHEMA, budget: Budget | None = None) -> Binding:
    """The binding of variables without `APP_DOC__`."""
    given_names = captured({f"APP_DOC__{name}": text for name, text in variables.items()})
    of_document, findings = sort_out(given_names, ["doc"], "APP")
    assert findings == []
    made = Schema(schema, name="doc") if schema is not None else None
    return bind(of_document.get("doc", []), tree if tree is not None else {}, made, budget or Budget(), "doc")


def value(name: str, text: str) -> Any:
    """What one variable of the queue is read as; the rule of the finding when it cannot be."""
    binding = bound({f"QUEUE__{name}": text})
    if binding.findings:
        assert binding.tree == {}
        return binding.findings[0].rule
    (made,) = binding.tree["queue"].values()
    return made


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("MAX_SIZE", "20", 20),
        ("max_size", " -3 ", -3),
        ("MAX_SIZE", "2.5", "variable-type"),
        ("MAX_SIZE", "007", "variable-type"),
        ("MAX_SIZE", "1" * 5000, "variable-type"),
        ("MAX_SIZE", "", "variable-type"),
        ("MAX_SIZE", "99999999999999999999", "variable-type"),
        ("RATIO", "2.5", 2.5),
        ("RATIO", "1e3", 1000.0),
        ("RATIO", "5", 5),
        ("RATIO", "nan", "variable-type"),
        ("RATIO", "1e999", "variable-type"),
        ("RATIO", "1.", "variable-type"),
        ("RATIO", "1_0", "variable-type"),
        ("KIND", "fast", "fast"),
        ("ON", "true", True),
        ("ON", "Off", False),
        ("ON", "1", True),
        ("ON", "maybe", "variable-type"),
        ("MAYBE", "true", True),
        ("MAYBE", "yes", "yes"),
        ("MAYBE", "null", None),
        ("HOSTS", "a, b,c", ["a", "b", "c"]),
        ("HOSTS", "", []),
        ("HOSTS", '["a,b", "c"]', ["a,b", "c"]),
        ("HOSTS", '["a"', "variable-type"),
        ("PORTS", "1,2", [1, 2]),
        ("PORTS", "1,x", "variable-type"),
        ("LIMITS", '{"a": 1}', {"a": 1}),
        ("LIMITS", '{"a": 1, "a": 2}', "variable-type"),
        ("LIMITS", "a", "variable-type"),
        ("SIZE_OR_NAME", "8080", 8080),
        ("SIZE_OR_NAME", "big", "big"),
        ("STAGES", '[{"a": 1}]', [{"a": 1}]),
        ("STAGES", "a,b", "variable-type"),
    ],
)
def test_a_value_is_read_as_the_schema_wants_it(name: str, text: str, expected: Any) -> None:
    """Numbers, booleans, null, comma lists and JSON; what cannot be read is an error."""
    read = value(name, text)
    assert (read, type(read)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("present", "text", "expected"),
    [
        ("old", "5", "5"),
        (5, "2.5", 2.5),
        (5, "x", "variable-type"),
        (True, "no", False),
        ([1, 2], "3,4", [3, 4]),
        (["a"], "3,4", ["3", "4"]),
        ([], "3,x", [3, "x"]),
        (None, "3", 3),
        (None, "true", True),
        (None, "+3", "+3"),
        (None, "three", "three"),
        ({"a": 1}, '{"b": 2}', {"b": 2}),
    ],
)
def test_without_a_schema_the_value_that_is_there_says_the_type(present: Any, text: str, expected: Any) -> None:
    """And where that is null, the text is a JSON scalar, else text."""
    binding = bound({"KEY": text}, {"key": present}, None)
    read = binding.findings[0].rule if binding.findings else binding.tree["key"]
    assert (read, type(read)) == (expected, type(expected))


def test_names_find_keys_whatever_their_case_and_dashes() -> None:
    """Keys that exist and keys the schema knows are found; a key with `__` in it, too."""
    tree = {"Log-Level": "info", "a__b": {"c": 1}}
    binding = bound({"LOG_LEVEL": "debug", "A__B__C": "2", "NAME": "x"}, tree)
    assert binding.tree == {"Log-Level": "debug", "a__b": {"c": 2}, "name": "x"}
    assert binding.names[("Log-Level",)].name == "APP_DOC__LOG_LEVEL"


def test_items_of_a_list_that_is_there_have_numbers() -> None:
    """One item is set, the others stay; an item that is not there is unknown."""
    tree = {"servers": [{"host": "a"}, {"host": "b"}]}
    binding = bound({"SERVERS__1__HOST": "c", "SERVERS__2__HOST": "d", "SERVERS__x": "e"}, tree)
    assert merge([tree, binding.tree]) == {"servers": [{"host": "a"}, {"host": "c"}]}
    assert [one.rule for one in binding.findings] == ["unknown-variable", "unknown-variable"]
    assert "list of 2" in binding.findings[0].message


def test_unknown_names_warn_and_suggest() -> None:
    """The finding says the whole name that was probably meant; nothing is set."""
    binding = bound({"QUEUE__MAX_SZIE": "5", "NAME__X": "1"})
    by_name = {one.message.split()[2]: one for one in binding.findings}
    slip = by_name["APP_DOC__QUEUE__MAX_SZIE"]
    assert (slip.rule, slip.severity, slip.document) == ("unknown-variable", "warning", "doc")
    assert slip.suggestion == "did you mean APP_DOC__QUEUE__MAX_SIZE?"
    assert "no keys" in by_name["APP_DOC__NAME__X"].message
    assert binding.tree == {}


def test_names_find_their_document() -> None:
    """Prefix and document in any case, `-` and `/` as `_` and `__`; the longest name counts, strangers warn."""
    variables = captured(
        {
            "app_my_doc__a": "1",
            "APP_TEAM__SERVICE__KEY": "2",
            "APP_TEAM__KEY": "3",
            "APP_TEMA__KEY": "4",
            "APP_PLAIN": "5",
            "OTHER__X__Y": "6",
            "APPX_TEAM__KEY": "7",
        }
    )
    of_document, findings = sort_out(variables, ["my-doc", "team", "team/service"], "APP")
    assert {name: [one.segments for one in found] for name, found in of_document.items()} == {
        "my-doc": [("a",)],
        "team/service": [("KEY",)],
        "team": [("KEY",)],
    }
    assert [(one.rule, one.severity, one.suggestion) for one in findings] == [
        ("unknown-variable", "warning", "did you mean APP_TEAM__…?")
    ]


def test_a_name_that_fits_two_documents_or_keys_is_left_out() -> None:
    """Nobody guesses which of the two is meant."""
    of_document, findings = sort_out(captured({"SETPOINT_A_B__X": "1"}), ["a-b", "a_b"])
    assert (of_document, [one.rule for one in findings]) == ({}, ["variable-conflict"])
    binding = bound({"A_B": "1"}, {"a-b": 1, "a_b": 2}, None)
    assert (binding.tree, [one.rule for one in binding.findings]) == ({}, ["variable-conflict"])
    exact = bound({"a_b": "1"}, {"a-b": 1, "a_b": 2}, None)
    assert (exact.tree, exact.findings) == ({"a_b": 1}, [])


def test_two_variables_for_one_key_are_told() -> None:
    """The first by name counts; equal values are no conflict."""
    binding = bound({"NAME": "upper", "name": "lower"})
    assert binding.tree == {"name": "upper"}
    assert [(one.rule, one.severity) for one in binding.findings] == [("variable-conflict", "error")]
    assert bound({"NAME": "same", "name": "same"}).findings == []


def test_a_whole_value_and_a_part_of_it_go_together_where_they_can() -> None:
    """A mapping as JSON is refined by a variable for a key in it; a scalar is in the way of one."""
    tree = {"limits": {"a": 1, "b": 2}}
    binding = bound({"LIMITS": '{"a": 5}', "LIMITS__B": "6"}, tree, None)
    assert (binding.tree, binding.findings) == ({"limits": {"a": 5, "b": 6}}, [])
    nullable = {"properties": {"x": {"type": ["object", "null"], "properties": {"y": {"type": "integer"}}}}}
    binding = bound({"X": "null", "X__Y": "1"}, {}, nullable)
    assert binding.tree == {"x": None}
    assert [(one.rule, one.severity) for one in binding.findings] == [("variable-conflict", "error")]
    assert "APP_DOC__X" in binding.findings[0].message


@pytest.mark.parametrize("key", ["QUEUE__PIN", "QUEUE__PASSWORD"])
def test_a_secret_is_never_shown(key: str) -> None:
    """Neither one by the schema nor one by its name; other values are."""
    (finding,) = bound({key: "hunter2"}).findings
    assert finding.rule == "variable-type"
    assert "hunter2" not in str(finding)
    assert "APP_DOC__" in finding.message
    (finding,) = bound({"QUEUE__MAX_SIZE": "many"}).findings
    assert "'many'" in finding.message
    assert "a whole number" in finding.message


def test_bad_bytes_and_endless_values_are_errors() -> None:
    """Bytes that are no UTF-8, text over the budget, and paths over it are findings, quickly."""
    (finding,) = bound({"NAME": "x\udcff"}).findings
    assert (finding.rule, "UTF-8" in finding.message) == ("variable-type", True)
    small = Budget(size=100, depth=5, nodes=10)
    assert bound({"NAME": "x" * 101}, budget=small).findings[0].rule == "variable-type"
    assert bound({"QUEUE__PORTS": "1," * 20 + "1"}, budget=small).findings[0].rule == "variable-type"
    assert bound({"QUEUE__LIMITS": '{"a":' * 9 + "1" + "}" * 9}, budget=small).findings[0].rule == "variable-type"
    assert bound({"A__B__C__D__E__F": "1"}, budget=small).findings[0].rule == "unknown-variable"
    str(bound({"\udcff\n": "1"}).findings[0]).encode()


def test_a_hundred_thousand_variables_are_one_pass() -> None:
    """Strangers, bound ones and unknown ones of ours: processor seconds at most."""
    tree = {"keys": {f"k{number}": 0 for number in range(50_000)}}
    variables = {f"APP_DOC__KEYS__K{number}": "1" for number in range(50_000)}
    variables |= {f"APP_DOC__KEYS__Z{number}": "1" for number in range(25_000)}
    variables |= {f"PATH_{number}": "1" for number in range(25_000)}
    start = time.process_time()
    of_document, _ = sort_out(captured(variables), ["doc"], "APP")
    binding = bind(of_document["doc"], tree, None, Budget())
    assert time.process_time() - start < 10
    assert (len(binding.names), len(binding.findings)) == (50_000, 25_000)


NAMES = st.sampled_from(["a", "b-c", "D", "e_f"])
TREES = st.recursive(
    st.integers(0, 9), lambda below: st.one_of(st.dictionaries(NAMES, below, max_size=3), st.lists(below, max_size=2))
)


def places(tree: Any, parts: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries: list[tuple[Any, Any]] = []
    if isinstance(tree, dict):
        entries = list(tree.items())
    elif isinstance(tree, list):
        entries = list(enumerate(tree))
    found = [parts] if isinstance(tree, int) else []
    return found + [place for part, below in entries for place in places(below, (*parts, part))]


@given(st.dictionaries(NAMES, TREES, max_size=3), st.data())
def test_binding_agrees_with_assigning_one_after_the_other(tree: dict[str, Any], data: st.DataObject) -> None:
    """Variables for scalars that are there change those and nothing else."""
    there = places(tree)
    chosen = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    variables = {
        "__".join(str(part) for part in parts).replace("-", "_").upper(): str(10 + i) for i, parts in enumerate(chosen)
    }
    binding = bound(variables, tree, None)
    assert binding.findings == []
    assert set(binding.names) == set(chosen)
    merged: Any = merge([tree, binding.tree])
    for parts in there:
        value: Any = merged
        for part in parts:
            value = value[part]
        expected: Any = tree
        for part in parts:
            expected = expected[part]
        assert value == (10 + chosen.index(parts) if parts in chosen else expected)


@given(st.text(max_size=30), st.sampled_from(["MAX_SIZE", "RATIO", "ON", "HOSTS", "PORTS", "LIMITS", "MAYBE"]))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    """No text raises anything."""
    binding = bound({f"QUEUE__{name}": text})
    assert bool(binding.names) != bool(binding.findings)
