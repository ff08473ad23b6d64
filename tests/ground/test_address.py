"""Addresses and JSON Pointers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import format_address, lookup, parse, parse_pointer, pointer, reach, split_document
from setpoint.errors import ConfigNotFoundError, UsageError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("messaging", ("messaging",)),
        ("messaging.queue.max_size", ("messaging", "queue", "max_size")),
        ('messaging["a.b"].c', ("messaging", "a.b", "c")),
        ("servers[0].host", ("servers", "0", "host")),
        ("servers.0.host", ("servers", "0", "host")),
        ('a[""]', ("a", "")),
        ('["x y"]', ("x y",)),
        ("Agent-1.ü", ("Agent-1", "ü")),
        ('a["\\"]"]', ("a", '"]')),
    ],
)
def test_an_address_is_read(text: str, parts: tuple[str, ...]) -> None:
    """Dots, indexes and quoted keys are told apart."""
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("a.", 3, "a key is missing"),
        (".a", 1, "a key is missing"),
        ("a..b", 3, "a key is missing"),
        ("a[", 3, "list index"),
        ("a[x]", 3, "list index"),
        ("a[1", 4, "expected ']'"),
        ('a["b', 2, "never closed"),
        ('a["b"', 6, "expected ']'"),
        ("a[0]b", 5, "expected '.'"),
        ("a.[0]", 3, "without a dot"),
    ],
)
def test_a_broken_address_is_shown_where_it_breaks(text: str, place: int, reason: str) -> None:
    """The message names the character and what was expected."""
    with pytest.raises(UsageError, match=f"character {place}: .*{reason}"):
        parse(text)


@given(st.lists(st.text(max_size=8), max_size=5))
def test_a_formatted_address_reads_back(parts: list[str]) -> None:
    """Any keys survive being written as an address and read again."""
    assert parse(format_address(parts)) == tuple(parts)


@given(st.lists(st.text(max_size=8), max_size=5))
def test_a_pointer_reads_back(parts: list[str]) -> None:
    """Any keys survive being written as a JSON Pointer and read again."""
    assert parse_pointer(pointer(parts)) == tuple(parts)


def test_a_pointer_without_a_slash_is_refused() -> None:
    """JSON Pointers start with a slash."""
    with pytest.raises(UsageError, match="starts with '/'"):
        parse_pointer("a/b")


def test_a_document_name_is_split_off() -> None:
    """The first part names the document."""
    assert split_document("messaging.queue") == ("messaging", ("queue",))
    with pytest.raises(UsageError, match="address is empty"):
        split_document("")


def test_looking_up_a_missing_part_says_how_far_it_came() -> None:
    """The error carries the parts that do exist."""
    tree = {"a": [{"b": 1}]}
    assert lookup(tree, ("a", "0", "b")) == 1
    with pytest.raises(KeyError) as caught:
        lookup(tree, ("a", "0", "c", "d"))
    assert caught.value.args[0] == ("a", "0")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("queue.max_siez", "doc.queue has no key 'max_siez'; did you mean 'max_size'"),
        ("nothing", "doc has no key 'nothing'; it has queue, list"),
        ("list[7]", "doc.list is a list of 2, so it has no '7'"),
    ],
)
def test_reaching_for_what_is_not_there_names_what_is(address: str, message: str) -> None:
    """A missing key or index is a not-found error with the near names."""
    with pytest.raises(ConfigNotFoundError, match=message.replace("[", r"\[")):
        reach({"queue": {"max_size": 1}, "list": [1, 2]}, parse(address), "doc")


def test_reaching_below_a_value_is_a_usage_error() -> None:
    """There is nothing inside a number."""
    with pytest.raises(UsageError, match=r"doc.a is a single value"):
        reach({"a": 1}, ("a", "b"), "doc")
