"""What the rules find, and what the settings may say of them."""

from __future__ import annotations

import ast
from math import nan
from pathlib import Path
from typing import Any

import pytest

from setpoint.errors import UsageError
from setpoint.monitor import alert_rules
from setpoint.monitor.alert_rule import Finding, HealthRule, Reading, ThresholdRule
from setpoint.monitor.alert_rules import names, rules_of
from setpoint.monitor.health import CRITICAL, DEGRADED, WARNING, Health, Reason
from setpoint.monitor.limits import Limits
from setpoint.platform import host_name


def health(*reasons: Reason) -> Health:
    return Health(reasons, at=0.0, since=0.0, documents={})


def reason(rule: str, severity: str = WARNING, documents: tuple[str, ...] = (), subject: str = "") -> Reason:
    return Reason(rule, severity, f"something about {rule}", "do it", documents=documents, subject=subject)


def found(
    sample: dict[str, float],
    before: dict[str, float] | None = None,
    state: Health | None = None,
    given: dict[str, Any] | None = None,
) -> list[tuple[str, str, str]]:
    """Every finding of all rules: the rule, the subject and the severity."""
    return [
        (rule.id, one.subject, one.severity or rule.severity)
        for rule in rules_of(given or {})
        if rule.enabled
        for one in rule.findings(Reading(sample, before), state, ())
    ]


HOST = host_name()
LIMITED = ("cpu", "memory", "descriptors", "disk-full")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ({"cache_reads": 200, "cache_hits": 100}, [("cache-hit-ratio", "", "medium")]),
        ({"cache_reads": 200, "cache_hits": 190}, []),
        ({"cache_reads": 50, "cache_hits": 0}, []),  # too few reads to say anything
        ({"cache_reads": 1000, "cache_hits": 0, "documents_served": 1000}, []),  # the first read of each
        ({"cache_reads": 1200, "cache_hits": 100, "documents_served": 1000}, [("cache-hit-ratio", "", "medium")]),
        ({"cache_compression_ratio": 0.95}, [("cache-compression", "", "low")]),
        ({"cache_compression_ratio": nan}, []),
        ({"load_seconds": 0.7}, [("slow-loads", "", "medium")]),
        ({"reload_seconds": 0.7}, [("slow-reloads", "", "medium")]),
        ({"migration_failures": 1}, [("migration-failures", "", "high")]),
        ({"machine_cpu_percent": 97}, [("cpu", HOST, "high")]),
        ({"machine_memory_percent": 97}, [("memory", HOST, "high")]),
        ({"disk_used_percent": 97, "disk_free_bytes": 1e8}, [("disk-full", HOST, "high")]),
        ({"disk_used_percent": 97, "disk_free_bytes": 1e12}, []),  # a part of a large disk is much room
        ({"descriptors_percent": 85}, [("descriptors", "", "high")]),
        ({}, []),
    ],
)
def test_numbers_that_are_too_large_or_small_are_found(
    sample: dict[str, float], expected: list[tuple[str, str, str]]
) -> None:
    """Each by its rule; a number that is not known is never too large."""
    assert found(sample) == expected


def test_counters_count_since_the_sample_before() -> None:
    """A failure of yesterday is none of now; and a counter that began anew counts from nothing."""
    assert found({"migration_failures": 3}, {"migration_failures": 3}) == []
    assert found({"migration_failures": 4}, {"migration_failures": 3}) == [("migration-failures", "", "high")]
    assert found({"migration_failures": 1}, {"migration_failures": 3}) == [("migration-failures", "", "high")]
    hits = {"cache_reads": 1000, "cache_hits": 10}
    assert found({"cache_reads": 1200, "cache_hits": 210}, hits) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            health(reason("invalid", CRITICAL, ("a", "b"))),
            [("invalid-document", n, "critical") for n in "ab"],
        ),
        # One bad file is refused, stale and invalid at once: that is one fault.
        (
            health(
                reason("refused", WARNING, ("a",)),
                reason("stale", WARNING, ("a",)),
                reason("invalid", WARNING, ("a",)),
                reason("drift", CRITICAL, ("a",)),
                reason("unrecorded", DEGRADED, ("a",)),
            ),
            [("invalid-document", "a", "high")],
        ),
        (
            health(reason("refused", WARNING, ("a",)), reason("unrecorded", DEGRADED, ("a", "b"))),
            [("invalid-document", "a", "high"), ("tampering", "b", "high")],
        ),
        (health(reason("guarded", WARNING, ("a",))), [("guarded-change", "a", "high")]),
        (health(reason("files-gone", WARNING, ("a",))), [("files-gone", "a", "high")]),
        (health(reason("held-back", WARNING, ("a",))), []),
        (health(reason("drift", DEGRADED, ("a",))), [("drift", "a", "medium")]),
        (health(reason("history-damaged", CRITICAL, (), "/s/h")), [("history-damaged", "/s/h", "critical")]),
        (health(reason("watcher-dead", CRITICAL)), [("watcher-dead", "", "critical")]),
        (health(reason("watcher-silent", WARNING)), [("watcher-dead", "", "high")]),
        (health(reason("watcher-polling", DEGRADED)), [("watcher-polling", "", "low")]),
        (health(reason("callback-slow"), reason("callback-backlog")), [("slow-callbacks", "", "medium")]),
        (health(reason("callback-failed", DEGRADED)), [("callback-errors", "", "medium")]),
        (health(reason("pending-restart", DEGRADED, ("a",))), [("pending-restart", "a", "low")]),
        (health(reason("probe-failed", DEGRADED, (), "the machine")), [("probe-failed", "the machine", "medium")]),
        (health(reason("history-unwritable")), [("no-record", "", "high")]),
        # A full disk is why nothing can be recorded: one fault.
        (
            health(reason("disk-full", CRITICAL, (), "/"), reason("history-unwritable"), reason("not-recorded")),
            [("disk-full", HOST, "critical")],
        ),
        (health(reason("cpu")), [("cpu", HOST, "high")]),
        (health(reason("memory", CRITICAL)), [("memory", HOST, "critical")]),
    ],
)
def test_reasons_of_health_are_found_once_for_each_fault(state: Health, expected: list[tuple[str, str, str]]) -> None:
    """One finding for each document, by the first rule that applies to it."""
    assert found({}, None, state) == expected


def test_a_number_and_a_reason_of_the_same_are_one_finding() -> None:
    """With the graver severity of both."""
    state = health(reason("memory", CRITICAL))
    assert found({"machine_memory_percent": 99}, None, state) == [("memory", HOST, "critical")]


def test_an_alert_is_over_at_another_number_than_it_began() -> None:
    """So that one which moves around the threshold does not come and go."""
    rule = next(rule for rule in rules_of({}) if rule.id == "memory")

    def finds(percent: float, *subjects: str) -> list[Finding]:
        return list(rule.findings(Reading({"machine_memory_percent": percent}), None, subjects))

    assert not finds(94)
    assert finds(96)
    assert finds(86, HOST)
    assert not finds(85, HOST)


def test_settings_change_a_rule() -> None:
    """Threshold, end, severity, time; with a new threshold alone the end moves along."""
    given = {"cpu": {"threshold": 50, "severity": "critical", "for": 5, "clear": 40}, "memory": {"threshold": 9.5}}
    rules = {rule.id: rule for rule in rules_of(given)}
    cpu, memory = rules["cpu"], rules["memory"]
    assert isinstance(cpu, ThresholdRule)
    assert isinstance(memory, ThresholdRule)
    assert (cpu.threshold, cpu.clear, cpu.severity, cpu.hold) == (50, 40, "critical", 5)
    assert (memory.threshold, memory.clear) == (9.5, pytest.approx(8.55))
    assert found({"machine_cpu_percent": 60}, None, None, given) == [("cpu", HOST, "critical")]
    bad = health(reason("refused", WARNING, ("a",)))
    assert found({}, None, bad, {"invalid-document": {"severity": "low"}}) == [("invalid-document", "a", "low")]


def test_limits_of_the_health_are_those_of_the_alerts() -> None:
    """Unless a rule has a threshold of its own."""
    limits = Limits(cpu=50, memory=60, descriptors=70, disk_free_percent=20)
    rules = {rule.id: rule for rule in rules_of({"memory": {"threshold": 65}}, limits)}
    found = {name: rule.threshold for name in LIMITED if isinstance(rule := rules[name], ThresholdRule)}
    assert found == {"cpu": 50, "memory": 65, "descriptors": 70, "disk-full": 80}


def test_a_rule_that_is_switched_off_is_off() -> None:
    """And no other rule finds the same in its place."""
    bad = health(reason("refused", WARNING, ("a",)), reason("cpu"))
    off = {"invalid-document": {"enabled": False}, "cpu": {"enabled": False}}
    assert found({"machine_cpu_percent": 99}, None, bad, off) == []
    held = health(reason("held-back", WARNING, ("a",)))
    assert found({}, None, held, {"held-back": {"enabled": True}}) == [("held-back", "a", "low")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cpus": {"threshold": 1}}, "there is no such rule; did you mean 'cpu'"),
        ({"quite-another": {}}, "there are cache-compression, cache-hit-ratio"),
        ({"drift": {"threshold": 1}}, "threshold: this rule is not about a number"),
        ({"cpu": {"threshold": 50, "clear": 60}}, "clear = 60 is above threshold = 50"),
        ({"cache-hit-ratio": {"clear": 0.5}}, "clear = 0.5 is below threshold = 0.8"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any], message: str) -> None:
    """With what would."""
    with pytest.raises(UsageError, match=message):
        rules_of(given)


def test_every_reason_of_health_has_its_rule() -> None:
    """A kind of reason that a probe can give is known to one rule, and no rule waits for one that none gives."""
    given = set()
    for module in Path(alert_rules.__file__).parent.glob("probe*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                given.add(node.value)
    known = [kind for rule in rules_of({}) if isinstance(rule, ThresholdRule | HealthRule) for kind in rule.kinds]
    assert len(set(known)) == len(known)
    assert set(known) <= given
    made = {
        node.args[0].value
        for module in Path(alert_rules.__file__).parent.glob("probe*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason"
        if isinstance(node.args[0], ast.Constant)
    }
    assert made <= set(known)


def test_every_rule_has_a_name_once() -> None:
    """The names are those that settings may use."""
    every = [rule.id for rule in rules_of({})]
    assert sorted(every) == names()
    assert len(set(every)) == len(every)
