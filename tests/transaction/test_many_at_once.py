"""Threads, processes and forks that change and read the same documents."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from changing_home import leftovers, opened

from setpoint.errors import ConflictError, SetpointError
from setpoint.history.history import History

EXAMPLES = int(os.environ.get("SETPOINT_EXAMPLES", "100"))
INCREMENTS = max(25, EXAMPLES // 2)  # of each of eight processes
TRANSACTIONS = max(200, EXAMPLES)


@pytest.fixture
def home(home_in_memory: Path) -> Path:
    """Thousands of changes are made here."""
    return home_in_memory


def child(work: Callable[[], None]) -> int:
    """Start a process that does the work and ends with 0, or with 1 and what went wrong on the error stream."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def all_end_well(children: list[int]) -> None:
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * len(children)


def test_eight_processes_count_together(home: Path) -> None:
    """Each compares and sets until it has added its share: nothing is counted twice or lost, losers are told."""
    (home / "counter.json").write_text('{"n": 0}\n')
    lost = home.parent / "lost"
    lost.mkdir()

    def count(name: int) -> None:
        conflicts = 0
        with opened() as system:
            for _ in range(INCREMENTS):
                while True:
                    system.reload()
                    seen = system.load_config("counter").n
                    try:
                        system.set("counter.n", seen + 1, expect=seen, author=f"process {name}")
                        break
                    except ConflictError:
                        conflicts += 1
        (lost / str(name)).write_text(str(conflicts))

    all_end_well([child(lambda name=name: count(name)) for name in range(8)])  # type: ignore[misc]
    assert (home / "counter.json").read_text() == f'{{"n": {8 * INCREMENTS}}}\n'
    assert sum(int(path.read_text()) for path in lost.iterdir()) > 0
    with History(home / ".setpoint") as history:
        made = history.revisions("counter")
        assert [one.number for one in made] == list(range(8 * INCREMENTS + 1, 0, -1))
        counts = [sum(one.author == f"process {name}" for one in made) for name in range(8)]
        assert counts == [INCREMENTS] * 8
        assert history.verify().ok
    assert leftovers(home) == []


def test_eight_threads_lose_nothing(home: Path) -> None:
    """Each sets keys of its own, through one system or another, and all of them are there."""
    (home / "many.json").write_text("{}\n")
    shared = opened()
    failures: list[Exception] = []

    def work(name: int) -> None:
        system = shared if name < 6 else opened()
        try:
            for number in range(4):
                system.set(f"many.t{name}_{number}", number)
        except Exception as error:  # noqa: BLE001 - the test shows it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert opened().load_config("many").to_dict() == {
        f"t{name}_{number}": number for name in range(8) for number in range(4)
    }
    shared.reload()
    assert len(shared.load_config("many")) == 32
    assert len(shared.history("many")) == 33


@pytest.mark.parametrize("kind", ["values", "files"])
def test_readers_in_other_processes_see_all_or_none(home: Path, kind: str) -> None:
    """Through snapshots, reloads and fresh systems; also when each transaction makes or removes a layer's file."""
    for name in ("one", "two", "three"):
        (home / f"{name}.json").write_text('{"n": 0}\n')
    stop = home.parent / "stop"

    def read(name: int) -> None:
        seen = set()
        with opened() as kept:
            while not stop.exists():
                kept.reload()
                with opened() as fresh:
                    for system in (kept, fresh):
                        now = system.snapshot()
                        found = [now[name].n for name in ("one", "two", "three")]
                        assert len(set(found)) == 1, f"half a transaction: {found}"
                        seen.add(found[0])
                if len(seen) > 5:
                    (home.parent / f"seen {name}").touch()

    readers = [child(lambda name=name: read(name)) for name in range(2)]  # type: ignore[misc]
    number, end = 0, time.monotonic() + 60
    try:
        with opened() as system:
            while number < TRANSACTIONS // (1 if kind == "values" else 4) or (
                len(list(home.parent.glob("seen *"))) < 2 and time.monotonic() < end
            ):
                number += 1
                with system.transaction() as tx:
                    for name in ("one", "two"):
                        tx.set(f"{name}.n", number)
                    if kind == "values":
                        tx.set("three.n", number)
                    elif number % 2:
                        tx.set("three.n", number, layer="local")
                    else:
                        tx.unset("three.n", layer="local")
                        tx.set("three.n", number)
    finally:
        stop.touch()
    all_end_well(readers)
    assert len(list(home.parent.glob("seen *"))) == 2, "nothing changed while they read"
    assert leftovers(home) == []


def test_a_child_of_a_fork_can_change_too(home: Path) -> None:
    """While threads of its parent change; nobody waits for a lock that is nobody's, and nothing is lost."""
    (home / "many.json").write_text("{}\n")
    system = opened()
    system.set("many.start", 0)
    stop = threading.Event()
    made: list[int] = []

    def work() -> None:
        while not stop.is_set():
            system.set(f"many.p{len(made)}", 1)
            made.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(5):
            while len(made) < number:
                time.sleep(0.001)
            all_end_well([child(lambda number=number: system.set(f"many.c{number}", 1) and None)])  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()
    found = opened().load_config("many")
    assert len(found) == 1 + 5 + len(made)
    assert opened().record().verify().ok


def test_a_writer_that_is_stopped_makes_others_wait_and_not_for_ever(home: Path) -> None:
    """Who holds the lock is told after a while; readers go on, and when it goes on so does it."""
    read, write = os.pipe()

    def hold() -> None:
        system = opened()
        with system._get_committer().alone():
            os.write(write, b".")
            os.kill(os.getpid(), signal.SIGSTOP)

    pid = child(hold)
    os.read(read, 1)
    os.waitpid(pid, os.WUNTRACED)
    try:
        system = opened()
        assert system.load_config("queue").retries == 3
        system._get_committer()._timeout = 0.2
        with pytest.raises(
            SetpointError, match=f"is being changed by process {pid}, which did not finish within 0.2 s"
        ):
            system.set("queue.retries", 4)
    finally:
        os.kill(pid, signal.SIGCONT)
    all_end_well([pid])
    system.set("queue.retries", 4)


def test_a_reader_sees_what_was_decided_when_its_writer_is_stopped_in_the_middle(home: Path) -> None:
    """A change of several files is decided by its journal: whoever cannot wait for its end reads all of it."""
    read, write = os.pipe()

    def stop_halfway() -> None:
        from setpoint.commit.file_change import FileChange

        real = FileChange.make
        made: list[FileChange] = []

        def make(self: FileChange, root: str) -> tuple[str, ...]:
            made.append(self)
            if len(made) == 2:
                os.write(write, b".")
                os.kill(os.getpid(), signal.SIGSTOP)
            return real(self, root)

        FileChange.make = make  # type: ignore[method-assign]
        with opened().transaction() as tx:
            tx.set("queue.retries", 5)
            tx.set("limits.rate", 50)

    pid = child(stop_halfway)
    os.read(read, 1)
    os.waitpid(pid, os.WUNTRACED)
    try:
        assert "rate = 10\n" in (home / "limits.toml").read_text(), "only one of two files is written"
        assert "retries: 5\n" in (home / "queue.yaml").read_text()
        seen = opened().snapshot()
        assert (seen["queue"].retries, seen["limits"].rate) == (5, 50)
    finally:
        os.kill(pid, signal.SIGCONT)
    all_end_well([pid])
    assert "rate = 50\n" in (home / "limits.toml").read_text()
    assert leftovers(home) == []
