"""The figures of a report as HTML: the few that matter most, then all of them in groups, with charts."""

from __future__ import annotations

from .chart import chart, safe
from .report_metrics import help_of, is_counter, shown
from .report_text import is_nothing, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

# What the names of a group begin with; what belongs to none comes last.
_GROUPS = (
    ("Documents", ("health", "documents", "generation", "stale_", "pending_", "migrations_pending")),
    ("Reading", ("cache_", "load_", "parse_", "validate_")),
    ("Changing", ("reload", "edit", "conflicts", "commit_", "migration", "history_")),
    ("Following files", ("watch_",)),
    ("Callbacks", ("callback",)),
    ("Process and machine", ("process_", "machine_", "descriptors_", "disk_", "probe_")),
    ("Others", ("",)),
)
_WORDS = ' class="words"'
_TITLES = ("figure", "average", "p50", "p95", "p99", "least", "greatest", "last", "trend")


def glance(metrics: Mapping[str, Mapping[str, Any]], alerts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a few tiles: what somebody wants to know who reads no further. What was not measured has none."""
    opened = sum(one["state"] == "open" for one in alerts)
    tiles = [("open alerts", str(opened), f"{len(alerts)} in this time")]

    def last(name: str) -> str:
        return shown(name, metrics[name]["last"])

    def grown(*names: str) -> str:
        return shown("", sum(metrics[name]["increase"] or 0 for name in names if name in metrics))

    if "documents" in metrics:
        invalid = f"{last('documents_invalid')} not valid" if "documents_invalid" in metrics else ""
        tiles.append(("documents", last("documents"), invalid))
    if "cache_hit_ratio" in metrics:
        ratio = shown("cache_hit_ratio", metrics["cache_hit_ratio"]["average"])
        tiles.append(("of the reads answered from memory", ratio, f"{grown('cache_reads')} reads"))
    if "reloads" in metrics:
        refused = f"{grown('reload_rejections', 'edit_failures')} refused"
        tiles.append(("changes served", grown("reloads", "edits"), refused))
    if "reload_seconds" in metrics:
        mean = shown("reload_seconds", metrics["reload_seconds"]["average"])
        tiles.append(("from a change on the disk to serving it", mean, "on average"))
    if "process_memory_bytes" in metrics:
        told = metrics["process_memory_bytes"]
        tiles.append(("memory of the process", last("process_memory_bytes"), _trend(told)))
    if "disk_free_bytes" in metrics:
        tiles.append(("free on the disk", last("disk_free_bytes"), _trend(metrics["disk_free_bytes"])))
    return [f'<ul class="tiles">{"".join(_tile(*tile) for tile in tiles)}</ul>']


def _trend(told: Mapping[str, Any]) -> str:
    direction, meaning = told["trend"]["direction"], told["trend"]["meaning"]
    return "" if direction == "unknown" else f"{direction}, {meaning}" if meaning else direction


def _tile(what: str, value: str, note: str) -> str:
    beside = f'<p class="soft">{safe(note)}</p>' if note else ""
    return f"<li><strong>{safe(value)}</strong><p>{safe(what)}</p>{beside}</li>"


def figures(metrics: Mapping[str, Mapping[str, Any]], window: Mapping[str, Any]) -> list[str]:
    """Return every metric in its group: what only grows by how much, the others as a table, and with a chart."""
    if not metrics:
        return ["<h2>Figures</h2>", "<p>Nothing was sampled in this time.</p>"]
    groups: dict[str, dict[str, Mapping[str, Any]]] = {title: {} for title, _ in _GROUPS}
    for name, told in metrics.items():
        title = next(title for title, begins in _GROUPS if name.startswith(begins))
        groups[title][name] = told
    parts = ["<h2>Figures</h2>"]
    number = 0
    for title, members in groups.items():
        if not members:
            continue
        moved = {name: told for name, told in members.items() if not is_nothing(name, told)}
        parts += ["<section>", f"<h3>{safe(title)}</h3>"]
        counted = {name: told for name, told in moved.items() if is_counter(name)}
        if counted:
            tiles = (
                f"<li><strong>{safe(row_of(name, told)[6])}</strong><p>{_name(name)}</p>"
                f'<p class="soft">{safe(help_of(name))}</p></li>'
                for name, told in counted.items()
            )
            parts.append(f'<ul class="tiles">{"".join(tiles)}</ul>')
        measured = {name: told for name, told in moved.items() if name not in counted}
        if measured:
            parts.append(_table(title, measured))
        still = sorted(members.keys() - moved.keys())
        if still:
            names = ", ".join(map(_name, still))
            parts.append(f'<p class="soft note">0 all the time: {names}</p>')
        drawn = [name for name, told in measured.items() if told.get("line") and _is_drawn(name, told, members)]
        if drawn:
            parts.append('<div class="charts">')
            for name in drawn:
                parts.append(_picture(name, members[name], window, number))
                number += 1
            parts.append("</div>")
        parts.append("</section>")
    return parts


def _is_drawn(name: str, told: Mapping[str, Any], members: Mapping[str, Any]) -> bool:
    """True for what has moved as far as its digits show; of a time the mean is drawn, which the table has p95 of."""
    moved = shown(name, told["minimum"]) != shown(name, told["maximum"])
    return moved and not (name.endswith("_p95") and name.removesuffix("_p95") in members)


def _picture(name: str, told: Mapping[str, Any], window: Mapping[str, Any], number: int) -> str:
    about = help_of(name)
    picture = chart(name, told["line"], window["start"], window["end"], number=number, about=about)
    return f'<div><h4>{_name(name)}</h4><p class="soft note">{safe(about)}</p>{picture}</div>'


def _name(name: str) -> str:
    return f"<code>{safe(name).replace('_', '_<wbr>')}</code>"  # a narrow column breaks it between words


def _table(title: str, metrics: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, told in metrics.items():
        *numbers, trend = row_of(name, told)
        cells = "".join(f"<td>{safe(cell)}</td>" for cell in numbers)
        kind = {"better": "healthy", "worse": "high"}.get(told["trend"]["meaning"], "soft")
        about = f'<span class="soft note">{safe(help_of(name))}</span>' if help_of(name) else ""
        rows.append(
            f'<tr><th scope="row">{_name(name)}{about}</th>{cells}<td class="words {kind}">{safe(trend)}</td></tr>'
        )
    head = "".join(f'<th scope="col"{_WORDS if cell == "trend" else ""}>{safe(cell)}</th>' for cell in _TITLES)
    # Whoever has no mouse scrolls it with the keyboard.
    return (
        f'<div class="wide" role="region" aria-label="{safe(title)}" tabindex="0"><table class="figures">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
