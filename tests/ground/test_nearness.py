"""Which known name was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.nearness import distance, near


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("same", "same", 0),
        ("timout", "timeout", 1),
        ("timeuot", "timeout", 1),
        ("tiemouts", "timeout", 2),
        ("", "ab", 2),
    ],
)
def test_letters_are_counted(one: str, other: str, steps: int) -> None:
    """Adding, dropping, replacing and swapping neighbours each count one."""
    assert distance(one, other, 3) == steps


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_distance_is_symmetric(one: str, other: str) -> None:
    """It does not matter which of the two was typed."""
    assert distance(one, other, 8) == distance(other, one, 8)


def test_counting_stops_at_the_limit() -> None:
    """Beyond the limit the answer is one more than it."""
    assert distance("abcdef", "uvwxyz", 2) == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("max_siez", "max_size"),
        ("maxSize", "max_size"),
        ("max-size", "max_size"),
        ("timeot", "timeout"),
        ("lvel", "level"),
    ],
)
def test_a_slip_finds_its_name(name: str, expected: str) -> None:
    """One slip, or another way of joining words, finds the name first."""
    assert near(name, ["timeout", "level", "max_age", "max_size"])[0] == expected


def test_nothing_near_gives_nothing() -> None:
    """A name that is like none is given none."""
    assert near("colour", ["timeout", "level"]) == []
    assert near("a", ["b"]) == []
