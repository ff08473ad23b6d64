"""Readers while everything is replaced again and again: nothing mixed, nothing lost, nothing left."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint import ConfigSystem

from .live import LINES, Live, Reader, make_home, number_of, put, text, until

MANY = int(os.environ.get("SETPOINT_EXAMPLES", "0")) >= 1000
RELOADS = 10_000 if MANY else 200
SOAK = 20_000 if MANY else 2_000
READERS = 8


@pytest.fixture(autouse=True)
def readers_take_turns_often() -> Iterator[None]:
    """With nine busy threads, the one that reloads would else wait 40 ms for each of its turns."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    yield
    sys.setswitchinterval(before)


def pair(system: ConfigSystem) -> None:
    """Two documents that change together, and each of them in itself, always agree in a snapshot and in a handle."""
    snapshot = system.snapshot()
    assert number_of(snapshot["a"]) == number_of(snapshot["b"]), "two generations in one snapshot"
    assert snapshot.get("a.twice") == 2 * snapshot.get("b.number")


def make_volume(top: Path) -> Path:
    """Two documents that lead through ``..data``, as Kubernetes mounts a ConfigMap."""
    home = make_home(top, "a", "b")
    (home / "..0").mkdir()
    for name in ("a", "b"):
        (home / f"{name}.yaml").replace(home / "..0" / f"{name}.yaml")
        (home / f"{name}.yaml").symlink_to(f"..data/{name}.yaml")
    (home / "..data").symlink_to("..0")
    return home


def swap(home: Path, number: int) -> None:
    folder = home / f"..{number}"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_bytes(text(number))
    (home / "..data_tmp").symlink_to(folder.name)
    (home / "..data_tmp").replace(home / "..data")
    if number > 1:
        shutil.rmtree(home / f"..{number - 2}")


def test_eight_readers_never_see_two_generations(tmp_path: Path) -> None:
    """Two documents that are replaced in one moment have one number for whoever reads them, through every reload."""
    home = make_volume(tmp_path)
    system = ConfigSystem(home, environ={})
    system.snapshot()
    handle = system.bind("a")
    told: list[int] = []
    system.on_change("b.number", lambda changes: told.append(changes[0].after - 100_000))
    system.start_hot_reload()

    def read(system: ConfigSystem) -> None:
        pair(system)
        current = handle.current
        assert current.twice == 2 * current.number
        assert len(current.items) == LINES

    readers = [Reader(system, read, pause=0.0) for _ in range(READERS)]
    last = 0
    for number in range(1, RELOADS + 1):
        swap(home, number)
        assert until(lambda: system.load_config("a")["number"] == 100_000 + number), system.hot_reload_status()  # noqa: B023
        if number % 20 == 0:
            with system.transaction() as change:
                for name in ("a", "b"):
                    change.set(f"{name}.twice", 2 * (100_000 + number))  # the same: a transaction that changes nothing
        last = number
    reads = sum(reader.end() for reader in readers)
    assert system._audience.bus.drain(60)
    status = system.hot_reload_status()
    system.close()
    assert told == list(range(1, last + 1))
    assert (status["generation"], status["errors"], status["refused"]) == (last + 1, 0, {})
    assert reads >= last


def test_transactions_of_two_documents_are_never_seen_in_part(tmp_path: Path) -> None:
    """One process changes both in one transaction; another that follows the files sees both or none."""
    home = make_home(tmp_path, "a", "b")
    for name in ("a", "b"):
        (home / f"{name}.yaml").write_text("number: 0\n")
        (home / "schemas" / f"{name}.schema.json").unlink()
    ours = ConfigSystem(home, environ={})
    ours.snapshot()
    ours.start_hot_reload()
    mixed = []

    def read(system: ConfigSystem) -> None:
        snapshot = system.snapshot()
        if snapshot["a"]["number"] != snapshot["b"]["number"]:
            mixed.append(dict(snapshot["a"]))

    readers = [Reader(ours, read) for _ in range(2)]
    with ConfigSystem(home, environ={}) as theirs:
        for number in range(1, RELOADS // 10 + 1):
            with theirs.transaction() as change:
                change.set("a.number", number)
                change.set("b.number", number)
            assert until(lambda: ours.load_config("a")["number"] == number), ours.hot_reload_status()  # noqa: B023
    assert sum(reader.end() for reader in readers) > 0
    ours.close()
    assert mixed == []


def resident() -> float:
    """Return how many megabytes of memory this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_memory_and_descriptors_stay_flat(tmp_path: Path) -> None:
    """Through thousands of reloads, some of them refused, neither memory nor descriptors nor threads grow."""
    home = make_home(tmp_path, "app")
    measured: list[tuple[float, int, int]] = []
    served: list[int] = []
    with ConfigSystem(home, environ={}) as system, system.events() as events:
        system.snapshot()
        system.on_change("app.number", lambda changes: served.append(changes[0].after - 100_000))
        handle = system.bind("app")
        system.start_hot_reload()
        for number in range(1, SOAK + 1):
            put(home / "app.yaml", text(number))
            event = events.get(60)
            assert (event.kind, event.generation) == ("reloaded", number + 1)
            assert handle.current.number == 100_000 + number
            if number % 100 == 0:
                put(home / "app.yaml", b"number: none\n")
                assert events.get(60).kind == "rejected"
            if number % (SOAK // 20) == 0:
                system.record()  # what waits to be recorded is no leak
                gc.collect()
                measured.append((resident(), len(os.listdir("/proc/self/fd")), threading.active_count()))
        assert system.hot_reload_status()["errors"] == 0
    assert served == list(range(1, SOAK + 1))
    settled = measured[len(measured) // 4 :]
    memory = [megabytes for megabytes, _, _ in settled]
    half = len(memory) // 2
    assert sum(memory[half:]) / (len(memory) - half) - sum(memory[:half]) / half < 1.5, memory
    descriptors = [count for _, count, _ in settled]
    assert max(descriptors) - min(descriptors) <= 2, descriptors
    assert max(count for _, _, count in settled) <= threading.active_count() + 8


def test_a_thousand_saves_in_a_row_end_with_the_last(tmp_path: Path) -> None:
    """Saved faster than it settles, there are fewer reloads than saves, all in order, and the last one is served."""
    home = make_home(tmp_path, "app")
    with Live(home, "app") as live:
        begun = time.monotonic()
        for number in range(1, 1001):
            put(home / "app.yaml", text(number))
        took = time.monotonic() - begun
        assert live.serves(1000), live.status
        assert live.looks(1)
        numbers = live.numbers()
        assert [before for before, _ in numbers[1:]] == [after for _, after in numbers[:-1]]
        assert [after for _, after in numbers] == sorted({after for _, after in numbers})
        assert (numbers[0][0], numbers[-1][1]) == (0, 1000)
        assert len(numbers) <= took / 0.0005 + 2
