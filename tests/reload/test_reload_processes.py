"""Processes that stop, fork, end, and open and close systems a thousand times."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

from .live import make_home, put, text, until

CYCLES = 1000 if int(os.environ.get("SETPOINT_EXAMPLES", "0")) >= 1000 else 200

FOLLOWING = """
import json, os, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python says that threads and fork do not mix
from setpoint import ConfigSystem

def say(*what):
    os.write(1, (json.dumps(what) + "\\n").encode())

system = ConfigSystem(sys.argv[1], environ={})

@system.on_change("app.number")
def told(changes):
    say(os.getpid(), changes[0].after - 100_000)

system.start_hot_reload(float(sys.argv[2]))
"""

ASKED = """
say("ready")
for line in sys.stdin:
    say(system.load_config("app").number - 100_000, system.hot_reload_status())
system.close()
"""


class Child:
    """A process that follows ``app.yaml`` of a directory, and prints what it is told."""

    def __init__(self, home: Path, code: str, interval: float = 1.0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", FOLLOWING + code, str(home), str(interval)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._alarm = threading.Timer(90, self.process.kill)  # who waits for an answer must not do so for ever
        self._alarm.start()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.answer()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: object, *failure: object) -> None:
        if kind is not None:
            self.process.kill()
        _, errors = self.process.communicate()
        self._alarm.cancel()
        self._alarm.join()
        assert kind is not None or (self.process.returncode, errors) == (0, "")


def test_what_changed_while_the_process_was_stopped_is_served(tmp_path: Path) -> None:
    """After 30,000 signals, more than the kernel keeps, it converges by itself, and counts what it lost."""
    home = make_home(tmp_path, "app")
    with Child(home, ASKED, interval=1000) as child:  # it is the loss that makes it look
        assert child.answer() == ["ready"]
        os.kill(child.process.pid, signal.SIGSTOP)
        for number in range(15_000):  # created and removed
            name = f"{home}/other {number}.yaml"
            os.close(os.open(name, os.O_CREAT | os.O_RDONLY))
            os.unlink(name)
        put(home / "app.yaml", text(7))
        os.kill(child.process.pid, signal.SIGCONT)
        assert child.answer() == [child.process.pid, 7]
        number, status = child.ask()
    assert number == 7
    assert status["overflows"] == 1
    assert status["found_by_reconcile"] >= 1
    assert (status["errors"], status["refused"]) == (0, {})


FORKS = """
children = []
if sys.argv[3:] == ["multiprocessing"]:
    import multiprocessing

    def work():
        say(os.getpid(), "ready")
        time.sleep(1000)

    for _ in range(4):
        one = multiprocessing.get_context("fork").Process(target=work, daemon=True)
        one.start()
        children.append(one.pid)
else:
    for _ in range(4):
        child = os.fork()
        if child == 0:
            say(os.getpid(), "ready")
            time.sleep(1000)  # what a worker does; the rest happens on threads
            os._exit(1)
        children.append(child)
say(children)
for line in sys.stdin:
    pass
import signal
for child in children:
    os.kill(child, signal.SIGKILL)
system.close()
"""


@pytest.mark.parametrize("how", ["fork", "multiprocessing"])
def test_each_worker_of_a_preloaded_server_reloads_by_itself(tmp_path: Path, how: str) -> None:
    """Forked after the start, four workers and their parent are each told of each change, in the right order."""
    home = make_home(tmp_path, "app")
    code = FORKS.replace("sys.argv[3:]", repr([how]))
    with Child(home, code) as child:
        answers = [child.answer() for _ in range(5)]
        (children,) = next(one for one in answers if isinstance(one[0], list))
        assert sorted(pid for pid, *_ in (one for one in answers if not isinstance(one[0], list))) == sorted(children)
        for number in range(1, 6):
            put(home / "app.yaml", text(number))
            told = [tuple(child.answer()) for _ in range(5)]
            assert sorted(told) == sorted((pid, number) for pid in (child.process.pid, *children))


SERVER = """
import signal
workers = []

def work():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    say(os.getpid(), "ready")
    while True:
        time.sleep(0.01)
        system.load_config("app")

for _ in range(4):
    child = os.fork()
    if child == 0:
        work()
    workers.append(child)
for line in sys.stdin:  # the master ends its workers, and itself
    pass
for worker in workers:
    os.kill(worker, signal.SIGTERM)
say([os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers])
"""


def test_workers_end_when_they_are_told_to(tmp_path: Path) -> None:
    """SIGTERM, handled as servers do, ends each worker with its status, no word, and no pause."""
    home = make_home(tmp_path, "app")
    with Child(home, SERVER) as child:
        ready = [child.answer() for _ in range(4)]
        put(home / "app.yaml", text(1))
        assert sorted(child.answer() for _ in range(5)) == sorted([pid, 1] for pid in (child.process.pid, *dict(ready)))
        child.process.stdin.close()  # type: ignore[union-attr]
        child.process.stdin = None
        begun = time.monotonic()
        assert child.answer() == [[0, 0, 0, 0]]
        assert time.monotonic() - begun < 30


ENDINGS = {
    "by the end of the program": ("", None, 0),
    "by close": ("system.close()", None, 0),
    "by an error": ("raise SystemExit(7)", None, 7),
    "by SIGTERM": ("time.sleep(1000)", signal.SIGTERM, -signal.SIGTERM),
    "by SIGTERM, handled": (
        "import signal; signal.signal(signal.SIGTERM, lambda *_: sys.exit(3)); say('set'); time.sleep(1000)",
        signal.SIGTERM,
        3,
    ),
    "by SIGINT": (
        "try:\n    time.sleep(1000)\nexcept KeyboardInterrupt:\n    raise SystemExit(130)",
        signal.SIGINT,
        130,
    ),
    "while a callback hangs": ("system.on_change('app', lambda _: time.sleep(1000)); hang()", None, 0),
    "while asyncio waits for events": (
        "import asyncio\nasync def wait():\n    async for event in system.events(): say(event.kind)\n"
        "try:\n    asyncio.run(wait())\nexcept KeyboardInterrupt:\n    raise SystemExit(130)",
        signal.SIGINT,
        130,
    ),
}

HANG = """
def hang():
    put = os.path.dirname(sys.argv[1]) + "/new"
    with open(put, "wb") as file, open(sys.argv[1] + "/app.yaml", "rb") as old:
        file.write(old.read().replace(b"100000", b"100001").replace(b"200000", b"200002"))
    os.replace(put, sys.argv[1] + "/app.yaml")
    while system.load_config("app").number != 100_001:
        time.sleep(0.01)
    time.sleep(0.1)

say("ready")
"""


@pytest.mark.parametrize("how", ENDINGS)
def test_a_program_may_end_in_any_way(tmp_path: Path, how: str) -> None:
    """Nothing hangs, and nothing is printed."""
    code, killed_by, status = ENDINGS[how]
    home = make_home(tmp_path, "app")
    process = subprocess.Popen(
        [sys.executable, "-c", FOLLOWING + HANG + code, str(home), "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == '["ready"]\n'
    if killed_by is not None:
        if "set" in code:
            assert process.stdout.readline() == '["set"]\n'
        time.sleep(0.3)  # it is in the midst of what it does
        process.send_signal(killed_by)
    said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (status, "")
    assert all(json.loads(line)[1] == 1 for line in said.splitlines())


def open_descriptors() -> list[str]:
    found = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return sorted(found)


def test_opening_and_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    """However often a system is made, followed, changed and closed: no thread and no descriptor, so no watch either."""
    home = make_home(tmp_path, "app")
    threads, descriptors = set(threading.enumerate()), Counter(open_descriptors())

    def cycle(number: int) -> None:
        system = ConfigSystem(home, environ={})
        system.snapshot()
        if number % 2:
            system.on_change("app", lambda changes: None)
        if number % 20 == 0:
            system.events()
        system.start_hot_reload()
        if number % 100 == 0:
            put(home / "app.yaml", text(number + 1))
            assert until(lambda: system.load_config("app")["number"] == 100_001 + number)
        if number % 3:
            system.stop_hot_reload()
        system.close()

    running = [
        threading.Thread(target=lambda start=start: [cycle(number) for number in range(start, CYCLES, 4)])
        for start in range(4)
    ]
    # Several at once: closing an inotify descriptor, the kernel waits for milliseconds. Only one of them changes it.
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert until(lambda: threads.issuperset(threading.enumerate())), threading.enumerate()
    assert Counter(open_descriptors()) - descriptors == Counter()


def test_following_starts_and_stops_as_often_as_wanted(tmp_path: Path) -> None:
    """Started twice it is one; stopped it may be started again, and then serves what changed meanwhile."""
    home = make_home(tmp_path, "app")
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        threads = threading.active_count()
        for number in range(1, 4):
            system.start_hot_reload()
            system.start_hot_reload()
            assert threading.active_count() <= threads + 4
            put(home / "app.yaml", text(number))
            assert until(lambda: system.load_config("app")["number"] == 100_000 + number)  # noqa: B023
            system.stop_hot_reload()
            system.stop_hot_reload()
            assert not system.hot_reload_status()["running"]
            put(home / "app.yaml", text(number + 100))
        system.start_hot_reload()
        assert until(lambda: system.load_config("app")["number"] == 100_103)


def in_child(work: Any) -> int:
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


def test_children_forked_at_any_moment_go_on(tmp_path: Path) -> None:
    """Forked in the midst of reloads, callbacks and records, each child serves what comes, may change it, and ends."""
    home = make_home(tmp_path, "a", "b")
    told: list[int] = []
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        system.on_change("a.number", lambda changes: told.append(changes[0].after - 100_000))
        events = system.events()
        system.start_hot_reload()
        ended = threading.Event()

        def keep_writing() -> None:
            number = 0
            while not ended.is_set():
                number += 1
                put(home / "a.yaml", text(number))
                time.sleep(0.003)

        def child(number: int) -> bool:
            target = home / f"b{number}.yaml"
            target.write_bytes(text(number))
            assert until(lambda: system.load_config("b")["number"] >= 100_000)
            count = len(told)
            assert until(lambda: len(told) > count + 2)  # the parent goes on writing
            assert until(lambda: f"b{number}" in {entry.name for entry in system.documents()})
            assert events.get(timeout=60) is not None
            assert system.record() is not None
            system.close()
            return until(lambda: threading.active_count() == 1)

        writer = threading.Thread(target=keep_writing)
        writer.start()
        try:
            statuses = [in_child(lambda number=number: child(number)) for number in range(3)]
        finally:
            ended.set()
            writer.join()
        assert statuses == [0] * 3
        last = (home / "a.yaml").read_bytes()
        assert until(lambda: text(system.load_config("a")["number"] - 100_000) == last)
