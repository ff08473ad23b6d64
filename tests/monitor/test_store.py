"""The store of samples: shared, small, and never in the way."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from math import nan
from pathlib import Path

import pytest

from setpoint.monitor.store import SampleStore

SOURCE = str(Path(__file__).parents[2] / "src")
NOON = 1_800_000_000.0  # seconds since 1970, at a full hour
HOUR = 3600.0


class Time:
    """Two clocks that go on together until one of them is set."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now
        self.since_boot = 1000.0

    def clock(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.since_boot

    def pass_(self, seconds: float) -> float:
        self.now += seconds
        self.since_boot += seconds
        return self.now


@pytest.fixture
def at() -> Time:
    return Time()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "monitor.sqlite3"


@pytest.fixture
def make(path: Path, at: Time) -> Callable[..., SampleStore]:
    def make(where: Path | None = path, **options: object) -> SampleStore:
        return SampleStore(where, clock=at.clock, monotonic=at.monotonic, **options)  # type: ignore[arg-type]

    return make


def counted(store: SampleStore, name: str, start: float, end: float) -> int:
    return sum(sum(roll.columns[name].count) for roll in store.window(start, end).values() if name in roll.columns)


def test_samples_are_there_after_a_restart(make: Callable[..., SampleStore], at: Time) -> None:
    """With the process that took them; a value that is none is left out."""
    store = make(name="app")
    for number in range(5):
        store.add(at.pass_(10), {"a": number, "b": nan})
    store.close()
    again = make()
    (roll,) = again.window(NOON, at.now + 1).values()
    assert list(roll.columns) == ["a"]
    assert list(roll.columns["a"].last) == [0, 1, 2, 3, 4]
    (process,) = again.processes(NOON, at.now + 1)
    assert (process.name, process.pid, process.began, process.seen) == ("app", os.getpid(), NOON + 10, at.now)
    assert process.is_gone(at.now)  # it said that it has ended
    assert again.trouble is None


def test_asking_makes_nothing(make: Callable[..., SampleStore], path: Path) -> None:
    """A store that nobody has written to is empty, and stays away."""
    store = make()
    assert store.window(0, 2 * NOON) == {}
    assert store.processes(0, 2 * NOON) == []
    assert store.alerts.find() == []
    assert store.size() == 0
    store.close()
    assert not path.parent.exists()


def test_the_file_is_private(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """Its folder too; and git ignores them."""
    make().add(at.now, {"a": 1})
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (path.parent / ".gitignore").read_text().endswith("*\n")


def test_a_day_is_kept_by_the_minute_and_the_day_before_by_ten(
    make: Callable[..., SampleStore], path: Path, at: Time
) -> None:
    """No sample of these two days is lost, and older ones go."""
    store = make()
    total = 0
    for number in range(int(80 * HOUR / 60)):
        store.add(at.pass_(60), {"a": number, "b": 7.0})
        total += number
    now = at.now
    assert counted(store, "a", now - 24 * HOUR, now + 1) == 24 * 60 + 1
    assert 47.5 * 60 <= counted(store, "a", 0, now + 1) <= 60 * 60
    (roll,) = store.window(0, now + 1).values()
    column = roll.columns["a"]
    assert (max(column.high), column.last[-1]) == (80 * 60 - 1, 80 * 60 - 1)
    recent = column.between(int((now - 3600) * 1000), int(now * 1000))
    assert set(recent.count) == {1}  # the last hour is as it was sampled
    steps = {later - earlier for earlier, later in zip(column.at, column.at[1:], strict=False)}
    assert steps == {60_000, 600_000}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM recent").fetchone()[0] <= 2 * 60 + 1


def test_a_day_at_ten_seconds_is_small(make: Callable[..., SampleStore], at: Time) -> None:
    """Sixty figures, a third of them noise that nothing can pack, take less than 5 MB."""
    store = make()
    noise = random.Random(1)
    names = [f"figure_{number}" for number in range(60)]
    sample = dict.fromkeys(names, 5.0)
    for _ in range(int(4 * HOUR / 10)):
        for name in names[:20]:
            sample[name] = noise.random()
        store.add(at.pass_(10), sample)
    assert store.size() < 5_000_000 / 6


def test_the_file_has_a_bound(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """However much is sampled: the oldest samples go first, and the file gives the room back."""
    store = make(max_bytes=1_000_000)
    noise = random.Random(1)
    names = [f"figure_{number}" for number in range(200)]
    for _ in range(2000):
        store.add(at.pass_(1), {name: noise.random() for name in names})
    assert path.stat().st_size < 1_300_000
    found = store.window(0, at.now + 1)
    (roll,) = found.values()
    assert roll.columns["figure_0"].at[-1] == int(at.now * 1000)
    assert 100 < len(roll.columns["figure_0"]) < 1000


def test_processes_share_the_file(path: Path, tmp_path: Path) -> None:
    """Four write at once, and everything of each is there."""
    script = tmp_path / "writer.py"
    script.write_text(
        "import sys, time\nfrom setpoint.monitor.store import SampleStore\n"
        "store = SampleStore(sys.argv[1], name=sys.argv[2])\n"
        "for number in range(100):\n    store.add(time.time(), {'a': number})\n"
        "assert store.trouble is None, store.trouble\n"
    )
    began = time.time()
    running = [
        subprocess.Popen([sys.executable, script, path, f"writer-{number}"], env={**os.environ, "PYTHONPATH": SOURCE})
        for number in range(4)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0, 0]
    store = SampleStore(path)
    found = store.window(began - 1, time.time() + 1)
    assert [list(roll.columns["a"].last) for roll in found.values()] == [[float(n) for n in range(100)]] * 4
    processes = store.processes(began - 1, time.time() + 1)
    assert {one.name for one in processes} == {f"writer-{number}" for number in range(4)}
    assert {one.pid for one in processes} == {one.pid for one in running}
    assert all(one.is_gone(time.time()) for one in processes)


def test_a_forked_child_is_a_process_of_its_own(make: Callable[..., SampleStore], at: Time) -> None:
    """It goes on with the same store, by a connection of its own, and so does the parent."""
    store = make()
    store.add(at.pass_(10), {"a": 1})
    child = os.fork()
    if child == 0:
        status = 1
        try:
            store.add(at.pass_(10), {"a": 2})
            status = 0 if store.trouble is None else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    store.add(at.pass_(20), {"a": 3})
    assert sorted(list(one.columns["a"].last) for one in store.window(0, 2 * NOON).values()) == [[1, 3], [2]]
    assert len(store.processes(0, 2 * NOON)) == 2


@pytest.mark.parametrize("damage", ["overwritten", "cut", "foreign", "table", "page"])
def test_a_damaged_file_is_set_aside(make: Callable[..., SampleStore], path: Path, at: Time, damage: str) -> None:
    """It is said, the file is kept beside, and a new one begins: no sample raises."""
    store = make()
    for number in range(200):
        store.add(at.pass_(10), {f"a{number % 7}": number})
    store.close()
    if damage == "overwritten":
        path.write_bytes(b"no database" * 1000)
    elif damage == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif damage == "page":
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 8192)
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            statement = "PRAGMA application_id=1" if damage == "foreign" else "DROP TABLE block"
            connection.execute(statement)
    before = path.read_bytes()
    again = make()
    again.add(at.pass_(10), {"a": 1})
    assert again.trouble is None
    (notice,) = again.notices
    assert notice.rule == "monitor-damaged"
    assert "was set aside as monitor.damaged-" in notice.message
    (aside,) = path.parent.glob("monitor.damaged-*.sqlite3")
    assert aside.read_bytes() == before
    assert counted(again, "a", 0, 2 * NOON) == 1


def test_damage_under_an_open_store_is_met(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """When the file is replaced by something else while it is used, the next sample begins a new one."""
    store = make()
    store.add(at.pass_(10), {"a": 1})
    other = path.with_suffix(".other")
    other.write_bytes(b"rubbish" * 1000)
    other.rename(path)
    store.add(at.pass_(10), {"a": 2})
    assert store.trouble is None
    assert [one.rule for one in store.notices] == ["monitor-damaged"]
    assert counted(store, "a", 0, 2 * NOON) == 1


def test_a_file_that_is_removed_begins_anew(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """As when somebody deletes the state directory while a program runs."""
    store = make()
    store.add(at.pass_(10), {"a": 1})
    for one in path.parent.iterdir():
        one.unlink()
    path.parent.rmdir()
    store.add(at.pass_(10), {"a": 2})
    assert store.trouble is None
    assert counted(store, "a", 0, 2 * NOON) == 1


def test_another_version_is_left_alone(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """A newer Setpoint may be at work with it: samples stay in memory, and that is said."""
    make().add(at.pass_(10), {"a": 1})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version=9")
    store = make()
    store.add(at.pass_(10), {"a": 2})
    assert store.trouble is not None
    assert "its format is version 9, and this program knows version 1" in store.trouble
    assert counted(store, "a", 0, 2 * NOON) == 1
    assert list(path.parent.glob("*damaged*")) == []


def test_where_nothing_can_be_written_samples_stay_in_memory(tmp_path: Path, at: Time) -> None:
    """It is said why; and once the folder can be made, they are brought into the file."""
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    store = SampleStore(blocked / "monitor.sqlite3", clock=at.clock, monotonic=at.monotonic)
    store.add(at.pass_(10), {"a": 1})
    store.add(at.pass_(10), {"a": 2})
    assert store.trouble is not None
    assert "kept in memory only" in store.trouble
    assert str(blocked) in store.trouble
    assert counted(store, "a", 0, 2 * NOON) == 2
    blocked.unlink()
    store.add(at.pass_(60), {"a": 3})
    assert store.trouble is None
    store.close()
    assert counted(SampleStore(blocked / "monitor.sqlite3"), "a", 0, 2 * NOON) == 3


def test_a_store_without_a_file_is_in_memory(at: Time) -> None:
    """And says so."""
    store = SampleStore(None, clock=at.clock, monotonic=at.monotonic)
    store.add(at.pass_(10), {"a": 1})
    assert counted(store, "a", 0, 2 * NOON) == 1
    assert store.trouble is not None
    store.close()


def test_a_lock_that_is_held_keeps_nobody(make: Callable[..., SampleStore], path: Path, at: Time) -> None:
    """After a second the sample is kept in memory, and is in the file later."""
    store = make()
    store.add(at.pass_(10), {"a": 1})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        store.add(at.pass_(10), {"a": 2})
        assert time.monotonic() - began < 10
        assert store.trouble is not None
        assert "another process has kept the store of samples locked" in store.trouble
        other.execute("ROLLBACK")
    store.add(at.pass_(60), {"a": 3})
    assert store.trouble is None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM recent").fetchone()[0] == 3


def test_a_clock_that_is_set_forth_and_back_costs_no_history(make: Callable[..., SampleStore], at: Time) -> None:
    """A jump by years is noticed, and what the clock then calls old stays."""
    store = make()
    for _ in range(180):
        store.add(at.pass_(60), {"a": 1})
    for years in (70, -70):
        at.now += years * 365.25 * 24 * HOUR
        for _ in range(30):
            store.add(at.pass_(60), {"a": 1})
    assert store.clock_jumps == 2
    assert counted(store, "a", NOON, at.now + 1) == 210
    at.now -= 7200  # in summer two clocks of a machine may be set like this
    for _ in range(180):
        store.add(at.pass_(60), {"a": 1})
    assert counted(store, "a", NOON, at.now + 1) == 390


def test_a_process_that_starts_with_a_wrong_clock_removes_nothing(make: Callable[..., SampleStore], at: Time) -> None:
    """As a machine without a battery does, until it has asked for the time."""
    store = make()
    for _ in range(60):
        store.add(at.pass_(60), {"a": 1})
    store.close()
    early = Time(1000.0)
    other = SampleStore(store.path, clock=early.clock, monotonic=early.monotonic)
    for _ in range(30):
        other.add(early.pass_(60), {"a": 1})
    assert counted(store, "a", NOON, at.now + 1) == 60


def test_a_process_that_starts_with_a_clock_that_is_ahead_removes_nothing(
    make: Callable[..., SampleStore], at: Time
) -> None:
    """What it calls old may be of today."""
    store = make()
    for _ in range(180):
        store.add(at.pass_(60), {"a": 1})
    store.close()
    late = Time(NOON + 400 * 24 * HOUR)
    other = SampleStore(store.path, clock=late.clock, monotonic=late.monotonic)
    for _ in range(30):
        other.add(late.pass_(60), {"a": 1})
    assert counted(store, "a", NOON, at.now + 1) == 180


def test_processes_that_are_killed_leave_a_sound_file(path: Path, tmp_path: Path) -> None:
    """At any moment, roll-ups included: at most the last sample is missing."""
    script = tmp_path / "killed.py"
    script.write_text(
        "import itertools, sys\nfrom setpoint.monitor.store import SampleStore\n"
        "now = float(sys.argv[2])\n"
        "store = SampleStore(sys.argv[1], clock=lambda: now, monotonic=lambda: now)\n"
        "for number in itertools.count():\n"
        "    now += 60\n    store.add(now, {f'a{at}': at * number % 7 for at in range(30)})\n"
        "    print(number + 1, flush=True)\n"
    )
    now, written = NOON, 0
    chance = random.Random(1)
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, script, path, str(now)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": SOURCE}
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() * 0.15)
            process.kill()
            told = int((b"1\n" + process.stdout.read()).split()[-1])
        written += told
        now += (told + 1) * 60
        store = SampleStore(path, clock=lambda: NOON, monotonic=lambda: 0.0)
        found = counted(store, "a1", NOON - 1, now + 61)
        store.close()
        assert (store.notices, store.trouble) == ([], None)
        assert written <= found <= written + 1
        written = found
