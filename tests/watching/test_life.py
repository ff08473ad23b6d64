"""Starting, stopping, forking and ending."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.errors import UsageError
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.watch import Watch

from .witness import QUICK, Witness, until

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
    threads, descriptors = threading.active_count(), open_descriptors()
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
    assert threading.active_count() == threads
    assert open_descriptors() == descriptors


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
        file.write_text(f"{number} seen")
        assert seer.has(file, f"{number} seen".encode())
        assert seer.watch.stop()
        assert seer.watch.stop()
        file.write_text(f"{number} not seen")
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
    threads, descriptors = threading.active_count(), open_descriptors()

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
    assert until(lambda: threading.active_count() == threads)
    assert open_descriptors() == descriptors
    assert seer.watch.tally.errors == 0


def test_on_change_may_stop_the_watch(backend: str, folder: Path) -> None:
    """Stopped from its own thread, it ends when the call returns."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    ended = []
    seer.react = lambda seen: ended.append(seer.watch.stop())
    threads = threading.active_count()
    seer.watch.start()
    file.write_text("1")
    assert until(lambda: ended == [False])
    assert until(lambda: threading.active_count() == threads)
    assert not seer.watch.running


def test_stopping_waits_for_on_change_as_long_as_asked(folder: Path) -> None:
    """A call that goes on is waited for until the time is over, and told about."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))
    go_on = threading.Event()
    seer.react = lambda seen: go_on.wait(20)
    seer.watch.start()
    file.write_text("1")
    assert until(lambda: bool(seer.seen))
    assert not seer.watch.stop(timeout=0.05)
    go_on.set()


def test_what_on_change_raises_is_logged_and_counted(
    backend: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The watch goes on, and tells of the next change."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = Witness(Places([str(file)]))

    def fail(seen: object) -> None:
        if len(seer.seen) == 1:
            raise LookupError("no such thing")
        if len(seer.seen) == 2:
            raise SystemExit(3)

    seer.react = fail
    with caplog.at_level(logging.ERROR, "setpoint.watching"):
        seer.watch.start()
        for number in range(1, 4):
            file.write_text(str(number))
            assert seer.has(file, str(number).encode())
    assert seer.watch.stop()
    assert seer.watch.tally.errors == 2
    assert [record.name for record in caplog.records] == ["setpoint.watching"] * 2
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError, SystemExit]


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
    assert until(lambda: seer.watch.tally.reconciles == 1)  # the one right after the start
    other.write_text("1")
    seer.watch.wake()
    assert seer.has(file, b"1")
    assert seer.watch.tally.found_by_reconcile == 1


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

    seer.seen.clear()
    seer.react = lambda seen: doubt(seen)
    file.write_text("half")
    assert until(lambda: len(seer.seen) == 1)
    whole = folder / "whole"
    whole.write_text("whole")
    whole.replace(file)
    assert seer.has(file, b"whole")
    time.sleep(0.15)
    assert seer.looks()
    assert [seen.asked for seen in seer.seen] == [set(), set()]


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
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_forked_child_sees_for_itself(backend: str, folder: Path, witness: Make) -> None:
    """Forked while it watches, a child has a thread and signals of its own, and the parent's go on."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = witness(Places([str(file)]))
    file.write_text("1")
    assert seer.has(file, b"1")
    assert seer.looks()  # the report is over: a child that is forked off during one is told of it again

    def child() -> bool:
        told = seer.told(file)
        file.write_text("2")
        assert seer.has(file, b"2")
        assert seer.told(file) == told + 1, (seer.seen, seer.contents)
        assert seer.watch.tally.errors == 0
        return seer.watch.stop() and threading.active_count() == 1

    assert in_child(child) == 0
    assert seer.has(file, b"2")
    file.write_text("3")
    assert seer.has(file, b"3")


def test_children_forked_at_any_moment_lose_no_change(backend: str, folder: Path, witness: Make) -> None:
    """Forked in the middle of many changes, each child comes to see what the files hold in the end."""
    files = [folder / f"{number}.yaml" for number in range(20)]
    for file in files:
        file.write_text("0")
    seer = witness(Places([str(file) for file in files]))
    busy = True

    def stop_writing() -> None:
        nonlocal busy
        busy = False

    def keep_writing() -> None:
        number = 0
        while busy:
            number += 1
            for file in files:
                file.write_text(str(number))

    def child(stopped: int) -> bool:
        os.read(stopped, 1)  # until nobody writes any more
        return until(lambda: all(seer.last(file) == file.read_bytes() for file in files))

    for _ in range(4):
        busy = True
        writer = threading.Thread(target=keep_writing)
        writer.start()
        stopped, stop = os.pipe()

        def finish(writer: threading.Thread = writer, stop: int = stop) -> None:
            stop_writing()
            writer.join()
            os.close(stop)

        threading.Timer(0.05, finish).start()
        time.sleep(0.03)
        assert in_child(lambda end=stop, start=stopped: (os.close(end), child(start))[1]) == 0
        os.close(stopped)


def test_on_change_may_fork(folder: Path, witness: Make) -> None:
    """A child that is forked off by on_change goes on with a thread of its own, and the parent with its."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = witness(Places([str(file)]))
    statuses: list[int] = []

    def child() -> bool:
        seer.react = lambda seen: None
        file.write_text("2")
        return seer.has(file, b"2")

    def fork(seen: object) -> None:
        if not statuses:
            statuses.append(-1)
            statuses[0] = in_child(child)

    seer.react = fork
    file.write_text("1")
    assert seer.has(file, b"2")
    assert until(lambda: statuses == [0])


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
    assert told.wait(10)
elif sys.argv[2] == "failing":
    raise SystemExit(7)
"""


@pytest.mark.parametrize(("how", "status"), [("quietly", 0), ("hanging", 0), ("failing", 7)])
def test_a_program_may_end_without_stopping_it(folder: Path, how: str, status: int) -> None:
    """The end of the interpreter neither hangs nor prints, not even while on_change does."""
    file = folder / "app.yaml"
    file.write_text("0")
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", ENDING, str(file), how], capture_output=True, timeout=20, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert time.monotonic() - begun < 10


FORKING = """
import multiprocessing, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from setpoint.watching.places import Places
from setpoint.watching.watch import Watch

path = sys.argv[1]
places = Places([path])
told = multiprocessing.get_context("fork").Queue()
watch = Watch(lambda: places, lambda seen: told.put(open(path).read()))

def work():
    open(path, "w").write("by the worker")
    assert told.get(timeout=10) == "by the worker"

watch.start()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
worker.join(20)
sys.exit(worker.exitcode)
"""


def test_a_worker_of_multiprocessing_sees_for_itself(folder: Path) -> None:
    """A worker that was forked off by multiprocessing sees what it changes, and both processes end."""
    file = folder / "app.yaml"
    file.write_text("0")
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(file)], capture_output=True, timeout=40, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


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
