"""What the tests of the gate share: an application over a real system, and ways to send it requests."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import uvicorn

from setpoint.access import Grant, TokenBook
from setpoint.audit import AuditTrail
from setpoint.desk import Backing
from setpoint.server.application import Application
from setpoint.server.hub import Hub
from setpoint.server.route import Route
from setpoint.server.served import Served
from setpoint.system import ConfigSystem

PLENTY = 30.0  # seconds: what a loaded machine may take; nothing is asserted about it
DOCUMENTS = {"web.json": '{"port": 80, "password": "hunter2"}\n', "team/service.json": '{"size": 1}\n'}


class Reply:
    """An answer as it came."""

    def __init__(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]
        self.headers = dict(self.pairs)
        self.body = body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def rule(self) -> str:
        """The rule of a problem, whose form is checked on the way."""
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.body)
        problem = self.json
        assert problem["status"] == self.status
        assert problem["type"] == f"urn:setpoint:{problem['rule']}"
        assert problem["title"] and problem["detail"]
        assert problem["request"] == self.headers["setpoint-request"]
        rule: str = problem["rule"]
        return rule


class Ground:
    """An application with its own directory, tokens and audit trail; requests are sent to it without a network."""

    def __init__(self, folder: Path, routes: Sequence[Route] | None = None, **settings: Any) -> None:
        config = folder / "config"
        for name, text in DOCUMENTS.items():
            path = config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (folder / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
        self.now = time.time()
        self.config = config
        self.system = ConfigSystem(config)
        self.tokens = TokenBook(folder / "state", clock=lambda: self.now)
        self.audit = AuditTrail(folder / "state")
        self.backing = Backing(self.system, audit=self.audit, key=b"k" * 32)
        self.hub = Hub(self.system)
        self.served: list[Served] = []
        self.application = Application(
            self.backing,
            self.tokens,
            settings,
            hub=self.hub,
            log=self.served.append,
            routes=routes,
            clock=lambda: self.now,
        )

    def close(self) -> None:
        """End everything."""
        asyncio.run(self.application.aclose())
        self.audit.close()
        self.system.close()

    def token(self, role: str = "admin", documents: str = "**", **more: Any) -> str:
        """Return the text of a new token."""
        return self.tokens.new(f"{role}-of-{documents}", [Grant(role, documents)], **more)

    def send(self, method: str, target: str, **more: Any) -> Reply:
        """Send one request and return the answer; see ``send``."""
        return asyncio.run(self.answer(method, target, **more))

    async def answer(
        self,
        method: str,
        target: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes | Any = None,
        host: str | None = "localhost",
        scheme: str = "http",
        address: str = "127.0.0.1",
        pieces: Sequence[bytes] | None = None,
    ) -> Reply:
        """Send one request: ``body`` as bytes or as JSON, or ``pieces`` of one without its length."""
        raw, _, query = target.partition("?")
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        if host is not None:
            pairs.append(("Host", host))
        if token is not None:
            pairs.append(("Authorization", f"Bearer {token}"))
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            pairs.append(("Content-Type", "application/json"))
        if pieces is not None:
            pairs.append(("Transfer-Encoding", "chunked"))
        elif body is not None:
            pairs.append(("Content-Length", str(len(body))))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": raw,
            "raw_path": raw.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
            "client": (address, 1),
        }
        waiting = list(pieces if pieces is not None else [body or b""])
        sent: list[Any] = []
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}
            await gone.wait()  # no client goes before it has its answer
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                gone.set()

        await asyncio.wait_for(self.application(scope, receive, send), PLENTY)
        assert sent[0]["type"] == "http.response.start", sent
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Reply(sent[0]["status"], sent[0]["headers"], body)


class Loopback:
    """A real server on loopback, for what only shows on the wire. A context manager."""

    def __init__(self, application: Any) -> None:
        config = uvicorn.Config(
            application, port=0, http="h11", ws="none", lifespan="on", log_level="error", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self.port = 0

    def __enter__(self) -> Loopback:
        self._thread.start()
        until(lambda: self._server.started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.should_exit = True
        self._thread.join(PLENTY)
        assert not self._thread.is_alive()

    def exchange(self, request: bytes) -> bytes:
        """Send bytes and return all that comes back until the server closes, or an answer is complete."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PLENTY) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return received

    def status(self, request: bytes) -> int:
        """Send bytes and return the status of the first answer."""
        return int(self.exchange(request).split(b" ", 2)[1])


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens by itself."""
    end = time.monotonic() + PLENTY
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
