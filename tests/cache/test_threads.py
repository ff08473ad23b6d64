"""Many threads: no count is lost, no read waits, no tree is torn."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from setpoint.cache.config_cache import ConfigCache

THREADS = 8


@pytest.fixture(autouse=True)
def hasty_switching() -> Iterator[None]:
    """Threads take turns every few bytecodes, which shows a race that milliseconds would hide."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(work: Callable[[int], None]) -> None:
    """Run in eight threads and raise what any of them raises."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS), timeout=60))


def test_hits_are_counted_exactly() -> None:
    """The count of live hits equals the number of reads, while another look at the figures goes on."""
    cache = ConfigCache()
    cache.put("a", {"b": 1})

    def read(number: int) -> None:
        for step in range(20_000):
            cache.get("a")
            if number == 0 and step % 100 == 0:
                cache.get_stats()

    in_threads(read)
    stats = cache.get_stats()
    assert (stats["live_hits"], stats["reads"]) == (THREADS * 20_000, THREADS * 20_000)


def test_every_kind_of_read_is_counted_exactly(tmp_path: Path) -> None:
    """Reads of all tiers and misses add up to an independent count, and each read gets its own document."""
    cache = ConfigCache(max_cache_size=4, max_bytes=2500, spill_dir=tmp_path)
    for number in range(20):
        cache.put(str(number), {"number": number, "text": "x" * 200})
    counts = [[0, 0] for _ in range(THREADS)]

    def read(number: int) -> None:
        choose = random.Random(number)
        for _ in range(1_000):
            wanted = choose.randrange(25)
            found = cache.get(str(wanted))
            counts[number][found is None] += 1
            assert (found is None) == (wanted >= 20)
            assert found is None or found["number"] == wanted

    in_threads(read)
    stats = cache.get_stats()
    assert stats["reads"] == THREADS * 1_000
    assert stats["misses"] == sum(missed for _, missed in counts)
    assert stats["hits"] + stats["spill_hits"] == sum(found for found, _ in counts)  # type: ignore[operator]
    assert min(stats[kind] for kind in ("live_hits", "cold_hits", "spill_hits")) > 0  # type: ignore[type-var]


def test_readers_and_writers_agree() -> None:
    """While documents are replaced, invalidated and moved, a reader gets a whole document of its name or none."""
    cache = ConfigCache(max_cache_size=2)

    def work(number: int) -> None:
        choose = random.Random(number)
        for step in range(800):
            name = str(choose.randrange(6))
            action = choose.randrange(10)
            if action == 0:
                cache.put(name, {"name": name, "twice": [step, {"step": step}]})
            elif action == 1:
                cache.invalidate(name)
            else:
                found = cache.get(name)
                assert found is None or (found["name"] == name and found["twice"][0] == found["twice"][1]["step"])

    in_threads(work)
    cache.clear()
    stats = cache.get_stats()
    assert [stats[key] for key in ("live_bytes", "cold_bytes", "live_entries", "cold_entries")] == [0, 0, 0, 0]


def test_reading_a_live_document_takes_no_lock() -> None:
    """A thread that holds the lock for ever stops no reader of live documents."""
    cache = ConfigCache()
    cache.put("a", {"b": 1})
    found: list[object] = []
    with cache._lock:
        reader = threading.Thread(target=lambda: found.append(cache.get("a")), daemon=True)
        reader.start()
        reader.join(10)
    assert found == [{"b": 1}]
