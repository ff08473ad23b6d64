"""Counters, histograms and the registry that holds them: exact, cheap, and safe over threads and forks."""

from __future__ import annotations

import gc
import itertools
import os
import threading
import weakref
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.metrics.counter import MOST_LABELS, OTHER
from setpoint.metrics.histogram import SECONDS
from setpoint.metrics.registry import Registry

THREADS = 4
EACH = 25_000


def test_a_hundred_thousand_random_operations_of_four_threads_are_counted_exactly() -> None:
    """Counts, labels, buckets and sums are those that each thread has counted for itself."""
    import random

    registry = Registry()
    done = registry.counter("done", "kind")
    size = registry.histogram("size", (1, 2, 4, 8))
    mine: list[tuple[dict[str, int], list[int]]] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        labels: dict[str, int] = {}
        values: list[int] = []
        for _ in range(EACH):
            if chance.random() < 0.5:
                label, number = chance.choice("abc"), chance.randrange(1, 4)
                done.add(number, label)
                labels[label] = labels.get(label, 0) + number
            else:
                value = chance.randrange(10)
                size.observe(value)
                values.append(value)
        mine.append((labels, values))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected: dict[str, int] = {}
    for labels, _ in mine:
        for label, number in labels.items():
            expected[label] = expected.get(label, 0) + number
    every = [value for _, values in mine for value in values]
    read = size.read()
    assert done.by_label() == expected
    assert done.total == sum(expected.values())
    assert (read.count, read.sum, read.least, read.most) == (len(every), sum(every), min(every), max(every))
    bounds = (-1, 1, 2, 4, 8, 100)
    assert read.counts == tuple(sum(low < value <= high for value in every) for low, high in itertools.pairwise(bounds))


@given(st.lists(st.floats(min_value=0, max_value=20, allow_nan=False), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_in_the_bucket_of_the_exact_one(values: list[float], part: float) -> None:
    """What is estimated is never off by more than the bucket that the exact value is in."""
    registry = Registry()
    histogram = registry.histogram("x", SECONDS)
    for value in values:
        histogram.observe(value)
    read = histogram.read()
    found = read.quantile(part)
    ordered = sorted(values)
    exact = ordered[max(0, -(-int(part * len(values) * 1_000_000) // 1_000_000) - 1)]
    near = ordered[min(len(values) - 1, int(part * len(values)))]
    bounds = (0.0, *SECONDS, float("inf"))
    reach = {
        number
        for number, (low, high) in enumerate(itertools.pairwise(bounds))
        if low <= exact <= high or low <= near <= high
    }
    assert min(bounds[number] for number in reach) <= found <= max(bounds[number + 1] for number in reach)
    assert read.least <= found <= read.most
    assert read.mean() == pytest.approx(sum(values) / len(values))


@given(st.lists(st.floats(0, 20)), st.lists(st.floats(0, 20), min_size=1))
def test_what_an_earlier_reading_had_is_left_out(first: list[float], second: list[float]) -> None:
    """Mean and median since a reading are those of what came after it."""
    registry, fresh = Registry(), Registry()
    one, other = registry.histogram("x"), fresh.histogram("x")
    for value in first:
        one.observe(value)
    before = one.read()
    for value in second:
        one.observe(value)
        other.observe(value)
    assert one.read().mean(before) == pytest.approx(other.read().mean(), abs=1e-6)
    estimates = one.read().quantile(0.5, before), other.read().quantile(0.5)
    cell = next(number for number, bound in enumerate((*SECONDS, float("inf"))) if estimates[1] <= bound)
    below = SECONDS[cell - 1] if cell else 0.0
    assert below <= estimates[0] <= max(*first, *second, SECONDS[min(cell, len(SECONDS) - 1)])


def test_nothing_observed_has_no_mean() -> None:
    """Mean, quantile, least and most of nothing are NaN, not zero."""
    read = Registry().histogram("x").read()
    assert all(map(isnan, (read.mean(), read.quantile(0.5), read.least, read.most)))


def test_labels_are_bounded() -> None:
    """What a program invents as labels does not fill the memory, and no count is lost."""
    counter = Registry().counter("refused", "rule")
    for number in range(3 * MOST_LABELS):
        counter.add(label=f"rule-{number}")
    found = counter.by_label()
    assert len(found) == MOST_LABELS + 1
    assert found[OTHER] == 2 * MOST_LABELS
    assert sum(found.values()) == counter.total == 3 * MOST_LABELS


def test_a_source_that_fails_costs_no_other_its_figures() -> None:
    """The figures of the others are there, the failure is counted, and what is None is NaN."""
    registry = Registry()

    def fails() -> dict[str, float]:
        raise RuntimeError("no figures today")

    registry.pull("bad", fails)
    registry.pull("good", lambda: {"a": 1, "b": None})
    registry.counter("c").add(2)
    found = registry.values()
    assert (found["a"], found["c"]) == (1.0, 2.0)
    assert isnan(found["b"])
    assert registry.failures == 1


def test_a_child_of_a_thread_that_counts_can_count() -> None:
    """No lock is held for ever in a process that is forked off while others count."""
    registry = Registry()
    counter = registry.counter("x")
    stop = threading.Event()

    def count() -> None:
        while not stop.is_set():
            counter.add()

    threads = [threading.Thread(target=count, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            child = os.fork()
            if not child:
                before = counter.total
                counter.add(5)
                os._exit(0 if counter.total == before + 5 else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_registry_does_not_keep_its_system_alive(tmp_path: object) -> None:
    """What is read from a system ends with it."""
    from setpoint import ConfigSystem

    system = ConfigSystem(str(tmp_path))
    registry = system.metrics
    assert "cache_reads" in registry.values()
    known = weakref.ref(system)
    del system
    gc.collect()
    assert known() is None
    assert "cache_reads" not in registry.values()
