"""How soon a thousand watchers of a server hear of a change and what each takes, beside a bare way in the same run.

    python bench/serving_watchers.py [--watchers N] [--changes N]

``setpoint serve`` runs as a process of its own with a copy of the example project; another process holds N sockets on
which event streams are open. A change is one file written in place under hot reload, or one PUT through the API. Its
time is from just before the write until a watcher has the whole event; all on one machine, so that it is one clock.
The first change of each kind is told apart: it imports, and makes files, that the others find. ``KB each`` is what the
server's resident memory grew by, for each watcher. The bare way is an ASGI application under uvicorn that sends the
same bytes to as many sockets when it is asked to, one after the other: what HTTP itself takes.

The 99th percentile of each kind of change is to be at most 500 ms or, on a machine that is so busy that the bare way
takes longer than half of that, twice the bare way; a watcher is to take at most 50 KB; and with all streams open the
server is to have ended within 3 s. The exit code says whether that was so.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import platform
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from setpoint.access import Grant, TokenBook
from setpoint.system import ConfigSystem

EXAMPLE = Path(__file__).parents[1] / "examples" / "swarm" / "config"
BOUND, BOUND_KB, BOUND_END = 500.0, 50.0, 3.0  # ms, KB, s
RELOADED = b"event: reloaded"
LIMIT = 30.0  # seconds after which what has not come does not come


def main() -> int:
    """Measure and print; the exit code says whether the bounds were kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare is not None:
        bare(options.bare)
        return 0
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {options.watchers:,} watchers"
    )
    with tempfile.TemporaryDirectory() as directory:
        return 0 if measure(Path(directory), options.watchers, options.changes) else 1


def measure(directory: Path, watchers: int, changes: int) -> bool:
    """Print every figure and return whether the bounds were kept."""
    shutil.copytree(EXAMPLE, directory / "config")
    (directory / "config" / "watched.yaml").write_text("# changed by the measurement\nvalue: 0\n")
    (directory / "setpoint.toml").write_text(f"[server]\nwatchers = {watchers}\nconnections = {watchers + 100}\n")
    with ConfigSystem(directory / "config") as system:
        token = TokenBook(system._state.folder).new("bench", [Grant("admin")])
    server = subprocess.Popen(
        [sys.executable, "-m", "setpoint", "-c", str(directory / "config"), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    port = int(server.stdout.readline().rpartition(":")[2])
    log = subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL)
    request = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    crowd = Crowd(port, watchers, request)
    found: dict[str, list[float]] = {"a file": [], "a PUT": []}
    try:
        before = resident(server.pid)
        crowd.open()
        opened = resident(server.pid)
        for number in range(changes + 1):
            by_way = {
                "a file": crowd.hear(RELOADED, partial(by_file, directory, number)),
                "a PUT": crowd.hear(RELOADED, partial(by_put, port, token, number)),
            }
            for name, times in by_way.items():
                found[name] += times if number else ()
            if not number:
                print(f"the first: {', '.join(f'{name} {max(times):.0f} ms' for name, times in by_way.items())}")
        told = resident(server.pid)
        since = time.perf_counter()
        server.send_signal(signal.SIGTERM)
        ended = crowd.wait_for_end()
        code = server.wait(LIMIT)
        seconds = time.perf_counter() - since
    finally:
        server.kill()
        server.wait()
        log.wait(LIMIT)
    found["the bare way"] = measure_bare(watchers, changes)
    base = percentile(found["the bare way"], 99)
    bound = max(BOUND, 2 * base)
    print(f"{'told of':<14}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}")
    for name, times in found.items():
        print(f"{name:<14}{percentile(times, 50):>9.1f}{percentile(times, 99):>9.1f}{max(times):>9.1f}")
    there, after = (opened - before) / watchers, (told - before) / watchers
    print(f"memory: {there:.1f} KB each when all are there, {after:.1f} KB each after the changes")
    print(f"end: {ended} of {watchers} streams ended properly; the server was gone after {seconds:.2f} s, exit {code}")
    kept = {
        f"p99 <= {bound:.0f} ms": all(percentile(times, 99) <= bound for name, times in found.items()),
        f"memory <= {BOUND_KB:.0f} KB each": max(there, after) <= BOUND_KB,
        f"end <= {BOUND_END:.0f} s": seconds <= BOUND_END and code == 0 and ended == watchers,
    }
    for name, is_so in kept.items():
        print(f"{'kept' if is_so else 'NOT KEPT'}: {name}")
    return all(kept.values())


def by_file(directory: Path, number: int) -> None:
    """Change one value of the example on disk, as an editor does."""
    (directory / "config" / "watched.yaml").write_text(f"# changed by the measurement\nvalue: {2 * number + 1}\n")


def by_put(port: int, token: str, number: int) -> None:
    """Change one value of the example through the API."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*", "Content-Type": "application/json"}
    connection.request("PUT", "/api/v1/documents/watched/values/value", str(2 * number + 2), headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    connection.close()


class Crowd:
    """Many sockets in a process of their own, each with an event stream. Arguments: ``request`` is sent on each."""

    def __init__(self, port: int, number: int, request: bytes) -> None:
        context = get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_hold, args=(other, port, number, request), daemon=True)
        self._process.start()

    def open(self) -> None:
        """Open all streams."""
        self._ask("open")

    def hear(self, what: bytes, change: Any) -> list[float]:
        """Return after how many milliseconds each watcher had an event that a change makes."""
        self._pipe.send(("hear", what))
        assert self._pipe.recv() == "ready"
        since = time.perf_counter()
        change()
        found = [(at - since) * 1000 for at in self._pipe.recv()]
        time.sleep(0.3)  # what follows an event, such as the one that a revision was recorded, is not the next one's
        return found

    def wait_for_end(self) -> int:
        """Return how many streams ended with the last chunk that HTTP wants."""
        ended = self._ask("end")
        self._process.join(LIMIT)
        return int(ended)

    def _ask(self, what: str) -> Any:
        self._pipe.send((what, b""))
        return self._pipe.recv()


def _hold(pipe: Any, port: int, number: int, request: bytes) -> None:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    selector = selectors.DefaultSelector()
    texts: dict[socket.socket, bytearray] = {}

    def read(is_there: Any) -> list[float]:
        """Read until something is so of every text; return when, by a clock that all processes share."""
        times: dict[socket.socket, float] = {}
        until = time.perf_counter() + LIMIT
        while len(times) < number:
            assert time.perf_counter() < until, f"only {len(times)} of {number} heard"
            for key, _ in selector.select(0.5):
                one: Any = key.fileobj
                data = one.recv(65536)
                texts[one] += data
                if not data:
                    selector.unregister(one)
                if one not in times and is_there(texts[one], data):
                    times[one] = time.perf_counter()
        return list(times.values())

    while True:
        what, wanted = pipe.recv()
        for text in texts.values():
            text.clear()
        if what == "open":
            for _ in range(number):
                one = socket.create_connection(("127.0.0.1", port))
                one.sendall(request)
                texts[one] = bytearray()
                selector.register(one, selectors.EVENT_READ)
            read(lambda text, _: b"\n\n" in text)
            pipe.send(None)
        elif what == "hear":
            pipe.send("ready")
            pipe.send(read(lambda text, _, wanted=wanted: wanted in text and text.endswith(b"\n\n\r\n")))
        else:
            read(lambda _, data: not data)
            pipe.send(sum(text.endswith(b"0\r\n\r\n") for text in texts.values()))
            return


def measure_bare(watchers: int, changes: int) -> list[float]:
    """Return how long the bare way takes, in milliseconds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, __file__, "--bare", str(port)])
    until = time.monotonic() + LIMIT
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
    crowd = Crowd(port, watchers, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    crowd.open()

    def change() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/tell")
        connection.getresponse().read()
        connection.close()

    found = [one for _ in range(changes) for one in crowd.hear(RELOADED, change)]
    server.kill()
    server.wait()
    crowd.wait_for_end()
    return found


def bare(port: int) -> None:
    """Run the bare server."""
    import uvicorn

    sends: list[Any] = []
    facts = {"event": "reloaded", "at": 0.0, "documents": ["messaging"], "generation": 1, "changes": ["x" * 150]}
    event = b"id: 1\nevent: reloaded\ndata: " + json.dumps(facts).encode() + b"\n\n"

    async def application(scope: Any, _: Any, send: Any) -> None:
        if scope["path"] == "/tell":
            for one in sends:
                await one({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})
        sends.append(send)
        await asyncio.Event().wait()

    uvicorn.run(application, port=port, http="h11", ws="none", log_level="critical", access_log=False, lifespan="off")


def resident(pid: int) -> float:
    """Return the resident memory of a process in KB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:")))


def percentile(values: list[float], percent: int) -> float:
    """Return a percentile by the nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


if __name__ == "__main__":
    sys.exit(main())
