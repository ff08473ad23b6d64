"""A system with files, and a monitor that is driven look by look."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from setpoint import ConfigMonitor, ConfigSystem
from setpoint.monitor.canary import Canary
from setpoint.monitor.limits import Limits

INTERVAL = 30.0
PATIENCE = 10.0  # seconds of real time, far less than an interval
SCHEMA = {
    "type": "object",
    "properties": {"number": {"type": "integer"}, "port": {"type": "integer", "x-setpoint-restart": True}},
    "additionalProperties": False,
}

# What the machine that runs the tests is short of is no fault of ours.
PLENTY: dict[str, float] = {
    "cpu": 1e9, "memory": 1e9, "process_memory": 1e9, "descriptors": 1e9, "disk_free": 1.0, "disk_free_percent": 1e-9,
}  # fmt: skip

SLOW = ("slow-loads", "slow-reloads")  # and how busy it is, neither


class Clock:
    """The time as a monitor sees it: it goes on by itself, and can be set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Monitored:
    """A directory with documents ``a`` and ``b``, a system of it, and its monitor, which looks when it is told to.

    Arguments: ``options`` are those of ``ConfigSystem``; ``limits`` replace those with which nothing is ever scarce.
    """

    def __init__(self, top: Path, *, limits: dict[str, float] | None = None, **options: Any) -> None:
        self.home = top / "config"
        if not self.home.exists():
            (self.home / "schemas").mkdir(parents=True)
            for name in "ab":
                self.write(name, "number: 1\n")
                (self.home / "schemas" / f"{name}.schema.json").write_text(json.dumps(SCHEMA))
        self.state = self.home / ".setpoint"
        self.clock = Clock()
        self.system = ConfigSystem(self.home, environ={}, **options)
        self.monitor = ConfigMonitor(self.system, limits=Limits(**{**PLENTY, **(limits or {})}), clock=self.clock)

    def write(self, name: str, text: str) -> None:
        """Replace a document's file in one step."""
        new = self.home.parent / f"new-{name}"
        new.write_text(text)
        new.replace(self.home / f"{name}.yaml")

    def start(self, *, follow: bool = True) -> dict[str, Any]:
        """Load everything, follow the files, begin to monitor, and return the first health."""
        self.system.snapshot()
        if follow:
            self.system.start_hot_reload()
        for rule in self.monitor.engine.rules:
            if rule.id in SLOW:
                rule.enabled = False
        self.monitor.start_monitoring(interval=300)
        return self.monitor.get_health_status()

    def pass_interval(self) -> dict[str, Any]:
        """Have an interval pass, look once more, and return the health.

        Only the clock jumps. What threads have to put on record is waited for: it takes a moment of an interval.
        """
        self.clock.ahead += INTERVAL
        reload = self.system._opened_reload
        until(lambda: reload is None or not reload.recorder.is_behind)
        self.monitor.look()
        return self.monitor.get_health_status()

    def within_two(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first health within two intervals for which a condition holds."""
        first = self.pass_interval()
        if condition(first):
            return first
        second = self.pass_interval()
        # Between two looks lie seconds, not the milliseconds of a test: what goes on in threads is given some.
        end = time.monotonic() + PATIENCE
        while not condition(second) and time.monotonic() < end:
            time.sleep(0.02)
            self.monitor.look()
            second = self.monitor.get_health_status()
        assert condition(second), (first["status"], first["reasons"], second["status"], second["reasons"])
        return second

    def becomes(self, status: str, *rules: str) -> dict[str, dict[str, Any]]:
        """Within two intervals the health is this, for these reasons and no other; return them by rule."""
        found = self.within_two(lambda health: sorted(one["rule"] for one in health["reasons"]) == sorted(rules))
        assert found["status"] == status, found
        for one in found["reasons"]:
            assert one["message"] and one["advice"]
            assert 0 < one["since"] <= self.clock() + 0.001
        return {one["rule"]: one for one in found["reasons"]}

    def is_healthy(self) -> None:
        """Within two intervals there is no reason left."""
        self.within_two(lambda health: health["status"] == "healthy" and not health["reasons"])

    def hears(self, canary: Canary) -> None:
        """Wait until a change of the canary was seen.

        The watch takes a file as it finds it when it is told of it, which may be just when it is changed: then a later
        look changes it again, as it does for everybody.
        """

        def is_heard() -> bool:
            if (canary.waiting or 0.0) > 3.0:
                self.monitor.look()
            return canary.waiting is None

        until(is_heard)

    def close(self) -> None:
        """End everything."""
        self.monitor.stop_monitoring()
        self.system.close()


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.005)
