"""Starting, stopping, asking for looks, and ending."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.errors import UsageError
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.watch import Watch

from .witness import QUICK, Witness, put, until

Make = Callable[..., Witness]


def open_descriptors() -> list[str]:
    found = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return sorted(found)


def test_a_thousand_watches_leave_nothing_behind(folder: Path) -> None:
    """Neither thread nor descriptor nor watch is left after 1,000 starts and stops."""
    (folder / "app.yaml").write_text("0")
    places = Places([str(folder / "app.yaml")], [str(folder)])
    threads, descriptors = set(threading.enumerate()), Counter(open_descriptors())
    stopped = []

    def start_and_stop() -> None:
        for _ in range(100):
            watch = Watch(lambda: places, print)
            watch.start()
            stopped.append(watch.stop())

    # Several at once: closing an inotify descriptor, the kernel waits for milliseconds.
    running = [threading.Thread(target=start_and_stop) for _ in range(10)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert stopped == [True] * 1000
    assert set(threading.enumerate()) <= threads
    assert Counter(open_descriptors()) <= descriptors


def test_one_watch_may_start_and_stop_again_and_again(backend: str, folder: Path) -> None:
    """Starting and stopping twice are nothing; started again, it sees what changes from then on."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    for number in range(3):
        assert not seer.watch.running
        assert seer.watch.stop()
        seer.watch.start()
        seer.watch.start()
        assert seer.watch.running
        put(file, f"{number} seen")
        assert seer.has(file, f"{number} seen".encode())
        assert seer.watch.stop()
        assert seer.watch.stop()
        put(file, f"{number} not seen")
    assert seer.contents[str(file)] == [b"0 seen", b"1 seen", b"2 seen"]


def test_a_watch_is_a_context_manager(folder: Path) -> None:
    """It runs inside the block."""
    seer = Witness(Places([], [str(folder)]))
    with seer.watch as watch:
        assert watch.running
    assert not watch.running


def test_threads_that_start_and_stop_at_once_agree(folder: Path) -> None:
    """Eight threads that start and stop one watch leave it stopped, with nothing behind."""
    seer = Witness(Places([], [str(folder)]))
    threads, descriptors = set(threading.enumerate()), Counter(open_descriptors())

    def restless() -> None:
        for _ in range(30):
            seer.watch.start()
            seer.watch.wake()
            seer.watch.stop()

    running = [threading.Thread(target=restless) for _ in range(8)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not seer.watch.running
    assert until(lambda: set(threading.enumerate()) <= threads)
    assert Counter(open_descriptors()) <= descriptors
    assert seer.watch.tally.errors == 0


def test_on_change_may_stop_the_watch(backend: str, folder: Path) -> None:
    """Stopped from its own thread, it ends when the call returns."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    ended = []
    seer.react = lambda seen: ended.append(seer.watch.stop())
    threads = set(threading.enumerate())
    seer.watch.start()
    file.write_text("1")
    assert until(lambda: ended == [False])
    assert until(lambda: set(threading.enumerate()) <= threads)
    assert not seer.watch.running


def test_stopping_waits_for_on_change_as_long_as_asked(folder: Path) -> None:
    """A call that goes on is waited for until the time is over, and told about."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    go_on = threading.Event()
    seer.react = lambda seen: go_on.wait(60)
    threads = set(threading.enumerate())
    seer.watch.start()
    file.write_text("1")
    assert until(lambda: bool(seer.seen))
    assert not seer.watch.stop(timeout=0.05)
    go_on.set()
    assert until(lambda: set(threading.enumerate()) <= threads)


def test_what_on_change_raises_is_logged_and_counted(
    backend: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The watch goes on, and tells of the next change."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))

    failures = [LookupError, SystemExit, asyncio.CancelledError, KeyboardInterrupt]

    def fail(seen: object) -> None:
        if len(seer.seen) <= len(failures):
            raise failures[len(seer.seen) - 1]

    seer.react = fail
    with caplog.at_level(logging.ERROR, "setpoint.watching"):
        seer.watch.start()
        for number in range(1, 6):
            put(file, str(number))
            assert seer.has(file, str(number).encode())
    assert seer.watch.stop()
    assert seer.watch.tally.errors == len(failures)
    assert [record.name for record in caplog.records] == ["setpoint.watching"] * len(failures)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == failures


def test_places_that_fail_are_logged_and_the_old_ones_stay(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who cannot say what matters now is told of what mattered before; at the start it is the caller's error."""
    file = folder / "app.yaml"
    file.write_text("0")
    known = Places([str(file)])
    fails = True

    def places() -> Places:
        if fails:
            raise LookupError("no such thing")
        return known

    seer = Witness(places)
    with pytest.raises(LookupError):
        seer.watch.start()
    assert not seer.watch.running
    fails = False
    seer.watch.start()
    fails = True
    file.write_text("1")
    assert seer.has(file, b"1")
    os.utime(file, (1, 1))
    other = folder / "other"
    os.link(file, other)
    with other.open("r+b") as stream:  # no signal tells of it
        stream.write(b"2")
    assert seer.has(file, b"2")
    assert seer.watch.stop()
    assert seer.watch.tally.errors >= 2
    assert {record.name for record in caplog.records} == {"setpoint.watching"}


def test_wake_looks_now(folder: Path, witness: Make) -> None:
    """A change that no signal tells is found at once when asked for, not when the interval is over."""
    file, other = folder / "app.yaml", folder.parent / "other"
    file.write_text("0")
    os.link(file, other)
    seer = witness(Places([str(file)]), interval=1000, quiet=0)
    other.write_text("1")
    seer.watch.wake()
    assert seer.has(file, b"1")
    assert seer.watch.tally.found_by_reconcile == 1


def test_places_that_fail_half_way_are_asked_for_again(
    folder: Path, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    """When the names that count cannot be told, nothing is taken for known: it is tried again until it works."""
    file = folder / "app.yaml"
    file.write_text("0")
    calls = 0

    def counts(name: str) -> bool:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise LookupError("no such thing")
        return True

    seer = Witness(lambda: known)
    known = Places([])
    seer.watch.start()
    known = Places([str(file)], [str(folder)], counts)
    assert until(lambda: calls > 2 and seer.watch.look())
    put(file, "1")
    assert seer.has(file, b"1")
    assert seer.watch.stop()
    assert seer.watch.tally.errors == 2
    assert {record.name for record in caplog.records} == {"setpoint.watching"}


def test_a_look_can_be_waited_for(backend: str, folder: Path, witness: Make) -> None:
    """When it is over, on_change has been told of everything that was whole before it."""
    file, other = folder / "app.yaml", folder.parent / "other.yaml"
    seer = witness(Places([str(file)]), interval=1000, poll_interval=1000)
    for number in range(20):
        put(other, str(number))
        os.replace(other, file)
        assert seer.watch.look()
        assert seer.last(file) == str(number).encode()
        assert seer.told(file) == number + 1


def test_a_look_that_does_not_come_is_told(folder: Path) -> None:
    """Not running, stopped meanwhile, out of time, and on its own thread: the answer is no."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    assert not seer.watch.look()
    go_on = threading.Event()
    answers: list[bool] = []
    seer.react = lambda seen: (answers.append(seer.watch.look()), go_on.wait(60))
    seer.watch.start()
    assert seer.watch.look()
    put(file, "1")
    assert until(lambda: answers == [False])
    assert not seer.watch.look(timeout=0.05)
    waiting = threading.Thread(target=lambda: answers.append(seer.watch.look(timeout=None)))
    waiting.start()
    assert not seer.watch.stop(timeout=0.05)
    waiting.join(30)
    assert answers == [False, False]
    go_on.set()
    assert not seer.watch.look()


def test_a_second_look_can_be_asked_for(backend: str, folder: Path, witness: Make) -> None:
    """What does not look finished comes back, changed or not, unless it was told of meanwhile."""
    file, other = folder / "app.yaml", folder / "other.yaml"
    file.write_text("0")
    other.write_text("0")
    seer = witness(Places([str(file), str(other)]))

    def doubt(seen: object) -> None:
        if len(seer.seen) == 1:
            seer.seen[0].look_again([str(file)], after=0.1)

    seer.react = doubt
    file.write_text("")
    assert until(lambda: len(seer.seen) == 2)
    assert seer.seen[1].asked == {str(file)}
    assert seer.seen[1].changed == set()
    assert seer.seen[1].first - seer.seen[0].first >= 0.09


def test_a_second_look_is_not_needed_for_what_was_told_meanwhile(backend: str, folder: Path, witness: Make) -> None:
    """What changed before its second look was due is reported for that, and does not come back."""
    file = folder / "app.yaml"
    file.write_text("0")
    after = 0.4
    asked_at = time.monotonic()
    seer = witness(Places([str(file)]))

    def doubt(seen: object) -> None:
        nonlocal asked_at
        if len(seer.seen) == 1:
            asked_at = time.monotonic()
            seer.seen[0].look_again([str(file)], after=after)

    seer.react = doubt
    for number in range(50):
        assert seer.looks(1)
        seer.seen.clear()
        put(file, f"{number} half")
        assert seer.has(file, f"{number} half".encode())
        put(file, f"{number} whole")
        assert seer.has(file, f"{number} whole".encode())
        if seer.looks(1) and time.monotonic() < asked_at + after:
            break  # this machine was not too busy to do it in time
        time.sleep(after)
    time.sleep(max(0.0, asked_at + after - time.monotonic()))
    assert seer.looks()
    assert [(seen.changed, seen.asked) for seen in seer.seen] == [({str(file)}, set())] * 2


ENDING = """
import sys, threading, time
from setpoint.watching.places import Places
from setpoint.watching.watch import Watch
places = Places([sys.argv[1]])
block = threading.Event()
watch = Watch(lambda: places, lambda seen: (told.set(), block.wait()) if sys.argv[2] == "hanging" else None)
told = threading.Event()
watch.start()
open(sys.argv[1], "w").write("changed")
if sys.argv[2] == "hanging":
    assert told.wait(30)
elif sys.argv[2] == "failing":
    raise SystemExit(7)
"""


@pytest.mark.parametrize(("how", "status"), [("quietly", 0), ("hanging", 0), ("failing", 7)])
def test_a_program_may_end_without_stopping_it(folder: Path, how: str, status: int) -> None:
    """The end of the interpreter neither hangs nor prints, not even while on_change does."""
    file = folder / "app.yaml"
    file.write_text("0")
    done = subprocess.run(
        [sys.executable, "-c", ENDING, str(file), how], capture_output=True, timeout=60, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"settle": -1},
        {"settle": 1},
        {"interval": 0},
        {"interval": float("nan")},
        {"poll_interval": float("inf")},
        {"quiet": -0.1},
        {"share": 0},
        {"poll_share": 1.5},
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    """The error names the setting."""
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Rhythm(**(QUICK | wrong))
