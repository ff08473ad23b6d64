"""Events as they happen, for event loops and for threads."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest
from listening import PATIENCE

from setpoint.bus.bus import Bus
from setpoint.bus.stream import EventStream
from setpoint.events import Event, Orphaned, Skipped


def event(number: int) -> Event:
    return Orphaned([str(number)])


def names(events: list[Event]) -> list[str]:
    return [one.documents[0] if one.documents else repr(one) for one in events]


def test_it_begins_when_it_is_made(bus: Bus) -> None:
    """What was published before the stream is not in it, all that was published since is, in order, to its end."""
    bus.publish(event(0), topic="events")
    with bus.stream() as stream:
        for number in range(1, 4):
            bus.publish(event(number), topic="events")
        bus.publish("not an event", topic="changes")
    assert names(list(stream)) == ["1", "2", "3"]
    bus.publish(event(4), topic="events")
    assert stream.get(0) is None


def test_every_stream_gets_everything(bus: Bus) -> None:
    """Two streams each get every event; two readers of one stream share it."""
    one, two = bus.stream(), bus.stream()
    for number in range(4):
        bus.publish(event(number), topic="events")
    assert names([one.get(), one.get(), two.get()]) == ["0", "1", "0"]
    bus.close()
    assert names(list(one)) == ["2", "3"]
    assert names(list(two)) == ["1", "2", "3"]


def test_a_slow_reader_is_told_what_it_lost() -> None:
    """Beyond the bound the oldest are dropped, and one Skipped stands in their place."""
    stream = EventStream(3)
    for number in range(10):
        stream.put(event(number))
    found = [stream.get() for _ in range(4)]
    assert names(found) == ["<Skipped 7 events>", "7", "8", "9"]
    assert isinstance(found[0], Skipped)
    stream.put(event(10))
    assert names([stream.get(0)]) == ["10"]
    assert stream.get(0) is None


def test_a_thread_waits_for_the_next_event(bus: Bus) -> None:
    """get blocks until something is published, and returns None when the time is up or the stream ends."""
    stream = bus.stream()
    assert stream.get(0.01) is None
    threading.Timer(0.02, bus.publish, (event(1),), {"topic": "events"}).start()
    assert names([stream.get()]) == ["1"]
    threading.Timer(0.02, stream.close).start()
    assert stream.get() is None
    assert stream.get(PATIENCE) is None
    assert list(stream) == []


def test_many_threads_share_a_stream(bus: Bus) -> None:
    """Published by several threads and read by several, every event arrives exactly once."""
    stream = bus.stream(bound=10_000)
    read: list[list[Event]] = [[] for _ in range(3)]
    readers = [threading.Thread(target=lambda one=one: one.extend(stream)) for one in read]
    writers = [
        threading.Thread(
            target=lambda start=start: [bus.publish(event(start + n), topic="events") for n in range(300)],
        )
        for start in (0, 1000, 2000)
    ]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stream.close()
    for thread in readers:
        thread.join()
    got = sorted(int(name) for one in read for name in names(one))
    assert got == [start + n for start in (0, 1000, 2000) for n in range(300)]


def test_async_for_reads_what_any_thread_publishes(bus: Bus) -> None:
    """It wakes up for each event, and ends when the stream is closed."""

    async def main() -> list[Event]:
        found = []
        async with bus.stream() as stream:
            writer = threading.Thread(
                target=lambda: [bus.publish(event(number), topic="events") for number in range(500)]
            )
            writer.start()
            async for one in stream:
                found.append(one)
                if len(found) == 500:
                    await stream.aclose()
            writer.join()
        return found

    assert names(asyncio.run(main())) == [str(number) for number in range(500)]


def test_cancelling_a_reader_loses_nothing(bus: Bus) -> None:
    """A task that was cancelled while it waited leaves the next event to the next reader."""

    async def main() -> None:
        stream = bus.stream()
        for number in range(50):
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            if number % 2:
                bus.publish(event(number), topic="events")
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            if not number % 2:
                bus.publish(event(number), topic="events")
            async with asyncio.timeout(PATIENCE):
                assert names([await anext(stream)]) == [str(number)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(stream)
        assert stream._readers == set()

    asyncio.run(main())


def test_closing_ends_whoever_waits(bus: Bus) -> None:
    """Every reader that waits, in a task or a thread, comes to the end."""

    async def main() -> None:
        stream = bus.stream()

        async def read() -> list[Event]:
            return [one async for one in stream]

        tasks = [asyncio.create_task(read()) for _ in range(3)]
        thread = asyncio.create_task(asyncio.to_thread(list, stream))
        await asyncio.sleep(0.01)
        await stream.aclose()
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.gather(*tasks, thread) == [[], [], [], []]

    asyncio.run(main())


def test_two_event_loops_at_once(bus: Bus) -> None:
    """Each with a stream of its own, in a thread of its own, gets everything."""
    found: dict[str, list[str]] = {}
    ready = threading.Barrier(3)

    async def read(name: str) -> None:
        stream = bus.stream()
        ready.wait(PATIENCE)
        found[name] = names([one async for one in stream])

    threads = [threading.Thread(target=lambda name=name: asyncio.run(read(name))) for name in "ab"]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE)
    for number in range(100):
        bus.publish(event(number), topic="events")
    bus.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {name: [str(number) for number in range(100)] for name in "ab"}


def test_a_loop_that_was_closed_meanwhile_stops_nobody(bus: Bus) -> None:
    """A reader left waiting in a closed event loop is forgotten: publishing goes on, and others read on."""
    stream = bus.stream()
    loop = asyncio.new_event_loop()
    read = stream.__anext__()

    async def begin() -> None:
        read.send(None)  # waits now, as a task does whose loop is then stopped for good

    loop.run_until_complete(begin())
    loop.close()
    bus.publish(event(1), topic="events")
    assert names([stream.get(PATIENCE)]) == ["1"]
    read.close()


def test_a_stream_nobody_holds_is_dropped(bus: Bus) -> None:
    """A bus does not keep what nobody reads."""
    stream = bus.stream()
    bus.publish(event(1), topic="events")
    alive = weakref.ref(stream)
    del stream
    gc.collect()
    assert alive() is None
    bus.publish(event(2), topic="events")


def test_a_reader_in_the_main_thread_can_be_interrupted() -> None:
    """Ctrl-C ends a thread that waits for the next event."""
    import os
    import signal

    stream = EventStream()
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        stream.get(PATIENCE)
    timer.join()
    assert stream._readers == set()
    assert repr(stream) == "<EventStream of events>"
