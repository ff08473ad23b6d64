"""If-Match and If-None-Match are read as the standard writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.server.conditions import tags_in
from setpoint.server.problem import Problem


@pytest.mark.parametrize(
    ("text", "strong", "weak"),
    [
        ("*", ("*",), ("*",)),
        ('"a"', ('"a"',), ('"a"',)),
        (' "a" , "b"', ('"a"', '"b"'), ('"a"', '"b"')),
        ('"a",,"b",', ('"a"', '"b"'), ('"a"', '"b"')),
        ('W/"a"', ('W/"a"',), ('"a"',)),
        ('"a,b"', ('"a,b"',), ('"a,b"',)),
        ('""', ('""',), ('""',)),
    ],
)
def test_a_list_of_tags(text: str, strong: tuple[str, ...], weak: tuple[str, ...]) -> None:
    """Tags keep their quotes; the mark of a weak one stays where it must not match."""
    assert tags_in("If-Match", text.encode()) == strong
    assert tags_in("If-None-Match", text.encode(), weakly=True) == weak


def test_no_header_is_no_tag() -> None:
    """Whether there is a header can be told from an empty one, which is refused."""
    assert tags_in("If-Match", None) == ()


@pytest.mark.parametrize(
    "text", ["", " ", "a", '"a', '"a" "b"', '"a", *', "*, *", 'w/"a"', '"a b"', ",", "'a'", '"a"x']
)
def test_what_is_no_list_of_tags_is_refused(text: str) -> None:
    """A condition that cannot be read is not taken for none."""
    with pytest.raises(Problem, match="If-Match"):
        tags_in("If-Match", text.encode())


def test_a_list_without_end_is_refused() -> None:
    """A hundred tags are enough."""
    with pytest.raises(Problem, match="100"):
        tags_in("If-Match", b", ".join([b'"a"'] * 101))


@given(st.binary(max_size=80))
def test_any_bytes_are_tags_or_refused(value: bytes) -> None:
    """Whatever somebody sends, each tag that is found is one."""
    try:
        found = tags_in("If-Match", value)
    except Problem as problem:
        assert problem.status == 400
    else:
        assert found
        assert all(tag == "*" or (tag.endswith('"') and '"' in tag[:-1]) for tag in found)
