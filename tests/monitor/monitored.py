"""A system with files, and a monitor that is driven look by look."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from setpoint import ConfigMonitor, ConfigSystem
from setpoint.monitor.limits import Limits

INTERVAL = 30.0
SCHEMA = {
    "type": "object",
    "properties": {"number": {"type": "integer"}, "port": {"type": "integer", "x-setpoint-restart": True}},
    "additionalProperties": False,
}

# What the machine that runs the tests is short of is no fault of ours.
PLENTY: dict[str, float] = {
    "cpu": 1e9, "memory": 1e9, "process_memory": 1e9, "descriptors": 1e9, "disk_free": 1.0, "disk_free_percent": 1e-9,
}  # fmt: skip


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
        self.monitor.start_monitoring(interval=300)
        return self.monitor.get_health_status()

    def pass_interval(self) -> dict[str, Any]:
        """Have an interval pass, look once more, and return the health."""
        self.clock.ahead += INTERVAL
        self.monitor.look()
        return self.monitor.get_health_status()

    def within_two(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first health within two intervals for which a condition holds."""
        first = self.pass_interval()
        if condition(first):
            return first
        second = self.pass_interval()
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
