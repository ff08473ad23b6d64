"""What machines ask: alive, ready, healthy, figures, routes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from gate_ground import Ground, Reply


def running(ground: Ground, target: str, **more: Any) -> Reply:
    """Return the answer of an application whose hub is running."""

    async def ask() -> Reply:
        await ground.hub.start()
        try:
            return await ground.answer("GET", target, **more)
        finally:
            await ground.hub.aclose()

    return asyncio.run(ask())


def test_livez_depends_on_nothing(ground: Ground) -> None:
    """As long as the process answers it is alive, whatever else is wrong."""
    (ground.config / "web.json").write_text("{")
    reply = ground.send("GET", "/livez")
    assert (reply.status, reply.body) == (200, b"ok\n")


def test_readyz_needs_a_running_hub(ground: Ground) -> None:
    """Before events are passed on, requests should go elsewhere."""
    reply = ground.send("GET", "/readyz")
    assert (reply.status, reply.rule) == (503, "not-ready")
    assert running(ground, "/readyz").status == 200


def test_readyz_needs_a_document_that_can_be_served(ground: Ground) -> None:
    """One that is wrong is no reason to go elsewhere; when all are, it is, and what was good stays good."""
    (ground.config / "web.json").write_text("{")
    assert running(ground, "/readyz").status == 200
    (ground.config / "team" / "service.json").write_text("{")
    assert running(ground, "/readyz").status == 200


def test_readyz_says_no_when_nothing_can_be_served(ground: Ground) -> None:
    """A server that could only refuse does not get requests."""
    for path in ground.config.rglob("*.json"):
        path.write_text("{")
    reply = running(ground, "/readyz")
    assert (reply.status, reply.rule) == (503, "not-ready")
    assert "setpoint check" in reply.json["detail"]
    assert reply.headers["retry-after"] == "1"


def test_readyz_is_fine_without_documents(ground: Ground) -> None:
    """An empty directory is served as well as it can be: documents may be created."""
    for path in ground.config.rglob("*.json"):
        path.unlink()
    assert running(ground, "/readyz").status == 200


def test_healthz_has_a_word_for_all_and_reasons_for_observers(ground: Ground) -> None:
    """Whoever is not known learns how it is, and not why."""
    word = running(ground, "/healthz")
    assert set(word.json) == {"status"}
    full = running(ground, "/healthz", token=ground.token("viewer"))
    assert full.json["status"] == word.json["status"]
    assert "reasons" in full.json


def test_metrics_are_for_observers_of_everything(ground: Ground) -> None:
    """The figures are about the system as a whole."""
    assert ground.send("GET", "/metrics").status == 401
    assert ground.send("GET", "/metrics", token=ground.token("viewer", "web")).status == 403
    reply = ground.send("GET", "/metrics", token=ground.token("viewer"))
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"# TYPE setpoint_" in reply.body


def test_the_lifespan_starts_and_ends_the_hub(make_ground: Callable[..., Ground]) -> None:
    """A server that ends the application ends what it began."""
    ground = make_ground()
    sent: list[str] = []

    async def live() -> None:
        gone = asyncio.Event()
        messages = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, str]:
            kind = next(messages)
            if kind == "lifespan.shutdown":
                assert ground.hub.running
                await ground.application.run(len, "x")  # a thread that is to end too
                gone.set()
            return {"type": kind}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await ground.application({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert not ground.hub.running


@pytest.mark.parametrize("anybody", [{}, {"host": "evil.example"}])
def test_websockets_are_refused(ground: Ground, anybody: dict[str, str]) -> None:
    """There are none here, under whatever name somebody asks."""
    sent: list[Any] = []

    async def ask() -> None:
        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        host = anybody.get("host", "localhost").encode()
        await ground.application({"type": "websocket", "headers": [(b"host", host)]}, receive, send)

    asyncio.run(ask())
    assert sent == [{"type": "websocket.close", "code": 1008}]
