"""Faults of what surrounds the documents, injected one by one: found within two intervals, gone after repair."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from monitored import PLENTY, Monitored, until

from setpoint import ConfigMonitor, ConfigSystem
from setpoint.history.history import History
from setpoint.monitor.limits import Limits
from setpoint.monitor.probe_state import StateProbe

Make = Callable[..., Monitored]


# -- whoever follows the files


def test_a_dead_watcher_is_critical(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread has ended though nobody stopped it; beginning anew repairs that."""
    one = monitored()
    one.start()
    watch = one.system._follower.watch  # type: ignore[union-attr]
    monkeypatch.setattr(threading, "excepthook", lambda details: None)
    assert watch._observer is not None
    monkeypatch.setattr(watch._observer, "tick", lambda: sys.exit("killed"))
    watch.wake()
    until(lambda: not watch._thread.is_alive())
    assert "start_hot_reload" in one.becomes("critical", "watcher-dead")["watcher-dead"]["advice"]
    one.system.stop_hot_reload()
    one.system.start_hot_reload()
    one.is_healthy()


def test_a_watcher_that_does_not_answer_is_found_by_the_canary(
    monitored: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread is there and hangs, as in a file system that does not answer: a warning, and critical in the end."""
    from setpoint.monitor import probe_watching

    monkeypatch.setattr(probe_watching, "_PATIENCE", 0.2)
    monkeypatch.setattr(probe_watching, "_LAST_CHANCE", 0.1)
    one = monitored()
    one.start()
    one.pass_interval()
    canary = one.monitor._sampler.watching.canary
    assert canary is not None
    one.hears(canary)
    follower = one.system._follower
    assert follower is not None
    hang = threading.Event()
    monkeypatch.setattr(type(canary), "heard", lambda self, by: hang.wait(60))
    one.pass_interval()
    follower.watch.tally.effective_interval = 0.1
    time.sleep(0.5)
    one.becomes("warning", "watcher-silent")
    monkeypatch.setattr(probe_watching, "_DEAD", 0.2)
    one.becomes("critical", "watcher-silent")
    monkeypatch.undo()
    hang.set()
    one.is_healthy()


def test_a_change_of_the_canary_that_is_lost_is_no_fault(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again before anything is said, and whoever follows the files answers then."""
    from setpoint.monitor import probe_watching

    one = monitored()
    one.start()
    one.pass_interval()
    canary = one.monitor._sampler.watching.canary
    assert canary is not None
    one.hears(canary)
    with monkeypatch.context() as lost:
        lost.setattr(type(canary), "heard", lambda self, by: None)
        one.pass_interval()
        time.sleep(0.3)
    assert canary.waiting is not None
    monkeypatch.setattr(probe_watching, "_PATIENCE", 0.0)
    one.system._follower.watch.tally.effective_interval = 0.0  # type: ignore[union-attr]
    one.is_healthy()
    assert one.monitor.get_alerts() == []


def test_the_canary_is_heard_by_a_signal(monitored: Make) -> None:
    """Where the system gives signals they come for it, and it wakes nobody who is told of documents."""
    one = monitored()
    told: list[object] = []
    one.system.on_change("**", told.append)
    one.start()
    canary = one.monitor._sampler.watching.canary
    assert canary is not None
    for _ in range(3):
        one.pass_interval()
        one.hears(canary)
    assert canary.heard_by == {"poll" if os.environ.get("SETPOINT_PORTABLE") else "signal"}
    assert told == []
    assert os.listdir(one.state / "canary") == [str(os.getpid())]
    one.monitor.stop_monitoring()
    assert os.listdir(one.state / "canary") == []


def test_polling_degrades(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no signals, changes are seen later than they could be; the canary is seen too."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    one = monitored()
    one.start()
    one.becomes("degraded", "watcher-polling")
    canary = one.monitor._sampler.watching.canary
    assert canary is not None
    one.hears(canary)
    one.system.stop_hot_reload()
    monkeypatch.delenv("SETPOINT_PORTABLE")
    one.system.start_hot_reload()
    one.is_healthy()


def test_changes_without_a_signal_degrade(monitored: Make) -> None:
    """What is found by looking alone shows that signals are missing; once they come again it is over."""
    one = monitored()
    one.start()
    one.is_healthy()
    one.system._follower.watch.tally.found_by_reconcile += 2  # type: ignore[union-attr]
    one.becomes("degraded", "signals-missing")
    one.is_healthy()


def test_a_directory_that_cannot_be_looked_at_is_a_warning(monitored: Make) -> None:
    """Settings that are wrong keep everything from being looked at."""
    one = monitored()
    one.start()
    settings = one.home.parent / "setpoint.toml"
    settings.write_text("nonsense = true\n")
    until(lambda: one.system.hot_reload_status()["trouble"])
    one.becomes("warning", "watcher-trouble")
    settings.unlink()
    until(lambda: not one.system.hot_reload_status()["trouble"])
    one.is_healthy()


def test_without_hot_reload_nobody_is_missed(monitored: Make) -> None:
    """A program that does not follow its files is healthy."""
    one = monitored()
    one.start(follow=False)
    one.is_healthy()


# -- the record


def recorded(one: Monitored, number: int = 40) -> Path:
    """Put revisions on record, in the database, and return its file."""
    for value in range(number):
        one.system.set("a.number", value)
    one.system.history("a")
    one.system.record().verify()
    assert History(one.state).verify().ok
    return one.state / "history.sqlite3"


def test_an_entry_that_was_changed_is_critical(monitored: Make, tmp_path: Path) -> None:
    """One row of many, whoever wrote it: the chain does not fit any more; a copy put back repairs it."""
    one = monitored()
    path = recorded(one)
    one.start()
    one.is_healthy()
    good = tmp_path / "good.sqlite3"
    shutil.copy2(path, good)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entry SET time = time + 1 WHERE entry = 7")
    connection.close()
    message = one.becomes("critical", "history-damaged")["history-damaged"]["message"]
    assert "entry 7 (revision 7 of a)" in message
    shutil.copy2(good, path)
    one.is_healthy()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE entry = 5",
        "DELETE FROM entry WHERE entry > 20",
        "UPDATE content SET data = x'00' WHERE id = (SELECT max(id) FROM content)",
        "UPDATE entry SET reason = 'another' WHERE entry = 30",
    ],
)
def test_whatever_is_tampered_with_in_the_record_is_found(monitored: Make, statement: str) -> None:
    """Entries removed inside and at the end, contents and reasons replaced."""
    one = monitored()
    path = recorded(one)
    one.start()
    one.is_healthy()
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    one.becomes("critical", "history-damaged")


def test_bytes_that_were_overwritten_are_critical_and_nothing_is_set_aside(monitored: Make) -> None:
    """The monitor only looks: the file stays where it is, as it is."""
    one = monitored()
    path = recorded(one)
    one.start()
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 512):
        data[place : place + 64] = bytes(64)
    path.write_bytes(data)
    one.becomes("critical", "history-damaged")
    assert path.read_bytes() == bytes(data)
    assert not list(one.state.glob("history.damaged-*"))


def test_a_record_that_is_gone_or_was_set_aside_is_critical(monitored: Make) -> None:
    """Also when somebody else found the damage first; it is over when the file has been moved away."""
    one = monitored()
    path = recorded(one)
    one.start()
    one.is_healthy()
    away = one.home.parent / "away"
    path.rename(away)
    one.becomes("critical", "history-damaged")
    away.rename(path)
    one.is_healthy()
    (one.state / "history.damaged-20260101T000000Z.sqlite3").write_bytes(b"what was found")
    reason = one.becomes("critical", "history-damaged")["history-damaged"]
    assert "history.damaged-20260101T000000Z.sqlite3" in reason["message"]
    (one.state / "history.damaged-20260101T000000Z.sqlite3").unlink()
    one.is_healthy()


def test_a_record_that_grows_stays_intact(monitored: Make) -> None:
    """Appending, pruning and purging while somebody looks is no damage, wherever the last revisions lie."""
    one = monitored()
    one.start()
    for value in range(60):
        one.system.set("a.number", value)
        if value % 3 == 0:
            one.monitor.look()
            assert one.monitor.get_health_status()["status"] == "healthy"
    one.system.record().prune("a", keep=10)
    one.is_healthy()
    one.system.record().purge(b"number: 55")
    one.is_healthy()


def test_a_large_record_is_checked_in_parts_and_whole_in_the_end(
    monitored: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look checks some entries only; after as many looks as it takes, every entry was, and then none."""
    from setpoint.monitor import probe_history

    one = monitored()
    recorded(one, 100)
    monkeypatch.setattr(probe_history, "_ROWS", 10)
    monkeypatch.setattr(probe_history, "_SECONDS", 0.0)
    probe = probe_history.HistoryProbe(one.system)
    entries = len(one.system.history("a"))

    class Ticking:
        """A clock that goes on by one whenever it is read: a look has time for one part."""

        now = 0.0

        def monotonic(self) -> float:
            self.now += 1
            return self.now

    monkeypatch.setattr(probe_history, "time", Ticking())
    monkeypatch.setattr(probe_history, "_SECONDS", 1.5)
    seen = []
    for _ in range(20):
        assert probe.look(0.0).reasons == []
        seen.append(probe.checked)
    assert seen[0] == 10
    assert seen[-1] == seen[-2] == entries
    assert all(later - earlier in (0, 10, entries % 10) for earlier, later in pairwise(seen))


# -- the state directory, the disk, the machine


def test_a_state_directory_that_cannot_be_used_is_a_warning(monitored: Make) -> None:
    """A file stands in its place: nothing can be written, and monitoring goes on in memory."""
    one = monitored()
    one.start()
    away = one.home / ".away"
    one.state.rename(away)
    one.state.write_text("a file")
    reason = one.becomes("warning", "state-unusable")["state-unusable"]
    assert str(one.state) in reason["message"]
    one.state.unlink()
    away.rename(one.state)
    one.is_healthy()


class Disk:
    """How full a disk is, as it is wanted."""

    def __init__(self, total: float, free: float) -> None:
        self.used = int(total - free)
        self.free = int(free)


@pytest.mark.parametrize(
    ("total", "free", "status"),
    [
        (100e9, 40e9, "healthy"),
        (1e6, 0.3e6, "healthy"),  # a small disk is not a full one
        (10e12, 300e9, "healthy"),  # and a large one has room when little of it is free
        (100e9, 0.8e9, "warning"),
        (100e9, 0.01e9, "critical"),
        (1e6, 0.0, "critical"),
        (0, 0, "healthy"),  # a pseudo file system without blocks
    ],
)
def test_a_full_disk_is_found(monitored: Make, total: float, free: float, status: str) -> None:
    """By what is free and by which part of it; a tenth of what is scarce is critical."""
    one = monitored(limits={"disk_free": 1024**3, "disk_free_percent": 5})
    one.start()
    state: Any = one.monitor._sampler.state
    state._usage = lambda path: Disk(total, free)
    if status == "healthy":
        one.is_healthy()
    else:
        one.becomes(status, "disk-full")
        assert one.monitor.get_health_status()["metrics"]["disk_free_bytes"] == free
        state._usage = lambda path: Disk(total, total)
        one.is_healthy()


def test_a_disk_that_is_filled_up_is_found(monitored: Make, tmp_path: Path) -> None:
    """A real file takes what was free: what is measured follows the file system."""
    one = monitored()
    one.start()
    before = one.monitor.get_health_status()["metrics"]["disk_free_bytes"]
    probe = StateProbe(one.system, one.monitor._limits)
    (tmp_path / "ballast").write_bytes(os.urandom(64 * 1024 * 1024))
    os.sync()
    taken = before - probe.look(0.0).figures["disk_free_bytes"]
    one.monitor._limits.disk_free_percent = 100.0
    one.monitor._limits.disk_free = before - taken / 2
    one.becomes("warning", "disk-full")
    (tmp_path / "ballast").unlink()
    os.sync()
    assert taken > 16 * 1024 * 1024
    one.monitor._limits.disk_free_percent = 1e-9
    one.is_healthy()


def test_a_processor_hog_in_this_process_is_found(monitored: Make) -> None:
    """A thread that computes all the time: seen at the second look, over when it has ended.

    On a busy machine it gets less than a core: the limit is half of what it got.
    """
    one = monitored()
    one.start(follow=False)
    stop = threading.Event()

    def hog() -> None:
        while not stop.is_set():
            sum(range(1000))

    thread = threading.Thread(target=hog)
    thread.start()
    try:
        time.sleep(0.4)
        got = one.pass_interval()["metrics"]["process_cpu_percent"]
        assert got > 1
        one.monitor._limits.process_cpu = got / 2
        for _ in range(2):
            began, used = time.monotonic(), time.process_time()

            def share(began: float = began, used: float = used) -> float:
                return 100 * (time.process_time() - used) / (time.monotonic() - began)

            time.sleep(0.4)
            until(lambda: share() > 0.7 * got)
            health = one.pass_interval()
        assert [reason["rule"] for reason in health["reasons"]] == ["process-cpu"]
    finally:
        stop.set()
        thread.join()
    for _ in range(2):
        time.sleep(0.4)
        health = one.pass_interval()
    assert health["reasons"] == []


def test_a_processor_hog_beside_this_process_is_found(monitored: Make) -> None:
    """Real processes that compute all the time: no reason at the first look that sees them, one at the second.

    What the kernel gives them, which on a busy machine is less than all, bounds from below what is measured.
    """
    one = monitored()
    one.start(follow=False)
    limits, cores = one.monitor._limits, psutil.cpu_count()
    hogs = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(cores)]

    def used() -> float:
        return sum(sum(psutil.Process(hog.pid).cpu_times()[:2]) for hog in hogs)

    def interval() -> tuple[float, dict[str, Any]]:
        """Return what the hogs used of the machine from one look to the next, in percent, and the health at its end."""
        before, began = used(), time.monotonic()
        until(lambda: used() - before >= 0.3 * cores or time.monotonic() - began >= 5)
        part = 100 * (used() - before) / (time.monotonic() - began) / cores
        return part, one.pass_interval()

    try:
        interval()
        part, health = interval()
        assert health["metrics"]["machine_cpu_percent"] > part / 2 > 0
        limits.cpu = part / 2  # their share from now on is about the same, whatever else is at work here
        found = [[reason["rule"] for reason in interval()[1]["reasons"]] for _ in range(2)]
        assert found == [[], ["cpu"]]
        # Too little time has passed to measure anything: it is as it was.
        assert "nan" not in one.becomes("degraded", "cpu")["cpu"]["message"]
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    limits.cpu = 1e9  # others may keep the machine busy
    time.sleep(0.25)
    one.is_healthy()


def test_processor_time_of_the_machine_counts_twice_in_a_row(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One busy interval is no reason, two are; what waits for a disk is idle."""

    class Times(tuple[float, ...]):
        """What the kernel has counted."""

        idle = iowait = guest = guest_nice = 0.0

    used = {"busy": 0.0, "idle": 0.0}

    def times() -> Times:
        made = Times((used["busy"], used["idle"] / 2, used["idle"] / 2))
        made.idle = made.iowait = used["idle"] / 2
        return made

    monkeypatch.setattr(psutil, "cpu_times", times)
    one = monitored(limits={"cpu": 95})
    one.start(follow=False)
    found = []
    for busy in (10, 99, 99, 50, 99, 10):
        used["busy"] += busy
        used["idle"] += 100 - busy
        time.sleep(0.21)
        health = one.pass_interval()
        found.append((round(health["metrics"]["machine_cpu_percent"]), health["status"]))
        # A look that follows at once can measure nothing, and says the same: one burst stays one.
        assert one.pass_interval()["status"] == health["status"]
    assert found == [
        (10, "healthy"), (99, "healthy"), (99, "degraded"), (50, "healthy"), (99, "healthy"), (10, "healthy"),
    ]  # fmt: skip


def test_a_memory_hog_is_found(monitored: Make) -> None:
    """This process takes 300 MB more than before; over when it lets go of them."""
    gc.collect()  # what earlier tests left must not go in the middle
    total = psutil.virtual_memory().total
    most = 100.0 * (psutil.Process().memory_info().rss + 80e6) / total
    one = monitored(limits={"process_memory": most})
    one.start()
    hog = bytearray(os.urandom(1024)) * (300 * 1024)
    one.monitor._sampler.probes[5]._limits.process_memory *= _share_of_container()  # type: ignore[attr-defined]
    one.becomes("warning", "process-memory")
    del hog
    one.is_healthy()


def _share_of_container() -> float:
    """How much larger a part is of the container's memory than of the machine's."""
    from setpoint.monitor.probe_machine import _container_memory

    bound = _container_memory()
    total = psutil.virtual_memory().total
    return total / bound[1] if bound is not None and bound[1] < total else 1.0


def test_memory_of_the_machine_that_runs_out_is_found(monitored: Make) -> None:
    """Above the limit it is a warning, and nearly all is critical."""
    one = monitored()
    one.start()
    used = one.monitor.get_health_status()["metrics"]["machine_memory_percent"]
    assert 0 < used < 100
    one.monitor._limits.memory = used / 2
    one.becomes("warning", "memory")
    one.monitor._limits.memory = 1e9
    one.is_healthy()


def test_files_that_are_not_closed_are_found(monitored: Make) -> None:
    """Open files by the most that this process may have."""
    import resource

    one = monitored()
    one.start()
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = one.monitor.get_health_status()["metrics"]["process_descriptors"]
    one.monitor._limits.descriptors = 100.0 * (number + 50) / most
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
    try:
        one.becomes("warning", "descriptors")
    finally:
        for descriptor in opened:
            os.close(descriptor)
    one.is_healthy()


# -- callbacks


def test_a_slow_callback_is_found_while_it_runs(monitored: Make) -> None:
    """By its name, since it began; once it has ended it is told once more, and then it is over."""
    one = monitored(limits={"slow": 0.05})
    one.start(follow=False)
    hang, began = threading.Event(), threading.Event()

    def stuck(changes: object) -> None:
        began.set()
        hang.wait(30)

    one.system.on_change("a", stuck)
    one.system.set("a.number", 2)
    assert began.wait(10)
    time.sleep(0.1)
    reason = one.becomes("warning", "callback-slow")["callback-slow"]
    assert "stuck" in reason["message"]
    hang.set()
    assert one.system._audience.bus.drain(10)
    one.is_healthy()


def test_a_callback_that_raises_degrades_until_the_next_look(monitored: Make) -> None:
    """What happened between two looks is told at the second; it is not known to be so still."""
    one = monitored()
    one.start(follow=False)
    one.system.on_change("a", lambda changes: 1 // 0)
    one.is_healthy()
    one.system.set("a.number", 2)
    assert one.system._audience.bus.drain(10)
    one.becomes("degraded", "callback-failed")
    one.is_healthy()


def test_deliveries_that_pile_up_are_found(monitored: Make) -> None:
    """More wait for a callback than should."""
    one = monitored(limits={"backlog": 3, "slow": 1000})
    one.start(follow=False)
    hang = threading.Event()
    one.system.on_change("a", lambda changes: hang.wait(30))
    for number in range(6):
        one.system.set("a.number", 100 + number)
    one.becomes("warning", "callback-backlog")
    hang.set()
    assert one.system._audience.bus.drain(10)
    one.is_healthy()


# -- the probes themselves


def test_a_probe_that_fails_is_a_reason_and_hides_no_other(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error is named without its message, which may quote a value; the other probes go on."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: one\n")

    def fails(now: float) -> None:
        raise ValueError("hunter2")

    monkeypatch.setattr(one.monitor._sampler.state, "look", fails)
    found = one.becomes("warning", "invalid", "probe-failed")
    assert "ValueError" in found["probe-failed"]["message"]
    assert "hunter2" not in str(found)
    assert found["probe-failed"]["severity"] == "degraded"


def test_probing_writes_nothing(monitored: Make) -> None:
    """Who only asks leaves no trace, also in a directory that was never written."""
    one = monitored()
    before = sorted(one.home.rglob("*"))
    one.monitor.get_health_status()
    one.monitor.get_alerts()
    one.monitor.get_performance_report(1)
    one.monitor.generate_health_report()
    assert sorted(one.home.rglob("*")) == before


def test_where_no_state_directory_can_be_made_it_is_said_and_monitoring_goes_on(tmp_path: Path) -> None:
    """Samples, alerts and reports stay in memory, and the health says why."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "a.yaml").write_text("x: 1\n")
    (tmp_path / "file").write_text("in the way")
    system = ConfigSystem(tmp_path / "config", environ={"SETPOINT_STATE_DIR": str(tmp_path / "file" / "below")})
    monitor = ConfigMonitor(system, limits=Limits(**PLENTY))
    try:
        assert [one["rule"] for one in monitor.get_health_status()["reasons"]] == ["state-unusable"]
        monitor.start_monitoring(60)
        system.load_config("a")
        system.load_config("a")
        assert monitor.get_health_status()["status"] == "warning"
        assert monitor.get_performance_report(1)["average_metrics"]["cache_hit_ratio"] == 0.5
        assert monitor.get_alerts()
    finally:
        monitor.stop_monitoring()
        system.close()
    assert (tmp_path / "file").read_text() == "in the way"
