"""What YAML text means: the same value on every engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml_engines import ENGINES, decode_with, typed

SCALARS: list[tuple[str, Any]] = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nUll", "nUll"),
    ("true", True),
    ("True", True),
    ("FALSE", False),
    ("tRue", "tRue"),
    ("yes", "yes"),
    ("off", "off"),
    ("y", "y"),
    ("0", 0),
    ("-0", 0),
    ("+1", 1),
    ("-17", -17),
    ("18446744073709551615", 2**64 - 1),
    ("-9223372036854775808", -(2**63)),
    ("0o17", 15),
    ("0x1F", 31),
    ("0xFFFFFFFFFFFFFFFF", 2**64 - 1),
    ("0o8", "0o8"),
    ("0xG", "0xG"),
    ("1.5", 1.5),
    (".5", 0.5),
    ("5.", 5.0),
    ("-.5", -0.5),
    ("1e3", 1000.0),
    ("1.e+3", 1000.0),
    ("1E-3", 0.001),
    ("00.5", 0.5),
    ("01e3", 1000.0),
    ("-0.0", -0.0),
    ("1e", "1e"),
    (".", "."),
    (".e3", ".e3"),
    ("1.2.3", "1.2.3"),
    ("1_000", "1_000"),
    ("0x_1F", "0x_1F"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("0B11", "0B11"),
    ("2020-01-01", "2020-01-01"),
    ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ("inf", "inf"),
    ("nan", "nan"),
    (".Nan", ".Nan"),
    ("-.nan", "-.nan"),
    ("१२", "१२"),
    ("²", "²"),
    ("<<", "<<"),
    ("=", "="),
    ("a:b", "a:b"),
    ("a#b", "a#b"),
    ("http://x.y/z?q=1&r=2", "http://x.y/z?q=1&r=2"),
    ("it's", "it's"),
    ("-x", "-x"),
    ("'12'", "12"),
    ('"12"', "12"),
    ("'it''s'", "it's"),
    (r'"a\tb\u00e9\U0001F600\/\x41"', "a\tbé😀/A"),
    ("'\\d'", "\\d"),
    ("{a: , b}", {"a": None, "b": None}),
    ("[a: b, c]", [{"a": "b"}, "c"]),
    ('{"a":1}', {"a": 1}),
    ("[a, b,]", ["a", "b"]),
    ("['${a}']", ["${a}"]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_a_value_is_what_the_core_schema_says(engine: str, written: str, value: Any) -> None:
    """A scalar means the same as a mapping's value, as a list item and as the whole document."""
    assert typed(decode_with(engine, f"k: {written}\n")) == typed({"k": value})
    assert typed(decode_with(engine, f"- {written}\n")) == typed([value])
    assert typed(decode_with(engine, f"{written}\n")) == typed(value)
    assert typed(decode_with(engine, f"a:\n  - - b: {written}")) == typed({"a": [[{"b": value}]]})


DOCUMENTS: list[tuple[str, Any]] = [
    ("", None),
    ("# only a comment\n", None),
    ("---\n", None),
    ("--- # c\n...\n", None),
    ("---\na: 1\n...\n# c\n", {"a": 1}),
    ("%YAML 1.2\n---\na: yes\n", {"a": "yes"}),
    ("\ufeffa: 1\n", {"a": 1}),
    ("# joined\n\ufeff# files\n\ufeffa: 1\nb: 2\n", {"a": 1, "b": 2}),
    ("a: x\ufeffy\n", {"a": "x\ufeffy"}),
    ("a:\r\n  b: 1\r\n  c: |\r\n    x\r\n    y\r\n", {"a": {"b": 1, "c": "x\ny\n"}}),
    ("a:\r  b: 1\r", {"a": {"b": 1}}),
    ("a:\n- b\n- c\n", {"a": ["b", "c"]}),
    ("a: b\n  c\n\n  d\n", {"a": "b c\nd"}),
    ('a: "b\n  c\\\n  d"\n', {"a": "b cd"}),
    ("a: >\n  b\n  c\n\n  d\n", {"a": "b c\nd\n"}),
    ("a: |-\n  b\n   c\n", {"a": "b\n c"}),
    ("a: |+\n  b\n\nc: 1\n", {"a": "b\n\n", "c": 1}),
    ("a: |2\n    b\n   c\n", {"a": "  b\n c\n"}),
    ("a: |\n  b", {"a": "b\n"}),
    ("a: |+\n  b", {"a": "b\n"}),
    ("? a\n: b\n? c\n", {"a": "b", "c": None}),
    ("a: [\n  1,\n]\n", {"a": [1]}),
    ("a\u2028b: c\x85d\ne: 'x\u2029 y'\n", {"a\u2028b": "c\x85d", "e": "x\u2029 y"}),
    ("a: |\n  x\u2028y\n  z\x85\n", {"a": "x\u2028y\nz\x85\n"}),
    ("é: ü\n😀: 🎉\n", {"é": "ü", "😀": "🎉"}),
    ("yes: 1\n2020-01-01: 2\n1:30: 3\n", {"yes": 1, "2020-01-01": 2, "1:30": 3}),
    ("'1': a\n\"true\": b\n'': c\n", {"1": "a", "true": "b", "": "c"}),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "value"), DOCUMENTS)
def test_a_document_has_one_tree(engine: str, text: str, value: Any) -> None:
    """Documents with directives, marks, line ends and every kind of scalar have the same tree everywhere."""
    assert typed(decode_with(engine, text)) == typed(value)


MERGES: list[tuple[str, Any]] = [
    ("{z: 1, <<: {b: 2}, y: 3}", {"z": 1, "b": 2, "y": 3}),
    ("{<<: {a: 1, b: 2}, a: 3}", {"a": 3, "b": 2}),
    ("{a: 3, <<: {a: 1, b: 2}}", {"a": 3, "b": 2}),
    ("{<<: [{a: 1}, {a: 2, b: 2}]}", {"a": 1, "b": 2}),
    ("{<<: []}", {}),
    ('{"<<": {a: 1}}', {"<<": {"a": 1}}),
    ("[<<]", ["<<"]),
    ("? <<\n: {a: 1}", {"a": 1}),
    ("<<: &r {a: 1}\nb: *r", {"a": 1, "b": {"a": 1}}),
    ("l: &l [{a: 1}]\nm: {<<: *l}", {"l": [{"a": 1}], "m": {"a": 1}}),
    (
        "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: [*b, *a]}",
        {"a": {"x": 1}, "b": {"x": 1, "y": 2}, "c": {"x": 1, "y": 2}},
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "value"), MERGES)
def test_a_merge_inserts_where_it_stands_and_own_keys_win(engine: str, text: str, value: Any) -> None:
    """Merged keys come at the place of ``<<``, own keys replace them there, and earlier sources win."""
    assert typed(decode_with(engine, text)) == typed(value)


ALIASES: list[tuple[str, Any]] = [
    ("- &a 1\n- &a 2\n- *a", [1, 2, 2]),
    ("- &x\n- *x", [None, None]),
    ("k: &a foo\nm: {*a : 1}", {"k": "foo", "m": {"foo": 1}}),
    ("a: &x {b: [1]}\nc: *x\nd: [*x, *x]", {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}, {"b": [1]}]}),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "value"), ALIASES)
def test_an_alias_repeats_its_anchor(engine: str, text: str, value: Any) -> None:
    """An alias has the value of the nearest anchor of its name before it."""
    assert typed(decode_with(engine, text)) == typed(value)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_two_places_share_a_collection(engine: str) -> None:
    """A change of one place of the tree does not reach the places that were written as an alias of it."""
    tree = decode_with(engine, "a: &x {b: [1]}\nc: *x\nd: {<<: *x}\n")
    tree["a"]["b"].append(2)
    assert tree == {"a": {"b": [1, 2]}, "c": {"b": [1]}, "d": {"b": [1]}}


AMBIGUOUS = ["012", "-012", "+08", "00", "08", "0X1F", "-0x1", "+0x1", "-0o17", "+0o7", "0O17", "0b11", "-0b1"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("written", AMBIGUOUS)
@pytest.mark.parametrize(
    "around", ["k: {}\n", "k: {}", "[{}]", "[1,{},2]", '{{"k":{}}}', "- {} # c\n", "{}", "{}: 1\n", "a:\n  {}"]
)
def test_a_number_that_readers_disagree_about_is_text_with_a_warning(engine: str, written: str, around: str) -> None:
    """It stays text wherever it stands, as a key too, and the warning points at it."""
    text = around.format(written)
    warnings: list[Any] = []
    tree = decode_with(engine, text, warnings=warnings)
    assert json.dumps(written) in json.dumps(tree)
    (warning,) = warnings
    assert (warning.rule, warning.severity) == ("ambiguous-number", "warning")
    line = text.split("\n")[warning.line - 1]
    assert line[warning.column - 1 : warning.end_column - 1] == written
    assert "quotes" in warning.suggestion


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text", ["a: '012'", 'a: "0X1F"', "a: 10:08", "a: 2020-08-09", "a: 10.0.0.08", "a: x 012 y", "a: |\n  012\n"]
)
def test_text_that_only_contains_such_a_number_is_not_warned_about(engine: str, text: str) -> None:
    """Quotes, dates, times, addresses and longer texts are no ambiguous numbers."""
    warnings: list[Any] = []
    decode_with(engine, text, warnings=warnings)
    assert warnings == []


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x7f", exclude_categories=["Cs", "Cc", "Cn"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé: #'\"", max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.sampled_from([None, 0, 1, 2, 5]))
def test_every_json_document_is_the_same_in_yaml(value: Any, indent: int | None) -> None:
    """What the standard library writes as JSON is read back from it as YAML, by every engine."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    for engine in ENGINES:
        assert typed(decode_with(engine, text)) == typed(value)
