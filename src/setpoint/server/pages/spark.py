"""Small pictures: a line without axes beside a figure, and a bar of shares. Drawn here, as SVG without any style."""

from __future__ import annotations

from markupsafe import Markup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT, _EDGE = 120, 32, 2


def spark(points: Sequence[Sequence[float]], start: float, end: float) -> Markup:
    """Return the line of a metric over a window; nothing with fewer than two points.

    Arguments: ``points`` begin with time and average, in order; ``start`` and ``end`` in seconds since 1970. The words
    beside it say the same, so it is hidden from whoever cannot see it.
    """
    if len(points) < 2 or end <= start:
        return Markup("")
    least, most = min(one[1] for one in points), max(one[1] for one in points)
    height = most / 2 - least / 2

    def place(at: float, value: float) -> str:
        x = (at - start) / (end - start) * _WIDTH
        share = (value / 2 - least / 2) / height if height > 0 else 0.5
        return f"{x:.1f},{_EDGE + (1 - share) * (_HEIGHT - 2 * _EDGE):.1f}"

    drawn = " ".join(place(one[0], one[1]) for one in points)
    first, last = (f"{(one[0] - start) / (end - start) * _WIDTH:.1f}" for one in (points[0], points[-1]))
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<polygon class="spark-area" points="{first},{h} {drawn} {last},{h}"/>'
        '<polyline class="spark-line" points="{drawn}"/>'
        "</svg>"
    ).format(w=_WIDTH, h=_HEIGHT, first=first, last=last, drawn=drawn)


def bar(shares: Sequence[tuple[str, int]]) -> Markup:
    """Return a bar with a part for each kind of state, as wide as its number. The words beside it say the same."""
    total = sum(number for _, number in shares)
    parts = []
    at = 0.0
    for kind, number in shares:
        wide = 100 * number / total if total else 0.0
        if wide:
            parts.append(Markup('<rect class="{}" x="{:.3f}" y="0" width="{:.3f}" height="6"/>').format(kind, at, wide))
        at += wide
    return Markup(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="none" x="0" y="0" width="100" height="6"/>{}</svg>'
    ).format(Markup("").join(parts))
