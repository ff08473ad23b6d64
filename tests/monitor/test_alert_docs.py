"""The page on monitoring names everything there is."""

from __future__ import annotations

import re
from pathlib import Path

from setpoint.metrics.names import METRICS
from setpoint.monitor.alert_rule import HealthRule, ThresholdRule
from setpoint.monitor.alert_rules import names, rules_of
from setpoint.monitor.alerting import FAILED
from setpoint.monitor.limits import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading that begins with code: the cells of each."""
    text = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]


def test_every_rule_is_on_the_page_with_its_severity() -> None:
    """The first severity of its row is the rule's own, and what it is over."""
    found = {row[0].strip("`"): row for row in rows("Alerts")}
    assert sorted(found) == sorted([*names(), FAILED])
    for rule in rules_of({}):
        severity, raised = found[rule.id][1], found[rule.id][2]
        if isinstance(rule, ThresholdRule) or (isinstance(rule, HealthRule) and rule.own_severity):
            assert severity.split(",")[0] == rule.severity, rule.id
        if isinstance(rule, ThresholdRule | HealthRule):
            assert all(f"`{kind}`" in raised for kind in rule.kinds if rule.enabled), rule.id


def test_every_metric_is_on_the_page() -> None:
    """With its kind, its unit and what it is; and the page has no other."""
    told = {row[0].strip("`"): (row[1], row[2]) for row in rows("Metrics")}
    assert told == {name: (one.kind, one.unit) for name, one in METRICS.items()}
    for row in rows("Metrics"):
        assert row[3].startswith(METRICS[row[0].strip("`")].help)


def test_every_reason_is_on_the_page() -> None:
    """Each kind that a rule knows."""
    told = {name for row in rows("Health") for name in re.findall(r"`([a-z-]+)`", row[0])}
    known = {kind for rule in rules_of({}) for kind in getattr(rule, "kinds", ())}
    assert known <= told
    assert told - known <= {"healthy", "degraded", "warning", "critical"}


def test_every_limit_is_on_the_page() -> None:
    """With its default, but for the one that has none."""
    text = PAGE.split("\n[monitor.limits]", 1)[1].split("[monitor.alerts", 1)[0]
    told = dict(re.findall(r"^(?:# )?(\w+) = ([\d.]+)", text, re.MULTILINE))
    limits = Limits()
    assert set(told) == set(Limits.__slots__)
    assert {name: float(value) for name, value in told.items() if name != "process_cpu"} == {
        name: getattr(limits, name) for name in told if name != "process_cpu"
    }
