"""The hub: who may watch, until when, and how it ends."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from watch_ground import LIMIT, Client, Ground, ground, until

from setpoint.access import Grant, TokenBook
from setpoint.server import hub as hubs
from setpoint.server import watch
from setpoint.server.hub import Hub
from setpoint.server.problem import Problem
from setpoint.system import ConfigSystem


def run(test: Callable[[Ground], Any], directory: Path, **settings: Any) -> None:
    async def running() -> None:
        async with ground(directory, **settings) as made:
            await test(made)

    asyncio.run(running())


def test_closing_ends_everybody(tmp_path: Path) -> None:
    """Streams and polls end properly and at once, and nobody can begin to watch any more."""

    async def test(made: Ground) -> None:
        for _ in range(50):
            await made.stream()
        await made.poll(1, wait=60)
        made.hub.close()
        made.hub.close()
        for client in made.clients:
            await client.ended()
            assert client.is_complete
        assert not made.hub.running
        with pytest.raises(Problem) as caught:
            await watch.events(made.call(snapshot=False))
        assert (caught.value.status, caught.value.headers) == (503, (("Retry-After", "1"),))

    run(test, tmp_path)


def test_closing_waits_for_nobody_who_does_not_read(tmp_path: Path) -> None:
    """A client that reads nothing keeps the end from nobody: its stream is broken off."""

    async def test(made: Ground) -> None:
        stuck = await made.stream()
        stuck.reads.clear()
        made.changes("app")
        await until(lambda: stuck.answer.is_stuck(time.monotonic() + 1e9, 0))
        await asyncio.wait_for(made.hub.aclose(), LIMIT)
        await stuck.ended()
        assert not stuck.is_complete

    run(test, tmp_path)


def test_it_can_be_closed_from_any_thread(tmp_path: Path) -> None:
    """Closing from another thread ends streams in the event loop that they belong to."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        thread = threading.Thread(target=made.hub.close)
        thread.start()
        await client.ended()
        thread.join(LIMIT)
        assert client.is_complete

    run(test, tmp_path)


def test_so_many_may_watch_at_once(tmp_path: Path) -> None:
    """Beyond the limit nobody is let in, and told when to try again; one who leaves makes room."""

    async def test(made: Ground) -> None:
        first = await made.stream()
        await made.poll(1, wait=60)
        await until(lambda: len(made.hub) == 2)
        for watching in (watch.events(made.call(snapshot=False)), watch.changes(made.call(after=1, wait=9))):
            with pytest.raises(Problem) as caught:
                await watching
            assert (caught.value.status, caught.value.headers) == (503, (("Retry-After", "10"),))
        await first.leave()
        await made.stream()

    run(test, tmp_path, watchers=2)


@pytest.mark.parametrize("by", ["token", "session", "failure"])
def test_who_may_no_longer_watch_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """When a token or session ends its streams end, and its polls are answered with nothing; others go on."""
    monkeypatch.setattr(hubs, "_TICK", 0.01)
    held = {"mine": True, "yours": True}

    def holds(token: str) -> bool:
        if by == "failure" and not held[token]:
            raise OSError("no such file")
        return held[token]

    async def test(made: Ground) -> None:
        def call(token: str, **query: Any) -> Any:
            made_call = made.call(**query)
            session = SimpleNamespace(principal=SimpleNamespace(token=token)) if by == "session" else None
            made_call.session = session
            made_call.principal = SimpleNamespace(token=token, key=made_call.principal.key)
            made_call.application = SimpleNamespace(
                tokens=SimpleNamespace(holds=holds),
                sessions=SimpleNamespace(is_live=lambda one: holds(one.principal.token)),
            )
            return made_call

        mine = [Client(await watch.events(call("mine", snapshot=False)))]
        mine.append(Client(await watch.changes(call("mine", after=1, wait=60))))
        yours = Client(await watch.events(call("yours", snapshot=False)))
        made.clients.extend((*mine, yours))
        await until(lambda: len(made.hub) == 3)
        held["mine"] = False
        for client in mine:
            await client.ended()
            assert client.is_complete
        assert mine[1].json["events"] == []
        made.changes("app")
        await until(lambda: yours.events)
        assert not mine[0].events

    run(test, tmp_path)


def test_an_expired_token_ends_its_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream of a token that was given for a time ends with that time, and with its revocation by another book."""
    monkeypatch.setattr(hubs, "_TICK", 0.01)
    now = [1_800_000_000.0]
    books = [TokenBook(tmp_path / "state", clock=lambda: now[0]) for _ in range(2)]
    guest = books[0].find(books[0].new("guest", [Grant("viewer")], expires=now[0] + 60))
    other = books[0].find(books[0].new("other", [Grant("viewer")]))

    async def test(made: Ground) -> None:
        streams = []
        for principal in (guest, other):
            assert principal is not None
            call = made.call(principal, snapshot=False)
            call.application.tokens = books[0]
            streams.append(Client(await watch.events(call)))
        made.clients += streams
        await until(lambda: len(made.hub) == 2)
        now[0] += 61
        await streams[0].ended()
        assert not streams[1].is_complete
        books[1].revoke("other")
        await streams[1].ended()
        assert all(one.is_complete for one in streams)

    run(test, tmp_path)


def test_it_watches_in_one_event_loop_only(tmp_path: Path) -> None:
    """In another event loop than its own nobody can watch, and it cannot be started twice; in its own it can."""

    async def test(made: Ground) -> None:
        await made.hub.start()
        boot = made.hub.boot

        async def elsewhere() -> None:
            with pytest.raises(Problem, match="about to"):
                await watch.events(made.call(snapshot=False))
            with pytest.raises(RuntimeError, match="another event loop"):
                await made.hub.start()

        await asyncio.to_thread(asyncio.run, elsewhere())
        assert made.hub.boot == boot

    run(test, tmp_path)


def test_it_begins_anew_after_its_end(tmp_path: Path) -> None:
    """A hub that was closed, or whose event loop has gone, can be started again: ids from before mean a reset."""
    with ConfigSystem(tmp_path, environ={}) as system:
        hub = Hub(system)
        boots = []

        async def once(closes: bool) -> None:
            await hub.start()
            assert hub.running
            boots.append(hub.boot)
            made = Ground(system, hub)
            client = await made.stream(last=f"{boots[0]}-0")
            if len(boots) > 1:
                assert client.events[0].kind == "reset"
            await client.leave()
            if closes:
                await hub.aclose()
                assert not hub.running

        asyncio.run(once(True))
        asyncio.run(once(False))
        assert not hub.running
        hub.close()
        asyncio.run(once(True))
        assert len(set(boots)) == 3


def test_closing_and_starting_at_once(tmp_path: Path) -> None:
    """A hub that is closed and started in one breath runs: the end of its first life is not that of the second."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.hub.close()
        await made.hub.start()
        await client.ended()
        again = await made.stream()
        generation = made.changes("app")
        await until(lambda: again.events)
        assert again.events[0].data["generation"] == generation
        assert made.hub.running

    run(test, tmp_path)


def test_a_closed_system_ends_its_hub(tmp_path: Path) -> None:
    """When the system that it belongs to is closed, who watches is ended, and the hub does not run any more."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.system.close()
        await client.ended()
        assert client.is_complete
        assert not made.hub.running

    run(test, tmp_path)


def test_a_forked_child_has_a_hub_of_its_own(tmp_path: Path) -> None:
    """A child that is forked off has a hub that is not running; it can start it, and its parent's goes on."""
    with ConfigSystem(tmp_path, environ={}) as system:
        hub = Hub(system)

        async def child() -> None:
            assert not hub.running
            with pytest.raises(Problem):
                hub.make_room()
            await hub.start()
            made = Ground(system, hub)
            client = await made.stream()
            made.changes("app")
            await until(lambda: client.events)
            await client.leave()
            await hub.aclose()

        async def parent() -> None:
            await hub.start()
            made = Ground(system, hub)
            client = await made.stream()
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    asyncio.events._set_running_loop(None)
                    hub.close()
                    asyncio.run(child())
                    code = 0
                finally:
                    os._exit(code)
            _, status = await asyncio.to_thread(os.waitpid, pid, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            made.changes("app")
            await until(lambda: client.events)
            await client.leave()
            await hub.aclose()

        asyncio.run(parent())


def test_ending_while_somebody_comes_leaves_nothing(tmp_path: Path) -> None:
    """Whoever comes, goes or is told something while the hub ends: nothing hangs, and no task is left."""

    async def test(made: Ground) -> None:
        async def come_and_go(number: int) -> None:
            await asyncio.sleep(0.0002 * number)
            try:
                answer = await watch.events(made.call(snapshot=number % 2 == 0))
            except Problem as problem:
                assert problem.status == 503
                return
            await asyncio.sleep(0.0001 * (number % 5))
            client = Client(answer)
            if number % 3 == 0:
                await asyncio.sleep(0.0001 * number)
                await client.leave()
            await client.ended()

        coming = [asyncio.create_task(come_and_go(number)) for number in range(60)]
        for _ in range(5):
            made.changes("app")
            await asyncio.sleep(0.001)
        made.hub.close()
        made.changes("app")
        await asyncio.wait_for(asyncio.gather(*coming), LIMIT)
        assert len(made.hub) == 0

    run(test, tmp_path)


def test_a_request_that_is_cancelled_is_cancelled(tmp_path: Path) -> None:
    """A server that cancels the task of a stream is obeyed, and what was being sent ends with it."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        client.reads.clear()
        made.changes("app")
        await until(lambda: client.answer.is_sending)
        client.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client.task
        assert len(made.hub) == 0
        made.clients.clear()

    run(test, tmp_path)
