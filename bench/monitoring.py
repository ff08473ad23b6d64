"""What watching over a configuration costs: one look, a day of looks, and what a reader notices of it.

Run with: python bench/monitoring.py
Each figure beside what it is compared with, in the same run. Documents lie in memory where that can be had (/dev/shm).
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from timeit import timeit

from setpoint import ConfigMonitor, ConfigSystem
from setpoint.metrics.registry import Registry
from setpoint.monitor.page import html_page
from setpoint.monitor.report import performance_report

DOCUMENTS = 1000
INTERVAL = 30.0
ROUNDS = 20
READS = 200_000
PAIRS = 60


def home_of(folder: Path, number: int) -> Path:
    """Return a directory of small documents, each with a schema."""
    home = folder / f"config{number}"
    (home / "schemas").mkdir(parents=True)
    for one in range(number):
        (home / f"d{one}.yaml").write_text(f"name: d{one}\nlimits:\n  size: {one}\n  retries: 3\nhosts: [a, b, c]\n")
        (home / "schemas" / f"d{one}.schema.json").write_text('{"type": "object", "required": ["name"]}')
    return home


def instruments() -> None:
    registry = Registry()
    counter, histogram = registry.counter("x", "label"), registry.histogram("y")
    number = 200_000
    for title, work in {
        "an empty call": lambda: None,
        "counter.add()": counter.add,
        "counter.add(label=...)": lambda: counter.add(label="set"),
        "histogram.observe()": lambda: histogram.observe(0.003),
    }.items():
        best = min(timeit(work, number=number) for _ in range(5)) / number
        print(f"  {title:34} {best * 1e9:8.0f} ns")


def looks(home: Path, *, served: bool) -> None:
    """Measure the first look, one at which nothing has changed, and one after a change of one document."""
    system = ConfigSystem(home, environ={})
    if served:
        system.snapshot()
    monitor = ConfigMonitor(system)
    monitor._sampler.probes[5].look(time.time())  # importing psutil is not what is measured here
    began = time.perf_counter()
    monitor.look()
    first = time.perf_counter() - began
    again, changed = [], []
    for number in range(ROUNDS):
        began = time.perf_counter()
        monitor.look()
        again.append(time.perf_counter() - began)
        (home / "d3.yaml").write_text(f"name: d3\nlimits: {{size: {number}, retries: 3}}\n")
        began = time.perf_counter()
        monitor.look()
        changed.append(time.perf_counter() - began)
    what = "all served" if served else "none loaded"
    count = len(system.documents())
    print(f"  {count} documents, {what}: first look {first * 1e3:.1f} ms,", end=" ")
    print(f"nothing changed {_ms(again)}, one changed {_ms(changed)}")
    began = time.perf_counter()
    reports = ConfigSystem(home, environ={}).validate_all_configs()
    took = time.perf_counter() - began
    print(f"    beside it, validate_all_configs() of the same {len(reports)}: {took * 1e3:.1f} ms")
    system.close()


def migrate_all(home: Path) -> None:
    """Give each document a folder with a migration of its own: as much as there can be to look into."""
    for one in range(len(list(home.glob("*.yaml")))):
        folder = home / "migrations" / f"d{one}"
        folder.mkdir(parents=True)
        (folder / "two.yaml").write_text("from: '1'\nto: '2'\nsteps:\n  - set_default: {path: more, value: 5}\n")


def report(folder: Path) -> None:
    """Measure the file of a day of a real monitor's samples every ten seconds, and reports of it."""
    home = home_of(folder, 3)
    system = ConfigSystem(home, environ={})
    system.snapshot()
    now = time.time()
    clock = [now - 86400.0]
    monitor = ConfigMonitor(system, clock=lambda: clock[0])
    sample = monitor.get_health_status()["metrics"]
    for number in range(8640):
        clock[0] += 10.0
        monitor.store.add(clock[0], {name: value + number % 7 for name, value in sample.items()})
    monitor.store.close()
    size = (home / ".setpoint" / "monitor.sqlite3").stat().st_size
    took = []
    for _ in range(5):
        began = time.process_time()  # what others of the machine take does not count
        told = monitor.get_performance_report(24)
        took.append(time.process_time() - began)
    began = time.process_time()
    page = html_page(None, performance_report(monitor.store, 24, clock[0], lines=True), [])
    drawn = time.process_time() - began
    system.close()
    print(f"  a day of {told['samples']} samples of {len(sample)} figures: {size / 1e6:.2f} MB,", end=" ")
    print(f"report over 24 hours {_ms(took)}, as a page {drawn * 1e3:.1f} ms,", end=" ")
    print(f"{len(page) / 1e3:.0f} KB")


def share_of_a_core(home: Path) -> None:
    """Measure the processor time of whole looks, with everything that is kept of them."""
    system = ConfigSystem(home, environ={})
    system.snapshot()
    system.start_hot_reload()
    monitor = ConfigMonitor(system)
    monitor.start_monitoring(300)
    for _ in range(3):
        monitor.look()
    began = time.process_time()
    for _ in range(ROUNDS):
        monitor.look()
    took = (time.process_time() - began) / ROUNDS
    idle = time.process_time()
    time.sleep(3)
    rest = (time.process_time() - idle) / 3
    monitor.stop_monitoring()
    system.close()
    count = len(list(home.glob("*.yaml")))
    print(f"  {count} documents: {took * 1e3:.2f} ms of processor time a look, store and alerts included:", end=" ")
    print(f"{100 * took / INTERVAL:.4f} % of a core at {INTERVAL:g} s (hot reload itself: {100 * rest:.2f} %)")


def readers(home: Path) -> None:
    """Measure reads per second with and without a monitor, alternating."""
    system = ConfigSystem(home, environ={})
    system.load_config("d1")
    system.start_hot_reload()
    monitor = ConfigMonitor(system)

    def speed() -> float:
        load = system.load_config
        began = time.thread_time()  # what others of the machine take does not count
        for _ in range(READS):
            load("d1")
        return READS / (time.thread_time() - began)

    speed()
    off, on = [], []
    for number in range(PAIRS):
        for watched in (True, False) if number % 2 else (False, True):  # whatever else slows down meets both alike
            if watched:
                monitor.start_monitoring(INTERVAL)
            time.sleep(0.05)
            (on if watched else off).append(speed())
            if watched:
                monitor.stop_monitoring()
    system.close()
    ratio = statistics.median(one / other for one, other in zip(on, off, strict=True))
    print(
        f"  load_config: {statistics.median(off) / 1e6:.2f} million reads per second of processor time without,",
        end=" ",
    )
    print(f"{statistics.median(on) / 1e6:.2f} with one: {100 * (ratio - 1):+.1f} % (median of {PAIRS} pairs)")


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.1f} ms"


def main() -> None:
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    print("instruments:")
    instruments()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        small, large = home_of(Path(folder), 5), home_of(Path(folder), DOCUMENTS)
        print("one look:")
        for home in (small, large):
            looks(home, served=True)
            looks(home, served=False)
        print("one look, with a migration of each document:")
        migrating = home_of(Path(folder) / "migrating", DOCUMENTS)
        migrate_all(migrating)
        looks(migrating, served=True)
        print("what is kept:")
        report(Path(folder) / "day")
        print("monitoring that runs:")
        for home in (small, large):
            share_of_a_core(home)
        print("who reads meanwhile:")
        readers(small)


if __name__ == "__main__":
    main()
