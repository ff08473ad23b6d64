"""A small server in this process, whose time is the test's."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from setpoint.server.crowd import Crowd
from setpoint.server.listening import bind
from setpoint.server.running import Running
from setpoint.server.systemd import Notifier

PATIENCE = 30.0  # seconds that a test waits for what takes milliseconds on an idle machine


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"{what} did not happen within {PATIENCE:g} s"
        time.sleep(0.01)


class Clock:
    """The time of a test: it stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Small:
    """A server in a thread with a small application; its limits count by a clock that the test moves."""

    def __init__(self, app: Any, context: ssl.SSLContext | None = None, **limits: Any) -> None:
        self.clock = Clock()
        self.logged: list[Any] = []
        given = {"header_bytes": 32_768, "connections": 4096, "body_seconds": 30.0, **limits}
        self.crowd = Crowd(now=self.clock, streams=["/stream"], log=self.logged.append, **given)
        self.listening = bind("127.0.0.1", 0)
        self.port: int = self.listening.getsockname()[1]
        self.ended_streams = threading.Event()
        started = threading.Event()
        config = uvicorn.Config(
            app, ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=3600
        )

        async def nothing() -> None:
            return

        self.running = Running(
            config,
            self.crowd,
            self.listening,
            context=context,
            notifier=Notifier({}),
            begun=started.set,
            end_streams=self.ended_streams.set,
            reload=nothing,
        )
        self.thread = threading.Thread(target=lambda: asyncio.run(self.running.serve()))
        self.thread.start()
        assert started.wait(PATIENCE)

    def connect(self) -> socket.socket:
        """Return a connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def exchange(self, *pieces: bytes) -> bytes:
        """Send pieces on a new connection and return all that comes until its end."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            return read_all(connection)

    def wait_for_members(self, number: int) -> None:
        """Wait until so many connections are open."""
        eventually(lambda: len(self.crowd.members) == number, f"{number} connections")

    def pass_time(self, seconds: float) -> None:
        """Move the clock; what takes too long by then is ended at the next look."""
        self.clock.seconds += seconds

    def end(self) -> None:
        """End it as SIGTERM does."""
        self.running.should_exit = True
        until = time.monotonic() + PATIENCE
        while self.thread.is_alive():
            self.clock.seconds += 0.5  # its end counts by the same clock
            self.thread.join(0.05)
            assert time.monotonic() < until
        self.running.last_resort.cancel()


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Return what comes on a connection up to some bytes, which must come."""
    data = b""
    while not data.endswith(end):
        piece = connection.recv(65536)
        assert piece, (data, end)
        data += piece
    return data


def read_all(connection: socket.socket) -> bytes:
    """Return all that comes on a connection until its end."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answers "hello" to everything; /body after it has read the body, /stream without an end."""
    assert scope["type"] == "http"
    path, size = scope["path"], 0
    if path == "/body":
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            size += len(message["body"])
            if not message["more_body"]:
                break
    if path == "/slow":
        await asyncio.sleep(0.5)
    body = str(size or "hello").encode()
    if path == "/huge":
        body = bytes(64 * 2**20)
    headers = [(b"content-type", b"text/plain")]
    if path == "/stream":
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"begun\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
