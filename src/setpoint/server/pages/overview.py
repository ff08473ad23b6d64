"""The overview: is it healthy, what changed, what is wrong and where."""

from __future__ import annotations

from collections import Counter

from ...errors import SetpointError
from ..route import Route
from . import figures, words
from .documents import STATES
from .listing import listing
from .renderer import go_on, render
from .spark import bar
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from starlette.responses import Response

    from ..call import Call

_REVISIONS = 8
_ALERTS = 8


@view
def _overview(call: Call) -> Response:
    desk, principal = call.desk, call.principal
    missing: list[str] = []
    health = alerts = None
    shown: list[dict[str, Any]] = []
    if principal.may_anywhere("observe"):
        try:
            health = desk.health()
            alerts = [one for one in desk.alerts()["alerts"] if one["state"] == "open"][:_ALERTS]
            if principal.may_everywhere("observe"):
                shown = figures.key_figures(desk.report(hours=24, lines=True))
        except SetpointError as error:
            missing.append(error.message)
    return render(
        call,
        "overview.html",
        title="Overview",
        health=health,
        alerts=alerts,
        figures=shown,
        counts=counts(list(listing(desk))),
        revisions=desk.recent(_REVISIONS)["revisions"],
        may_reload=principal.may_everywhere("restore"),
        missing=missing,
    )


def counts(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many documents are in each state, with a bar. Argument: ``documents`` as the desk lists them."""
    numbers = Counter(one["status"] for one in documents)
    parts = [(word, numbers[word]) for word in STATES if numbers[word]]
    return {"total": len(documents), "parts": parts, "bar": bar([(words.kind(word), number) for word, number in parts])}


@view
def _reload(call: Call) -> Response:
    call.desk.reload()
    return go_on("/")


ROUTES = (
    Route(
        "GET", "/", _overview, verb="read", scope="documents", summary="The overview.", kind="page", media="text/html"
    ),
    Route(
        "POST",
        "/reload",
        _reload,
        verb="restore",
        scope="system",
        summary="Look at the files now.",
        body=True,
        kind="page",
        media="text/html",
    ),
)
