"""Charts of the last hours, with what each says in words and as a table."""

from __future__ import annotations

from ..route import Parameter, Route
from . import figures
from .renderer import render
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_SPANS = ((1, "1 hour"), (6, "6 hours"), (24, "24 hours"), (48, "48 hours"))


@view
def _charts(call: Call) -> Response:
    hours = call.query["hours"]
    report = call.desk.report(hours=hours, lines=True)
    processes = report["processes"]
    return render(
        call,
        "charts.html",
        title="Charts",
        hours=hours,
        spans=_SPANS,
        samples=report["samples"],
        processes=", ".join(f"{one['name']}[{one['pid']}]" for one in processes[:5]),
        notices=[text for text in (report["trouble"], *report["notices"]) if text],
        groups=figures.groups(report),
        rows=figures.rows(report),
    )


ROUTES = (
    Route(
        "GET",
        "/charts",
        _charts,
        verb="observe",
        scope="system",
        summary="What the last hours were like.",
        parameters=(
            Parameter(
                "hours",
                schema={"type": "integer", "enum": [number for number, _ in _SPANS], "default": 24},
                description="how many hours",
            ),
        ),
        kind="page",
        media="text/html",
    ),
)
