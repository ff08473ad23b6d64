"""What the cache costs and saves, beside plain objects and bare decoders, in the same run.

Run with: python bench/cache.py
Times are the best of interleaved rounds with the median beside it; memory is what tracemalloc counts. The document is
the example project's unified_config.yaml (3.3 KB of text), a thousand of them with a thousand different names.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import tempfile
import threading
import time
import timeit
import tracemalloc
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import yaml

from setpoint.cache.config_cache import ConfigCache
from setpoint.cache.packing import pack, unpack
from setpoint.config import Config, freeze

SOURCE = Path(__file__).parents[1] / "examples" / "swarm" / "config" / "unified_config.yaml"
ROUNDS = 40
DOCUMENTS = 1_000


def main() -> None:
    text = SOURCE.read_bytes()
    tree = yaml.safe_load(text)
    print(f"{platform.python_implementation()} {platform.python_version()}, {len(text):,} bytes of YAML")
    reading()
    counting()
    coming_back(text, tree)
    memory()
    threads(tree)


def measure(
    title: str, cases: dict[str, Callable[[], Any] | str], scope: dict[str, Any], number: int, unit: str
) -> dict[str, float]:
    """Time every case in interleaved rounds, print each and return the best time of each in seconds."""
    timers = {name: timeit.Timer(case, globals=scope) for name, case in cases.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            times[name].append(timer.timeit(number) / number)
    factor = {"ns": 1e9, "us": 1e6}[unit]
    print(f"\n{title}")
    for name, values in times.items():
        print(f"  {name:44} {min(values) * factor:8.1f} {unit}   median {statistics.median(values) * factor:8.1f}")
    return {name: min(values) for name, values in times.items()}


def reading() -> None:
    cache = ConfigCache()
    plain = {"a": {"b": {"c": 1}}}
    config = cache.put("n", plain)
    checked = ConfigCache()
    checked.put("n", plain, file=SOURCE)
    scope = {"plain": plain, "config": config, "cache": cache, "checked": checked, "n": "n"}
    cases: dict[str, Callable[[], Any] | str] = {
        "nothing": "pass",
        'plain dict ["a"]["b"]["c"]': 'plain["a"]["b"]["c"]',
        'Config ["a"]["b"]["c"]': 'config["a"]["b"]["c"]',
        'cache.get(n)["a"]["b"]["c"]': 'cache.get(n)["a"]["b"]["c"]',
        "the same, put with a file (one stat)": 'checked.get(n)["a"]["b"]["c"]',
    }
    best = measure("A cached read", cases, scope, 50_000, "ns")
    nothing, dict_read, _, cached, _ = best.values()
    print(f"  a cached read is {(cached - nothing) / (dict_read - nothing):.1f} x the plain dict's")


def counting() -> None:
    local = threading.local()
    local.hits = 0
    scope = {"clock": count(), "local": local, "lock": threading.Lock(), "hits": [0]}
    cases: dict[str, Callable[[], Any] | str] = {
        "next(itertools.count)": "next(clock)",
        "threading.local attribute += 1": "local.hits += 1",
        "with a lock, += 1": "with lock: hits[0] += 1",
        "+= 1, not exact": "hits[0] += 1",
    }
    measure("Counting one hit", cases, scope, 50_000, "ns")


def coming_back(text: bytes, tree: dict[str, Any]) -> None:
    compact = json.dumps(tree, separators=(",", ":")).encode()
    packed, size = pack(Config(tree), 6)
    alternating = ConfigCache(max_cache_size=1)
    with tempfile.TemporaryDirectory() as folder:
        spilling = ConfigCache(max_bytes=1, spill_dir=folder)
        for name in "ab":
            alternating.put(name, tree)
            spilling.put(name, tree)
        assert unpack(packed, size) == tree

        def cold_reads() -> None:  # each read brings one back and moves the other down
            alternating.get("a")
            alternating.get("b")

        cases: dict[str, Callable[[], Any] | str] = {
            "cold document, cache.get (two of them)": cold_reads,
            "unpack alone": lambda: unpack(packed, size),
            "json.loads + freeze": lambda: freeze(json.loads(compact)),
            "orjson.loads + freeze": lambda: freeze(orjson.loads(compact)),
            "json.loads alone": lambda: json.loads(compact),
            "orjson.loads alone": lambda: orjson.loads(compact),
            "spilled document, cache.get": lambda: spilling.get("a"),
            "pack, level 6": lambda: pack(Config(tree), 6),
        }
        best = measure(f"Coming back ({len(compact):,} bytes as compact JSON)", cases, {}, 50, "us")
        print(f"  one cold document through the cache: {best['cold document, cache.get (two of them)'] * 5e5:.1f} us")
        started = time.perf_counter()
        yaml.load(text, Loader=yaml.CSafeLoader)
        print(f"  libyaml decodes the same YAML in {(time.perf_counter() - started) * 1e6:,.0f} us")
        print(f"  packed {len(packed):,} bytes of {size:,}; {len(packed) / len(compact):.0%} of the compact JSON")
        spilling.close()


def memory() -> None:
    text = SOURCE.read_bytes()
    names = [f"document {number}" for number in range(DOCUMENTS)]
    warm = ConfigCache(max_cache_size=1)
    for name in names[:3]:
        warm.put(name, yaml.load(text, Loader=yaml.CSafeLoader))
    tracemalloc.start()
    start = tracemalloc.get_traced_memory()[0]
    live = ConfigCache(max_cache_size=DOCUMENTS)
    for name in names:
        live.put(name, yaml.load(text, Loader=yaml.CSafeLoader))
    as_objects = tracemalloc.get_traced_memory()[0] - start
    estimated = live.get_stats()["live_bytes"]
    del live
    start = tracemalloc.get_traced_memory()[0]
    cold = ConfigCache(max_cache_size=1)
    for name in names:
        cold.put(name, yaml.load(text, Loader=yaml.CSafeLoader))
    as_bytes = tracemalloc.get_traced_memory()[0] - start
    tracemalloc.stop()
    print(f"\nMemory of {DOCUMENTS:,} documents")
    print(f"  live {as_objects:12,} bytes (the cache's estimate: {estimated:,})")
    print(f"  cold {as_bytes:12,} bytes, {as_bytes / as_objects:.1%} of live, everything of the cache included")


def threads(tree: dict[str, Any]) -> None:
    reads = 800_000
    plain = {"n": tree}

    def bare(name: str) -> dict[str, Any]:
        return plain[name]

    def rate(get: Callable[[str], Any], workers: int) -> float:
        def work() -> None:
            for _ in range(reads // workers):
                get("n")

        pool = [threading.Thread(target=work) for _ in range(workers)]
        started = time.perf_counter()
        for thread in pool:
            thread.start()
        for thread in pool:
            thread.join()
        return reads / (time.perf_counter() - started)

    cache = ConfigCache()
    cache.put("n", tree)
    rates: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS // 4):
        for workers in (1, 8):
            rates.setdefault(("cache.get", workers), []).append(rate(cache.get, workers))
            rates.setdefault(("a function that reads a dict", workers), []).append(rate(bare, workers))
    counted, done = cache.get_stats()["live_hits"], reads * 2 * (ROUNDS // 4)
    print(f"\nThreads, switch interval {sys.getswitchinterval() * 1e3:.0f} ms; {counted:,} hits counted, {done:,} read")
    for name in ("cache.get", "a function that reads a dict"):
        one, eight = max(rates[name, 1]), max(rates[name, 8])
        print(f"  {name:30} 1 thread {one / 1e6:5.2f}, 8 threads {eight / 1e6:5.2f} million/s, {eight / one - 1:+.0%}")


if __name__ == "__main__":
    main()
