"""Callbacks of a system that follows its files: who is told of what, in which order, and what none of them can harm."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from setpoint import ABSENT, Change, ConfigSystem, UsageError, Veto

from .live import until


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "config"
    home.mkdir()
    (home / "app.yaml").write_text("n: 0\nqueue: {size: 10, name: in}\nhosts: [a, b]\n")
    (home / "other.yaml").write_text("n: 0\n")
    return home


@pytest.fixture
def system(home: Path) -> Iterator[ConfigSystem]:
    """It follows its files."""
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        system.start_hot_reload()
        yield system
        assert system.hot_reload_status()["errors"] == 0


def write(home: Path, name: str, text: str) -> None:
    new = home.parent / "new"
    new.write_text(text)
    new.replace(home / f"{name}.yaml")


def settled(system: ConfigSystem) -> bool:
    """Everything that happened so far was told."""
    follower = system._follower
    assert follower is not None
    return follower.watch.look(60) and system._audience.bus.drain(60)


def test_each_callback_is_told_exactly_what_it_asked_for(home: Path, system: ConfigSystem) -> None:
    """In the order in which they were registered, with what was before and what is after, in the document's order."""
    told: list[tuple[str, list[tuple[str, Any, Any]]]] = []
    patterns = ("app", "app.queue", "app.queue.*", "app.**", "*.n", "other", "app.hosts", "app.queue.none")
    for pattern in patterns:
        system.on_change(pattern, lambda changes, pattern=pattern: told.append((pattern, [tuple(c) for c in changes])))
    write(home, "app", "queue: {size: 11, kind: fifo}\nn: 1\nhosts: [a, c]\n")
    assert until(lambda: len(told) >= 6)
    assert settled(system)
    size, name, kind = ("app.queue.size", 10, 11), ("app.queue.name", "in", ABSENT), ("app.queue.kind", ABSENT, "fifo")
    number, hosts = ("app.n", 0, 1), ("app.hosts", ["a", "b"], ["a", "c"])
    everything = told[0][1]
    assert [pattern for pattern, _ in told] == ["app", "app.queue", "app.queue.*", "app.**", "*.n", "app.hosts"]
    assert sorted(everything, key=str) == sorted([number, size, name, kind, hosts], key=str)
    assert {pattern: sorted(changes, key=str) for pattern, changes in told} == {
        "app": sorted(everything, key=str),
        "app.queue": sorted([size, name, kind], key=str),
        "app.queue.*": sorted([size, name, kind], key=str),
        "app.**": sorted(everything, key=str),
        "*.n": [number],
        "app.hosts": [hosts],
    }


def test_what_a_callback_does_harms_no_other(
    home: Path, system: ConfigSystem, caplog: pytest.LogCaptureFixture
) -> None:
    """One raises, one sleeps, one reloads, one sets, one subscribes, one cancels: all others are told, in order."""
    told: dict[str, list[int]] = {"first": [], "last": [], "late": [], "slow": [], "other": []}
    once = threading.Event()
    secret = "hunter2"

    def raising(changes: tuple[Change, ...]) -> None:
        raise LookupError(secret)

    def sleeping(changes: tuple[Change, ...]) -> None:
        time.sleep(0.5)
        told["slow"].append(changes[0].after)

    def reloading(changes: tuple[Change, ...]) -> None:
        system.reload()

    def setting(changes: tuple[Change, ...]) -> None:
        system.set("other.n", changes[0].after * 10)

    def subscribing(changes: tuple[Change, ...]) -> None:
        if not once.is_set():
            once.set()
            system.on_change("app.n", lambda changes: told["late"].append(changes[0].after))

    def cancelling(changes: tuple[Change, ...]) -> None:
        subscription.cancel()

    cancelled: list[object] = []
    system.on_change("app.n", lambda changes: told["first"].append(changes[0].after))
    system.on_change("app.n", cancelling)
    for callback in (raising, sleeping, reloading, setting, subscribing):
        system.on_change("app.n", callback)
    subscription = system.on_change("app.n", cancelled.append)
    system.on_change("app.n", lambda changes: told["last"].append(changes[0].after))
    system.on_change("other.n", lambda changes: told["other"].append(changes[0].after))
    with caplog.at_level(logging.ERROR):
        for number in range(1, 4):
            write(home, "app", f"n: {number}\n")
            assert until(lambda: len(told["last"]) == number)  # noqa: B023 - called at once
        assert until(lambda: len(told["slow"]) == 3)
        assert until(lambda: told["other"][-1:] == [30])
    assert settled(system)
    assert told["first"] == told["last"] == told["slow"] == [1, 2, 3]
    assert told["late"] in ([2, 3], [3])  # it may be registered only after the second change
    assert told["other"] == sorted(told["other"])
    assert cancelled == []
    assert system.load_config("other")["n"] == 30
    assert caplog.text.count("LookupError") >= 1
    assert secret not in "".join(record.getMessage() for record in caplog.records)


def test_coroutine_functions_are_awaited_where_they_were_registered(home: Path, system: ConfigSystem) -> None:
    """In the event loop that ran then, else on the bus's own thread; each change after the one before."""
    told: list[tuple[str, int]] = []

    @system.on_change("app.n")
    async def elsewhere(changes: tuple[Change, ...]) -> None:
        await asyncio.sleep(0.001)
        told.append(("elsewhere", changes[0].after))

    async def main() -> None:
        here = asyncio.get_running_loop()

        @system.on_change("app.n")
        async def in_loop(changes: tuple[Change, ...]) -> None:
            assert asyncio.get_running_loop() is here
            await asyncio.sleep(0.001)
            told.append(("here", changes[0].after))

        for number in range(1, 6):
            write(home, "app", f"n: {number}\n")
            while not all((where, number) in told for where in ("here", "elsewhere")):
                await asyncio.sleep(0.002)

    asyncio.run(asyncio.wait_for(main(), 60))
    assert sorted(told) == sorted((where, number) for number in range(1, 6) for where in ("here", "elsewhere"))


def test_events_are_clean_when_a_task_is_cancelled(home: Path, system: ConfigSystem) -> None:
    """What happens is read with ``async for``; a reader that is cancelled takes no event of another with it."""
    seen: list[str] = []

    async def read(into: list[str]) -> None:
        async for event in system.events():
            into.append(f"{event.kind} {' '.join(event.documents)}")

    async def main() -> None:
        cancelled: list[str] = []
        stopped, going = asyncio.create_task(read(cancelled)), asyncio.create_task(read(seen))
        await asyncio.sleep(0)
        write(home, "app", "n: 1\n")
        while not (seen and cancelled):
            await asyncio.sleep(0.002)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        write(home, "other", "n: ]\n")
        while len(seen) < 2:
            await asyncio.sleep(0.002)
        assert cancelled == ["reloaded app"]
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going

    asyncio.run(asyncio.wait_for(main(), 60))
    assert seen == ["reloaded app", "rejected other"]


def test_a_stream_ends_with_the_system(home: Path) -> None:
    """Whoever waits for events gets their end."""
    seen: list[str] = []
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        system.start_hot_reload()
        events = system.events()
        thread = threading.Thread(target=lambda: seen.extend(event.kind for event in events))
        thread.start()
        write(home, "app", "n: 1\n")
        assert until(lambda: seen == ["reloaded"])
    thread.join(60)
    assert not thread.is_alive()


def test_a_veto_refuses_what_was_found(home: Path, system: ConfigSystem) -> None:
    """What a callback refuses in on_prepare is told with its reason, and what comes after it is asked about again."""
    asked: list[tuple[str, int, int]] = []

    @system.on_prepare("app.n")
    def even(changes: tuple[Change, ...]) -> None:
        asked.extend(tuple(one) for one in changes)
        if changes[0].after % 2:
            raise Veto("odd")

    with system.events() as events:
        write(home, "app", "n: 1\n")
        rejected = events.get(60)
        assert (rejected.kind, rejected.documents) == ("rejected", ("app",))
        assert "odd" in rejected.message
        assert system.load_config("app")["n"] == 0
        write(home, "app", "n: 2\n")
        assert events.get(60).kind == "reloaded"
    assert system.load_config("app")["n"] == 2
    assert asked == [("app.n", 0, 1), ("app.n", 0, 2)]


@dataclass(frozen=True)
class Model:
    n: int

    def __post_init__(self) -> None:
        if self.n > 10:
            raise ValueError("too many")


def test_a_model_that_cannot_be_made_refuses_the_reload(home: Path, system: ConfigSystem) -> None:
    """The bound object, the document and the generation stay what they were; a good change is bound again."""
    handle = system.bind("other", Model)
    told: list[tuple[Change, ...]] = []
    system.on_change("other", told.append)
    with system.events() as events:
        for text in ("n: 11\n", "n: many\n"):
            write(home, "other", text)
            rejected = events.get(60)
            assert (rejected.kind, rejected.documents) == ("rejected", ("other",))
            assert rejected.diagnostics
            assert handle.current == Model(0)
            assert system.load_config("other")["n"] == 0
        write(home, "other", "n: 3\n")
        assert events.get(60).kind == "reloaded"
    assert handle.current == Model(3)
    assert settled(system)
    assert [tuple(one) for (one,) in told] == [("other.n", 0, 3)]


def test_a_pattern_that_cannot_be_one_is_refused(system: ConfigSystem) -> None:
    """At once, and not when something changes."""
    for pattern in ("", "app..n", ".n"):
        with pytest.raises(UsageError):
            system.on_change(pattern, print)
