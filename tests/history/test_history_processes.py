"""Threads, processes, forks, and processes that are killed."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from records import entry, fill, text

from setpoint.history.history import History

WRITER = """\
import sys
sys.path.insert(0, sys.argv[1])
from records import entry, text
from setpoint.history.history import History
history = History(sys.argv[2], timeout=30)
for number in range(int(sys.argv[4]), int(sys.argv[4]) + int(sys.argv[5])):
    made = history.append([entry(text(number), "shared"), entry(text(number), sys.argv[3])], always=True)
    print(made[0].number, made[1].number, number, flush=True)
"""


def writer(folder: Path, name: str, start: int, count: int) -> subprocess.Popen[str]:
    """A process that appends to one shared document and one of its own, and prints what was acknowledged."""
    arguments = [str(Path(__file__).parent), str(folder), name, str(start), str(count)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True)


def acknowledged(lines: str) -> list[Sequence[int]]:
    """What a writer printed in whole lines: the numbers of both revisions, and the content."""
    return [tuple(map(int, line.split())) for line in lines.splitlines(keepends=True) if line.endswith("\n")]


def test_threads_share_one_history_and_several(history: History, folder: Path) -> None:
    """Every number is given once, none is missing, and each revision has its own content."""
    made: list[tuple[int, bytes]] = []

    def work(name: int, used: History) -> None:
        for number in range(8):
            content = b"%d %d" % (name, number)
            made.append((used.append([entry(content)])[0].number, content))

    others = [history, history, history, History(folder), History(folder)]
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, _ in made) == list(range(1, 41))
    assert all(history.files("messaging", number) == {"messaging.yml": content} for number, content in made)
    assert history.verify().ok
    for other in others:
        other.close()


def test_processes_number_without_gaps(history: History, folder: Path) -> None:
    """Four that start at once with no folder there: nothing is lost, nothing counted twice."""
    processes = [writer(folder, f"own{index}", 100 * index, 15) for index in range(4)]
    said = [acknowledged(process.communicate(timeout=60)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    numbers = sorted(shared for lines in said for shared, _, _ in lines)
    assert numbers == list(range(1, 61))
    for index, lines in enumerate(said):
        assert [own for _, own, _ in lines] == list(range(1, 16))
        for shared, _, content in lines:
            assert history.files("shared", shared) == {"shared.yml": text(content)}
        assert len(history.revisions(f"own{index}")) == 15
    assert history.verify().ok


def forked_writer(folder: Path, name: str, start: int) -> tuple[int, int]:
    """A child like that, made in no time; returns its id, and where to read what was acknowledged."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            history = History(folder, timeout=30)
            for number in range(start, start + 10_000):
                made = history.append([entry(text(number), "shared"), entry(text(number), name)], always=True)
                os.write(write, b"%d %d %d\n" % (made[0].number, made[1].number, number))
        finally:
            os._exit(1)
    os.close(write)
    return pid, read


def test_nothing_acknowledged_is_lost_when_processes_are_killed(history: History, folder: Path) -> None:
    """Two at a time, 40 killed at random moments: every acknowledged append is there whole, and the record verifies."""
    generator = random.Random(5)
    said: list[list[Sequence[int]]] = []
    for turn in range(20):
        pair = [forked_writer(folder, f"own{index}", 1000 * turn) for index in range(2)]
        try:
            for _, read in pair:
                said.append(acknowledged(os.read(read, 1 << 16).decode()))  # it is at work
            time.sleep(generator.uniform(0, 0.01))
        finally:
            for pid, read in pair:
                os.kill(pid, signal.SIGKILL)
                assert os.waitpid(pid, 0)[1] == signal.SIGKILL
                with open(read) as rest:
                    said.append(acknowledged(rest.read()))
    everything = [line for lines in said for line in lines]
    assert len(everything) >= 40
    numbers = [shared for shared, _, _ in everything]
    assert len(set(numbers)) == len(numbers)
    for shared, _, content in everything:
        assert history.files("shared", shared) == {"shared.yml": text(content)}
    shared = [one.number for one in history.revisions("shared")]
    assert shared == list(range(len(shared), 0, -1))
    own = sum(len(history.revisions(f"own{index}")) for index in range(2))
    assert own == len(shared), "an append of two documents was recorded in part"
    found = history.verify()
    assert (found.ok, history.notices) == (True, ()), found.problems
    assert not list(folder.glob("history.damaged-*"))


def test_a_forked_child_opens_the_record_anew(history: History) -> None:
    """Parent and children append by turns and at once through the object they share; the child's exit harms nobody."""
    fill(history, 2)
    inherited = history._database._connection
    children = []
    for index in range(4):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                for number in range(5):
                    history.append([entry(b"%d %d" % (index, number), "child")])
                status = 0 if history._database._connection is not inherited else 2
                history.close()
                gc.collect()
            finally:
                os._exit(status)
        children.append(pid)
    for number in range(5):
        history.append([entry(b"parent %d" % number)])
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 4
    assert history._database._connection is inherited
    assert [one.number for one in history.revisions("child")] == list(range(20, 0, -1))
    assert [one.number for one in history.revisions("messaging")] == list(range(7, 0, -1))
    assert history.verify().ok


def test_a_fork_while_threads_append_leaves_both_sides_able_to(history: History) -> None:
    """No lock stays held in the child, and no transaction of the parent is ended by it; children exit in full."""
    stop = threading.Event()
    failures: list[Exception] = []

    def work() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                history.append([entry(b"%d" % number, "parent")])
        except Exception as error:  # noqa: BLE001 - the test shows it
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(2):
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", FORKER, str(Path(__file__).parent), history.path, str(number)],
                timeout=30,
                check=False,
            )
            assert done.returncode == 0
    finally:
        stop.set()
        thread.join()
    assert failures == []
    assert len(history.revisions("forked")) == 2
    assert history.verify().ok


FORKER = """\
import os, sys, threading
sys.path.insert(0, sys.argv[1])
from records import entry
from setpoint.history.history import History
history = History(os.path.dirname(sys.argv[2]), timeout=30)
history.append([entry(b"", "busy" + sys.argv[3])])  # a fork amid a first import would leave the import's lock held
stop = threading.Event()
def work():
    number = 0
    while not stop.is_set():
        number += 1
        history.append([entry(b"%d" % number, "busy" + sys.argv[3])])
thread = threading.Thread(target=work)
thread.start()
pid = os.fork()
if pid == 0:
    history.append([entry(sys.argv[3].encode(), "forked")])
    sys.exit(0)  # in full: what the interpreter tears down must not end the parent's transaction
status = os.waitpid(pid, 0)[1]
stop.set()
thread.join()
sys.exit(status)
"""


def test_spawned_processes_start_from_nothing(history: History) -> None:
    """As multiprocessing does it where it does not fork."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_spawned, args=(history.path, number)) for number in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    assert [one.number for one in history.revisions("spawned")] == [2, 1]


def _spawned(path: str, number: int) -> None:
    with History(os.path.dirname(path)) as history:
        history.append([entry(b"%d" % number, "spawned")])


def test_the_journal_is_never_a_write_ahead_log(history: History) -> None:
    """Whatever mode somebody put the file into, it is back in one that every version of SQLite keeps safe."""
    fill(history, 1)
    history.close()
    connection = sqlite3.connect(history.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    connection.close()
    assert fill(history, 2)[1].number == 2
    history.close()
    connection = sqlite3.connect(history.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_history_that_is_dropped_leaves_no_file_open(folder: Path) -> None:
    """A hundred that were never closed, and a hundred that were."""
    for number in range(100):
        other = History(folder)
        other.append([entry(b"%d" % number)] if number % 10 == 0 else [])
        other.latest("messaging")
        if number % 2:
            other.close()
        del other
    gc.collect()
    opened = [os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.exists()]
    assert not [path for path in opened if str(folder) in path]
