"""The report over a window: figures, trends, the time before, and text that is safe to show."""

from __future__ import annotations

import json
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest

from setpoint.errors import UsageError
from setpoint.monitor.health import WARNING, Health, Reason
from setpoint.monitor.report import as_json, health_report, performance_report
from setpoint.monitor.report_metrics import shown
from setpoint.monitor.store import SampleStore

NOON = 1_800_000_000.0
EVIL = "a\x1b[31mred\n<script>alert(1)</script>\u202e\udcff'\"&"


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    return SampleStore(tmp_path / "monitor.sqlite3", clock=lambda: NOON, monotonic=lambda: 0.0)


def test_without_a_sample_there_is_a_report(store: SampleStore) -> None:
    """The hit ratio is not known: NaN, in JSON null."""
    report = performance_report(store, 24, NOON)
    assert (report["samples"], report["metrics"], report["processes"]) == (0, {}, [])
    assert isnan(report["average_metrics"]["cache_hit_ratio"])
    assert as_json(report)["average_metrics"] == {"cache_hit_ratio": None}
    assert "no samples" in health_report(None, report, [])


def test_each_metric_has_its_figures(store: SampleStore) -> None:
    """Average, percentiles, ends, last value and trend; what lies outside of the window does not count."""
    store.add(NOON - 3601, {"process_memory_bytes": 999.0})
    for number in range(101):
        store.add(NOON - 3600 + number * 36, {"process_memory_bytes": float(number), "odd": nan})
    report = performance_report(store, 1, NOON)
    told = report["metrics"]["process_memory_bytes"]
    assert (told["average"], told["minimum"], told["maximum"], told["last"]) == (50, 0, 100, 100)
    assert (told["p50"], told["p95"], told["p99"], told["samples"], told["unit"]) == (50, 95, 99, 101, "bytes")
    assert told["trend"]["direction"] == "rising"
    assert told["trend"]["meaning"] == "worse"
    assert told["trend"]["slope_per_hour"] == pytest.approx(100, rel=0.01)
    assert report["average_metrics"]["process_memory_bytes"] == 50
    assert "odd" not in report["metrics"]
    assert (told["before"]["average"], told["before"]["meaning"]) == (999, "better")
    assert told["before"]["change"] == pytest.approx(-0.95, abs=0.001)


def test_counters_tell_their_growth(tmp_path: Path) -> None:
    """Of every process, from nothing for one that began within the window."""
    path = tmp_path / "monitor.sqlite3"
    for values in ((10, 20, 60), (5, 5, 45)):
        store = SampleStore(path, clock=lambda: NOON, monotonic=lambda: 0.0)
        for number, value in enumerate(values):
            store.add(NOON - 100 + number, {"cache_reads": value, "cache_hits": value - 5, "cache_hit_ratio": 0.5})
    report = performance_report(store, 1, NOON)
    assert report["metrics"]["cache_reads"]["increase"] == 60 + 45
    assert len(report["processes"]) == 2
    # Of all reads of the window, not of the samples: those say what it was since the start, each time anew.
    assert report["average_metrics"]["cache_hit_ratio"] == (55 + 40) / (60 + 45)
    later = performance_report(store, 99 / 3600, NOON)
    assert later["metrics"]["cache_reads"]["increase"] == 40 + 40


def test_without_reads_the_hit_ratio_is_unknown(store: SampleStore) -> None:
    """Not nought: nothing was missed."""
    store.add(NOON - 1, {"cache_reads": 0, "cache_hits": 0, "cache_hit_ratio": nan})
    assert isnan(performance_report(store, 1, NOON)["average_metrics"]["cache_hit_ratio"])


@pytest.mark.parametrize("hours", [0, -1, nan, 1e9])
def test_a_window_that_is_none_is_refused(store: SampleStore, hours: float) -> None:
    """With what it may be."""
    with pytest.raises(UsageError, match="more than 0 hours"):
        performance_report(store, hours, NOON)


def test_a_report_is_json(store: SampleStore) -> None:
    """Strict JSON: no NaN in it, with lines and without."""
    for number in range(50):
        store.add(NOON - 100 + number, {"generation": number, EVIL: 1.0})
    for lines in (False, True):
        text = json.dumps(as_json(performance_report(store, 1, NOON, lines=lines)), allow_nan=False)
        assert json.loads(text)["metrics"]["generation"]["average"] == 24.5


def test_text_has_health_alerts_and_figures(store: SampleStore) -> None:
    """And nothing of it can act on a terminal, whatever a name or a message holds."""
    store.add(NOON - 10, {EVIL: 5.0, "process_memory_bytes": 3 * 1024 * 1024})
    reason = Reason("refused", WARNING, EVIL, "repair it", documents=[EVIL], since=NOON - 5)
    health = Health([reason], at=NOON, since=NOON - 5, documents={"total": 1})
    alert: dict[str, Any] = {
        "state": "open",
        "severity": "high",
        "rule": "invalid-document",
        "subject": EVIL,
        "message": EVIL,
        "raised": NOON - 5,
        "resolved": None,
        "repeats": 2,
        "returns": 1,
    }
    text = health_report(health, performance_report(store, 1, NOON), [alert])
    lines = text.splitlines()
    assert lines[0] == "health: warning, since 2027-01-15T07:59:55Z"
    assert all(line.isprintable() for line in lines)
    assert "\\x1b[31mred\\n<script>" in text
    assert "alerts: 1 open, 0 resolved" in lines
    assert ", told 3 times, came back 1 time]" in text
    assert "3.0 MiB" in text
    assert health_report(health.to_dict(), performance_report(store, 1, NOON), [alert]) == text


def test_text_leaves_out_what_was_nothing(store: SampleStore) -> None:
    """Gauges that were 0 all the time and counters that did not grow are counted only."""
    for number in range(3):
        store.add(NOON - 10 + number, {"reloads": 0, "documents_stale": 0, "documents": 5, "cache_reads": number})
    text = health_report(None, performance_report(store, 1, NOON), [])
    assert "  and 2 figures that were 0 all the time\n" in text
    assert [name in text for name in ("reloads", "documents_stale", "documents", "cache_reads")] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cache_hit_ratio", 0.98765, "98.8 %"),
        ("machine_cpu_percent", 12.34, "12.3 %"),
        ("disk_free_bytes", 5e12, "4.5 TiB"),
        ("disk_free_bytes", 512, "512 B"),
        ("load_seconds", 0.00001234, "12.3 µs"),
        ("load_seconds", 0.25, "250.0 ms"),
        ("load_seconds", 90, "90.0 s"),
        ("load_seconds", 0, "0 s"),
        ("own figure", 1234567, "1,234,567"),
        ("own figure", 0.5, "0.50"),
        ("own figure", 1e300, "1e+300"),
        ("own figure", nan, "-"),
        ("own figure", None, "-"),
    ],
)
def test_values_are_shown_with_their_unit(name: str, value: float | None, text: str) -> None:
    """As the table of metrics says it."""
    assert shown(name, value) == text
