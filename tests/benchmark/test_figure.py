"""A figure knows what is promised of it, and how people read it."""

from __future__ import annotations

import json

import pytest

from setpoint.benchmark.figure import COUNT, SECOND, SHARE, Figure, shown
from setpoint.benchmark.timing import Times


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2.5, SECOND, "2.5 s"),
        (0.0123, SECOND, "12.3 ms"),
        (4.56e-6, SECOND, "4.56 µs"),
        (233e-9, SECOND, "233 ns"),
        (0.702, SHARE, "70.2 %"),
        (0.9998, SHARE, "99.98 %"),
        (1.0, SHARE, "100.0 %"),
        (20000, COUNT, "20,000"),
    ],
)
def test_a_value_is_shown_in_the_unit_that_fits(value: float, unit: str, text: str) -> None:
    """Three digits are enough to compare by; a share just below one is not rounded up to it."""
    assert shown(value, unit) == text


def test_a_promise_is_kept_missed_or_not_made() -> None:
    """What is below its limit, or at least its floor, is kept; a figure without either says nothing."""
    assert Figure("load", 0.09, below=0.1).is_reached is True
    assert Figure("load", 0.1, below=0.1).is_reached is False
    assert Figure("ratio", 0.95, SHARE, at_least=0.95).is_reached is True
    assert Figure("ratio", 0.94, SHARE, at_least=0.95).is_reached is False
    assert Figure("load", float("nan"), below=0.1).is_reached is False
    assert Figure("load", 3.0).is_reached is None
    assert (Figure("load", 1.0, below=0.1).promise, Figure("ratio", 1.0, SHARE, at_least=0.6).promise) == (
        "< 100 ms",
        ">= 60.0 %",
    )


def test_the_slowest_time_is_what_counts() -> None:
    """The median and the 99th percentile are told beside it."""
    figure = Figure.slowest("load", Times([0.001] * 98 + [0.002, 0.5]), below=0.1)
    assert (figure.value, figure.is_reached) == (0.5, False)
    assert figure.detail == "median 1 ms, p99 500 ms of 100"


def test_several_calls_are_timed_as_one() -> None:
    """What is too short for the clock is called many times between two looks at it."""
    calls: list[int] = []
    times = Times.of(lambda: calls.append(1), 3, each=50)
    assert (len(times), len(calls)) == (3, 150)
    assert 0 < times.median <= times.p99 <= times.slowest


def test_a_figure_is_plain_data() -> None:
    """Programs get what people see."""
    made = Figure("load", 0.25, below=1.0, against="bare", baseline=0.1)
    assert json.loads(json.dumps(made.to_dict())) == {
        "name": "load", "value": 0.25, "unit": "s", "detail": "", "below": 1.0, "at_least": None,
        "against": "bare", "baseline": 0.1, "reached": True,
    }  # fmt: skip
