"""Forks and the end of the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import pytest
from listening import PATIENCE, in_child, until

from setpoint.bus.bus import Bus
from setpoint.events import Orphaned

if not hasattr(os, "fork"):
    pytest.skip("there is no fork here", allow_module_level=True)


def test_a_child_has_threads_of_its_own(bus: Bus) -> None:
    """It has the same subscriptions and a thread that calls them; the parent goes on, and neither hears the other."""
    heard: list[Any] = []
    bus.subscribe(heard.append)
    bus.publish("before")
    assert bus.drain(PATIENCE)

    def child() -> bool:
        first = bus.stats()
        bus.publish("in the child")
        return (
            bus.drain(PATIENCE) and heard == ["before", "in the child"] and first["threads"] == first["published"] == 0
        )

    assert in_child(child) == 0
    bus.publish("after")
    assert bus.drain(PATIENCE)
    assert heard == ["before", "after"]


def test_a_child_does_not_do_its_parents_work(bus: Bus) -> None:
    """What waits, and the call that goes on, stay with the parent; the child hears what it publishes itself."""
    release, began = threading.Event(), threading.Event()
    heard: list[int] = []

    def hangs(number: int) -> None:
        if number == 0:
            began.set()
            release.wait(PATIENCE)
        heard.append(number)

    bus.subscribe(hangs)
    for number in range(5):
        bus.publish(number)
    assert began.wait(PATIENCE)
    stream = bus.stream()
    bus.publish(Orphaned(["a"]), topic="events")

    def child() -> bool:
        bus.publish(9)
        return bus.drain(PATIENCE) and heard == [9] and stream.get(0) is None

    assert in_child(child) == 0
    release.set()
    assert bus.drain(PATIENCE)
    assert heard == [0, 1, 2, 3, 4]
    assert stream.get(0).documents == ("a",)


def test_a_child_forked_by_a_callback_works(bus: Bus) -> None:
    """A callback may fork: the child publishes and hears with threads of its own."""
    statuses: list[int] = []
    heard: list[int] = []

    def forks(number: int) -> None:
        if number == 0:
            statuses.append(in_child(lambda: (bus.publish(1), bus.drain(PATIENCE))[1] and heard == [1]))

    bus.subscribe(forks)
    bus.subscribe(heard.append)
    bus.publish(0)
    assert bus.drain(PATIENCE)
    assert statuses == [0]
    assert heard == [0]


def test_forks_while_everybody_publishes(bus: Bus) -> None:
    """However busy the bus is at the moment of the fork, the child finds its locks usable."""
    bus.subscribe(lambda _: None)
    stream = bus.stream()
    stop = threading.Event()

    def publish() -> None:
        while not stop.is_set():
            bus.publish(Orphaned(["a"]), topic="events")
            bus.publish(1)
            stop.wait(0.0002)

    threads = [threading.Thread(target=publish) for _ in range(3)]
    for thread in threads:
        thread.start()

    def child() -> bool:
        heard: list[int] = []
        bus.subscribe(heard.append)
        bus.publish(2)
        bus.publish(Orphaned(["b"]), topic="events")
        return bus.drain(PATIENCE) and heard == [2] and stream.get(PATIENCE).documents == ("b",)

    statuses = [in_child(child) for _ in range(20)]
    stop.set()
    for thread in threads:
        thread.join()
    assert statuses == [0] * 20
    assert bus.drain(PATIENCE)


END = """
import asyncio, threading, time
from setpoint.bus.bus import Bus
bus = Bus()
began = threading.Event()
{before}
"""


@pytest.mark.parametrize(
    "before",
    [
        "bus.subscribe(lambda _: began.set()); bus.publish(1); began.wait(60)",
        "bus.subscribe(lambda _: (began.set(), time.sleep(600))); bus.publish(1); began.wait(60)",
        "bus.subscribe(lambda _: [began.set() for _ in iter(int, 1)]); bus.publish(1); began.wait(60)",
        "bus.subscribe(lambda _: asyncio.sleep(0)); bus.publish(1); bus.drain(60)",
        "bus.subscribe(lambda n: bus.publish(n)); bus.publish(1); time.sleep(0.05)",
        "import atexit; bus.subscribe(print); atexit.register(bus.publish, 'late')",
        "threading.Thread(target=list, args=[bus.stream()], daemon=True).start()",
    ],
    ids=["idle", "asleep", "busy", "awaiting", "publishing", "at exit", "reading"],
)
def test_the_interpreter_ends_at_once_and_quietly(before: str) -> None:
    """Whatever callbacks do, a program that never closed its bus ends without a message and without being held up."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", END.format(before=before)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in ("", "late\n")


def test_an_unused_bus_costs_no_thread() -> None:
    """Making a bus and subscribing starts nothing, and does not import asyncio or logging."""
    code = (
        "import sys, threading; from setpoint.bus.bus import Bus; bus = Bus(); bus.subscribe(print); bus.stream();"
        "bus.publish(1, topic='x'); print(threading.active_count(), 'asyncio' in sys.modules, 'logging' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("1 False False\n", "")


def test_waiting_for_a_thread_that_never_was(bus: Bus) -> None:
    """With nothing subscribed everything is delivered at once."""
    bus.publish(1)
    assert until(lambda: bus.drain(0))
