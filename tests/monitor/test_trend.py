"""Averages, percentiles and trends of what was sampled."""

from __future__ import annotations

from math import ceil, isclose, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.monitor.rollup import Column
from setpoint.monitor.trend import Window, average, direction, increase, percentiles, slope

VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=300)
SHARES = (0.0, 0.5, 0.95, 0.99, 1.0)


def column(values: list[float], step: int = 10_000) -> Column:
    made = Column()
    for number, value in enumerate(values):
        made.add(number * step, value)
    return made


def nearest_rank(values: list[float], share: float) -> float:
    return sorted(values)[max(0, ceil(share * len(values) - 1e-9) - 1)]


@given(VALUES)
def test_percentiles_of_samples_are_exact(values: list[float]) -> None:
    """The least value that as large a share does not exceed: nearest rank."""
    assert percentiles(column(values), SHARES) == [nearest_rank(values, share) for share in SHARES]


@given(VALUES, st.sampled_from([20_000, 60_000, 600_000]))
def test_percentiles_of_rolled_up_samples_lie_where_the_samples_lay(values: list[float], step: int) -> None:
    """They are between the least and the greatest, grow with the share, and the ends are exact."""
    rolled = column(values).rolled(step)
    found = percentiles(rolled, SHARES)
    assert found == sorted(found)
    assert (found[0], found[-1]) == (min(values), max(values))
    assert isclose(average(rolled), sum(values) / len(values), abs_tol=1e-9)


@given(VALUES)
def test_percentiles_are_off_by_less_than_a_stretch_is_wide(values: list[float]) -> None:
    """As many values as a stretch has can change sides, and none goes further than to the stretch's other end."""
    rolled = column(values).rolled(60_000)
    widest = max(high - low for low, high in zip(rolled.low, rolled.high, strict=True))
    for share, found in zip(SHARES, percentiles(rolled, SHARES), strict=True):
        assert abs(found - nearest_rank(values, share)) <= widest


def test_percentiles_of_very_many_samples_count_each() -> None:
    """A stretch stands with the number of its values, also where they are too many to be laid out."""
    made = column([float(number % 100) for number in range(30_000)], 100).rolled(60_000)
    assert sum(made.count) == 30_000
    half, most = percentiles(made, (0.5, 1.0))
    assert (round(half), most) == (50, 99)


def test_nothing_has_no_average() -> None:
    """NaN, not nought."""
    assert isnan(average(Column()))
    assert all(map(isnan, percentiles(Column(), SHARES)))
    assert isnan(increase(Column()))
    assert Window(0, 100, 10).line(Column()) == []


@given(st.lists(st.integers(0, 50), min_size=1, max_size=50), st.integers(0, 50))
def test_a_counter_grows_by_the_sum_of_its_steps(steps: list[int], before: int) -> None:
    """Also when it begins anew in between, which a fall tells."""
    values, reached = [], float(before)
    for number, step in enumerate(steps):
        reached = float(step + 1) if number == 25 and step + 1 < reached else reached + step
        values.append(reached)
    grown = sum(
        step + 1 if number == 25 and values[number] == step + 1 and values[24] > step + 1 else step
        for number, step in enumerate(steps)
    )
    assert increase(column(values), float(before)) == grown


def test_the_line_has_the_average_of_each_part() -> None:
    """Parts without a value have no point."""
    made = column([1.0, 3.0, 10.0, 20.0])
    made.extend(column([]))
    window = Window(0, 100, 5)
    assert window.line(made) == [(10.0, 2.0), (30.0, 15.0)]
    assert window.band(made) == [(1.0, 3.0), (10.0, 20.0)]
    assert Window(100, 100, 5).line(made) == []


def test_the_slope_is_that_of_the_line() -> None:
    """Per second, exact for points on a line, and NaN with fewer than three."""
    found, error = slope([(0.0, 1.0), (10.0, 3.0), (20.0, 5.0)])
    assert isclose(found, 0.2)
    assert isclose(error, 0.0, abs_tol=1e-9)
    assert isnan(slope([(0.0, 1.0), (10.0, 3.0)])[0])
    assert isnan(slope([(5.0, 1.0)] * 4)[0])


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([1.0] * 50, "steady"),
        ([100.0 + number for number in range(50)], "rising"),
        ([100.0 - number for number in range(50)], "falling"),
        ([1000.0 + number * 0.1 for number in range(50)], "steady"),  # clear, and too little to matter
        ([50.0 if number % 2 else 0.0 for number in range(50)], "steady"),  # much, and nowhere
        ([0.0] * 40 + [1.0] * 10, "rising"),
        ([1.0, 2.0, 3.0, 4.0], "unknown"),
    ],
)
def test_a_trend_is_clear_and_matters(values: list[float], word: str) -> None:
    """Else it is steady, and with too few points nobody can say."""
    assert direction([(number * 60.0, value) for number, value in enumerate(values)]) == word
