"""A real HTTP receiver on this machine, for webhooks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from setpoint.monitor.alert import Alert, AlertEvent, AlertRaised

KEY = "a key that nobody may see"


def event(severity: str = "high", message: str = "it is hot", kind: type[AlertEvent] = AlertRaised) -> AlertEvent:
    alert = Alert("1", "heat", "oven", 7, severity=severity, message=message, raised=5.0, documents=("oven",))
    return kind(alert, at=6.0)


def go_on(seconds: float) -> bool:
    time.sleep(seconds)
    return True


class Receiver(ThreadingHTTPServer):
    """A real HTTP server on this machine that answers as told, and remembers what it got."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.delay = 0.0
        self.release = threading.Event()  # ends every delay

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook/secret-path"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.server.release.wait(self.server.delay)
        code, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs as long as this is entered."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.release.set()
        server.shutdown()
        thread.join()
