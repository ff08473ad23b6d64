"""``setpoint report``: what the last hours were like."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint.monitor.alert import Alert
from setpoint.monitor.store import SampleStore

Tool = Callable[..., Any]
STORE = Path("config/.setpoint/monitor.sqlite3")


@pytest.fixture
def sampled(setpoint: Tool) -> Tool:
    """A program took samples in the last quarter of an hour, and raised an alert about a hostile name."""
    now = time.time()
    store = SampleStore(STORE, name="app")
    for number in range(90):
        sample = {"cache_reads": number * 100, "cache_hits": number * 99, "process_memory_bytes": 2**20 + number * 1e4}
        store.add(now - 900 + number * 10, {**sample, "cache_hit_ratio": 0.99})
    alert = Alert("1", "cpu", "a\x1b[31m\nb", store.process, severity="high", message="much\x07", raised=now - 60)
    store.alerts.change(lambda stored: stored.put([alert]))
    store.close()
    return setpoint


def test_the_report_has_every_figure_and_the_alerts(sampled: Tool) -> None:
    """One line each; a counter tells its growth, and nothing acts on the terminal."""
    ran = sampled("report", "--hours", "1")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "alerts: 1 open, 0 resolved"
    assert "cpu (a\\x1b[31m\\nb): much\\x07" in lines[1]
    assert any(line.startswith("the last 1 hour until ") and "90 samples of app[" in line for line in lines)
    figures = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("  ")}
    assert figures["cache_reads"] == ["+8,900"]
    assert figures["cache_hit_ratio"][:2] == ["99.0", "%"]
    assert figures["process_memory_bytes"][-2:] == ["rising,", "worse"]


def test_a_report_is_one_json_object(sampled: Tool) -> None:
    """With the same figures; what is not known is null."""
    facts = sampled("report", "--format", "json").facts
    assert facts["ok"] is True
    assert facts["report"]["average_metrics"]["cache_hit_ratio"] == 0.99
    assert facts["report"]["metrics"]["cache_reads"]["before"]["average"] is None
    assert [one["rule"] for one in facts["alerts"]] == ["cpu"]
    assert "line" not in facts["report"]["metrics"]["cache_reads"]


def test_a_page_is_written(sampled: Tool, tmp_path: Path) -> None:
    """To a file, or to the standard output."""
    ran = sampled("report", "--html", "report.html")
    assert ran.code == 0
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<svg" in page
    assert sampled("report", "--html", "-").out.startswith("<!DOCTYPE html>")
    ran = sampled("report", "--html", "no/such/folder/report.html")
    assert ran.code == 5
    assert "no/such/folder" in ran.err


def test_without_samples_the_report_says_so(setpoint: Tool) -> None:
    """0, and nothing is made by asking."""
    before = sorted(Path().rglob("*"))
    ran = setpoint("report")
    assert (ran.code, ran.err) == (0, "")
    assert "no samples" in ran.out
    assert setpoint("report", "--format", "json").facts["report"]["average_metrics"] == {"cache_hit_ratio": None}
    assert sorted(Path().rglob("*")) == before


def test_a_store_that_cannot_be_read_is_told(sampled: Tool) -> None:
    """The report goes on without it."""
    os.truncate(STORE, 3000)
    ran = sampled("report")
    assert ran.code == 0
    assert "note: the store of samples monitor.sqlite3 cannot be used: it is damaged" in ran.out


@pytest.mark.parametrize("hours", ["0", "-1", "x", "nan", "1e9"])
def test_a_window_that_is_none_is_refused(setpoint: Tool, hours: str) -> None:
    """As usage; and so is a directory that is not there, as not found."""
    assert setpoint("report", f"--hours={hours}").code == 2
    assert setpoint("-c", "nowhere", "report").code == 4
