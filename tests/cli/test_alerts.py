"""``setpoint alerts``: what programs were alerted of."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from setpoint.monitor.alert import Alert
from setpoint.monitor.store import SampleStore

Tool = Callable[..., Any]
STORE = Path("config/.setpoint/monitor.sqlite3")


@pytest.fixture
def alerted(setpoint: Tool) -> Tool:
    """Two alerts: one of three hours ago that is over, and a grave one that is open since a minute."""
    now = time.time()
    store = SampleStore(STORE, name="app")
    old = Alert("1", "slow-loads", "", 1, severity="medium", message="slow", raised=now - 10_800, resolved=now - 7200)
    new = Alert(
        "2", "invalid-document", "messaging", 1, severity="high", message="bad", advice="repair it", raised=now - 60
    )
    store.alerts.change(lambda stored: stored.put([old, new]))
    store.close()
    return setpoint


def rules(ran: Any) -> list[str]:
    return [one["rule"] for one in ran.facts["alerts"]]


def test_alerts_are_listed_the_oldest_first(alerted: Tool) -> None:
    """One line each; of an open one, what to do."""
    ran = alerted("alerts")
    assert (ran.code, ran.err) == (0, "")
    first, second, advice = ran.out.splitlines()
    assert first.startswith("resolved  medium    slow-loads: slow  [")
    assert second.startswith("open      high      invalid-document (messaging): bad  [")
    assert advice == "    repair it"


def test_alerts_are_chosen_by_severity_and_time(alerted: Tool) -> None:
    """The severity is the least that is shown; a time is how long ago, or a date."""
    asked = ("alerts", "--format", "json")
    assert rules(alerted(*asked)) == ["slow-loads", "invalid-document"]
    assert rules(alerted(*asked, "--severity", "high")) == ["invalid-document"]
    assert rules(alerted(*asked, "--severity", "critical")) == []
    assert rules(alerted(*asked, "--since", "90m")) == ["invalid-document"]
    assert rules(alerted(*asked, "--since", "150m")) == ["slow-loads", "invalid-document"]
    assert rules(alerted(*asked, "--until", "1h")) == ["slow-loads"]
    assert rules(alerted(*asked, "--since", "1.5d")) == ["slow-loads", "invalid-document"]
    hour_ago = datetime.fromtimestamp(time.time() - 3600, UTC).isoformat()
    assert rules(alerted(*asked, "--since", hour_ago)) == ["invalid-document"]


def test_open_alerts_can_be_asked_for_in_a_script(alerted: Tool) -> None:
    """Exit code 1 while there are any."""
    ran = alerted("alerts", "--open", "--format", "json")
    assert (ran.code, ran.facts["ok"], rules(ran)) == (1, False, ["invalid-document"])
    ran = alerted("alerts", "--open", "--severity", "critical")
    assert (ran.code, ran.out) == (0, "no alerts\n")


def test_where_nothing_was_watched_there_are_no_alerts(setpoint: Tool) -> None:
    """0, and nothing is made by asking."""
    before = sorted(Path().rglob("*"))
    ran = setpoint("alerts")
    assert ran == (0, "no alerts\n", "")
    assert setpoint("alerts", "--format", "json").facts["alerts"] == []
    assert sorted(Path().rglob("*")) == before
    assert setpoint("-c", "nowhere", "alerts").code == 4


@pytest.mark.parametrize("arguments", [("--since", "yesterday"), ("--since", "-5m"), ("--severity", "dire")])
def test_what_is_no_time_or_severity_is_refused(setpoint: Tool, arguments: tuple[str, str]) -> None:
    """As usage."""
    assert setpoint("alerts", f"{arguments[0]}={arguments[1]}").code == 2
