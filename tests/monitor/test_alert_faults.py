"""Faults injected one by one into a real system: one alert each, of the right severity, and over after repair."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from monitored import Monitored, until
from small_disk import fill, small_disk

from setpoint.errors import UnavailableError, UsageError
from setpoint.platform import host_name, is_portable

Make = Callable[..., Monitored]


@pytest.fixture(autouse=True)
def signals(tmp_path: Path) -> None:
    """These run by polling too, where that is forced; its own alert, which then is always there, is left out."""
    if is_portable():
        (tmp_path / "setpoint.toml").write_text("[monitor.alerts.watcher-polling]\nenabled = false\n")


def alerted(one: Monitored, rule: str, severity: str, *subjects: str) -> None:
    """Within two intervals there are alerts of this rule and severity for these subjects, and no other."""
    wanted = {(rule, severity, subject) for subject in subjects}

    def told() -> list[tuple[str, str, str]]:
        return sorted((alert["rule"], alert["severity"], alert["subject"]) for alert in opened(one))

    one.within_two(lambda health: told() == sorted(wanted))


def opened(one: Monitored) -> list[dict[str, Any]]:
    return [alert for alert in one.monitor.get_alerts() if alert["state"] == "open"]


def over(one: Monitored, number: int = 1) -> None:
    """Within three intervals after the repair nothing is open: two in which nothing is found, a minute in all."""
    for _ in range(4):
        one.pass_interval()
        if not opened(one):
            break
    assert [alert["state"] for alert in one.monitor.get_alerts()] == ["resolved"] * number


def test_a_bad_file(monitored: Make) -> None:
    """It is refused, invalid and not as it is served: one alert."""
    one = monitored()
    one.start()
    one.write("a", "number: [\n")
    until(lambda: one.system.hot_reload_status()["refused"])
    alerted(one, "invalid-document", "high", "a")
    one.write("a", "number: 2\n")
    until(lambda: one.system.load_config("a")["number"] == 2)
    over(one)


def test_two_bad_files(monitored: Make) -> None:
    """Each is an alert; one that is repaired is over while the other lasts."""
    one = monitored()
    one.start()
    for name in "ab":
        one.write(name, "number: x\n")
    until(lambda: len(one.system.hot_reload_status()["refused"]) == 2)
    alerted(one, "invalid-document", "high", "a", "b")
    one.write("b", "number: 3\n")
    until(lambda: one.system.load_config("b")["number"] == 3)
    for _ in range(3):
        one.pass_interval()
    assert [alert["subject"] for alert in opened(one)] == ["a"]
    one.write("a", "number: 3\n")
    until(lambda: one.system.load_config("a")["number"] == 3)
    over(one, 2)


def test_a_document_that_cannot_be_loaded(monitored: Make) -> None:
    """Nothing good is served in its place: critical."""
    one = monitored()
    one.start(follow=False)
    (one.home / "c.yaml").write_text("a: [\n")
    alerted(one, "invalid-document", "critical", "c")
    (one.home / "c.yaml").unlink()
    over(one)


def test_a_file_that_is_gone(monitored: Make) -> None:
    """What it held is served, and somebody should know."""
    one = monitored()
    one.start()
    text = (one.home / "a.yaml").read_text()
    (one.home / "a.yaml").unlink()
    until(lambda: one.system.hot_reload_status()["refused"])
    alerted(one, "files-gone", "high", "a")
    one.write("a", text)
    until(lambda: not one.system.hot_reload_status()["refused"])
    over(one)


def test_a_file_that_was_tampered_with_while_nothing_watched(monitored: Make, tmp_path: Path) -> None:
    """The record knows another content, and the next program that watches tells; put back, it is over."""
    first = monitored()
    first.start()
    first.system.set("a.number", 7)
    first.close()
    text = (first.home / "a.yaml").read_text()
    first.write("a", "number: 8\n")
    one = monitored()
    one.start(follow=False)
    alerted(one, "tampering", "high", "a")
    one.write("a", text)
    one.system.reload()
    over(one)


def test_a_record_that_was_altered(monitored: Make) -> None:
    """Critical: somebody wrote history anew."""
    one = monitored()
    for value in range(30):
        one.system.set("a.number", value)
    one.system.record().verify()
    path = one.state / "history.sqlite3"
    one.start()
    before = path.read_bytes()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entry SET time = time + 1 WHERE entry = 7")
    connection.close()
    until(lambda: one.pass_interval() and opened(one))
    ((subject, message),) = {(alert["subject"], alert["message"]) for alert in opened(one)}
    assert "entry 7" in message
    alerted(one, "history-damaged", "critical", subject)
    path.write_bytes(before)
    over(one)


def test_a_state_directory_that_cannot_be_used(monitored: Make) -> None:
    """The alert is kept in memory, and is in the file once there is one again."""
    one = monitored()
    one.start()
    away = one.home / ".away"
    one.state.rename(away)
    one.state.write_text("a file")
    until(lambda: one.pass_interval() and opened(one))
    assert [(alert["rule"], alert["severity"]) for alert in opened(one)] == [("no-record", "high")]
    one.state.unlink()
    away.rename(one.state)
    one.monitor.store._retry_at = 0.0
    over(one)
    with sqlite3.connect(one.state / "monitor.sqlite3") as connection:
        assert connection.execute("SELECT rule FROM alert WHERE resolved IS NOT NULL").fetchall() == [("no-record",)]
    connection.close()


class Full:
    """What is measured of a disk without room."""

    free, used = 0, 100_000_000_000


def test_a_full_disk(monitored: Make, tmp_path: Path) -> None:
    """One alert, by the figures and by the health; changes are refused meanwhile, and nothing is lost.

    The disk is a real one, in memory, that is filled to the last byte. Where nobody may mount one, only what is
    measured of it is given: the machine's own disk is not ours to fill.
    """
    disk = tmp_path / "disk"
    with small_disk(disk) as is_real:
        if is_portable():
            shutil.copy(tmp_path / "setpoint.toml", disk)
        one = monitored(disk, limits={"disk_free": 1024**3, "disk_free_percent": 5})
        try:
            one.start()
            state: Any = one.monitor._sampler.state
            if is_real:
                fill(disk / "ballast")
            else:
                state._usage = lambda path: Full
            alerted(one, "disk-full", "critical", host_name())
            (alert,) = opened(one)
            assert alert["value"] == pytest.approx(100.0)
            if is_real:
                with pytest.raises(UnavailableError):
                    one.system.set("a.number", 2)
                one.pass_interval()
                assert [alert["rule"] for alert in opened(one)] == ["disk-full"]
                (disk / "ballast").unlink()
            else:
                state._usage = None
            assert one.system.load_config("a")["number"] == 1
            one.system.set("a.number", 3)
            one.monitor.store._retry_at = 0.0
            over(one)
            assert (one.home / "a.yaml").read_text() == "number: 3\n"
            with sqlite3.connect(one.state / "monitor.sqlite3") as connection:
                told = connection.execute("SELECT rule FROM alert WHERE resolved IS NOT NULL").fetchall()
            connection.close()
            assert told == [("disk-full",)]
        finally:
            one.close()


def test_a_callback_that_hangs(monitored: Make) -> None:
    """While it runs; what waits for it is the same fault."""
    one = monitored(limits={"slow": 0.05, "backlog": 1})
    end = threading.Event()
    one.system.on_change("a", lambda changes: end.wait(60))
    one.start()
    for number in range(2, 7):
        one.system.set("a.number", number)
    until(lambda: one.system._audience._bus.running())
    alerted(one, "slow-callbacks", "medium", "")
    end.set()
    assert one.system._audience._bus.drain(30)
    over(one)


def test_a_cache_that_does_not_help(monitored: Make) -> None:
    """Most reads since the last sample had to look at files."""
    one = monitored()
    one.start()
    one.pass_interval()
    for _ in range(150):
        one.system.load_config("a")
        one.system._cache.invalidate("a")
    alerted(one, "cache-hit-ratio", "medium", "")
    for _ in range(3):
        for _ in range(500):
            one.system.load_config("a")
        one.pass_interval()
    over(one)


def test_a_fault_that_comes_and_goes_is_one_alert(monitored: Make) -> None:
    """A file that is bad every other interval, for an hour."""
    one = monitored()
    one.start()
    told: list[str] = []
    with one.system.events() as events:
        for number in range(60):
            one.write("a", "number: [\n" if number % 4 < 2 else "number: 2\n")
            one.system._reloading.look(names=["a"])
            one.pass_interval()
            while (event := events.get(0.0)) is not None:
                told += [event.kind] if event.kind.startswith("alert") else []
    assert len(one.monitor.get_alerts()) == 1
    assert told.count("alertraised") <= 2
    assert len(told) <= 4


def test_settings_that_make_no_sense_are_said_at_the_start(tmp_path: Path) -> None:
    """And not when the first alert should be told."""
    for text, message in (
        (
            '[monitor.channels.pager]\ntype = "webhook"\nurl_from = "NOT_SET"\n',
            "NOT_SET, named by url_from, is not set",
        ),
        ("[monitor.alerts.cpus]\nthreshold = 5\n", "there is no such rule; did you mean 'cpu'"),
    ):
        (tmp_path / "setpoint.toml").write_text(text)
        one = Monitored(tmp_path)
        with pytest.raises(UsageError, match=message):
            one.monitor.start_monitoring()
        assert not one.monitor.running
        one.close()


def test_alerts_know_the_limits_of_the_health(monitored: Make) -> None:
    """A figure that is no reason for the health is none for an alert."""
    one = monitored(limits={"memory": 1e-6, "cpu": 1e9})
    one.start()
    (alert,) = opened(one)
    assert (alert["rule"], alert["threshold"]) == ("memory", 1e-6)
