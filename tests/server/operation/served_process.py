"""``setpoint serve`` as a process of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from small_server import PATIENCE

SOURCE = str(Path(__file__).parents[3] / "src")


class Served:
    """``setpoint serve`` as a process of its own."""

    def __init__(self, directory: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.token = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "setpoint", "-c", str(directory), "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=directory.parent,
            env=environment(env),
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.errors: list[str] = []
        self._threads = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.errors.append)),
        ]
        for thread in self._threads:
            thread.start()
        try:
            first = self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            self.process.kill()
            raise AssertionError(f"it did not start: {self.error_text}") from None
        assert " at http" in first, (first, self.error_text)
        self.url = first.rstrip("\n").rpartition(" at ")[2]
        self.port = int(self.url.rpartition(":")[2])

    @staticmethod
    def _read(stream: Any, take: Callable[[str], object]) -> None:
        for line in stream:
            take(line)

    @property
    def error_text(self) -> str:
        """What it wrote to standard error up to now."""
        return "".join(self.errors)

    def get(
        self, path: str, headers: dict[str, str] | None = None, **request: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request on a connection of its own; return status, headers and body."""
        return fetch(self.port, path, headers, **request)

    def logged(self) -> dict[str, Any]:
        """Return the next line of the access log."""
        line: dict[str, Any] = json.loads(self.lines.get(timeout=PATIENCE))
        return line

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> int:
        """End it as a supervisor does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not end: {self.error_text}") from None
        finally:
            for thread in self._threads:
                thread.join(PATIENCE)
            for stream in (self.process.stdout, self.process.stderr):
                assert stream is not None
                stream.close()
        return code


def fetch(
    port: int, path: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Send one request to loopback; return status, headers and body."""
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process that runs the command from this checkout."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SETPOINT_", "NOTIFY_", "WATCHDOG"))
    }
    return {**kept, "PYTHONPATH": SOURCE, **(more or {})}


def run_setpoint(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "setpoint", *arguments],
        cwd=cwd,
        env=environment(env),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
