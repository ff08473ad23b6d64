"""What the tests of watching stand on: a real system and its hub, and clients that speak ASGI in their event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from setpoint.access import Grant, Principal
from setpoint.change import ABSENT, Change
from setpoint.events import Event, Reloaded
from setpoint.server import watch
from setpoint.server.hub import Hub
from setpoint.system import ConfigSystem

LIMIT = 20.0  # seconds that a test waits for what must come


async def until(is_so: Callable[[], Any], what: str = "it") -> None:
    """Wait until something is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LIMIT
    while not is_so():
        assert loop.time() < end, f"{what} did not happen within {LIMIT:g} s"
        await asyncio.sleep(0.002)


class Sight:
    """The part of a desk that watching needs: an event as its principal may see it."""

    def __init__(self, ground: Ground, principal: Principal) -> None:
        self.principal = principal
        self._ground = ground

    def sees(self, event: Event) -> dict[str, Any] | None:
        self._ground.rendered += 1
        if event.kind in self._ground.breaks_on:
            raise RuntimeError("the desk is broken")
        names = [name for name in event.documents if self.principal.may("read", name)]
        if not names:
            return None
        facts = {**event.to_dict(), "documents": names}
        if "changes" in facts:
            # As the desk does: with the values, where there were or are any.
            facts["changes"] = [
                one
                | ({} if change.before is ABSENT else {"before": change.before})
                | ({} if change.after is ABSENT else {"after": change.after})
                for one, change in zip(facts["changes"], event.changes, strict=True)
                if one["document"] in names
            ]
        return facts


class Client:
    """One client of one request: what it was sent, whether it reads, and whether it is still there."""

    def __init__(self, answer: Any, method: str = "GET") -> None:
        self.answer = answer
        self.messages: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._is_gone = asyncio.Event()
        self.task = asyncio.get_running_loop().create_task(self._serve(method))

    async def _serve(self, method: str) -> None:
        await self.answer({"type": "http", "method": method}, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self._is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.messages.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._is_gone.set()

    async def leave(self) -> None:
        """Go away, as a browser that is closed."""
        self._is_gone.set()
        await asyncio.wait_for(self.task, LIMIT)

    async def ended(self) -> None:
        """Wait until the server has ended the answer."""
        await asyncio.wait_for(asyncio.shield(self.task), LIMIT)

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def text(self) -> str:
        return b"".join(one["body"] for one in self.messages if one["type"] == "http.response.body").decode()

    @property
    def is_complete(self) -> bool:
        return any(one["type"] == "http.response.body" and not one.get("more_body") for one in self.messages)

    @property
    def events(self) -> list[Heard]:
        """The events that were heard so far, as a browser would hear them."""
        return heard_in(self.text)[0]

    @property
    def last_id(self) -> str:
        """What a browser would send as Last-Event-ID."""
        return heard_in(self.text)[1]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Heard:
    """One server-sent event."""

    def __init__(self, kind: str, data: str, id_: str) -> None:
        self.kind = kind
        self.data = json.loads(data)
        self.id = id_

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} {self.data}>"


def heard_in(text: str) -> tuple[list[Heard], str]:
    """Return the events in a stream and its last id, by the rules of WHATWG HTML, section 9.2.6."""
    found: list[Heard] = []
    kind, data, id_, last = "", [], "", ""
    *lines, _ = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            last = id_
            if data:
                found.append(Heard(kind or "message", "\n".join(data), last))
            kind, data = "", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            id_ = value
    return found, last


class Ground:
    """A system with its hub, what happens to it, and who watches."""

    def __init__(self, system: ConfigSystem, hub: Hub) -> None:
        self.system = system
        self.hub = hub
        self.rendered = 0
        self.published = 0
        self.breaks_on: tuple[str, ...] = ()
        self.clients: list[Client] = []

    def principal(self, *grants: str) -> Principal:
        return Principal("somebody", [Grant.parse(one) for one in grants or ("viewer",)])

    def call(self, principal: Principal | None = None, *, method: str = "GET", last: str = "", **query: Any) -> Any:
        """Return what a handler gets."""
        who = principal if principal is not None else self.principal()
        application = SimpleNamespace(tokens=SimpleNamespace(holds=lambda _: True))
        return SimpleNamespace(
            hub=self.hub,
            desk=Sight(self, who),
            principal=who,
            method=method,
            headers={"last-event-id": last} if last else {},
            session=None,
            application=application,
            query=query,
        )

    async def stream(self, principal: Principal | None = None, *, last: str = "", **query: Any) -> Client:
        """Return a client that hears of events, once its stream has begun."""
        client = await self._client(watch.events(self.call(principal, last=last, **{"snapshot": False, **query})))
        await until(lambda: len(client.messages) >= 2 or client.task.done(), "the beginning of a stream")
        return client

    async def poll(self, after: int, principal: Principal | None = None, *, wait: float = 0.0, **query: Any) -> Client:
        """Return a client that waits for changes."""
        return await self._client(watch.changes(self.call(principal, after=after, wait=wait, **query)))

    async def _client(self, answering: Any) -> Client:
        client = Client(await answering)
        self.clients.append(client)
        return client

    def happens(self, event: Event) -> None:
        """Publish an event, as the system does."""
        self.published += 1
        self.system._audience.publish(event)

    def changes(self, *documents: str, at: float = 1.0) -> int:
        """Publish that documents changed; return the generation."""
        serving = self.system._serving
        serving.generation += 1
        changes = [Change(name, ("a",), 1, 2) for name in documents]
        self.happens(Reloaded(documents, serving.generation, 0.001, changes, at=at))
        return serving.generation

    async def settled(self) -> None:
        """Wait until all that was published is numbered, and nobody is being sent anything."""
        await until(lambda: self.hub.recent.newest >= self.published, "the arrival of all events")
        await until(lambda: not any(one.answer.is_sending for one in self.clients if one.reads.is_set()), "silence")


@asynccontextmanager
async def ground(directory: Path, **settings: Any) -> AsyncIterator[Ground]:
    """A running hub of a system with the documents ``app`` and ``team/one``; afterwards nobody watches any more."""
    (directory / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    (directory / "config" / "team").mkdir(parents=True, exist_ok=True)
    (directory / "config" / "app.yaml").write_text("a: 1\n")
    (directory / "config" / "team" / "one.yaml").write_text("a: 1\n")
    with ConfigSystem(directory / "config", environ={}) as system:
        hub = Hub(system, **settings)
        await hub.start()
        made = Ground(system, hub)
        try:
            yield made
        finally:
            for client in made.clients:
                client.reads.set()
            await hub.aclose()
            for client in made.clients:
                await client.leave()
            assert len(hub) == 0
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not others, f"left behind: {others}"
