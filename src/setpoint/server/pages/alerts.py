"""Alerts, open and past."""

from __future__ import annotations

from ...monitor.alert import SEVERITIES
from ..route import Parameter, Route
from .renderer import render
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_MOST = 500


@view
def _alerts(call: Call) -> Response:
    severity = call.query["severity"]
    # All that is kept: without a time it would be the last day.
    found = call.desk.alerts(severity=severity, since=0, limit=_MOST)["alerts"]
    newest = sorted(found, key=lambda one: -one["raised"])
    worst = sorted(newest, key=lambda one: -SEVERITIES.index(one["severity"]))
    return render(
        call,
        "alerts.html",
        title="Alerts",
        severity=severity,
        severities=SEVERITIES,
        open_now=[one for one in worst if one["state"] == "open"],
        past=[one for one in newest if one["state"] != "open"],
    )


ROUTES = (
    Route(
        "GET",
        "/alerts",
        _alerts,
        verb="observe",
        scope="documents",
        summary="Alerts, open and past.",
        parameters=(
            Parameter(
                "severity",
                schema={"type": "string", "enum": list(SEVERITIES), "default": "low"},
                description="the least that is shown",
            ),
        ),
        kind="page",
        media="text/html",
    ),
)
