"""The figures of the last hours as pages show them: which are told first, and what each is called."""

from __future__ import annotations

from math import isfinite

from markupsafe import Markup

from ...monitor.chart import chart
from ...monitor.report_metrics import help_of, is_counter, shown
from ...monitor.report_text import row_of
from .spark import spark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# Words, the metric, and which of its numbers says most.
KEY = (
    ("Reads answered from memory", "cache_hit_ratio", "average"),
    ("Change seen to served, 95 % below", "reload_seconds_p95", "maximum"),
    ("Changes refused", "reload_rejections", "increase"),
    ("Changes made", "edits", "increase"),
    ("Processor, this process", "process_cpu_percent", "average"),
    ("Memory, this process", "process_memory_bytes", "last"),
)
GROUPS = (
    ("Reading", ("cache_hit_ratio", "cache_memory_bytes", "cache_live_entries", "load_seconds", "load_seconds_p95")),
    ("Changing", ("reload_seconds", "reload_seconds_p95", "commit_seconds", "commit_seconds_p95", "generation")),
    ("Refused", ("reload_rejections", "edit_failures", "conflicts", "documents_refused", "documents_invalid")),
)
_MACHINE = ("cpu", "memory", "disk", "descriptors", "threads")


def numbers(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says of a metric with NaN where JSON has null, as the report's own words need it."""
    return {
        name: float("nan") if value is None else numbers(value) if isinstance(value, dict) else value
        for name, value in told.items()
    }


def line_of(told: Mapping[str, Any]) -> list[list[float]]:
    """Return the points of a metric that can be drawn: time, average, least, greatest."""
    points = told.get("line") or []
    return [
        list(point)
        for point in points
        if len(point) == 4 and all(isinstance(one, int | float) and isfinite(one) for one in point)
    ]


def key_figures(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the few figures that say most, with a small picture each; those that nobody measured are left out."""
    window, metrics = report["window"], report["metrics"]
    found = []
    for words, name, number in KEY:
        if name not in metrics:
            continue
        told = numbers(metrics[name])
        found.append(
            {
                "words": words,
                "value": shown(name, told.get(number)),
                "unit": "",
                "spark": spark(line_of(told), window["start"], window["end"]),
                "trend": trend_of(name, told),
            }
        )
    return found


def trend_of(name: str, told: Mapping[str, Any]) -> str:
    """Return in words where a metric goes, and what it was before; of a counter, nothing."""
    return "in this time" if is_counter(name) else row_of(name, told)[-1]


def groups(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the charts, by what they are about."""
    metrics, window = report["metrics"], report["window"]
    names = [(words, [name for name in listed if name in metrics]) for words, listed in GROUPS]
    machine = [name for name in metrics if any(part in name for part in _MACHINE) and not name.startswith("cache")]
    number = 0
    found = []
    for words, listed in (*names, ("Resources", machine)):
        charts = []
        for name in listed:
            told = numbers(metrics[name])
            line = line_of(told)
            if not line:
                continue
            number += 1
            about = help_of(name)
            picture = chart(name, line, window["start"], window["end"], number=number, about=about)
            charts.append(
                {
                    "name": name,
                    "about": about,
                    "value": shown(name, told["increase"] if is_counter(name) else told["average"]),
                    "trend": "in this time"
                    if is_counter(name)
                    else f"on average; {row_of(name, told)[-1]}".rstrip("; "),
                    "picture": Markup(picture),  # noqa: S704 - the chart escapes every text in it
                }
            )
        if charts:
            found.append({"words": words, "charts": charts})
    return found


_COLUMNS = ("Average", "95 % below", "Least", "Greatest", "Last, or growth")


def rows(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every figure as a row of a table."""
    found = []
    for name, told in report["metrics"].items():
        average, _, p95, _, least, greatest, last, trend = row_of(name, numbers(told))
        cells = list(zip(_COLUMNS, (average, p95, least, greatest, last), strict=True))
        found.append({"name": name, "cells": cells, "trend": trend})
    return found
