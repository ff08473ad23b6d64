"""How soon a callback hears of a publication, and what finding the differences costs, beside bare ways in the same run.

    python bench/notifying.py [--samples N]

Latency: from just before ``publish`` to the first line of the callback, on threads that are warm, one publication every
2 ms. The bare way is a ``queue.Queue`` and a thread that calls what it gets. All take turns in blocks of 50. The median
of a callback is to be at most 100 microseconds, or, where the machine is so busy that the bare way takes longer than
two thirds of that, 1.5 times the bare way. Differences: one leaf of a frozen document of 3 KB has another value; the
bare way is ``==`` on the two trees.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import queue
import statistics
import threading
import time
import timeit
from collections.abc import Callable
from typing import Any

from setpoint.bus.bus import Bus
from setpoint.change import differences
from setpoint.config import Config
from setpoint.pattern import Pattern

BLOCK = 50
PAUSE = 0.002  # seconds between two publications
BOUND = 100.0  # microseconds: the most that the median of a warm callback may take
TREE: dict[str, Any] = {
    **{f"section_{i}": {"name": f"section number {i}", "limits": {"low": i, "high": 2 * i}} for i in range(36)},
    "queue": {"max_size": 10_000, "hosts": ["a", "b"]},
}


def main() -> int:
    """Measure and print; the exit code says whether the bound was kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=1000)
    options = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    kept = latency(options.samples)
    finding()
    return 0 if kept else 1


def latency(samples: int) -> bool:
    """Print how long callbacks wait, and return whether the bound was kept."""
    heard: dict[str, list[float]] = {"bare": [], "bus": [], "stream": [], "awaited": []}

    def hear(name: str) -> Callable[[float], None]:
        times = heard[name]
        return lambda since: times.append((time.perf_counter() - since) * 1e6)

    waiting: queue.Queue[float | None] = queue.Queue()
    bus = Bus()
    bus.subscribe(hear("bus"))
    stream = bus.stream(topic="events")
    began = threading.Event()

    def bare() -> None:
        called = hear("bare")
        while (since := waiting.get()) is not None:
            called(since)

    def read() -> None:
        called = hear("stream")
        for since in stream:
            called(since)

    async def awaits() -> None:
        called = hear("awaited")

        async def callback(since: float) -> None:
            called(since)

        bus.subscribe(callback, topic="awaited")
        end = asyncio.Event()
        bus.subscribe(lambda _: loop.call_soon_threadsafe(end.set), topic="end")
        loop = asyncio.get_running_loop()
        began.set()
        await end.wait()

    threads = [threading.Thread(target=target) for target in (bare, read, lambda: asyncio.run(awaits()))]
    for thread in threads:
        thread.start()
    began.wait()
    ways: list[Callable[[float], object]] = [
        waiting.put,
        bus.publish,
        lambda since: bus.publish(since, topic="events"),
        lambda since: bus.publish(since, topic="awaited"),
    ]
    for _ in range(max(1, samples // BLOCK)):
        for way in ways:
            for _ in range(BLOCK):
                way(time.perf_counter())
                time.sleep(PAUSE)
    bus.publish(None, topic="end")
    bus.drain(10)
    waiting.put(None)
    bus.close()
    for thread in threads:
        thread.join()
    labels = {
        "bare": "queue.Queue and a thread",
        "bus": "callback of a bus",
        "stream": "stream read by a thread",
        "awaited": "coroutine in an event loop",
    }
    base = statistics.median(heard["bare"])
    for name, label in labels.items():
        times = sorted(heard[name])
        p50, p99 = statistics.median(times), times[int(len(times) * 0.99) - 1]
        print(f"{label:28} p50 {p50:7.1f} us  p99 {p99:8.1f} us  x{p50 / base:.2f}  n {len(times)}")
    bound = max(BOUND, 1.5 * base)
    kept = statistics.median(heard["bus"]) <= bound
    print(f"callback of a bus: at most {bound:.0f} us: {'kept' if kept else 'MISSED'}")
    return kept


def finding() -> None:
    """Print what it costs to find what is different."""
    text = json.dumps(TREE)
    before = Config(json.loads(text))
    changed = json.loads(text)
    changed["queue"]["max_size"] = 20_000
    after = Config(changed)
    exact, wild = Pattern("doc.queue.max_size"), Pattern("doc.**.max_size")
    rows: dict[str, Callable[[], object]] = {
        "before == after": lambda: before == after,
        "differences": lambda: list(differences("doc", before, after)),
        "doc.queue.max_size": lambda: exact.select("doc", before, after),
        "doc.**.max_size": lambda: wild.select("doc", before, after),
    }
    times: dict[str, list[float]] = {row: [] for row in rows}
    for _ in range(200):
        for row, work in rows.items():
            times[row].append(timeit.timeit(work, number=20) / 20 * 1e6)
    print(f"{len(text)} bytes, one leaf differs: best and median of 200 rounds of 20, taken in turns")
    for row, found in times.items():
        print(f"{row:28} {min(found):7.1f} us  {statistics.median(found):7.1f} us")


if __name__ == "__main__":
    raise SystemExit(main())
