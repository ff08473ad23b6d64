"""Closing a system ends the monitoring that runs on it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from monitored import PLENTY, Monitored

from setpoint import ConfigMonitor, ConfigSystem, start_config_monitoring
from setpoint.monitor.limits import Limits


def home_of(top: Path) -> Path:
    (top / "config").mkdir(exist_ok=True)
    (top / "config" / "a.yaml").write_text("x: 1\n")
    return top / "config"


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("setpoint-monitor")]


@pytest.mark.parametrize("how", ["monitor", "start_config_monitoring"])
def test_closing_a_system_ends_its_monitor(tmp_path: Path, how: str) -> None:
    """Its thread is gone, its file is closed, and the file that it changes for the watcher is removed."""
    system = ConfigSystem(home_of(tmp_path), environ={})
    system.start_hot_reload()
    if how == "monitor":
        monitor = ConfigMonitor(system)
        monitor.start_monitoring(0.05)
    else:
        monitor = start_config_monitoring(0.05, system)
    assert threads()
    system.close()
    assert not monitor.running
    assert threads() == []
    assert os.listdir(tmp_path / "config" / ".setpoint" / "canary") == []
    opened = [os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd") if _is_there(one)]
    assert not [path for path in opened if path.startswith(str(tmp_path))]


def _is_there(descriptor: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{descriptor}")  # listing itself takes one that is gone again


def test_a_monitor_of_a_closed_system_can_be_asked(tmp_path: Path) -> None:
    """Health is looked up anew, as of any monitor that does not run; what was kept is there, and nothing is loaded."""
    system = ConfigSystem(home_of(tmp_path), environ={})
    monitor = ConfigMonitor(system, limits=Limits(**PLENTY))
    system.load_config("a")
    monitor.start_monitoring(60)
    monitor.rule(lambda sample, health: "so it is", id="own")
    monitor.look()
    before = monitor.get_health_status()
    system.close()
    after = monitor.get_health_status()
    assert after["at"] > before["at"]
    assert (after["status"], after["documents"]["total"], after["documents"]["served"]) == ("healthy", 1, 0)
    assert "own" in [one["rule"] for one in monitor.get_alerts()]
    assert monitor.get_performance_report(1)["samples"] == 2
    assert "own" in monitor.generate_health_report(1)
    assert len(system._serving.cache) == 0


def test_a_closed_system_is_monitored_again_when_it_is_told_to(tmp_path: Path) -> None:
    """By the same monitor, and closing ends it again; a monitor that was stopped is left alone."""
    system = ConfigSystem(home_of(tmp_path), environ={})
    monitor = start_config_monitoring(60, system)
    system.close()
    system.load_config("a")
    assert not monitor.running
    assert start_config_monitoring(60, system) is monitor
    assert monitor.running
    system.close()
    assert not monitor.running
    monitor.start_monitoring(60)
    monitor.start_monitoring(50)
    monitor.stop_monitoring()
    assert system._companions == []
    system.close()


def test_leaving_a_system_ends_its_monitors(tmp_path: Path) -> None:
    """All of them."""
    with ConfigSystem(home_of(tmp_path), environ={}) as system:
        first, second = ConfigMonitor(system), ConfigMonitor(system)
        first.start_monitoring(60)
        second.start_monitoring(60)
    assert not first.running
    assert not second.running


def test_a_rule_of_the_program_may_close_the_system(tmp_path: Path) -> None:
    """The monitor's own thread does not wait for itself."""
    one = Monitored(tmp_path)
    one.start()
    closed = threading.Event()

    def close(sample: object, health: object) -> None:
        if threading.current_thread().name == "setpoint-monitor":
            one.system.close()
            closed.set()

    one.monitor.rule(close, id="closing")
    one.monitor.start_monitoring(0.05)
    assert closed.wait(30)
    assert not one.monitor.running
    one.close()


def test_a_program_that_closes_its_system_in_a_child_leaves_the_parent_alone(tmp_path: Path) -> None:
    """A fork has a monitor of its own, which ends with the child's system."""
    system = ConfigSystem(home_of(tmp_path), environ={})
    monitor = start_config_monitoring(60, system)
    child = os.fork()
    if not child:
        ended = False
        try:
            running = monitor.running
            system.close()
            ended = running and not monitor.running and not threads()
        finally:
            os._exit(0 if ended else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert monitor.running
    monitor.look()
    system.close()
    assert not monitor.running
