"""Callbacks that are coroutine functions: in the program's event loop, and on the bus's own thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest
from listening import PATIENCE, until

from setpoint.bus.bus import Bus


async def until_async(condition: Any) -> bool:
    """Wait in an event loop for something that happens in it or elsewhere."""
    for _ in range(int(PATIENCE / 0.002)):
        if condition():
            return True
        await asyncio.sleep(0.002)
    return False


def test_it_runs_in_the_loop_that_registered_it(bus: Bus) -> None:
    """Registered while an event loop runs, it is awaited there, one call after the other."""
    heard: list[tuple[str, int]] = []
    threads: list[int] = []

    async def listen(number: int) -> None:
        threads.append(threading.get_ident())
        heard.append(("begin", number))
        await asyncio.sleep(0.001)
        heard.append(("end", number))

    async def main() -> None:
        bus.subscribe(listen)
        for number in range(20):
            await asyncio.to_thread(bus.publish, number)
        assert await until_async(lambda: len(heard) == 40)

    asyncio.run(main())
    assert heard == [(what, number) for number in range(20) for what in ("begin", "end")]
    assert set(threads) == {threading.get_ident()}
    assert bus.drain(PATIENCE)


def test_it_holds_no_thread_while_it_waits(bus: Bus) -> None:
    """However many are awaited at once in an event loop, the bus needs no more threads, and the others go on."""
    heard: list[int] = []

    async def main() -> None:
        release = asyncio.Event()

        async def waits(_: int) -> None:
            await release.wait()

        for _ in range(50):
            bus.subscribe(waits)
        bus.subscribe(heard.append)
        bus.publish(1)
        bus.publish(2)
        assert await until_async(lambda: heard == [1, 2])
        assert bus.stats()["threads"] <= 2
        assert bus.stats()["waiting"] == 50
        release.set()
        assert await asyncio.to_thread(bus.drain, PATIENCE)

    asyncio.run(main())
    assert bus.stats()["delivered"] == 102


def test_without_a_loop_it_runs_on_the_bus(bus: Bus) -> None:
    """Registered without an event loop, it is awaited on the bus's own thread, in order."""
    heard: list[tuple[int, str]] = []

    async def listen(number: int) -> None:
        await asyncio.sleep(0)
        heard.append((number, threading.current_thread().name))

    bus.subscribe(listen)
    for number in range(10):
        bus.publish(number)
    assert bus.drain(PATIENCE)
    assert heard == [(number, "setpoint-callbacks") for number in range(10)]


def test_a_function_that_returns_an_awaitable_is_awaited(bus: Bus) -> None:
    """A lambda around a coroutine function, or an object with __await__, counts as one."""
    heard: list[int] = []

    async def listen(number: int) -> None:
        heard.append(number)

    class Listening:
        def __await__(self) -> Any:
            return listen(5).__await__()

    bus.subscribe(lambda number: listen(number))
    bus.subscribe(lambda _: Listening())
    bus.publish(1)
    assert bus.drain(PATIENCE)
    assert heard == [1, 5]


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_one_that_raises_harms_neither_loop_nor_bus(
    bus: Bus, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    """It is logged and counted; the program's event loop goes on, whatever is raised in it."""
    heard: list[int] = []

    async def breaks(number: int) -> None:
        heard.append(number)
        raise error("hunter2")

    async def main() -> None:
        bus.subscribe(breaks)
        bus.publish(1)
        bus.publish(2)
        assert await asyncio.to_thread(bus.drain, PATIENCE)

    asyncio.run(main())
    bus.close(PATIENCE)
    assert heard == [1, 2]
    assert bus.stats()["errors"] == 2
    assert [f"breaks raised {error.__name__}" in record.getMessage() for record in caplog.records] == [True, True]


def test_a_closed_loop_ends_the_subscription(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    """When the event loop was closed it is said once, and nothing waits for it any more."""
    heard: list[int] = []

    async def listen(number: int) -> None:
        heard.append(number)

    async def main() -> None:
        bus.subscribe(listen)
        bus.publish(1)
        assert await until_async(lambda: heard == [1])

    asyncio.run(main())
    for number in range(2, 5):
        bus.publish(number)
    assert bus.drain(PATIENCE)
    assert heard == [1]
    assert until(lambda: caplog.records)
    bus.close(PATIENCE)
    assert [record.getMessage().partition(";")[0].rpartition(" of ")[0] for record in caplog.records] == [
        "the event loop"
    ]
    assert bus.stats()["waiting"] == 0


def test_a_loop_closed_in_the_middle_blocks_nothing(bus: Bus) -> None:
    """A call handed to an event loop which then closed counts as ended; one that never began leaves no mess."""
    heard: list[int] = []

    async def listen(number: int) -> None:
        heard.append(number)

    loop = asyncio.new_event_loop()

    async def subscribe() -> None:
        bus.subscribe(listen)

    loop.run_until_complete(subscribe())
    bus.publish(1)  # handed over, and never begun: the loop does not run any more
    assert until(lambda: bus.stats()["waiting"] == 0)
    assert not bus.drain(0.01)
    loop.close()
    bus.publish(2)
    assert bus.drain(PATIENCE)
    assert heard == []
    assert bus.stats()["waiting"] == 0


def test_the_end_of_a_program_cancels_quietly(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    """A call that asyncio.run cancels at its end is no error, and nothing is logged."""
    began = threading.Event()

    async def waits(_: int) -> None:
        began.set()
        await asyncio.sleep(PATIENCE)

    async def main() -> None:
        bus.subscribe(waits)
        bus.publish(1)
        assert await asyncio.to_thread(began.wait, PATIENCE)

    asyncio.run(main())
    assert bus.drain(PATIENCE)
    assert bus.stats()["errors"] == 0
    assert caplog.records == []


def test_cancelled_in_its_loop_it_never_begins(bus: Bus) -> None:
    """Cancelled by the event loop's own thread, nothing begins afterwards, also what was handed over already."""
    heard: list[int] = []

    async def listen(number: int) -> None:
        heard.append(number)

    async def main() -> None:
        for _ in range(50):
            subscription = bus.subscribe(listen)
            bus.publish(1)
            subscription.cancel()
            count = len(heard)
            await asyncio.sleep(0.001)
            assert len(heard) == count
        assert await asyncio.to_thread(bus.drain, PATIENCE)

    asyncio.run(main())


def test_a_slow_one_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """A coroutine that takes long is logged and counted while it runs, although it holds no thread."""
    bus = Bus(patience=0.01, slow=0.02)

    async def main() -> None:
        release = asyncio.Event()

        async def waits(_: int) -> None:
            await release.wait()

        bus.subscribe(waits)
        bus.publish(1)
        assert await until_async(lambda: bus.stats()["slow"] == 1)
        assert await until_async(lambda: caplog.records)
        release.set()
        assert await asyncio.to_thread(bus.drain, PATIENCE)

    asyncio.run(main())
    assert "waits has been running for" in caplog.text
    bus.close(PATIENCE)


def test_nothing_is_logged_under_a_lock(bus: Bus) -> None:
    """A handler of logs may wait for a thread that publishes, whatever it is that is logged."""
    ended: list[bool] = []

    class Waiting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            publisher = threading.Thread(target=bus.publish, args=(0,), kwargs={"topic": "other"})
            publisher.start()
            publisher.join(PATIENCE / 6)
            ended.append(not publisher.is_alive())

    async def listen(_: int) -> None: ...

    async def subscribe() -> None:
        bus.subscribe(listen)

    def breaks(_: Any, __: Any = None) -> None:
        raise ValueError

    began, hang = threading.Event(), threading.Event()

    def hangs(_: int) -> None:
        began.set()
        hang.wait(PATIENCE)

    handler = Waiting()
    log = logging.getLogger("setpoint.callbacks")
    log.addHandler(handler)
    try:
        asyncio.run(subscribe())
        bus.subscribe(breaks)
        bus.subscribe(hangs, merge=breaks, bound=1)
        bus.publish(1)  # the loop is closed, and a callback raises
        assert began.wait(PATIENCE)
        bus.publish(2)
        bus.publish(3)  # cannot be merged with the one before
        hang.set()
        assert bus.drain(PATIENCE)
        assert until(lambda: len(ended) == 5)
    finally:
        log.removeHandler(handler)
    assert ended == [True] * 5
