"""Rolling up keeps what can be kept: counts, sums, the least and the greatest."""

from __future__ import annotations

from collections import defaultdict
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.monitor.rollup import Roll, finite, sample_bytes

NAMES = ("cache_hits", "odd name\n", "é")
# Whole numbers, so that sums are exact in any order.
VALUES = st.integers(-(2**40), 2**40).map(float) | st.just(nan)
SAMPLES = st.lists(
    st.tuples(st.integers(0, 4 * 3_600_000), st.dictionaries(st.sampled_from(NAMES), VALUES)), max_size=60
)


def rolled(samples: list[tuple[int, dict[str, float]]]) -> Roll:
    roll = Roll()
    for at, values in samples:
        roll.add(at, values.items())
    return roll


def facts(roll: Roll) -> dict[str, list[tuple[float, ...]]]:
    """Everything a roll knows, as plain tuples: time, count, least, greatest, sum and last value."""
    return {
        name: list(zip(one.at, one.count, one.low, one.high, one.total, one.last, strict=True))
        for name, one in roll.columns.items()
    }


def expected(samples: list[tuple[int, dict[str, float]]], step: int) -> dict[str, list[tuple[float, ...]]]:
    """The same, worked out the long way."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for at, values in sorted(samples, key=lambda one: one[0]):
        for name, value in values.items():
            if not isnan(value):
                found[name][at - at % step].append(value)
    return {
        name: [(at, len(all_), min(all_), max(all_), sum(all_), all_[-1]) for at, all_ in sorted(parts.items())]
        for name, parts in found.items()
    }


@given(SAMPLES, st.sampled_from([60_000, 600_000, 7]))
def test_a_stretch_has_the_count_sum_least_greatest_and_last_of_its_samples(
    samples: list[tuple[int, dict[str, float]]], step: int
) -> None:
    """Whatever the order in which they came."""
    assert facts(rolled(samples).rolled(step)) == expected(samples, step)


@given(SAMPLES, SAMPLES)
def test_rolling_up_in_two_steps_is_the_same_as_in_one(
    first: list[tuple[int, dict[str, float]]], second: list[tuple[int, dict[str, float]]]
) -> None:
    """Minutes made ten minutes are what the samples made ten minutes would be, and parts can come together later."""
    whole = rolled(sorted(first, key=lambda one: one[0])).rolled(60_000)
    whole.extend(rolled(second).rolled(60_000))
    at_once = expected([*first, *second], 600_000)
    later = facts(whole.rolled(600_000))
    # Which value is the last is not kept across parts that overlap.
    assert {name: [row[:5] for row in rows] for name, rows in later.items()} == {
        name: [row[:5] for row in rows] for name, rows in at_once.items()
    }


@given(SAMPLES)
def test_what_is_packed_comes_back(samples: list[tuple[int, dict[str, float]]]) -> None:
    """Bit by bit, and split into hours and put together again."""
    roll = rolled(samples).rolled(60_000)
    assert facts(Roll.unpack(roll.pack())) == facts(roll)
    whole = Roll()
    for start, part in roll.split(3_600_000):
        assert all(start <= at < start + 3_600_000 for one in part.columns.values() for at in one.at)
        whole.extend(part)
    assert facts(whole) == facts(roll)


@given(SAMPLES, st.integers(0, 4 * 3_600_000), st.integers(0, 4 * 3_600_000))
def test_a_part_has_what_lies_in_it(samples: list[tuple[int, dict[str, float]]], one: int, other: int) -> None:
    """From the start, and before the end."""
    roll = rolled(samples).ordered()
    start, end = sorted((one, other))
    assert facts(roll.between(start, end)) == {
        name: kept for name, rows in facts(roll).items() if (kept := [row for row in rows if start <= row[0] < end])
    }


@given(st.binary(max_size=200))
def test_bytes_that_are_no_samples_are_refused(data: bytes) -> None:
    """With a ValueError, whatever they are."""
    with pytest.raises(ValueError, match="packed samples"):
        Roll.unpack(data)


@given(SAMPLES, st.data())
def test_damaged_bytes_are_refused_or_whole(samples: list[tuple[int, dict[str, float]]], data: st.DataObject) -> None:
    """A changed or missing byte is never taken for other numbers: zlib's checksum tells."""
    packed = bytearray(rolled(samples).rolled(60_000).pack())
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    before = facts(rolled(samples).rolled(60_000))
    for damaged in (bytes(packed), bytes(packed[:place])):
        try:
            found = Roll.unpack(damaged)
        except ValueError:
            continue
        assert facts(found) == before


def test_rows_of_samples_are_read_together() -> None:
    """The values of each name in order, without those that are not numbers."""
    rows = [sample_bytes([1.0, nan]), sample_bytes([2.0, 5.0])]
    roll = Roll()
    roll.add_rows([10, 20], ["a", "b"], b"".join(rows))
    assert facts(roll) == {"a": [(10, 1, 1, 1, 1, 1), (20, 1, 2, 2, 2, 2)], "b": [(20, 1, 5, 5, 5, 5)]}
    with pytest.raises(ValueError, match="not as many values"):
        roll.add_rows([10, 20], ["a"], rows[0] + rows[1])


def test_what_is_no_finite_number_is_no_value() -> None:
    """Infinity would make every sum useless; the names are in order, so that their rows look alike."""
    sample = finite({"b": float("inf"), "a": True, "c": -float("inf"), "d": nan})
    assert list(sample) == ["a", "b", "c", "d"]
    assert sample["a"] == 1.0
    assert all(isnan(sample[name]) for name in "bcd")
