"""What the last hours were like: every metric's average, spread and trend, beside the hours before."""

from __future__ import annotations

from math import isfinite, nan

from .report_metrics import is_counter, meaning, unit_of
from .report_text import health_report
from .trend import Window, average, direction, increase, percentiles, slope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .rollup import Column, Roll
    from .store import SampleStore

__all__ = ["as_json", "health_report", "performance_report"]

_POINTS = 120  # of the line that a trend is worked out from
_OF_SUMS = {"cache_hit_ratio": ("cache_hits", "cache_reads")}  # whose average follows from what was counted
_SHARES = (0.5, 0.95, 0.99)
_ALWAYS = ("cache_hit_ratio",)  # asked for by name, also before anything was read


def performance_report(store: SampleStore, hours: float, now: float, *, lines: bool = False) -> dict[str, Any]:
    """Return what the samples of the last hours say.

    Arguments: ``hours`` before ``now``, which is in seconds since 1970; ``lines`` adds ``line``, for
    charts: time, average, least and greatest value of each of 120 parts. Raises ``UsageError`` when there is no such
    window.

    ``average_metrics`` has each metric's average by name, ``metrics`` everything about it: ``average``, ``p50``,
    ``p95``, ``p99``, ``minimum``, ``maximum``, ``last``, ``samples``, ``unit``, ``trend``, ``before`` and, of what only
    grows, ``increase``. The average ``cache_hit_ratio`` is that of all reads of the window, not that of the samples.
    What is not known is NaN, and None in ``as_json``.
    """
    if not 0 < hours <= 24 * 366:
        from ..errors import UsageError

        raise UsageError(f"hours={hours!r}: a report covers more than 0 hours, and at most a year")
    start = now - hours * 3600
    end = now + 0.001  # with the sample that was taken just now
    processes = store.processes(start, end)
    began = {one.id: one.began for one in processes}
    parts, older = store.window(start, end), store.window(start - hours * 3600, start)
    whole, before = _joined(parts), _joined(older)
    window = Window(start, end, _POINTS)
    metrics = {}
    for name in sorted(whole.columns):
        told = _metric(name, whole.columns[name], before.columns.get(name), window, lines=lines)
        if is_counter(name):
            told["increase"] = sum(
                increase(roll.columns[name], 0.0 if began.get(process, start) >= start else None)
                for process, roll in parts.items()
                if name in roll.columns
            )
        metrics[name] = told
    for name, (part, all_) in _OF_SUMS.items():
        if name in metrics and part in metrics and all_ in metrics:
            number = metrics[all_]["increase"]
            metrics[name]["average"] = metrics[part]["increase"] / number if number else nan
    averages = {name: told["average"] for name, told in metrics.items()}
    return {
        "window": {"start": start, "end": now, "hours": hours},
        "samples": max((told["samples"] for told in metrics.values()), default=0),
        "processes": [one.to_dict() for one in processes],
        "average_metrics": {**dict.fromkeys(_ALWAYS, nan), **averages},
        "metrics": metrics,
        "trouble": store.trouble,
        "notices": [one.message for one in store.notices],
    }


def _joined(parts: dict[int, Roll]) -> Roll:
    from .rollup import Roll

    if len(parts) == 1:
        return next(iter(parts.values()))
    whole = Roll()
    for roll in parts.values():
        whole.extend(roll)
    return whole.ordered()


def _metric(name: str, column: Column, before: Column | None, window: Window, *, lines: bool) -> dict[str, Any]:
    line = window.line(column)
    p50, p95, p99 = percentiles(column, _SHARES)
    mean = average(column)
    way = direction(line)
    told: dict[str, Any] = {
        "unit": unit_of(name),
        "average": mean,
        "p50": p50,
        "p95": p95,
        "p99": p99,
        "minimum": min(column.low),
        "maximum": max(column.high),
        "last": column.last[-1],
        "samples": sum(column.count),
        "trend": {"slope_per_hour": slope(line)[0] * 3600, "direction": way, "meaning": meaning(name, way)},
        "before": _compared(name, mean, before),
    }
    if lines:
        told["line"] = [[*point, *band] for point, band in zip(line, window.band(column), strict=True)]
    return told


def _compared(name: str, mean: float, before: Column | None) -> dict[str, Any]:
    """Return the average of the hours before, and what has changed since."""
    if before is None or not len(before):
        return {"average": nan, "change": nan, "meaning": ""}
    was = average(before)
    change = (mean - was) / abs(was) if was else nan
    moved = "" if mean == was or abs(mean - was) < 0.05 * abs(was) else "rising" if mean > was else "falling"
    return {"average": was, "change": change, "meaning": meaning(name, moved)}


def as_json(report: Any) -> Any:
    """Return a report as JSON can hold it: a number that is none is None."""
    if isinstance(report, dict):
        return {str(key): as_json(value) for key, value in report.items()}
    if isinstance(report, list | tuple):
        return [as_json(value) for value in report]
    if isinstance(report, float) and not isfinite(report):
        return None
    return report
