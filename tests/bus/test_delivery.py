"""What is published reaches those who listen, in order, and nobody harms anybody."""

from __future__ import annotations

import functools
import logging
import threading
import time
from typing import Any

import pytest
from listening import PATIENCE, bus_threads, until

from setpoint.bus.bus import Bus
from setpoint.change import Change


def test_every_subscription_gets_everything_in_order(bus: Bus) -> None:
    """Deliveries come in the order of publication, and to the subscriptions in the order of registration."""
    heard: list[tuple[str, int]] = []
    for name in "abc":
        bus.subscribe(functools.partial(lambda name, number: heard.append((name, number)), name))
    for number in range(300):
        bus.publish(number)
    assert bus.drain(PATIENCE)
    assert heard == [(name, number) for number in range(300) for name in "abc"]
    stats = bus.stats()
    assert (stats["published"], stats["delivered"], stats["waiting"], stats["errors"]) == (300, 900, 0, 0)


def test_callbacks_run_on_a_thread_of_the_bus(bus: Bus) -> None:
    """Whoever publishes runs no callback; the thread is a daemon and is the same while nobody is slow."""
    threads: list[threading.Thread] = []
    assert bus.stats()["threads"] == 0
    bus.subscribe(lambda _: threads.append(threading.current_thread()))
    for number in range(20):
        bus.publish(number)
        assert bus.drain(PATIENCE)
    assert threading.current_thread() not in threads
    assert all(thread.daemon for thread in threads)
    assert bus.stats()["threads"] <= 2 + len(set(threads))


def test_topics_are_apart(bus: Bus) -> None:
    """A subscription hears its topic only; without any subscription no thread is started."""
    heard: list[int] = []
    bus.subscribe(heard.append, topic="one")
    bus.publish(1, topic="other")
    assert bus.stats()["threads"] == 0
    bus.publish(2, topic="one")
    assert bus.drain(PATIENCE)
    assert heard == [2]


def test_a_delivery_is_converted(bus: Bus) -> None:
    """What convert returns is what the callback gets, and None means that it is not called."""
    heard: list[int] = []
    bus.subscribe(heard.append, convert=lambda number: number * 2 if number % 2 else None)
    for number in range(5):
        bus.publish(number)
    assert bus.drain(PATIENCE)
    assert heard == [2, 6]


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_callback_that_raises_harms_nobody(
    bus: Bus, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    """It is logged by name with the place, without the message, counted, and called again; the others go on."""
    heard: list[int] = []

    def breaks(number: int) -> None:
        raise error("hunter2 is the value")

    broken = bus.subscribe(breaks)
    bus.subscribe(heard.append)
    for number in range(3):
        bus.publish(number)
    assert bus.drain(PATIENCE)
    assert heard == [0, 1, 2]
    assert (bus.stats()["errors"], broken.errors, broken.delivered) == (3, 3, 3)
    assert [record.name for record in caplog.records] == ["setpoint.callbacks"] * 3
    for record in caplog.records:
        assert f"breaks raised {error.__name__}" in record.getMessage()
        assert "test_delivery.py" in record.getMessage()
        assert "hunter2 is the value" not in record.getMessage().replace('raise error("hunter2 is the value")', "")


def test_a_slow_callback_delays_nobody_else(bus: Bus) -> None:
    """While one callback hangs the others get everything; it gets what it missed in order afterwards."""
    release, began = threading.Event(), threading.Event()
    slow: list[int] = []
    heard: list[tuple[str, int]] = []

    def hangs(number: int) -> None:
        began.set()
        assert release.wait(PATIENCE)
        slow.append(number)

    bus.subscribe(lambda number: heard.append(("a", number)))
    bus.subscribe(hangs)
    bus.subscribe(lambda number: heard.append(("b", number)))
    for number in range(50):
        bus.publish(number)
    assert began.wait(PATIENCE)
    assert until(lambda: len(heard) == 100)
    assert heard == [(name, number) for number in range(50) for name in "ab"]
    assert slow == []
    assert not bus.drain(0.01)
    release.set()
    assert bus.drain(PATIENCE)
    assert slow == list(range(50))


def test_several_slow_callbacks_delay_nobody_else(bus: Bus) -> None:
    """Each that hangs takes a thread with it, and the threads end when there is no use for them."""
    release = threading.Event()
    heard: list[int] = []
    for _ in range(5):
        bus.subscribe(lambda _: release.wait(PATIENCE))
    bus.subscribe(heard.append)
    bus.publish(1)
    assert until(lambda: heard == [1])
    bus.publish(2)
    assert until(lambda: heard == [1, 2])
    assert bus.stats()["threads"] >= 6
    release.set()
    assert bus.drain(PATIENCE)
    assert until(lambda: bus.stats()["threads"] <= 2)


def test_a_slow_callback_is_reported_while_it_runs(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged by name, once for each call, before it returns, and counted."""
    bus = Bus(patience=0.01, slow=0.02)
    release = threading.Event()

    def hangs(_: int) -> None:
        release.wait(PATIENCE)

    subscription = bus.subscribe(hangs)
    bus.publish(1)
    assert until(lambda: caplog.records)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("setpoint.callbacks", logging.WARNING)
    assert "hangs has been running for" in record.getMessage()
    assert not release.is_set()
    release.set()
    assert bus.drain(PATIENCE)
    assert (bus.stats()["slow"], subscription.slow, len(caplog.records)) == (1, 1, 1)
    bus.close(PATIENCE)


def test_a_callback_may_use_the_bus(bus: Bus) -> None:
    """It publishes, subscribes, cancels others and itself, and waits for the rest, without a deadlock."""
    heard: list[Any] = []

    def first(number: int) -> None:
        if number == 0:
            bus.publish("again")
            bus.subscribe(heard.append)
            last.cancel()
            bus.publish("later")
            assert bus.stats()["published"] == 3

    def once(number: int) -> None:
        heard.append(("once", number))
        itself.cancel()

    bus.subscribe(first)
    itself = bus.subscribe(once)
    last = bus.subscribe(lambda number: heard.append(("last", number)))
    bus.publish(0)
    assert bus.drain(PATIENCE)
    assert bus.drain(PATIENCE)
    assert heard == [("once", 0), "later"]
    assert bus.stats()["errors"] == 0


def test_a_callback_may_drain_and_close(bus: Bus) -> None:
    """Neither waits for the very call that it is made by."""
    results: list[bool] = []

    def drains(_: int) -> None:
        results.append(bus.drain(PATIENCE))
        bus.close(PATIENCE)
        results.append(True)

    bus.subscribe(drains)
    bus.publish(1)
    assert until(lambda: results == [True, True])


def test_too_much_is_merged() -> None:
    """At most so many wait for one subscription: the newest two are merged, and the last state always arrives."""
    bus = Bus()
    release, began = threading.Event(), threading.Event()
    heard: list[tuple[int, int]] = []

    def hangs(delivery: tuple[int, int]) -> None:
        began.set()
        release.wait(PATIENCE)
        heard.append(delivery)

    slow = bus.subscribe(hangs, merge=lambda older, newer: (older[0], newer[1]), bound=10)
    bus.publish((0, 1))
    assert began.wait(PATIENCE)
    for number in range(1, 5000):
        bus.publish((number, number + 1))
    assert bus.stats()["waiting"] == 10
    release.set()
    assert bus.drain(PATIENCE)
    assert heard == [(number, number + 1) for number in range(10)] + [(10, 5000)]
    assert bus.stats()["merged"] == slow.merged == 5000 - 11
    bus.close(PATIENCE)


def test_without_a_merge_the_newest_stays(bus: Bus) -> None:
    """A subscription that gives no merge gets the newest of what was too much."""
    release, began = threading.Event(), threading.Event()
    heard: list[int] = []

    def hangs(number: int) -> None:
        began.set()
        release.wait(PATIENCE)
        heard.append(number)

    bus.subscribe(hangs, bound=1)
    bus.publish(0)
    assert began.wait(PATIENCE)
    for number in range(1, 10):
        bus.publish(number)
    release.set()
    assert bus.drain(PATIENCE)
    assert heard == [0, 9]


def test_a_merge_that_raises_harms_nobody(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, the newest stays, and whoever publishes does not notice."""
    release, began = threading.Event(), threading.Event()
    heard: list[int] = []

    def hangs(number: int) -> None:
        began.set()
        release.wait(PATIENCE)
        heard.append(number)

    def merge(older: int, newer: int) -> int:
        raise ValueError("hunter2")

    bus.subscribe(hangs, bound=1, merge=merge)
    bus.publish(0)
    assert began.wait(PATIENCE)
    bus.publish(1)
    bus.publish(2)
    release.set()
    assert bus.drain(PATIENCE)
    assert heard == [0, 2]
    assert until(lambda: caplog.records)
    assert "could not be merged (ValueError)" in caplog.records[0].getMessage()
    assert "hunter2" not in caplog.text


def test_nothing_begins_after_cancel(bus: Bus) -> None:
    """What waited is dropped, cancelling again is fine, and with a timeout it waits for the call that goes on."""
    release, began = threading.Event(), threading.Event()
    heard: list[int] = []

    def hangs(number: int) -> None:
        began.set()
        release.wait(PATIENCE)
        heard.append(number)

    subscription = bus.subscribe(hangs)
    for number in range(3):
        bus.publish(number)
    assert began.wait(PATIENCE)
    assert subscription.cancel() is False
    assert subscription.cancel(0.01) is False
    threading.Timer(0.05, release.set).start()
    assert subscription.cancel(PATIENCE) is True
    assert heard == [0]
    bus.publish(3)
    assert bus.drain(PATIENCE)
    assert heard == [0]
    assert subscription.cancel() is True
    assert repr(subscription).endswith("to changes, cancelled>")


def test_cancel_is_exact_under_load(bus: Bus) -> None:
    """Whenever it comes in a stream of publications: once cancel has returned True, nothing is called."""
    stop = threading.Event()

    def publish() -> None:
        while not stop.is_set():
            bus.publish(1)
            time.sleep(0.0002)

    publisher = threading.Thread(target=publish)
    publisher.start()
    late: list[int] = []
    for _ in range(100):
        cancelled = threading.Event()
        called = threading.Event()

        def callback(_: int, cancelled: threading.Event = cancelled, called: threading.Event = called) -> None:
            called.set()
            if cancelled.is_set():
                late.append(1)

        with bus.subscribe(callback) as subscription:
            assert called.wait(PATIENCE)
            assert subscription.cancel(PATIENCE)
            cancelled.set()
    stop.set()
    publisher.join()
    assert bus.drain(PATIENCE)
    assert late == []


def test_many_publishers_lose_nothing(bus: Bus) -> None:
    """Whatever many threads publish at once reaches each subscription once, in one order for all."""
    heard: list[list[tuple[int, int]]] = [[], [], []]
    for one in heard:
        bus.subscribe(one.append, bound=10_000)

    def publish(name: int) -> None:
        for number in range(300):
            bus.publish((name, number))

    threads = [threading.Thread(target=publish, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bus.drain(PATIENCE)
    assert heard[0] == heard[1] == heard[2]
    assert sorted(heard[0]) == [(name, number) for name in range(4) for number in range(300)]
    for name in range(4):
        assert [number for who, number in heard[0] if who == name] == list(range(300))


def test_a_closed_bus_begins_anew(bus: Bus) -> None:
    """close drops what waits and ends the threads; the next publication reaches the same subscriptions."""
    release, began = threading.Event(), threading.Event()
    heard: list[int] = []

    def hangs(number: int) -> None:
        began.set()
        release.wait(PATIENCE)
        heard.append(number)

    bus.subscribe(hangs)
    bus.publish(0)
    assert began.wait(PATIENCE)
    bus.publish(1)
    bus.close(0.01)
    assert bus.stats()["waiting"] == 0
    bus.publish(2)
    release.set()
    assert bus.drain(PATIENCE)
    assert heard == [0, 2]


def test_threads_end_when_nothing_happens() -> None:
    """After a while without work no thread is left, and the next publication has one again."""
    bus = Bus(idle=0.05)
    heard: list[int] = []
    bus.subscribe(heard.append)
    bus.publish(1)
    assert bus.drain(PATIENCE)
    assert until(lambda: bus.stats()["threads"] == 0)
    assert until(lambda: not bus_threads())
    bus.publish(2)
    assert bus.drain(PATIENCE)
    assert heard == [1, 2]
    bus.close(PATIENCE)


def test_a_thousand_buses_leave_nothing() -> None:
    """Opened, used and closed a thousand times: no thread is left."""
    heard: list[int] = []
    for number in range(1000):
        bus = Bus()
        bus.subscribe(heard.append)
        bus.publish(number)
        if number % 2:
            assert bus.drain(PATIENCE)
        bus.close(PATIENCE)
    assert heard[-1] == 999
    assert until(lambda: not bus_threads())


def test_names_of_callbacks(bus: Bus) -> None:
    """Logs call a callback by module and name, also a method, a partial, or an object that can be called."""

    class Listener:
        def hear(self, change: Change) -> None: ...

        def __call__(self, change: Change) -> None: ...

    module = __name__
    assert bus.subscribe(Listener().hear).name.endswith("Listener.hear")
    assert bus.subscribe(functools.partial(functools.partial(until), 1)).name == "listening.until"
    assert bus.subscribe(Listener()).name.startswith(f"{module}.test_names_of_callbacks")
    assert bus.subscribe(print).name == "builtins.print"
    assert bus.subscribe([].append).name == "builtins.list.append"
    assert bus.subscribe(print, name="app.shown").name == "app.shown"


def test_a_thread_that_was_slow_once_does_not_stay() -> None:
    """The one that looks on goes on looking, however far away the limit for a slow call is."""
    patient = Bus(slow=60.0, idle=0.2)
    patient.subscribe(lambda _: time.sleep(0.2))
    patient.publish(1)
    assert patient.drain(PATIENCE)
    assert until(lambda: patient.stats()["threads"] == 0)


def test_a_second_slow_call_is_noticed_as_soon_as_the_first() -> None:
    """Somebody else is called while it sleeps, and not only when it is reported as slow."""
    patient = Bus(slow=600.0)
    release, told = threading.Event(), threading.Event()
    patient.subscribe(lambda seconds: release.wait(seconds))
    patient.subscribe(lambda _: told.set(), topic="other")
    patient.publish(0.3)
    assert patient.drain(PATIENCE)
    patient.publish(600)
    patient.publish(0, topic="other")
    assert told.wait(PATIENCE)
    release.set()
    patient.close()
