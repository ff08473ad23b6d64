"""How fast a value is served over HTTP, beside a bare Starlette route that returns the same bytes, in the same run.

Run with: python bench/serving.py [rounds] [seconds a round]
Both servers are processes of their own under uvicorn (h11), on loopback. The client is a third process: it keeps one
connection, or sixteen at once, and sends the next request as soon as an answer is complete. Rounds are interleaved, the
figures are medians over them, and the ratio is the median of the rounds' ratios. Beside requests a second stands the
processor time that the server's process took for each, which other work on the machine disturbs less. Ours checks
everything that it always checks: host, bearer token, rights, query, headers.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROUNDS = 7
SECONDS = 1.5
CONNECTIONS = (1, 16)
TOKENS = 50  # in the book, beside the one that is used
FLOOR = 0.6  # of the bare route's requests per second

VALUE = b"10000"
PATH = "/api/v1/documents/orders/values/queue/max_size"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.mkdir()
        (config / "orders.json").write_text('{"queue": {"max_size": 10000}, "name": "orders"}\n')
        servers = {name: Server(name, folder) for name in ("bare", "setpoint")}
        try:
            for connections in CONNECTIONS:
                compare(servers, connections, rounds, seconds)
        finally:
            for server in servers.values():
                server.end()


def compare(servers: dict[str, Server], connections: int, rounds: int, seconds: float) -> None:
    """Measure both in turns, and print requests per second, processor time and how they compare."""
    rates: dict[str, list[float]] = {name: [] for name in servers}
    costs: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, server in servers.items():
            rate, cost = server.measure(connections, seconds)
            rates[name].append(rate)
            costs[name].append(cost)
    print(f"\n{connections} connection{'s' if connections > 1 else ''}, {rounds} rounds of {seconds:g} s each")
    for name in servers:
        rate, cost = statistics.median(rates[name]), statistics.median(costs[name])
        print(f"  {name:10} {rate:8.0f} requests/s   best {max(rates[name]):8.0f}   {cost * 1e6:6.0f} us of CPU each")
    pairs = zip(rates["setpoint"], rates["bare"], strict=True)
    ratio = statistics.median(ours / bare for ours, bare in pairs)
    work = statistics.median(costs["bare"]) / statistics.median(costs["setpoint"])
    print(f"  ratio      {ratio:8.2f} of the requests/s (at least {FLOOR} is wanted: {said(ratio)})", end="")
    print(f"   {work:.2f} by processor time ({said(work)})")


def said(ratio: float) -> str:
    """Return whether a ratio is what is wanted."""
    return "kept" if ratio >= FLOOR else "missed"


class Server:
    """One server as a process, and the client that asks it as another."""

    def __init__(self, kind: str, folder: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, f"serve-{kind}", folder], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        port, _, token = self._process.stdout.readline().strip().partition(" ")
        self._port, self._token = port, token
        self._usage = psutil.Process(self._process.pid)

    def measure(self, connections: int, seconds: float) -> tuple[float, float]:
        """Return how many requests a second are answered, and the seconds of processor time that each took."""
        command = [sys.executable, __file__, "ask", self._port, self._token, str(connections), str(seconds)]
        before = sum(self._usage.cpu_times()[:2])
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return float(answer[0]), (sum(self._usage.cpu_times()[:2]) - before) / int(answer[1])

    def end(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait()


# -- the processes -----------------------------------------------------------------------------------------------------


def ask(port: int, token: str, connections: int, seconds: float) -> None:
    """Send requests for a while, and print how many were answered a second, and how many in all."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {PATH} HTTP/1.1\r\nHost: localhost:{port}\r\n{authorization}Accept: */*\r\n\r\n".encode()

    async def one(until: float) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            assert await reader.readexactly(length) == VALUE
            answered += 1
        writer.close()
        return answered

    async def several() -> tuple[float, int]:
        warm = await asyncio.gather(*(one(time.perf_counter() + 0.2) for _ in range(connections)))
        began = time.perf_counter()
        counts = await asyncio.gather(*(one(began + seconds) for _ in range(connections)))
        return sum(counts) / (time.perf_counter() - began), sum(warm) + sum(counts)

    print(*asyncio.run(several()))


def serve(application: object, token: str, lifespan: str) -> None:
    """Answer until the process is ended; print the port and the token first."""
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print(self.servers[0].sockets[0].getsockname()[1], token, flush=True)

    config = uvicorn.Config(
        application,  # type: ignore[arg-type]
        port=0,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan=lifespan,  # type: ignore[arg-type]
        access_log=False,
        log_level="error",
        server_header=False,
    )
    Announcing(config).run()


def serve_bare() -> None:
    """A Starlette application with one route."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def value(_request: object) -> Response:
        return Response(VALUE, media_type="application/json")

    serve(Starlette(routes=[Route(PATH, value)]), "", "off")


def serve_ours(folder: str) -> None:
    """Setpoint with a system, tokens and the audit trail."""
    from setpoint.access import Grant, TokenBook
    from setpoint.audit import AuditTrail
    from setpoint.desk import Backing
    from setpoint.server.application import Application
    from setpoint.server.hub import Hub
    from setpoint.system import ConfigSystem

    system = ConfigSystem(Path(folder) / "config")
    system.load_config("orders")
    state = Path(folder) / "state"
    tokens = TokenBook(state)
    for number in range(TOKENS):
        tokens.new(f"other-{number}", [Grant("viewer", "team/*")])
    token = tokens.new("bench", [Grant("viewer", "orders")])
    backing = Backing(system, audit=AuditTrail(state), key=os.urandom(32))
    serve(Application(backing, tokens, {}, hub=Hub(system)), token, "on")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "ask":
        ask(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
    elif what == "serve-bare":
        serve_bare()
    elif what == "serve-setpoint":
        serve_ours(sys.argv[2])
    else:
        main()
