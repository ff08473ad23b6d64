"""Whatever a text holds, a YAML file takes it as a value or key and gives it back, to every reader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml_case import changed, value_of
from yaml_odd_texts import HOSTILE

from setpoint.editing.change import Insert, Rename, Replace
from setpoint.editing.yaml_plain import is_plain

# Where a value can stand: the text, the path to the value, and whether PyYAML, too, reads what was there before.
PLACES: list[tuple[str, tuple[Any, ...]]] = [
    ("a: x\nb: 1 # c\n", ("a",)),
    ("a: 'x'\nb: 1 # c\n", ("a",)),
    ('a: "x"\nb: 1 # c\n', ("a",)),
    ("a: |\n  x\nb: 1 # c\n", ("a",)),
    ("a: >-\n  x\nb: 1 # c\n", ("a",)),
    ("a:\nb: 1 # c\n", ("a",)),
    ("- x # c\n- 1\n", (0,)),
    ("- |\n  x\n- 1\n", (0,)),
    ("- a: x\n  b: 1\n", (0, "a")),
    ("a: [x, 1] # c\n", ("a", 0)),
    ("a: {b: x, c: 1} # c\n", ("a", "b")),
    ("a: [\n  x, # c\n  1\n]\n", ("a", 0)),
    ("x\n", ()),
    ("a: x\r\nb: 1 # c\r\n", ("a",)),
    ("a: x", ("a",)),
]  # fmt: skip

ANY_TEXT = st.text(
    st.one_of(st.sampled_from(" \t\n\r'\"\\#:,-?!&*%@`|>[]{}=~<0123456789eExob_.+yno"), st.characters(codec="utf-8")),
    max_size=12,
)


def check_value(text: str, parts: tuple[Any, ...], value: str) -> None:
    after = changed(text, Replace(parts, value))
    assert at(value_of(after), parts) == value
    read_by_others = at(yaml.safe_load(after), parts)
    assert read_by_others == value
    assert type(read_by_others) is str


def check_key(text: str, parts: tuple[Any, ...], key: str) -> None:
    after = changed(text, Insert(parts, 0, key, "value"))
    assert next(iter(at(value_of(after), parts))) == key
    assert next(iter(at(yaml.safe_load(after), parts))) == key


def at(tree: Any, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        tree = tree[part]
    return tree


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_what_it_is(value: str) -> None:
    """Text that YAML 1.1 or 1.2 would take for something else is written so that both read the text."""
    for text, parts in PLACES:
        check_value(text, parts, value)


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_key_stays_what_it_is(key: str) -> None:
    """A key that YAML 1.1 or 1.2 would take for something else is written so that both read the text."""
    for text, parts in (
        ("b: 1 # c\n", ()),
        ("- b: 1\n", (0,)),
        ("a: {b: 1}\n", ("a",)),
        ("a: {}\n", ("a",)),
        ("'b': 1\n", ()),
    ):
        check_key(text, parts, key)
    renamed = changed("b: 1 # c\n", Rename(("b",), key))
    assert yaml.safe_load(renamed) == value_of(renamed) == {key: 1}


@given(place=st.sampled_from(PLACES), value=ANY_TEXT)
def test_any_text_is_read_back(place: tuple[str, tuple[Any, ...]], value: str) -> None:
    """Any text at all can be a value, in a block and in brackets, and two readers give it back."""
    check_value(*place, value)


@given(key=ANY_TEXT)
def test_any_text_can_be_a_key(key: str) -> None:
    """Any text at all can be a key."""
    if key != "b":
        check_key("b: 1\n", (), key)
        check_key("a: {b: 1}\n", ("a",), key)


@given(value=ANY_TEXT)
def test_plain_text_is_text_to_everyone(value: str) -> None:
    """Text that is declared safe without quotes is read as that text, in a block and in brackets."""
    if is_plain(value):
        assert yaml.safe_load(f"a: {value}\n") == value_of(f"a: {value}\n") == {"a": value}
        assert yaml.safe_load(f"{value}: 1\n") == value_of(f"{value}: 1\n") == {value: 1}
    if is_plain(value, True):
        assert yaml.safe_load(f"[{value}]\n") == value_of(f"[{value}]\n") == [value]


@pytest.mark.parametrize("value", ["foo", "foo bar", "a/b", "a.b", "1.2.3", "--flag", "-x", "it's", "é", "😀", "a b:c"])
def test_ordinary_text_stays_plain(value: str) -> None:
    """Quotes are for text that needs them."""
    assert is_plain(value)
