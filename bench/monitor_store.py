"""How large two days of samples are, and what keeping and reporting them takes.

Run with: python bench/monitor_store.py [--hours 48] [--interval 10] [--figures 60]
Samples are taken every ten seconds by a clock that is moved on by hand, so that every roll-up happens as it would. Of
the figures a third is noise (doubles that nothing can pack), a third are counters that grow by chance, and a third
stands still: worse than real ones, which --real takes from a monitor of the example project, busy with reads and
changes. Beside each time stands that of writing the same numbers as one JSON line a sample, and of reading that back.
Times are processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from setpoint.monitor.page import html_page
from setpoint.monitor.report import health_report, performance_report
from setpoint.monitor.store import SampleStore

NOON = 1_800_000_000.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=float, default=48.0)
    parser.add_argument("--interval", type=float, default=10.0)
    parser.add_argument("--figures", type=int, default=60)
    parser.add_argument("--real", action="store_true")
    arguments = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as folder:
        samples = real(Path(folder)) if arguments.real else made_up(arguments.figures)
        measure(Path(folder), samples, arguments.hours, arguments.interval)


def made_up(figures: int) -> Iterator[dict[str, float]]:
    chance = random.Random(1)
    names = [f"figure_{number:02}" for number in range(figures)]
    grown = dict.fromkeys(names[figures // 3 : 2 * figures // 3], 0.0)
    while True:
        for name in grown:
            grown[name] += chance.randrange(100)
        still = {name: float(number) for number, name in enumerate(names[2 * figures // 3 :])}
        yield {**{name: chance.random() * 100 for name in names[: figures // 3]}, **grown, **still}


def real(folder: Path) -> Iterator[dict[str, float]]:
    from setpoint import ConfigSystem
    from setpoint.monitor.sampler import Sampler

    shutil.copytree(Path(__file__).parents[1] / "examples" / "swarm" / "config", folder / "config")
    chance = random.Random(1)
    with ConfigSystem(folder / "config") as system:
        system.start_hot_reload()
        sampler = Sampler(system)
        names = [entry.name for entry in system.documents()]
        number = 0
        while True:
            for _ in range(chance.randrange(500)):
                system.load_config(chance.choice(names))
            if number % 500 == 0:
                system.set("messaging.queue.max_size", 1000 + number)
            number += 1
            yield sampler.look()[1]


def measure(folder: Path, samples: Iterator[dict[str, float]], hours: float, interval: float) -> None:
    now = NOON
    store = SampleStore(folder / "state" / "monitor.sqlite3", clock=lambda: now, monotonic=lambda: now)
    lines = folder / "samples.jsonl"
    adding, writing = [], []
    count = figures = 0
    with lines.open("a") as file:
        for _ in range(int(hours * 3600 / interval)):
            now += interval
            sample = next(samples)
            figures = len(sample)
            began = time.process_time()
            store.add(now, sample)
            adding.append(time.process_time() - began)
            began = time.process_time()
            file.write(json.dumps([now, sample]) + "\n")
            file.flush()
            writing.append(time.process_time() - began)
            count += 1
    assert store.trouble is None, store.trouble
    size = store.size() / 1e6
    print(f"{count:,} samples of {figures} figures, one every {interval:g} s, {hours:g} hours")
    print(f"file            {size:8.2f} MB   beside {lines.stat().st_size / 1e6:,.1f} MB of JSON lines")
    worst = max(adding) * 1e3
    print(f"one sample      {mean(adding):8.0f} µs   beside {mean(writing):,.0f} µs; upkeep at worst {worst:.0f} ms")
    part = statistics.mean(adding) / interval
    print(f"                {part * 100:8.4f} % of a core, and {statistics.mean(adding) / 30 * 100:.4f} % at 30 s")
    began = time.process_time()
    with lines.open() as file:
        read = [json.loads(line) for line in file]
    back = time.process_time() - began
    for window in (1.0, 24.0):
        times, report = [], {}
        for _ in range(7):
            began = time.process_time()
            report = performance_report(store, window, now)
            times.append(time.process_time() - began)
        print(f"report of {window:2g} h  {min(times) * 1e3:8.0f} ms   median {statistics.median(times) * 1e3:.0f} ms")
        assert report["samples"] in range(int(window * 3600 / interval) - 12, int(window * 3600 / interval) + 2)
    print(f"                           beside {back * 1e3:,.0f} ms to read {len(read):,} lines, and do nothing more")
    began = time.process_time()
    page = html_page(None, performance_report(store, 24, now, lines=True), [])
    print(f"page of 24 h    {(time.process_time() - began) * 1e3:8.0f} ms   {len(page) / 1e3:,.0f} KB")
    assert health_report(None, report, [])


def mean(times: list[float]) -> float:
    return statistics.mean(times) * 1e6


if __name__ == "__main__":
    main()
