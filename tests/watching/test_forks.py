"""Forking while something is watched."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from setpoint import forks
from setpoint.watching.places import Places
from setpoint.watching.watch import Watch

from .witness import Witness, put, until

Make = Callable[..., Witness]


def in_child(work: Callable[[], bool]) -> int:
    """Run in a forked child and return its exit status: 0 when the work returned True."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python says that threads and fork do not mix
        child = os.fork()
    if child == 0:
        signal.alarm(60)  # a child that hangs dies of it
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
        threads = threading.active_count()
        told = seer.told(file)
        put(file, "2")
        assert seer.has(file, b"2")
        assert seer.told(file) == told + 1, (seer.seen, seer.contents)
        assert seer.watch.tally.errors == 0
        return seer.watch.stop() and threading.active_count() == threads - 1

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

    def child(forked: int, stopped: int) -> bool:
        os.write(forked, b"!")
        os.read(stopped, 1)  # until nobody writes any more
        return until(lambda: all(seer.last(file) == file.read_bytes() for file in files))

    for _ in range(4):
        busy = True
        writer = threading.Thread(target=keep_writing)
        writer.start()
        forking, forked = os.pipe()
        stopped, stop = os.pipe()

        def finish(forking: int = forking, stop: int = stop, writer: threading.Thread = writer) -> None:
            select.select([forking], [], [], 60)  # the writing goes on until the child is there, and some more
            time.sleep(0.02)
            stop_writing()
            writer.join()
            os.write(stop, b"!")

        finishing = threading.Thread(target=finish)
        finishing.start()
        time.sleep(0.03)
        assert in_child(lambda forked=forked, stopped=stopped: child(forked, stopped)) == 0
        finishing.join()
        for descriptor in (forking, forked, stopped, stop):
            os.close(descriptor)


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


class Owner:
    """Has a lock that whoever forks takes first, and without which it cannot say which places matter."""

    def __init__(self, places: Places) -> None:
        self.lock = threading.RLock()
        self.known = places
        forks.watch(self, lock=0)

    def places(self) -> Places:
        with self.lock:
            return self.known


def test_starting_and_forking_at_once_do_not_wait_for_each_other(folder: Path) -> None:
    """A thread that starts a watch, whose places wait for a lock, and one that forks both go on."""
    owner = Owner(Places([str(folder / "app.yaml")]))
    watch = Watch(owner.places, lambda seen: None)
    ended = threading.Event()

    def restless() -> None:
        while not ended.is_set():
            watch.start()
            watch.stop()

    thread = threading.Thread(target=restless, daemon=True)
    thread.start()
    statuses = []

    def fork_often() -> None:
        statuses.extend(in_child(lambda: True) for _ in range(40))

    forking = threading.Thread(target=fork_often, daemon=True)
    forking.start()
    forking.join(60)
    ended.set()
    thread.join(60)
    assert not thread.is_alive()
    assert statuses == [0] * 40


RETURNING = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from setpoint.watching.places import Places
from setpoint.watching.watch import Watch

path, parent, children = sys.argv[1], os.getpid(), []
places = Places([path])

def put(text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.replace(path + ".new", path)

def told(seen):
    text = open(path).read()
    if os.getpid() != parent:
        if text == "2":
            os._exit(7 if watch.tally.errors == 0 else 8)
    elif text == "1":
        child = os.fork()
        if child:  # the child's copy of this thread returns and ends
            children.append(child)
            put("2")

watch = Watch(lambda: places, told)
watch.start()
put("1")
while not children:
    watch.look()
status = os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1])
watch.stop()
sys.exit(status)
"""


def test_a_child_that_returns_from_on_change_goes_on(folder: Path) -> None:
    """Forked off by on_change, which returns in the child too, the child goes on to see with a thread of its own."""
    file = folder / "app.yaml"
    file.write_text("0")
    done = subprocess.run(
        [sys.executable, "-c", RETURNING, str(file)], capture_output=True, timeout=60, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (7, "")


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
    while told.get(timeout=30) != "by the worker":
        pass  # it was empty before, for a moment

watch.start()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
worker.join(60)
sys.exit(worker.exitcode)
"""


def test_a_worker_of_multiprocessing_sees_for_itself(folder: Path) -> None:
    """A worker that was forked off by multiprocessing sees what it changes, and both processes end."""
    file = folder / "app.yaml"
    file.write_text("0")
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(file)], capture_output=True, timeout=90, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
