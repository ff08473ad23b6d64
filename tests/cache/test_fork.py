"""Forking with a cache in use."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from setpoint.cache.config_cache import ConfigCache


def in_child(work: Callable[[], bool]) -> int:
    """Run in a forked child and return its exit status: 0 when the work returned True."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python says that threads and fork do not mix
        child = os.fork()
    if child == 0:
        signal.alarm(20)  # a child that hangs dies of it
        status = 1
        try:
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_child_goes_on_with_its_own_counts(tmp_path: Path) -> None:
    """It has every document and counts for itself; the parent's counts do not move."""
    cache = ConfigCache(max_cache_size=1, max_bytes=1000, spill_dir=tmp_path)
    for number in range(12):
        cache.put(str(number), {"number": number, "text": "x" * 100})
    assert cache.get_stats()["spilled_entries"] > 0  # type: ignore[operator]

    def child() -> bool:
        before = cache.get_stats()["reads"]
        all_there = all(cache.get(str(number))["number"] == number for number in range(12))
        cache.put("new", {"child": True})
        return all_there and cache.get_stats()["reads"] == before + 12  # type: ignore[operator]

    assert in_child(child) == 0
    assert cache.get_stats()["reads"] == 0
    assert "new" not in cache
    assert all(cache.get(str(number))["number"] == number for number in range(12))
    assert cache.get_stats()["damaged"] == 0


def test_a_child_removes_no_file_of_its_parent(tmp_path: Path) -> None:
    """Clearing and closing in the child leaves the parent's state files alone."""
    cache = ConfigCache(max_cache_size=1, max_bytes=1, spill_dir=tmp_path)
    cache.put("a", {"n": 1})

    def child() -> bool:
        cache.close()
        cache.put("a", {"n": 2})
        found = bool(cache.get("a") == {"n": 2})
        cache.close()
        return found

    assert in_child(child) == 0
    assert cache.get("a") == {"n": 1}


def test_forking_waits_for_whoever_changes_the_cache() -> None:
    """Forked while other threads put, read cold and take statistics, children always find a whole, usable cache."""
    cache = ConfigCache(max_cache_size=2)
    for number in range(6):
        cache.put(str(number), {"number": number})
    stop = threading.Event()

    def busy() -> None:
        number = 0
        while not stop.is_set():
            number = (number + 1) % 6
            cache.put(str(number), {"number": number})
            cache.get(str((number + 3) % 6))
            cache.get_stats()

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()

    def child() -> bool:
        cache.put("new", {})
        return all(cache.get(str(number)) == {"number": number} for number in range(6)) and len(cache) == 7

    try:
        assert [in_child(child) for _ in range(15)] == [0] * 15
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)


def test_a_fork_while_the_lock_is_held_does_not_hang() -> None:
    """The fork comes after the holder let go, and the child can take the lock."""
    cache = ConfigCache()
    cache.put("a", {})
    taken = threading.Event()

    def hold() -> None:
        with cache._lock:
            taken.set()
            time.sleep(0.2)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    assert in_child(lambda: cache.invalidate("a")) == 0
    holder.join(10)
    assert "a" in cache
