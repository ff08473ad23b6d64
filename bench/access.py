"""What reading one value costs, beside a plain nested dict in the same run.

    python bench/access.py [--rounds N] [--number N]

The value stands three levels deep in a document of 3 KB. All rows are measured in turns, so that a busy moment of the
machine meets all of them; shown are the median of the rounds, with the cost of the empty loop, and its ratio to
``d["a"]["b"]["c"]``. Run it several times: on a machine with other work the ratios move by a tenth. The last rows
count how much eight threads read together, compared with one; under the GIL the total can at best stay the same.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import threading
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

from setpoint.binding.build import build
from setpoint.binding.handle import Handle
from setpoint.binding.slots import slots_of
from setpoint.config import Config
from setpoint.system import ConfigSystem

TREE: dict[str, Any] = {
    "a": {"b": {"c": 10_000, "d": 2}, "e": [1, 2]},
    **{f"section_{i}": {"name": f"section number {i}", "limits": {"low": i, "high": 2 * i}} for i in range(35)},
}


@dataclasses.dataclass(frozen=True, slots=True)
class Inner:
    """The model's mapping that holds the value."""

    c: int
    d: int


@dataclasses.dataclass(frozen=True, slots=True)
class Middle:
    """One level up."""

    b: Inner


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """The document."""

    a: Middle


# statement -> the most it may cost, in plain nested reads; None: for comparison only
ROWS: dict[str, float | None] = {
    'd["a"]["b"]["c"]': None,
    "handle.current.a.b.c": 0.6,  # bind("name", Model)
    "slots_handle.current.a.b.c": 0.6,  # bind("name")
    "model.a.b.c": None,
    'config["a"]["b"]["c"]': None,
    'load_config("n")["a"]["b"]["c"]': 5.0,
    'config.get("a.b.c")': 2.0,
    'config.get("a.b.none", 1)': None,
    "config.a.b.c": None,
}


def measure(names: dict[str, Any], rounds: int, number: int) -> dict[str, float]:
    """Return the median time of each row in nanoseconds, all rows measured in turns."""
    timers = {row: timeit.Timer(row, globals=names) for row in ROWS}
    repeats = dict.fromkeys(ROWS, number)
    for row, timer in timers.items():
        timer.timeit(number // 10)
        if timer.timeit(10) / 10 > 20e-6:  # a row that reads a file: fewer times, or the run takes minutes
            repeats[row] = max(10, number // 1000)
    times: dict[str, list[float]] = {row: [] for row in ROWS}
    for _ in range(rounds):
        for row, timer in timers.items():
            times[row].append(timer.timeit(repeats[row]) / repeats[row] * 1e9)
    return {row: statistics.median(found) for row, found in times.items()}


def reads_a_second(read: Callable[[int], None], threads: int, number: int) -> float:
    """Return how many reads ``threads`` threads do a second together."""
    barrier = threading.Barrier(threads + 1)

    def work() -> None:
        barrier.wait()
        read(number // threads)

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in running:
        thread.join()
    return number / (time.perf_counter() - start)


def readers(config: Config, handle: Handle[Model]) -> dict[str, Callable[[int], None]]:
    """Return the loops that the threads run."""

    def by_handle(number: int) -> None:
        for _ in range(number):
            _ = handle.current.a.b.c

    def by_address(number: int) -> None:
        get = config.get
        for _ in range(number):
            get("a.b.c")

    def by_dict(number: int) -> None:
        for _ in range(number):
            _ = TREE["a"]["b"]["c"]

    return {'d["a"]["b"]["c"]': by_dict, "handle.current.a.b.c": by_handle, 'config.get("a.b.c")': by_address}


def main() -> int:
    """Measure and print; the exit code says whether every bound was kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--number", type=int, default=20_000)
    options = parser.parse_args()
    config = Config(TREE)
    handle = Handle("n", build(config, Model))
    print(
        f"Python {sys.version.split()[0]}, {options.rounds} rounds of {options.number:,}, {len(json.dumps(TREE))} bytes"
    )
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "n.json").write_text(json.dumps(TREE))
        names = {
            "d": TREE,
            "config": config,
            "handle": handle,
            "model": handle.current,
            "slots_handle": Handle("n", slots_of(config)),
            "load_config": ConfigSystem(folder).load_config,
        }
        found = measure(names, options.rounds, options.number)
    base = found['d["a"]["b"]["c"]']
    for row, nanoseconds in found.items():
        bound = ROWS[row]
        missed += bound is not None and nanoseconds > bound * base
        verdict = "" if bound is None else f"  at most x{bound}: {'kept' if nanoseconds <= bound * base else 'MISSED'}"
        print(f"{row:34}{nanoseconds:10.1f} ns  x{nanoseconds / base:.2f}{verdict}")
    frozen = min(timeit.repeat(lambda: Config(TREE), number=50, repeat=20)) / 50 * 1e6
    slots = min(timeit.repeat(lambda: slots_of(config), number=50, repeat=20)) / 50 * 1e6
    print(f"freezing the tree: {frozen:.0f} us; its slots: {slots:.0f} us")
    for row, read in readers(config, handle).items():
        # In turns, and the medians: the two numbers must meet the same machine.
        pairs = [(reads_a_second(read, 1, 2_000_000), reads_a_second(read, 8, 2_000_000)) for _ in range(7)]
        ratio = statistics.median(eight / one for one, eight in pairs)
        missed += ratio < 0.85
        one, eight = (statistics.median(side) for side in zip(*pairs, strict=True))
        verdict = f"x{ratio:.2f}  at least x0.85: {'kept' if ratio >= 0.85 else 'MISSED'}"
        print(f"{row:24} 1 thread {one / 1e6:6.1f} M/s, 8 threads {eight / 1e6:6.1f} M/s  {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
