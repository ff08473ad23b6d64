"""The life of alerts: raised once, told again, resolved; over restarts, among processes, and when causes flap."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import UsageError
from setpoint.monitor.alert import AlertEvent
from setpoint.monitor.alert_rule import AlertRule, HealthRule, ThresholdRule
from setpoint.monitor.alerting import AlertEngine
from setpoint.monitor.health import CRITICAL, WARNING, Health, Reason
from setpoint.monitor.store import SampleStore

SOURCE = str(Path(__file__).parents[2] / "src")
NOON = 1_800_000_000.0


def heat(*, hold: float = 0.0, shared: bool = False) -> ThresholdRule:
    return ThresholdRule(
        "heat",
        "high",
        lambda reading: reading.value("heat"),
        threshold=90,
        clear=80,
        hold=hold,
        shared=shared,
        says=lambda value, limit: f"{value:g} of {limit:g}",
        advice="cool it",
    )


def bad(*documents: str, severity: str = WARNING) -> Health:
    reasons = [Reason("refused", severity, f"{', '.join(documents)}: bad", "repair", documents=documents)]
    return Health(reasons if documents else [], at=NOON, since=NOON, documents={})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "monitor.sqlite3"


@pytest.fixture
def make(path: Path) -> Callable[..., AlertEngine]:
    def make(*rules: AlertRule, store: SampleStore | None = None, **times: float) -> AlertEngine:
        return AlertEngine(rules or [heat()], store or SampleStore(path), **times)

    return make


def kinds(events: list[AlertEvent]) -> list[str]:
    return [event.kind.removeprefix("alert") for event in events]


def feel(engine: AlertEngine, value: float, now: float) -> list[str]:
    return kinds(engine.evaluate({"heat": value}, None, NOON + now))


def test_an_alert_is_raised_told_again_and_resolved(make: Callable[..., AlertEngine]) -> None:
    """Once each; what stays between the two thresholds stays open."""
    engine = make(repeat=100.0, settle=20.0)
    assert feel(engine, 50, 0) == []
    assert feel(engine, 95, 10) == ["raised"]
    assert feel(engine, 99, 20) == []
    assert feel(engine, 85, 30) == []
    assert feel(engine, 95, 110) == ["repeated"]
    assert feel(engine, 95, 120) == []
    assert feel(engine, 70, 130) == []
    assert feel(engine, 70, 140) == ["resolved"]
    assert feel(engine, 70, 150) == []
    (alert,) = engine.alerts()
    assert (alert["state"], alert["raised"], alert["resolved"]) == ("resolved", NOON + 10, NOON + 140)
    assert (alert["severity"], alert["repeats"], alert["value"], alert["threshold"]) == ("high", 1, 95, 90)
    assert alert["message"] == "95 of 90"


def test_an_event_holds_what_the_alert_was_then(make: Callable[..., AlertEngine]) -> None:
    """It is an event like all others, and JSON can hold it."""
    engine = make()
    (event,) = engine.evaluate({"heat": 95}, None, NOON)
    facts = event.to_dict()
    assert (facts["event"], facts["at"], facts["alert"]["rule"]) == ("alertraised", NOON, "heat")
    assert (facts["alert"]["state"], facts["alert"]["resolved"]) == ("open", None)
    assert repr(event) == "<AlertRaised high: heat>"
    engine.evaluate({"heat": 10}, None, NOON + 1000)
    assert event.alert["state"] == "open"


def test_a_rule_can_ask_for_patience(make: Callable[..., AlertEngine]) -> None:
    """What is found for a shorter time raises nothing, and begins anew."""
    engine = make(heat(hold=30.0))
    assert feel(engine, 95, 0) == []
    assert feel(engine, 50, 20) == []
    assert feel(engine, 95, 40) == []
    assert feel(engine, 95, 69) == []
    assert feel(engine, 95, 70) == ["raised"]


def test_what_is_not_known_is_not_found(make: Callable[..., AlertEngine]) -> None:
    """A figure that can no longer be measured ends its alert."""
    engine = make(settle=0.0)
    assert feel(engine, nan, 0) == []
    assert feel(engine, 95, 10) == ["raised"]
    assert feel(engine, nan, 20) == ["resolved"]


def test_flapping_does_not_flood(make: Callable[..., AlertEngine]) -> None:
    """A cause that comes and goes every half minute is one alert, told of once an hour after the first minutes."""
    engine = make(repeat=3600.0, settle=10.0, returning=600.0)
    events = [kind for at in range(0, 8 * 3600, 30) for kind in feel(engine, 95 if at % 60 else 10, at)]
    assert events[:3] == ["raised", "resolved", "raised"]
    assert len(events) <= 3 + 8
    (alert,) = engine.alerts()
    assert (alert["state"], alert["returns"]) == ("open", 1)


def test_each_document_has_an_alert_of_its_own(make: Callable[..., AlertEngine]) -> None:
    """And each has its own life."""
    engine = make(HealthRule("invalid-document", ("refused",)), settle=0.0)
    events = engine.evaluate({}, bad("a", "b"), NOON)
    assert [event.documents for event in events] == [("a",), ("b",)]
    assert engine.evaluate({}, bad("a", "b"), NOON + 1) == []
    events = engine.evaluate({}, bad("b", "c"), NOON + 2)
    assert {(event.kind, event.documents) for event in events} == {("alertraised", ("c",)), ("alertresolved", ("a",))}
    assert {one["subject"]: one["state"] for one in engine.alerts()} == {"a": "resolved", "b": "open", "c": "open"}


def test_very_many_documents_share_an_alert(make: Callable[..., AlertEngine]) -> None:
    """Twenty alerts at most, the last of which counts the others."""
    engine = make(HealthRule("invalid-document", ("refused",)), settle=0.0)
    events = engine.evaluate({}, bad(*(f"d{number:04}" for number in range(1000))), NOON)
    assert len(events) == 20
    (others,) = [event.alert for event in events if event.alert["subject"] == "others"]
    assert others["message"].startswith("981 more, such as: ")
    assert len(others["documents"]) == 100
    assert engine.evaluate({}, bad(*(f"d{number:04}" for number in range(1000))), NOON + 1) == []


def test_what_becomes_graver_is_told(make: Callable[..., AlertEngine]) -> None:
    """The same alert, raised once more; it does not become less grave while it is open."""
    engine = make(HealthRule("invalid-document", ("refused",)))
    (event,) = engine.evaluate({}, bad("a"), NOON)
    assert event.alert["severity"] == "high"
    (event,) = engine.evaluate({}, bad("a", severity=CRITICAL), NOON + 1)
    assert (event.kind, event.alert["severity"]) == ("alertraised", "critical")
    assert engine.evaluate({}, bad("a"), NOON + 2) == []
    assert [one["severity"] for one in engine.alerts()] == ["critical"]


def test_a_reason_that_no_rule_knows_is_alerted(make: Callable[..., AlertEngine]) -> None:
    """By its own name, as grave as it is."""
    state = Health([Reason("novelty", CRITICAL, "new", "look", subject="s")], at=NOON, since=NOON, documents={})
    (event,) = make().evaluate({}, state, NOON)
    assert (event.alert["rule"], event.alert["subject"], event.alert["severity"]) == ("novelty", "s", "critical")


# -- rules of the program ------------------------------------------------------------------------------------------


def test_a_function_of_the_program_is_a_rule(make: Callable[..., AlertEngine]) -> None:
    """What it returns is the message; True says that it applies; anything false, that all is well."""
    engine = make(settle=0.0)
    answers = iter(["the queue is long", "the queue is longer", True, None, 0, ""])
    engine.add_rule(lambda sample, health: next(answers), id="queue-long", severity="critical")
    assert kinds(engine.evaluate({}, None, NOON)) == ["raised"]
    assert kinds(engine.evaluate({}, None, NOON + 1)) == []
    assert [one["message"] for one in engine.alerts()] == ["the queue is longer"]
    assert kinds(engine.evaluate({}, None, NOON + 2)) == []
    assert kinds(engine.evaluate({}, None, NOON + 3)) == ["resolved"]
    assert kinds(engine.evaluate({}, None, NOON + 4)) == []


def test_a_rule_that_raises_harms_no_other(make: Callable[..., AlertEngine]) -> None:
    """It is an alert itself, once, which does not quote the error: that may hold a value."""
    engine = make(settle=0.0)
    answers: list[object] = [1, 1, 0]

    def odd(sample: object, health: object) -> object:
        return 1 / 0 if answers.pop(0) else None

    engine.add_rule(odd)
    events = engine.evaluate({"heat": 95}, None, NOON)
    assert sorted(event.alert["rule"] for event in events) == ["alert-rule-failed", "heat"]
    assert engine.evaluate({"heat": 95}, None, NOON + 1) == []
    failed = next(one for one in engine.alerts() if one["rule"] == "alert-rule-failed")
    assert (failed["subject"], failed["message"]) == (
        "odd",
        "the rule odd raised ZeroDivisionError, so it looks at nothing",
    )
    assert kinds(engine.evaluate({"heat": 95}, None, NOON + 2)) == ["resolved"]


def test_a_rule_needs_an_id_of_its_own_and_a_severity(make: Callable[..., AlertEngine]) -> None:
    """Both are said."""
    engine = make()
    with pytest.raises(UsageError, match="'heat': there is a rule of that id"):
        engine.add_rule(lambda sample, health: None, id="heat")
    with pytest.raises(UsageError, match="it is one of low, medium, high, critical"):
        engine.add_rule(lambda sample, health: None, id="a", severity="dire")
    with pytest.raises(UsageError, match="it is one of low, medium, high, critical"):
        engine.alerts(severity="dire")


# -- asking --------------------------------------------------------------------------------------------------------


def test_alerts_are_found_by_severity_and_time(make: Callable[..., AlertEngine]) -> None:
    """The severity is the least that counts; those count that were open at some time of the window."""
    engine = make(settle=0.0)
    engine.add_rule(lambda sample, health: sample["heat"] > 20, id="warm", severity="low")
    for at, value in ((0, 95), (10, 50), (20, 10)):
        engine.evaluate({"heat": value}, None, NOON + at)
    assert {one["rule"] for one in engine.alerts()} == {"heat", "warm"}
    assert [one["rule"] for one in engine.alerts("medium")] == ["heat"]
    assert engine.alerts("critical") == []
    assert [one["rule"] for one in engine.alerts(since=NOON + 15)] == ["warm"]
    assert engine.alerts(until=NOON - 1) == []
    assert len(engine.alerts(since=NOON - 5, until=NOON)) == 2


# -- restarts and other processes ----------------------------------------------------------------------------------


def test_an_alert_goes_on_over_a_restart(make: Callable[..., AlertEngine], path: Path) -> None:
    """What is still found is not raised again; what is not is resolved by whoever comes next."""
    store = SampleStore(path)
    store.add(NOON, {})
    engine = make(heat(shared=True), HealthRule("invalid-document", ("refused",)), store=store, settle=5.0)
    assert len(engine.evaluate({"heat": 95}, bad("a"), NOON)) == 2
    store.close()
    later = SampleStore(path)
    later.add(NOON + 10, {})
    again = make(heat(shared=True), HealthRule("invalid-document", ("refused",)), store=later, settle=5.0)
    assert kinds(again.evaluate({"heat": 95}, None, NOON + 10)) == ["resolved"]
    assert {one["rule"]: one["state"] for one in again.alerts()} == {"heat": "open", "invalid-document": "resolved"}
    assert kinds(again.evaluate({"heat": 10}, None, NOON + 20)) == ["resolved"]


def test_an_alert_about_a_process_ends_with_it(make: Callable[..., AlertEngine], path: Path) -> None:
    """The next one that looks says so; what it finds of itself is an alert of its own."""
    store = SampleStore(path)
    store.add(NOON, {})
    make(store=store).evaluate({"heat": 95}, None, NOON)
    store.close()
    later = SampleStore(path)
    later.add(NOON + 1, {})
    engine = make(store=later)
    assert kinds(engine.evaluate({"heat": 95}, None, NOON + 1)) in (["resolved", "raised"], ["raised", "resolved"])
    first, second = engine.alerts()
    assert (first["state"], first["ending"]) == ("resolved", "the process that it was about is gone")
    assert second["state"] == "open"


def test_processes_share_an_alert(path: Path, tmp_path: Path, make: Callable[..., AlertEngine]) -> None:
    """One raises it, the other says nothing; when that one is killed, the other looks after it."""
    script = tmp_path / "other.py"
    script.write_text(
        "import sys, time\n"
        "from setpoint.monitor.alerting import AlertEngine\n"
        "from setpoint.monitor.alert_rule import HealthRule\n"
        "from setpoint.monitor.health import Health, Reason\n"
        "from setpoint.monitor.store import SampleStore\n"
        "store = SampleStore(sys.argv[1])\nnow = time.time()\nstore.add(now, {})\n"
        "bad = Health([Reason('refused', 'warning', 'bad', 'x', documents=['a'])], at=now, since=now, documents={})\n"
        "engine = AlertEngine([HealthRule('invalid-document', ('refused',))], store)\n"
        "print(*(event.kind for event in engine.evaluate({}, bad, now)), flush=True)\ninput()\n"
    )
    import time

    with subprocess.Popen(
        [sys.executable, script, path],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"alertraised\n"
        store = SampleStore(path)
        now = time.time()
        store.add(now, {})
        engine = make(HealthRule("invalid-document", ("refused",)), store=store, settle=0.0)
        assert engine.evaluate({}, bad("a"), now) == []
        assert engine.evaluate({}, bad(), now + 1) == []  # it is the other's to resolve
        other.kill()
    assert engine.evaluate({}, bad("a"), now + 2) == []
    assert kinds(engine.evaluate({}, bad(), now + 3)) == ["resolved"]
    assert len(engine.alerts()) == 1


def test_a_forked_child_has_its_own_alerts(make: Callable[..., AlertEngine], path: Path) -> None:
    """About itself; those that are shared stay with the parent, which is alive."""
    import time

    now = time.time()
    store = SampleStore(path)
    store.add(now, {})
    engine = make(heat(), HealthRule("invalid-document", ("refused",)), store=store)
    assert len(engine.evaluate({"heat": 95}, bad("a"), now)) == 2
    child = os.fork()
    if child == 0:
        status = 1
        try:
            store.add(now + 1, {})
            events = engine.evaluate({"heat": 95}, bad("a"), now + 1)
            status = 0 if [event.alert["rule"] for event in events] == ["heat"] else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (event,) = engine.evaluate({"heat": 95}, bad("a"), now + 2)
    assert (event.kind, event.alert["ending"]) == ("alertresolved", "the process that it was about is gone")


def test_alerts_outlive_their_file(make: Callable[..., AlertEngine], path: Path) -> None:
    """When the store is lost, what is open is in the next one, and is not raised again."""
    store = SampleStore(path)
    engine = make(store=store, settle=0.0)
    assert feel(engine, 95, 0) == ["raised"]
    path.write_bytes(b"rubbish" * 1000)
    assert feel(engine, 95, 10) == []
    assert [one["state"] for one in engine.alerts()] == ["open"]
    assert feel(engine, 10, 20) == ["resolved"]


def test_a_clock_that_is_set_back_does_not_keep_an_alert_open(make: Callable[..., AlertEngine]) -> None:
    """What was seen later than now was seen now."""
    engine = make(settle=20.0, repeat=100.0)
    assert feel(engine, 95, 1_000_000) == ["raised"]
    assert feel(engine, 95, 0) == []
    assert feel(engine, 95, 100) == ["repeated"]
    assert feel(engine, 10, 110) == []
    assert feel(engine, 10, 130) == ["resolved"]


# -- against a model -----------------------------------------------------------------------------------------------


class Model:
    """The life of one alert as the documentation tells it, in few words."""

    def __init__(self, repeat: float, settle: float, returning: float, hold: float) -> None:
        self.repeat, self.settle, self.returning, self.hold = repeat, settle, returning, hold
        self.open = self.back = False
        self.first: float | None = None
        self.seen = self.told = self.ended = -1e9

    def step(self, value: float, now: float) -> list[str]:
        found = value > (80 if self.open else 90)
        self.first = (self.first if self.first is not None else now) if found else None
        if self.open:
            if found:
                self.seen = now
                if now - self.told >= self.repeat:
                    self.told = now
                    return ["repeated"]
            elif now - self.seen >= (max(self.settle, self.returning) if self.back else self.settle):
                self.open, self.ended = False, now
                return ["resolved"]
        elif found and self.first is not None and now - self.first >= self.hold:
            self.open, self.back = True, now - self.ended <= self.returning
            self.seen = self.told = now
            return ["raised"]
        return []


@given(
    st.lists(st.tuples(st.integers(1, 120), st.sampled_from([10.0, 85.0, 95.0])), max_size=40),
    st.sampled_from([0.0, 60.0]),
    st.sampled_from([0.0, 30.0]),
)
def test_the_life_of_an_alert_is_as_told(steps: list[tuple[int, float]], settle: float, hold: float) -> None:
    """Whatever comes in whatever rhythm, also when every second look is made by an engine that knows nothing."""
    store = SampleStore(None)
    times = {"repeat": 200.0, "settle": settle, "returning": 150.0}
    engine = AlertEngine([heat(hold=hold)], store, **times)
    model = Model(200.0, settle, 150.0, hold)
    now = 0.0
    for number, (pause, value) in enumerate(steps):
        now += pause
        assert feel(engine, value, now) == model.step(value, now), (number, now, value)
        if number % 2 and not hold:
            engine = AlertEngine([heat()], store, **times)
    assert sum(one["state"] == "open" for one in engine.alerts()) == model.open
