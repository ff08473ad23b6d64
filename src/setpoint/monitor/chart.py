"""One metric over time, as an SVG picture that stands in a page, with the table it was drawn from."""

from __future__ import annotations

from html import escape

from .channel import one_line
from .report_metrics import shown
from .report_text import time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT = 640, 140
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 8, 10, 22  # room for what is written beside the lines
_ROWS = 24  # of the table at most


def safe(text: str) -> str:
    """Return text as HTML that shows it, whatever it holds."""
    return escape(one_line(text))


def chart(name: str, line: Sequence[Sequence[float]], start: float, end: float, *, number: int, about: str = "") -> str:
    """Return a picture of a metric over a window, and a table of the same.

    Arguments: ``line`` has time, average, least and greatest value of each part, in order; ``start`` and ``end`` of the
    window in seconds since 1970; ``number`` tells charts of one page apart; ``about`` says what the metric is.
    """
    least, most = min(point[2] for point in line), max(point[3] for point in line)
    # Halved, so that values at the ends of what a float can be do not overflow.
    height = most / 2 - least / 2
    ids = f"chart-{number}"

    def x(at: float) -> str:
        part = (at - start) / (end - start) if end > start else 0.5
        return f"{_LEFT + part * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def y(value: float) -> str:
        part = (value / 2 - least / 2) / height if height > 0 else 0.5
        return f"{_TOP + (1 - part) * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    there = [f"{x(at)},{y(greatest)}" for at, _, _, greatest in line]
    back = [f"{x(at)},{y(smallest)}" for at, _, smallest, _ in reversed(line)]
    if len(line) == 1:
        drawn = f'<circle class="mean" cx="{x(line[0][0])}" cy="{y(line[0][1])}" r="2.5"/>'
    else:
        means = " ".join(f"{x(at)},{y(mean)}" for at, mean, _, _ in line)
        drawn = f'<polygon class="band" points="{" ".join(there + back)}"/><polyline class="mean" points="{means}"/>'
    edges = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(value)}" y2="{y(value)}"/>'
        f'<text x="{_LEFT - 6}" y="{float(y(value)) + 4:.1f}" text-anchor="end">{safe(shown(name, value))}</text>'
        for value in ((least, most) if most > least else (least,))
    )
    bottom = _HEIGHT - 6
    described = (
        f"{about + ': ' if about else ''}from {shown(name, line[0][1])} to {shown(name, line[-1][1])}, least"
        f" {shown(name, least)}, greatest {shown(name, most)}, {time_of(start)} to {time_of(end)}"
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{ids}-title {ids}-desc">'
        f'<title id="{ids}-title">{safe(name)}</title><desc id="{ids}-desc">{safe(described)}</desc>'
        f"{edges}{drawn}"
        f'<text x="{_LEFT}" y="{bottom}">{safe(time_of(start)[:16])}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{bottom}" text-anchor="end">{safe(time_of(end)[:16])}</text></svg>'
        f"{_table(name, line)}"
    )


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
        "<details><summary>as a table</summary><table><thead><tr>"
        '<th scope="col">around</th><th scope="col">average</th><th scope="col">least</th><th scope="col">greatest</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )
