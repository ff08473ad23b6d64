"""A report as one HTML page: no script, nothing from elsewhere, light or dark as the reader's system is."""

from __future__ import annotations

from .chart import chart, safe
from .report_metrics import help_of, is_counter
from .report_text import facts_of, row_of, time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from .health import Health

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --page: #fff; --soft: #666; --line: #d8d8d8; --mean: #0b62c4;
  --good: #14692e; --low: #4a5a6a; --medium: #8a5a00; --high: #b03a00; --critical: #b00020; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --page: #16181b; --soft: #a0a0a0; --line: #3a3d42;
  --mean: #6cb2ff; --good: #6fd08c; --low: #a9bccd; --medium: #f0b440; --high: #ff9060; --critical: #ff7088; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 72rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; } h3 { font-size: 1rem; margin: 1.5rem 0 .2rem; }
.soft, svg text { color: var(--soft); fill: var(--soft); } svg text { font-size: 11px; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; white-space: nowrap; }
svg { width: 100%; max-width: 40rem; height: auto; display: block; }
.grid { stroke: var(--line); } .mean { stroke: var(--mean); fill: none; stroke-width: 1.6; }
circle.mean { fill: var(--mean); } .band { fill: var(--mean); opacity: .18; }
.healthy { color: var(--good); } .low, .degraded { color: var(--low); } .medium { color: var(--medium); }
.high, .warning { color: var(--high); } .critical { color: var(--critical); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 0 2rem; }
"""


def html_page(
    health: Health | Mapping[str, Any] | None, report: Mapping[str, Any], alerts: Sequence[Mapping[str, Any]]
) -> str:
    """Return a page with health, alerts, and a chart and a table of every metric.

    Arguments: as for ``health_report``; the report should have lines, else there are no charts. Whatever a document's
    name or a message holds is shown, and does nothing.
    """
    window = report["window"]
    parts = [
        f"<h1>Configuration: the last {window['hours']:g} hours</h1>",
        f'<p class="soft">{safe(time_of(window["start"]))} to {safe(time_of(window["end"]))}, {report["samples"]:,}'
        f" samples of {safe(_processes(report['processes']))}</p>",
        *(f"<p><strong>{safe(text)}</strong></p>" for text in [report["trouble"], *report["notices"]] if text),
        *([] if health is None else _health(facts_of(health))),
        *_alerts(alerts),
        *_metrics(report["metrics"], window),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Setpoint: report</title><style>{_STYLE}</style></head>\n<body><main>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def _processes(processes: Sequence[Mapping[str, Any]]) -> str:
    named = ", ".join(f"{one['name']}[{one['pid']}]" for one in processes[:10])
    return f"{named} and {len(processes) - 10} more" if len(processes) > 10 else named or "no process"


def _rows(head: Sequence[str], rows: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{safe(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>'


def _health(facts: Mapping[str, Any]) -> list[str]:
    status = facts["status"]
    said = f"<p>since {safe(time_of(facts['since']))}</p>"
    rows = (
        f'<td class="{safe(one["severity"])}">{safe(one["severity"])}</td><td>{safe(one["rule"])}</td>'
        f"<td>{safe(', '.join(one['documents']))}</td><td>{safe(one['message'])}<br>"
        f'<span class="soft">{safe(one["advice"])}</span></td>'
        for one in facts["reasons"]
    )
    table = [_rows(("severity", "reason", "documents", "what, and what to do"), rows)] if facts["reasons"] else []
    return [f'<h2>Health: <span class="{safe(status)}">{safe(status)}</span></h2>', said, *table]


def _alerts(alerts: Sequence[Mapping[str, Any]]) -> list[str]:
    if not alerts:
        return ["<h2>Alerts</h2>", "<p>None.</p>"]
    rows = (
        f'<td class="{safe(one["severity"])}">{safe(one["severity"])}</td><td>{safe(one["state"])}</td>'
        f"<td>{safe(one['rule'])}</td><td>{safe(one['subject'])}</td><td>{safe(one['message'])}</td>"
        f"<td>{safe(time_of(one['raised']))}</td>"
        f"<td>{safe('' if one['resolved'] is None else time_of(one['resolved']))}</td>"
        for one in alerts
    )
    head = ("severity", "state", "rule", "about", "what", "raised", "resolved")
    return ["<h2>Alerts</h2>", _rows(head, rows)]


def _metrics(metrics: Mapping[str, Mapping[str, Any]], window: Mapping[str, Any]) -> list[str]:
    if not metrics:
        return ["<h2>Metrics</h2>", "<p>Nothing was sampled in this time.</p>"]
    rows = []
    for name, told in metrics.items():
        *numbers, trend = row_of(name, told)
        cells = "".join(f'<td class="number">{safe(cell)}</td>' for cell in numbers)
        kind = {"better": "healthy", "worse": "high"}.get(told["trend"]["meaning"], "soft")
        head = f'<th scope="row" title="{safe(help_of(name))}">{safe(name)}</th>'
        rows.append(f'{head}{cells}<td class="{kind}">{safe(trend)}</td>')
    titles = ("metric", "average", "p50", "p95", "p99", "least", "greatest", "last, or growth", "trend")
    parts = ["<h2>Metrics</h2>", _rows(titles, rows)]
    drawn = [(name, told) for name, told in metrics.items() if told.get("line") and not is_counter(name)]
    if drawn:
        parts.append('<h2>Charts</h2><div class="charts">')
        for number, (name, told) in enumerate(drawn):
            about = help_of(name)
            picture = chart(name, told["line"], window["start"], window["end"], number=number, about=about)
            parts.append(f'<section><h3>{safe(name)}</h3><p class="soft">{safe(about)}</p>{picture}</section>')
        parts.append("</div>")
    return parts
