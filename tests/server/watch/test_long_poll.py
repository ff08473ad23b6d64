"""The long poll: it answers as soon as there is something, loses nothing, and says when it cannot know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watch_ground import Ground, ground, until

from setpoint.events import Orphaned, Skipped
from setpoint.server import long_poll as long_polls
from setpoint.server import watch


def run(test: Callable[[Ground], Any], directory: Path, **settings: Any) -> None:
    async def running() -> None:
        async with ground(directory, **settings) as made:
            await test(made)

    asyncio.run(running())


async def answer(made: Ground, after: int, **query: Any) -> Any:
    """Return the whole answer to one poll."""
    client = await made.poll(after, **query)
    await client.ended()
    assert client.headers["content-length"] == str(len(client.text.encode()))
    assert client.headers["content-type"] == "application/json"
    return client.json


def test_what_has_happened_is_answered_at_once(tmp_path: Path) -> None:
    """The changes after a generation are there without waiting, the oldest first; of what changed nothing, none."""

    async def test(made: Ground) -> None:
        made.changes("app")
        made.changes("team/one")
        made.happens(Orphaned(["app"]))
        await made.settled()
        found = await answer(made, 1, wait=60)
        assert [one["generation"] for one in found["events"]] == [2, 3]
        assert (found["generation"], found["reset"], found["boot"]) == (3, False, made.hub.boot)
        assert [one["generation"] for one in (await answer(made, 2, wait=60))["events"]] == [3]

    run(test, tmp_path)


def test_it_waits_until_something_changes(tmp_path: Path) -> None:
    """Nothing is sent before there is a change; with it comes the whole answer."""

    async def test(made: Ground) -> None:
        client = await made.poll(1, wait=60)
        made.happens(Orphaned(["app"]))
        await made.settled()
        assert not client.messages
        made.changes("app")
        await client.ended()
        assert [one["generation"] for one in client.json["events"]] == [2]
        assert len(made.hub) == 0

    run(test, tmp_path)


def test_when_the_time_is_up_it_says_nothing_happened(tmp_path: Path) -> None:
    """An answer without events and with the same generation comes when the time is up, at once without a time."""

    async def test(made: Ground) -> None:
        for wait in (0.0, 0.02):
            found = await answer(made, 1, wait=wait)
            assert found == {"boot": made.hub.boot, "generation": 1, "reset": False, "events": []}

    run(test, tmp_path)


def test_changes_of_others_move_the_generation_on(tmp_path: Path) -> None:
    """A change that one may not see, or did not ask for, ends no wait; the next question begins behind it."""

    async def test(made: Ground) -> None:
        who = made.principal("viewer:app")
        client = await made.poll(1, who, wait=60)
        filtered = await made.poll(1, wait=60, documents=["app"])
        await until(lambda: len(made.hub) == 2)
        made.changes("team/one")
        await made.settled()
        assert not client.messages and not filtered.messages
        for one in (client, filtered):
            one.answer._end_time()
            await one.ended()
            assert (one.json["generation"], one.json["events"]) == (2, [])

    run(test, tmp_path)


def test_who_is_too_far_back_is_told(tmp_path: Path) -> None:
    """A generation whose changes are no longer kept, or that was never made, makes a reset at once."""

    async def test(made: Ground) -> None:
        for _ in range(5):
            made.changes("app")
        await made.settled()
        for after, is_reset in ((0, True), (3, True), (4, False), (6, False), (7, True)):
            assert (await answer(made, after))["reset"] is is_reset, after
        assert (await answer(made, 6, boot=made.hub.boot))["reset"] is False
        found = await answer(made, 6, boot="another1", wait=60)
        assert (found["reset"], found["generation"], found["events"]) == (True, 6, [])

    run(test, tmp_path, keep=2)


def test_lost_events_end_a_wait(tmp_path: Path) -> None:
    """Who waits while events are lost is told to read everything anew."""

    async def test(made: Ground) -> None:
        client = await made.poll(1, wait=60)
        made.system._serving.generation = 3
        made.happens(Skipped(2))
        await client.ended()
        assert (client.json["reset"], client.json["generation"]) == (True, 3)

    run(test, tmp_path)


def test_a_broken_desk_resets(tmp_path: Path) -> None:
    """When what somebody may see cannot be worked out they are told to read everything anew."""

    async def test(made: Ground) -> None:
        made.breaks_on = ("reloaded",)
        made.changes("app")
        await made.settled()
        assert (await answer(made, 1, wait=60))["reset"] is True

    run(test, tmp_path)


def test_many_changes_come_in_several_answers(tmp_path: Path, monkeypatch: Any) -> None:
    """An answer holds so many events at most, and the generation from which the next question gets the others."""
    monkeypatch.setattr(long_polls, "_MOST_EVENTS", 3)

    async def test(made: Ground) -> None:
        for _ in range(8):
            made.changes("app")
        made.changes("team/one")
        await made.settled()
        heard, after = [], 1
        for _ in range(3):
            found = await answer(made, after, documents=["app"])
            heard.append([one["generation"] for one in found["events"]])
            after = found["generation"]
        assert heard == [[2, 3, 4], [5, 6, 7], [8, 9]]
        assert after == 10

    run(test, tmp_path)


def test_no_change_is_lost_between_two_polls(tmp_path: Path) -> None:
    """Asking again and again with the generation of the last answer hears each change once, in order."""

    async def test(made: Ground) -> None:
        heard: list[int] = []

        async def ask() -> None:
            after = 1
            while len(heard) < 60:
                found = await answer(made, after, wait=10, boot=made.hub.boot)
                assert not found["reset"]
                heard.extend(one["generation"] for one in found["events"])
                after = found["generation"]

        asking = asyncio.create_task(ask())
        for number in range(60):
            made.changes("app")
            if number % 3:
                await asyncio.sleep(0.001 * (number % 4))
        await asyncio.wait_for(asking, 20)
        assert heard == list(range(2, 62))

    run(test, tmp_path)


def test_a_client_that_goes_is_not_waited_for(tmp_path: Path) -> None:
    """When its client goes away a poll ends, and leaves neither task nor timer."""

    async def test(made: Ground) -> None:
        client = await made.poll(1, wait=60)
        await until(lambda: len(made.hub) == 1)
        await client.leave()
        assert not client.messages
        assert len(made.hub) == 0

    run(test, tmp_path)


def test_a_poll_is_answered_when_the_hub_ends(tmp_path: Path) -> None:
    """A server that ends answers who waits, with nothing and the generation that they have."""

    async def test(made: Ground) -> None:
        client = await made.poll(1, wait=60)
        await until(lambda: len(made.hub) == 1)
        made.hub.close()
        await client.ended()
        assert client.json == {"boot": made.hub.boot, "generation": 1, "reset": False, "events": []}

    run(test, tmp_path)


def test_head_waits_for_nothing(tmp_path: Path) -> None:
    """HEAD is answered at once, with the headers."""

    async def test(made: Ground) -> None:
        response = await watch.changes(made.call(method="HEAD", after=1, wait=60))
        assert response.headers["content-type"] == "application/json"
        assert len(made.hub) == 0

    run(test, tmp_path)
