"""What happened, as plain data without values."""

from __future__ import annotations

import json
import time

import pytest

from setpoint.change import ABSENT, Change
from setpoint.diagnostic import Diagnostic
from setpoint.events import Event, Orphaned, Rejected, Reloaded, Skipped

SECRET = "hunter2"  # a value that must not show


def one_of_each() -> list[Event]:
    changes = [
        Change("messaging", ("queue", "token"), "old" + SECRET, SECRET),
        Change("agents", ("n",), ABSENT, SECRET),
    ]
    problem = Diagnostic("too-large", "max_size is at most 10", path="/queue/max_size", file="messaging.yaml")
    return [
        Event(["messaging"], at=5.0),
        Reloaded(["messaging", "agents"], 7, 0.00125, changes, at=5.0),
        Rejected(["messaging"], [problem], "messaging was refused", ["agents"], at=5.0),
        Rejected(["messaging"], at=5.0),
        Orphaned(["messaging"], at=5.0),
        Skipped(3, at=5.0),
    ]


def test_events_are_json() -> None:
    """to_dict() holds what JSON can, with the kind, the time and the documents, and no value of a configuration."""
    texts = [json.dumps(event.to_dict()) for event in one_of_each()]
    assert SECRET not in "".join(texts)
    event, reloaded, rejected, _, orphaned, skipped = map(json.loads, texts)
    assert event == {"event": "event", "at": 5.0, "documents": ["messaging"]}
    assert reloaded == {
        "event": "reloaded",
        "at": 5.0,
        "documents": ["messaging", "agents"],
        "generation": 7,
        "seconds": 0.00125,
        "cause": "files",
        "changes": [
            {"document": "messaging", "address": "messaging.queue.token", "path": "/queue/token", "kind": "changed"},
            {"document": "agents", "address": "agents.n", "path": "/n", "kind": "added"},
        ],
    }
    assert (rejected["message"], rejected["held"]) == ("messaging was refused", ["agents"])
    assert rejected["diagnostics"][0]["rule"] == "too-large"
    assert orphaned == {"event": "orphaned", "at": 5.0, "documents": ["messaging"]}
    assert skipped == {"event": "skipped", "at": 5.0, "documents": [], "number": 3}


def test_events_show_no_value() -> None:
    """Their text names the documents and the figures."""
    assert [repr(event) for event in one_of_each()] == [
        "<Event messaging>",
        "<Reloaded messaging, agents; generation 7; 1.2 ms>",
        "<Rejected messaging; 1 problem; held: agents>",
        "<Rejected messaging>",
        "<Orphaned messaging>",
        "<Skipped 3 events>",
    ]


def test_changes_are_worked_out_once_and_late() -> None:
    """Nobody pays for changes that nobody asks for, and they are the same each time."""
    asked = []

    def changes() -> list[Change]:
        asked.append(1)
        return [Change("m", ("a",), 1, 2)]

    event = Reloaded(["m"], 1, 0.0, changes)
    assert repr(event)
    assert asked == []
    assert event.changes == (Change("m", ("a",), 1, 2),)
    assert event.changes is event.changes
    assert asked == [1]


def test_events_are_frozen() -> None:
    """What happened cannot be changed."""
    for event in one_of_each():
        with pytest.raises(AttributeError, match="cannot be changed"):
            event.at = 0.0
        with pytest.raises(AttributeError, match="cannot be removed"):
            del event.documents


def test_an_event_is_of_now() -> None:
    """Without a time given, an event happened when it was made."""
    before = time.time()
    event = Orphaned(name for name in ["a", "b"])
    assert before <= event.at <= time.time()
    assert event.documents == ("a", "b")
