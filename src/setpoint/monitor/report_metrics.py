"""What a report knows of a metric beside its name: its unit, whether it only grows, and which way is better."""

from __future__ import annotations

from math import isnan

from ..metrics.names import COUNTER, UP, metric_of


def unit_of(name: str) -> str:
    """Return the unit of a metric: ``bytes``, ``seconds``, ``percent``, ``ratio``; nothing for a number of things."""
    metric = metric_of(name)
    return metric.unit if metric is not None else ""


def help_of(name: str) -> str:
    """Return what a metric is; nothing of one that is not Setpoint's."""
    metric = metric_of(name)
    return metric.help if metric is not None else ""


def is_counter(name: str) -> bool:
    """True when it only grows as long as its process lives, so that its growth tells more than its average."""
    metric = metric_of(name)
    return metric is not None and metric.kind == COUNTER


def meaning(name: str, direction: str) -> str:
    """Return what a direction means for a metric: ``better``, ``worse``, or nothing where it means neither."""
    metric = metric_of(name)
    if metric is None or metric.better is None or direction not in ("rising", "falling"):
        return ""
    return "better" if (direction == "rising") == (metric.better == UP) else "worse"


def shown(name: str, value: float | None) -> str:
    """Return a value with its unit, short enough for a table; ``-`` where there is none."""
    if value is None or isnan(value):
        return "-"
    unit = unit_of(name)
    if unit == "bytes":
        return _size(value)
    if unit == "ratio":
        return f"{value * 100:.1f} %"
    if unit == "percent":
        return f"{value:.1f} %"
    if unit == "seconds":
        return _duration(value)
    return _number(value)


def _size(value: float) -> str:
    size = value
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(size) < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TiB"


def _duration(value: float) -> str:
    if value == 0:
        return "0 s"
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if abs(value) < limit:
            return f"{value * factor:.1f} {unit}"
    return f"{value:,.1f} s"


def _number(value: float) -> str:
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    return f"{int(value):,}" if value == int(value) else f"{value:,.2f}"
