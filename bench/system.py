"""What ConfigSystem costs: reading, first loading, many threads, many documents; baselines in the same run.

Run with: python bench/system.py
Times are medians of interleaved rounds with the best beside them; memory is what tracemalloc counts.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
import threading
import time
import timeit
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import setpoint
from setpoint.formats import decode

EXAMPLE = Path(__file__).parents[1] / "examples" / "swarm" / "config"
ROUNDS = 60
DOCUMENTS = 1_000


def main() -> None:
    print(f"{platform.python_implementation()} {platform.python_version()}")
    reading()
    cold_load()
    threads()
    cold_tier()


def interleaved(cases: dict[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Time every case once a round, so that all have the same weather."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        case()
    for _ in range(rounds):
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            times[name].append(time.perf_counter() - start)
    return times


def reading() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "n.json").write_text('{"a": {"b": {"c": 1}}}')
        system = setpoint.ConfigSystem(folder, environ={})
        config = system.load_config("n")
        scope = {
            "plain": {"a": {"b": {"c": 1}}},
            "system": system,
            "config": config,
            "handle": system.bind("n"),
            "snapshot": system.snapshot(),
        }
        reads = {
            "nothing": "pass",
            'plain["a"]["b"]["c"]': 'plain["a"]["b"]["c"]',
            "handle.current.a.b.c": "handle.current.a.b.c",
            'load_config("n")["a"]["b"]["c"]': 'system.load_config("n")["a"]["b"]["c"]',
            'config["a"]["b"]["c"]': 'config["a"]["b"]["c"]',
            'config.get("a.b.c")': 'config.get("a.b.c")',
            'snapshot["n"]["a"]["b"]["c"]': 'snapshot["n"]["a"]["b"]["c"]',
        }
        timers = {name: timeit.Timer(read, globals=scope) for name, read in reads.items()}
        number = 20_000
        times = interleaved({name: lambda timer=timer: timer.timeit(number) for name, timer in timers.items()})
    print("\nReading a value three levels deep")
    best = {name: min(values) / number for name, values in times.items()}
    nothing = best.pop("nothing")
    plain = best['plain["a"]["b"]["c"]'] - nothing
    for name, seconds in best.items():
        print(f"  {name:34} {(seconds - nothing) * 1e9:7.1f} ns  {(seconds - nothing) / plain:5.2f} x the plain dict")


def bare_parsers() -> tuple[str, dict[str, Callable[[bytes], Any]]]:
    """Return the parsers that this interpreter's decoding is built on, called with nothing around them."""
    parsers: dict[str, Callable[[bytes], Any]] = {"json": json.loads, "toml": lambda data: tomllib.loads(data.decode())}
    try:
        import yamlrocks

        parsers["yaml"] = yamlrocks.loads
        return "yamlrocks", parsers
    except ImportError:
        import yaml

        parsers["yaml"] = lambda data: yaml.load(data, yaml.CSafeLoader)
        return "PyYAML's C loader", parsers


def cold_load() -> None:
    cache = setpoint.ConfigCache()
    system = setpoint.ConfigSystem(EXAMPLE, environ={}, cache=cache)
    files = [(entry.name, entry.base.path, entry.base.format_name) for entry in system.documents()]
    yaml_name, parsers = bare_parsers()

    def bare() -> None:
        for _, path, form in files:
            with open(path, "rb") as opened:
                parsers[form](opened.read())

    def decoded() -> None:
        for _, path, form in files:
            with open(path, "rb") as opened:
                decode(opened.read(), form)

    def loaded() -> None:
        cache.clear()
        for name, _, _ in files:
            system.load_config(name)

    times = interleaved({f"read + bare parsers ({yaml_name})": bare, "read + strict decode": decoded, "load": loaded})
    medians = {name: statistics.median(values) for name, values in times.items()}
    size = sum(os.path.getsize(path) for _, path, _ in files)
    print(f"\nFirst load of the five example documents ({size:,} bytes), schemas compiled")
    base = next(iter(medians.values()))
    for name, seconds in medians.items():
        print(f"  {name:40} {seconds * 1e6:8.0f} us  {seconds / base:5.2f} x   best {min(times[name]) * 1e6:7.0f} us")
    decoding = medians["read + strict decode"]
    print(f"  a load is {medians['load'] / decoding:.2f} x reading and strictly decoding")


def threads() -> None:
    system = setpoint.ConfigSystem(EXAMPLE, environ={})
    names = [entry.name for entry in system.documents()]
    for name in names:
        system.load_config(name)
    reads = 400_000
    before = system.get_cache_stats()["hits"]

    def rate(workers: int) -> float:
        def work(mine: str) -> None:
            load = system.load_config
            for _ in range(reads // workers):
                load(mine)

        pool = [threading.Thread(target=work, args=(names[number % len(names)],)) for number in range(workers)]
        start = time.perf_counter()
        for thread in pool:
            thread.start()
        for thread in pool:
            thread.join()
        return reads / (time.perf_counter() - start)

    rates: dict[int, list[float]] = {1: [], 8: []}
    rounds = 12
    for _ in range(rounds):
        for workers, found in rates.items():
            found.append(rate(workers))
    counted = system.get_cache_stats()["hits"]
    done = reads * rounds * len(rates)
    one, eight = max(rates[1]), max(rates[8])
    print("\nThreads reading at once, load_config(n)")
    print(f"  1 thread {one / 1e6:.2f}, 8 threads {eight / 1e6:.2f} million reads/s together: {eight / one - 1:+.0%}")
    print(f"  hits counted {counted - before:,}, reads done {done:,}")  # type: ignore[operator]


def cold_tier() -> None:
    text = (EXAMPLE / "unified_config.yaml").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        schemas = Path(folder, "schemas")
        schemas.mkdir()
        for number in range(DOCUMENTS):
            Path(folder, f"d{number}.yaml").write_bytes(b"# %d\n" % number + text)
        names = [f"d{number}" for number in range(DOCUMENTS)]

        def memory(most: int) -> tuple[int, setpoint.ConfigSystem]:
            system = setpoint.ConfigSystem(folder, environ={}, cache=setpoint.ConfigCache(max_cache_size=most))
            system.documents()
            tracemalloc.start()
            for name in names:
                system.load_config(name)
            taken = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
            return taken, system

        memory(DOCUMENTS)
        live, _ = memory(DOCUMENTS)
        cold, system = memory(1)
        stats = system.get_cache_stats()
        for name in names[:100]:  # each has a compressed form by now: what follows is coming back alone
            system.load_config(name)
        times = []
        for name in names[:100]:
            start = time.perf_counter()
            system.load_config(name)
            times.append(time.perf_counter() - start)
    print(f"\n{DOCUMENTS:,} documents of {len(text):,} bytes, with the texts they were made of")
    print(f"  live {live:12,} bytes")
    print(f"  cold {cold:12,} bytes, {cold / live:.1%}; {stats['saving']:.0%} smaller by compression")
    print(f"  one comes back in {statistics.median(times) * 1e6:.1f} us, {min(times) * 1e6:.1f} at best")


if __name__ == "__main__":
    main()
