"""``ConfigMonitor``: its life, what it answers, and what it costs nobody."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from monitored import Monitored, until

import setpoint
from setpoint import ConfigMonitor, ConfigSystem, UsageError, start_config_monitoring
from setpoint.monitor.limits import Limits

Make = Callable[..., Monitored]
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "swarm" / "config"
MISSION = """\
from src.core.enhanced_config_system import initialize_enhanced_config
config_system = initialize_enhanced_config()
unified_config = config_system.load_config("unified_config")
coordinates = config_system.load_config("coordinates")

from src.core.config_monitor import start_config_monitoring
monitor = start_config_monitoring(interval=30)
health = monitor.get_health_status();  health["status"]
report = monitor.get_performance_report(hours=24);  report["average_metrics"]["cache_hit_ratio"]
"""
ALONE = """\
from src.core.config_monitor import start_config_monitoring
monitor = start_config_monitoring(interval=30)
health = monitor.get_health_status();  health["status"]
report = monitor.get_performance_report(hours=24);  report["average_metrics"]["cache_hit_ratio"]
"""


def run(code: str, cwd: Path, *, path: str = f"{ROOT}:{ROOT / 'src'}") -> subprocess.CompletedProcess[str]:
    """Run a program of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# -- as it is documented


@pytest.mark.parametrize("code", [MISSION, ALONE], ids=["after the system", "alone"])
def test_the_documented_lines_work_as_written_in_a_fresh_process(tmp_path: Path, code: str) -> None:
    """Each block alone; the interpreter ends by itself though monitoring runs, and says nothing."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    done = run(
        f"{code}\nprint(health['status'], report['average_metrics']['cache_hit_ratio'], monitor.running)", tmp_path
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.split() == ["healthy", "0.0" if code is MISSION else "nan", "True"]


def test_both_import_paths_lead_to_the_same_monitor(tmp_path: Path) -> None:
    """One monitor for each system, whoever asks for it."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    done = run(
        "import setpoint\n"
        "from src.core import config_monitor as core\n"
        "monitor = setpoint.start_config_monitoring()\n"
        "print(core.start_config_monitoring(interval=30) is monitor, core.ConfigMonitor is setpoint.ConfigMonitor)\n"
        "print(monitor.system is setpoint.initialize_enhanced_config())",
        tmp_path,
    )
    assert (done.stdout, done.stderr) == ("True True\nTrue\n", "")


def test_nothing_of_it_is_imported_before_it_is_used(tmp_path: Path) -> None:
    """Loading configuration imports neither psutil, SQLite, the Prometheus client nor the monitor."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "a.yaml").write_text("x: 1\n")
    done = run(
        "import sys, setpoint\n"
        "system = setpoint.ConfigSystem('config')\n"
        "system.load_config('a')\n"
        "system.metrics.values()\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('psutil', 'sqlite3', 'prometheus_client')\n"
        "       or name.startswith('setpoint.monitor')])",
        tmp_path,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


# -- what it answers


def test_without_start_it_looks_when_it_is_asked(monitored: Make) -> None:
    """There is never no answer, no thread begins, and each answer is of that moment."""
    one = monitored()
    threads = set(threading.enumerate())
    first = one.monitor.get_health_status()
    assert first["status"] == "healthy"
    one.write("a", "number: one\n")
    assert one.monitor.get_health_status()["status"] == "critical"
    assert set(threading.enumerate()) <= threads
    assert not one.monitor.running


def test_while_it_runs_the_last_look_is_given_unless_another_is_wanted(monitored: Make) -> None:
    """Asking a thousand times costs nothing; refresh=True looks."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: one\n")
    first = one.monitor.get_health_status()
    assert first["status"] == "healthy"
    assert one.monitor.get_health_status()["at"] == first["at"]
    assert one.monitor.get_health_status(refresh=True)["status"] == "warning"


def test_the_answer_is_plain_and_goes_into_json(monitored: Make) -> None:
    """Dicts, lists, texts and numbers only; what is not known is NaN."""
    one = monitored()
    one.write("a", "number: one\n")
    found = one.monitor.get_health_status()
    assert set(found) == {"status", "reasons", "documents", "since", "at", "metrics"}
    again = json.loads(json.dumps(found))
    assert again["reasons"] == found["reasons"] and again["documents"] == found["documents"]
    assert isnan(found["metrics"]["cache_hit_ratio"])
    assert {type(value) for value in found["metrics"].values()} == {float}


def test_the_status_says_since_when_it_is_so(monitored: Make) -> None:
    """The time changes with the status, and not with each look; a reason keeps the time when it was first seen."""
    one = monitored()
    one.start(follow=False)
    healthy = one.pass_interval()["since"]
    assert one.pass_interval()["since"] == healthy
    one.write("a", "number: one\n")
    warned = one.pass_interval()
    again = one.pass_interval()
    assert healthy < warned["since"] == again["since"] < again["at"]
    assert warned["reasons"][0]["since"] == again["reasons"][0]["since"]


def test_a_fault_is_one_alert_and_ends_with_it(monitored: Make) -> None:
    """It is raised once however often it is seen, and resolved after the repair."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: one\n")
    for _ in range(5):
        one.pass_interval()
    (alert,) = one.monitor.get_alerts()
    assert (alert["state"], alert["documents"], alert["severity"]) == ("open", ["a"], "high")
    assert one.monitor.get_alerts(severity="critical") == []
    assert one.monitor.get_alerts(severity="high", since=alert["raised"], until=one.clock()) == [alert]
    assert one.monitor.get_alerts(until=alert["raised"] - 1) == []
    one.write("a", "number: 1\n")
    for _ in range(30):
        one.pass_interval()
    (alert,) = one.monitor.get_alerts()
    assert alert["state"] == "resolved"


def test_alerts_are_events_of_the_system(monitored: Make) -> None:
    """Whoever listens to the system hears of alerts as of everything else."""
    one = monitored()
    stream = one.system.events()
    one.start(follow=False)
    one.write("a", "number: one\n")
    one.pass_interval()
    event = stream.get(timeout=10)
    assert event is not None
    assert event.kind == "alertraised"


def test_a_rule_of_the_program_alerts(monitored: Make) -> None:
    """As a decorator or as a call, by the sample and the health; the function stays what it was."""
    one = monitored()

    @one.monitor.rule
    def too_many_documents(sample: Any, health: Any) -> object:
        return f"{sample['documents']:.0f} documents" if sample["documents"] > 1 else None

    one.monitor.rule(lambda sample, health: health.status == "critical", id="own", severity="critical")
    one.start(follow=False)
    assert too_many_documents({"documents": 7}, None) == "7 documents"
    assert [alert["message"] for alert in one.monitor.get_alerts()] == ["2 documents"]


def test_reports_are_made_of_what_was_measured(monitored: Make) -> None:
    """The hit ratio is that of the reads that were made, and the text names the status and the reasons."""
    one = monitored()
    one.start(follow=False)
    for _ in range(18):
        one.system.load_config("a")
    report = one.monitor.get_performance_report(hours=1)
    stats = one.system.get_cache_stats()
    assert report["metrics"]["cache_hit_ratio"]["last"] == stats["hit_ratio"]
    one.write("a", "number: one\n")
    one.pass_interval()
    text = one.monitor.generate_health_report()
    assert "warning" in text and "a.yaml" in text


def test_with_no_reads_the_ratio_is_not_a_number(monitored: Make) -> None:
    """Neither 0 nor 1 would be true."""
    one = monitored()
    one.monitor.start_monitoring(interval=300)
    assert isnan(one.monitor.get_performance_report(24)["average_metrics"]["cache_hit_ratio"])


# -- its life


def test_it_looks_again_and_again_until_it_is_stopped(monitored: Make) -> None:
    """A thread of its own looks at the interval; after stop_monitoring there is none; it can be started again."""
    one = monitored()
    for _ in range(3):
        one.monitor.start_monitoring(interval=0.05)
        assert one.monitor.running
        first = one.monitor.get_health_status()["at"]
        until(lambda first=first: one.monitor.get_health_status()["at"] > first)
        one.monitor.stop_monitoring()
        assert not one.monitor.running
        assert not [thread for thread in threading.enumerate() if thread.name == "setpoint-monitor"]
    one.monitor.stop_monitoring()


def test_starting_again_takes_the_new_interval_and_no_second_thread(monitored: Make) -> None:
    """However often it is started, one thread looks."""
    one = monitored()
    for interval in (10, 20, 0.5):
        one.monitor.start_monitoring(interval)
        assert one.monitor.interval == interval
    assert len([thread for thread in threading.enumerate() if thread.name == "setpoint-monitor"]) == 1
    with one.monitor as same:
        assert same.interval == 0.5
    assert not one.monitor.running


@pytest.mark.parametrize("interval", [0, -1, nan, 301, 1e9, "30"])
def test_an_interval_that_makes_no_sense_is_refused(monitored: Make, interval: Any) -> None:
    """With what it may be."""
    one = monitored()
    with pytest.raises(UsageError, match="interval="):
        one.monitor.start_monitoring(interval)
    assert not one.monitor.running


def test_one_monitor_for_each_system(tmp_path: Path) -> None:
    """start_config_monitoring gives the same one again, and another system another."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first, second = ConfigSystem(tmp_path / "one"), ConfigSystem(tmp_path / "two")
    monitors = [start_config_monitoring(60, first), start_config_monitoring(60, second)]
    try:
        assert start_config_monitoring(60, first) is monitors[0] is not monitors[1]
        assert start_config_monitoring(50, first).interval == 50
    finally:
        for monitor in monitors:
            monitor.stop_monitoring()


def test_a_look_that_fails_does_not_end_the_thread(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails, the next look is made."""
    one = monitored()
    one.monitor.start_monitoring(interval=0.05)
    sampler = one.monitor._sampler
    look, failed = sampler.look, []

    def fails() -> object:
        if len(failed) < 3:
            failed.append(1)
            raise MemoryError
        return look()

    monkeypatch.setattr(sampler, "look", fails)
    until(lambda: len(failed) == 3)
    at = one.monitor.get_health_status()["at"]
    until(lambda: one.monitor.get_health_status()["at"] > at)
    assert one.monitor.running


def test_many_documents_are_judged_behind_the_start(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start does not wait for all of them, says how many are left, and they are judged at once after it."""
    from setpoint.monitor import config_monitor

    one = monitored()
    for number in range(300):
        (one.home / f"d{number}.yaml").write_text("x: 1\n" if number != 250 else "x: [\n")
    monkeypatch.setattr(config_monitor, "_FIRST", 0.0)
    monkeypatch.setattr(config_monitor, "_LATER", 0.02)
    one.monitor.start_monitoring(interval=300)
    first = one.monitor.get_health_status()
    assert first["documents"]["total"] == 302
    assert first["documents"]["unjudged"] > 0
    until(lambda: one.monitor.get_health_status()["documents"]["unjudged"] == 0)
    last = one.monitor.get_health_status()
    assert (last["status"], last["documents"]["invalid"]) == ("critical", 1)


def test_a_child_goes_on_with_a_thread_of_its_own(monitored: Make) -> None:
    """What is forked off while others look monitors too, as itself, and its parent is not disturbed."""
    one = monitored()
    one.start()
    one.monitor.start_monitoring(interval=0.05)
    for _ in range(5):
        child = os.fork()
        if not child:
            code = 1
            try:
                alone = [thread for thread in threading.enumerate() if thread.name == "setpoint-monitor"]
                until(lambda: one.monitor._latest is not None, 20)
                health = one.monitor.get_health_status()
                (one.home / "a.yaml").write_text("number: 1\n")
                good = health["metrics"]["process_descriptors"] > 0 and len(alone) == 1
                canary = one.monitor._sampler.watching.canary
                good = good and canary is not None and canary.path.endswith(str(os.getpid()))
                one.monitor.stop_monitoring()
                code = 0 if good and health["documents"]["total"] == 2 else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
    at = one.monitor.get_health_status()["at"]
    until(lambda: one.monitor.get_health_status()["at"] > at)
    assert one.monitor.get_health_status()["status"] == "healthy"


def test_the_interpreter_ends_while_it_looks(tmp_path: Path) -> None:
    """Without a word, quickly, and the canary goes with it."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    began = time.monotonic()
    done = run(
        "import setpoint, time\n"
        "system = setpoint.initialize_enhanced_config()\n"
        "setpoint.ConfigMonitor(system).start_monitoring(0.05)\n"
        "time.sleep(0.3)\n",
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 20
    assert os.listdir(tmp_path / "config" / ".setpoint" / "canary") == []


def test_a_killed_program_leaves_nothing_that_disturbs_the_next(tmp_path: Path) -> None:
    """Killed in the middle of looks, again and again: the next one is healthy from the start."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    code = (
        "import setpoint, time\n"
        "system = setpoint.initialize_enhanced_config()\n"
        "monitor = setpoint.ConfigMonitor(system)\n"
        "monitor.start_monitoring(0.05)\n"
        "print(monitor.get_health_status()['status'], flush=True)\n"
        "time.sleep(60)\n"
    )
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "healthy\n"
            time.sleep(0.1)
            program.send_signal(signal.SIGKILL)


def test_threads_may_ask_while_it_looks(monitored: Make) -> None:
    """Asking for health, alerts and reports from many threads while files change ends well."""
    one = monitored()
    one.start()
    one.monitor.start_monitoring(interval=0.05)
    failures: list[Exception] = []
    end = time.monotonic() + 1.0

    def ask(number: int) -> None:
        try:
            while time.monotonic() < end:
                one.monitor.get_health_status(refresh=number % 2 == 0)
                one.monitor.get_alerts()
                new = one.home.parent / f"new-{number}"
                new.write_text(f"number: {number}\n")
                new.replace(one.home / "b.yaml")
        except Exception as error:  # noqa: BLE001 - it is what the test asks for
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert one.monitor.get_alerts() == []


# -- settings and limits


def test_settings_say_what_the_program_does_not(tmp_path: Path) -> None:
    """The interval and the limits of [monitor] count where the program gives none."""
    (tmp_path / "config").mkdir()
    settings = "[monitor]\ninterval = 45\nmax_bytes = 2097152\n[monitor.limits]\nbacklog = 7\n"
    (tmp_path / "setpoint.toml").write_text(settings)
    monitor = ConfigMonitor(ConfigSystem(tmp_path / "config", environ={}))
    monitor.start_monitoring()
    try:
        assert monitor.interval == 45
        assert monitor._limits.backlog == 7
        assert monitor.store._max_bytes == 2097152
        monitor.start_monitoring(50)
        assert monitor.interval == 50
    finally:
        monitor.stop_monitoring()


def test_limits_say_what_they_know() -> None:
    """A name that is none, and what is no number, are refused with what there is."""
    with pytest.raises(UsageError, match="there is no limit 'cpus'; there are backlog, cpu"):
        Limits(cpus=3)
    for wrong in (0, -1, "95", True, nan):
        with pytest.raises(UsageError, match="the limit cpu is a number above 0"):
            Limits(cpu=wrong)  # type: ignore[arg-type]
    assert Limits(process_cpu=None).process_cpu is None
    assert Limits(cpu=50).cpu == 50


def test_public_names_are_there() -> None:
    """The package offers the monitor by its documented names."""
    assert setpoint.ConfigMonitor is ConfigMonitor
    assert {"ConfigMonitor", "start_config_monitoring"} <= set(setpoint.__all__)
