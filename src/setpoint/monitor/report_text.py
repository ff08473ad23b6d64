"""A report for people: health, alerts, and what the last hours were like, as text."""

from __future__ import annotations

from .channel import one_line
from .report_metrics import is_counter, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .health import Health


def health_report(
    health: Health | Mapping[str, Any] | None, report: Mapping[str, Any], alerts: Sequence[Mapping[str, Any]]
) -> str:
    """Return how things are and were, as text that nothing in it can act on a terminal with.

    Arguments: ``health`` as it is, or its ``to_dict``, None when nobody looked; ``report`` is a ``performance_report``;
    ``alerts`` are dicts of alerts, as ``AlertEngine.alerts`` returns them.
    """
    blocks = [] if health is None else [_health(facts_of(health))]
    blocks += [_alerts(alerts), _report(report)]
    return "\n".join("".join(f"{one_line(line)}\n" for line in block) for block in blocks)


def facts_of(health: Health | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a state of health says, as a dict."""
    return health.to_dict() if hasattr(health, "to_dict") else health


def _health(facts: Mapping[str, Any]) -> list[str]:
    lines = [f"health: {facts['status']}, since {time_of(facts['since'])}"]
    for one in facts["reasons"]:
        about = f"  {', '.join(one['documents'])}" if one["documents"] else ""
        lines += [f"  {one['severity']}  {one['rule']}{about}: {one['message']}", f"    {one['advice']}"]
    return lines


def _alerts(alerts: Sequence[Mapping[str, Any]]) -> list[str]:
    if not alerts:
        return ["alerts: none"]
    number = sum(one["state"] == "open" for one in alerts)
    return [f"alerts: {number} open, {len(alerts) - number} resolved", *(f"  {alert_line(one)}" for one in alerts)]


def alert_line(one: Mapping[str, Any]) -> str:
    """Return an alert in one line."""
    about = f" ({one['subject']})" if one["subject"] else ""
    ended = "" if one["resolved"] is None else f" until {time_of(one['resolved'])}"
    again = f", told {one['repeats'] + 1} times" if one["repeats"] else ""
    back = f", came back {one['returns']} time{'' if one['returns'] == 1 else 's'}" if one["returns"] else ""
    return (
        f"{one['state']:<8}  {one['severity']:<8}  {one['rule']}{about}: {one['message']}"
        f"  [{time_of(one['raised'])}{ended}{again}{back}]"
    )


def time_of(seconds: float) -> str:
    """Return a time in UTC, to the second."""
    import time

    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):  # beyond any calendar, in a file that somebody wrote by hand
        return f"{seconds:.0f} s after 1970"


def duration_of(seconds: float) -> str:
    """Return a length of time in words, to two units: ``3 h 5 min``."""
    left = max(round(seconds), 0)
    words = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, size)
        if number:
            words.append(f"{number} {unit}")
        elif words:
            break
    return " ".join(words[:2]) or "0 s"


def _report(report: Mapping[str, Any]) -> list[str]:
    window = report["window"]
    processes = ", ".join(f"{one['name']}[{one['pid']}]" for one in report["processes"][:10])
    more = f" and {len(report['processes']) - 10} more" if len(report["processes"]) > 10 else ""
    hours = f"{window['hours']:g} hour{'' if window['hours'] == 1 else 's'}"
    if not report["samples"]:
        lines = [f"the last {hours}: no samples; a program takes them while start_config_monitoring() is at work"]
    else:
        lines = [f"the last {hours} until {time_of(window['end'])}: {report['samples']:,} samples of {processes}{more}"]
        moved = {name: told for name, told in report["metrics"].items() if not is_nothing(name, told)}
        lines += _table(moved) if moved else []
        still = len(report["metrics"]) - len(moved)
        lines += [f"  and {still} figures that were 0 all the time"] if still else []
    lines += [f"note: {text}" for text in [report["trouble"], *report["notices"]] if text]
    return lines


def is_nothing(name: str, told: Mapping[str, Any]) -> bool:
    """True for a metric that was 0 all the time, or did not grow."""
    return not (told["increase"] if is_counter(name) else told["minimum"] or told["maximum"])


_HEAD = ("metric", "average", "p50", "p95", "p99", "least", "greatest", "last", "trend")


def row_of(name: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a table shows of a metric, after its name."""
    if is_counter(name):
        grown = shown(name, told["increase"])
        return ("", "", "", "", "", "", grown if grown == "-" else f"+{grown}", "")
    numbers = (told[part] for part in ("average", "p50", "p95", "p99", "minimum", "maximum", "last"))
    return (*(shown(name, number) for number in numbers), trend_of(name, told))


def trend_of(name: str, told: Mapping[str, Any]) -> str:
    """Return in words where a metric goes, and what it was before."""
    trend, before = told["trend"], told["before"]
    words = trend["direction"] if trend["direction"] != "unknown" else ""
    if trend["meaning"]:
        words += f", {trend['meaning']}"
    was = before["average"]
    if was is not None and was == was:  # noqa: PLR0124 - not NaN
        words += f"{'; ' if words else ''}{shown(name, was)} before"
    return words


def _table(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [_HEAD, *((name, *row_of(name, told)) for name, told in metrics.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if at in (0, last) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
