"""``setpoint status``: how the configuration is now, and why."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..monitor.config_monitor import ConfigMonitor

HELP = "say how the configuration is now, and how the programs are that watch over it"
EXAMPLE = "setpoint -c config status"

_RECENT = 900.0  # seconds in which a program that watches took a sample, at the least
_COLOURS = {"healthy": "32", "degraded": "36", "warning": "33", "critical": "31"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Print the status with every reason; 1 when anything is not healthy. Nothing is written."""
    from ..monitor.config_monitor import ConfigMonitor
    from ..system import ConfigSystem

    monitor = ConfigMonitor(ConfigSystem(args.config_dir, profile=args.profile))
    health = monitor.get_health_status()
    programs = _programs(monitor)
    alerts = [one for one in monitor.get_alerts() if one["state"] == "open"]
    ok = health["status"] == "healthy" and all(one["status"] in ("healthy", None) for one in programs)
    if args.format == "json":
        from .output import print_json

        shown = {**health, "metrics": {name: _number(value) for name, value in health["metrics"].items()}}
        print_json({"ok": ok, "diagnostics": [], "health": shown, "programs": programs, "alerts": alerts})
    else:
        _show(health, programs, alerts)
    return 0 if ok else 1


def _programs(monitor: ConfigMonitor) -> list[dict[str, Any]]:
    """Return the programs that watch over this configuration, each with how it was at its last sample."""
    import time

    from ..monitor.health import STATUSES

    now = time.time()
    parts = monitor.store.window(now - _RECENT, now + 1)
    programs = []
    for one in monitor.store.processes(now - _RECENT, now + 1):
        if one.is_gone(now):
            continue
        column = parts[one.id].columns.get("health") if one.id in parts else None
        level = int(column.last[-1]) if column is not None and len(column) else None
        status = STATUSES[level] if level is not None and 0 <= level < len(STATUSES) else None
        programs.append({"name": one.name, "pid": one.pid, "host": one.host, "last": one.seen, "status": status})
    return programs


def _show(health: Mapping[str, Any], programs: Sequence[Mapping[str, Any]], alerts: Sequence[Any]) -> None:
    import sys
    import time

    from .output import say, style_of, write
    from .visible import visible

    style = style_of(sys.stdout)

    def coloured(status: str) -> str:
        return style.paint(status, _COLOURS.get(status, "0"))

    numbers = health["documents"]
    count = numbers.get("total", 0)
    what = [f"{count} document{'' if count == 1 else 's'}"]
    what += [f"{numbers[name]} {name}" for name in ("invalid", "unrecorded") if numbers.get(name)]
    if count and not numbers.get("invalid"):
        what.append("all valid")
    write(f"{coloured(health['status'])}: {', '.join(what)}\n")
    for reason in health["reasons"]:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(reason["since"]))
        text = visible(f"{reason['rule']}, since {since}: {reason['message']}", style.encoding)
        write(f"  {coloured(reason['severity'])} {text}\n")
        say(f"    {reason['advice']}")
    for one in programs:
        ago = max(0.0, time.time() - one["last"])
        named = visible(f"{one['name']} (pid {one['pid']} on {one['host']})", style.encoding)
        write(f"watched by {named}: {coloured(one['status'] or 'not known')}, {ago:.0f} s ago\n")
    if alerts:
        say(f"{len(alerts)} open alert{'' if len(alerts) == 1 else 's'}: 'setpoint alerts' shows them")


def _number(value: float) -> float | None:
    """Return a number as JSON can hold it: what is not known is null."""
    from math import isnan

    return None if isnan(value) else value
