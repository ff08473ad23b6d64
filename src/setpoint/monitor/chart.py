"""One metric over time, as an SVG picture that stands in a page, with the table it was drawn from."""

from __future__ import annotations

from html import escape

from .channel import one_line
from .report_metrics import shown
from .report_text import time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 640, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 8, 12, 28  # room for what is written beside the lines, in large letters too
_ROWS = 24  # of the table at most
_PARTS = 4  # of the time, with a line between two
_FLAT = 0.05  # part of a level: what moves less than can be written is drawn as if it could move so far


def safe(text: str) -> str:
    """Return text as HTML that shows it, whatever it holds."""
    return escape(one_line(text))


def chart(name: str, line: Sequence[Sequence[float]], start: float, end: float, *, number: int, about: str = "") -> str:
    """Return a picture of a metric over a window, and a table of the same.

    Arguments: ``line`` has time, average, least and greatest value of each part, in order; ``start`` and ``end`` of the
    window in seconds since 1970; ``number`` tells charts of one page apart; ``about`` says what the metric is.
    """
    least, most = min(point[2] for point in line), max(point[3] for point in line)
    is_flat = shown(name, least) == shown(name, most)
    # Halved, so that values at the ends of what a float can be do not overflow.
    low, high = least / 2, most / 2
    if is_flat:
        low, high = low - abs(low) * _FLAT, high + abs(high) * _FLAT
    height = high - low
    ids = f"chart-{number}"

    def x(at: float) -> str:
        part = (at - start) / (end - start) if end > start else 0.5
        return f"{_LEFT + part * (WIDTH - _LEFT - _RIGHT):.1f}"

    def y(value: float) -> str:
        part = (value / 2 - low) / height if height > 0 else 0.5
        return f"{_TOP + (1 - part) * (HEIGHT - _TOP - _BOTTOM):.1f}"

    there = [f"{x(at)},{y(greatest)}" for at, _, _, greatest in line]
    back = [f"{x(at)},{y(smallest)}" for at, _, smallest, _ in reversed(line)]
    if len(line) == 1:
        drawn = f'<circle class="mean" cx="{x(line[0][0])}" cy="{y(line[0][1])}" r="2.5"/>'
    else:
        means = " ".join(f"{x(at)},{y(mean)}" for at, mean, _, _ in line)
        drawn = f'<polygon class="band" points="{" ".join(there + back)}"/><polyline class="mean" points="{means}"/>'
    edges = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value)}" y2="{y(value)}"/>'
        f'<text x="{_LEFT - 6}" y="{float(y(value)) + 4:.1f}" text-anchor="end">{safe(shown(name, value))}</text>'
        for value in ((line[-1][1],) if is_flat else (least, most))
    )
    described = (
        f"{about + ': ' if about else ''}from {shown(name, line[0][1])} to {shown(name, line[-1][1])}, least"
        f" {shown(name, least)}, greatest {shown(name, most)}, {time_of(start)} to {time_of(end)}"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{ids}-title {ids}-desc">'
        f'<title id="{ids}-title">{safe(name)}</title><desc id="{ids}-desc">{safe(described)}</desc>'
        f"{edges}{_times(start, end)}{drawn}</svg>{_table(name, line)}"
    )


def _times(start: float, end: float) -> str:
    """Return the times below the lines: day and hour at both ends, and the hour in between."""
    made = []
    for part in range(_PARTS + 1):
        x = _LEFT + part * (WIDTH - _LEFT - _RIGHT) / _PARTS
        text = time_of(start + (end - start) * part / _PARTS)
        inside = 0 < part < _PARTS
        if text.endswith("Z"):  # else it is beyond any calendar
            text = text[11:16] if inside else f"{text[5:10]} {text[11:16]}"
        elif inside:
            continue
        anchor = "middle" if inside else "end" if part else "start"
        fine = ' class="fine"' if inside and part * 2 != _PARTS else ""
        if inside:
            made.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>')
        made.append(f'<text{fine} x="{x:.1f}" y="{HEIGHT - 7}" text-anchor="{anchor}">{safe(text)}</text>')
    return "".join(made)


def _table(name: str, line: Sequence[Sequence[float]]) -> str:
    size = -(-len(line) // _ROWS)
    rows = []
    for first in range(0, len(line), size):
        part = line[first : first + size]
        mean = sum(point[1] for point in part) / len(part)
        values = (mean, min(point[2] for point in part), max(point[3] for point in part))
        cells = "".join(f"<td>{safe(shown(name, value))}</td>" for value in values)
        rows.append(f'<tr><th scope="row">{safe(time_of(part[0][0])[:16])}</th>{cells}</tr>')
    return (
        "<details><summary>as a table</summary>"
        f'<div class="wide" role="region" aria-label="{safe(name)} as a table" tabindex="0"><table>'
        "<thead><tr>"
        '<th scope="col">around</th><th scope="col">average</th><th scope="col">least</th><th scope="col">greatest</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )
