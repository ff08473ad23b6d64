"""A report as one HTML page: no script, nothing from elsewhere, light or dark as the reader's system is."""

from __future__ import annotations

from .chart import safe
from .health import STATUSES
from .page_figures import figures, glance
from .page_style import STYLE
from .report_text import duration_of, facts_of, time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .health import Health


def html_page(
    health: Health | Mapping[str, Any] | None, report: Mapping[str, Any], alerts: Sequence[Mapping[str, Any]]
) -> str:
    """Return a page with health, alerts, and every metric: a table, and a chart of each that has moved.

    Arguments: as for ``health_report``; the report should have lines, else there are no charts. Without a ``health``
    the page says how it was at the last sample. Whatever a document's name or a message holds is shown, and does
    nothing.
    """
    window = report["window"]
    parts = [
        "<header><h1>Configuration report</h1>",
        f"<p>The last {_hours(window['hours'])}: {_time(window['start'])} to {_time(window['end'])}</p>",
        f'<p class="soft note">{report["samples"]:,} sample{"" if report["samples"] == 1 else "s"} of'
        f" {safe(_processes(report['processes']))}</p></header>",
        *(f"<p><strong>{safe(text)}</strong></p>" for text in [report["trouble"], *report["notices"]] if text),
        *_health(health, report["metrics"]),
        *glance(report["metrics"], alerts),
        *_alerts(alerts, window["end"]),
        *figures(report["metrics"], window),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Setpoint: report</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def _hours(hours: float) -> str:
    return f"{hours:g} hour{'' if hours == 1 else 's'}"


def _processes(processes: Sequence[Mapping[str, Any]]) -> str:
    named = ", ".join(f"{one['name']} (process {one['pid']})" for one in processes[:10])
    return f"{named} and {len(processes) - 10} more" if len(processes) > 10 else named or "no process"


def _time(seconds: float) -> str:
    """Return a time to the minute as people read it, and to the second as machines do."""
    exact = time_of(seconds)
    said = f"{exact[:10]} {exact[11:16]} UTC" if exact.endswith("Z") else exact
    machine = f' datetime="{safe(exact)}"' if exact.endswith("Z") else ""
    return f"<time{machine}>{safe(said)}</time>"


def _badge(word: str) -> str:
    return f'<span class="badge {safe(word)}">{safe(word)}</span>'


def _health(health: Health | Mapping[str, Any] | None, metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if health is None:
        level = metrics["health"]["last"] if "health" in metrics else None
        if level is None or not 0 <= level < len(STATUSES):
            return []
        return [f"<h2>Health: {_badge(STATUSES[int(level)])}</h2>", '<p class="soft">at the last sample</p>']
    facts = facts_of(health)
    cards = [
        f'<li class="{safe(one["severity"])}"><p>{_badge(one["severity"])} <code>{safe(one["rule"])}</code>'
        f"{' ' if one['documents'] else ''}<strong>{safe(', '.join(one['documents']))}</strong></p>"
        f"<p>{safe(one['message'])}</p>"
        f'<p class="soft">{safe(one["advice"])}</p></li>'
        for one in facts["reasons"]
    ]
    head = [f"<h2>Health: {_badge(facts['status'])}</h2>", f'<p class="soft">since {_time(facts["since"])}</p>']
    return [*head, f'<ul class="cards">{"".join(cards)}</ul>'] if cards else head


def _alerts(alerts: Sequence[Mapping[str, Any]], now: float) -> list[str]:
    if not alerts:
        return ["<h2>Alerts</h2>", "<p>None.</p>"]
    # What is open first, and of each the newest.
    ordered = sorted(alerts, key=lambda one: (one["state"] != "open", -one["raised"]))
    cards = []
    for one in ordered:
        about = f" <strong>{safe(one['subject'])}</strong>" if one["subject"] else ""
        ended = one["resolved"]
        lasted = duration_of((now if ended is None else ended) - one["raised"])
        when = (
            f"since {_time(one['raised'])}, for {lasted}"
            if ended is None
            else f"{_time(one['raised'])}, lasted {lasted}"
        )
        back = f", came back {one['returns']} time{'' if one['returns'] == 1 else 's'}" if one["returns"] else ""
        cards.append(
            f'<li class="{safe(one["severity"]) if ended is None else ""}"><p>{_badge(one["severity"])}'
            f" <strong>{safe(one['state'])}</strong> <code>{safe(one['rule'])}</code>{about}</p>"
            f'<p>{safe(one["message"])}</p><p class="soft note">{when}{safe(back)}</p></li>'
        )
    return ["<h2>Alerts</h2>", f'<ul class="cards">{"".join(cards)}</ul>']
