"""How the system is: health, alerts, the last hours, figures."""

from __future__ import annotations

from ..route import Parameter, Route
from .answering import json_answer
from .parameters import limit
from .shapes import NAME, SECONDS, by_name, number, or_null, record, several, text, truth, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_DOCUMENTS = several(NAME, "The documents it is about, of those that you may see.")
_FIGURE = or_null(number("Null when it is not known."))
_GROWTH = {"average": _FIGURE, "change": _FIGURE, "meaning": text("better, worse, or empty for neither.")}

REASON = record(
    "Reason",
    {
        "rule": text("The stable id of this kind of reason."),
        "severity": text(enum=["degraded", "warning", "critical"]),
        "message": text("What is the matter."),
        "advice": text("What to do."),
        "documents": _DOCUMENTS,
        "since": or_null(SECONDS),
        "subject": text("Tells several reasons of one rule apart."),
    },
    "Why the system is not healthy.",
)
HEALTH = record(
    "Health",
    {
        "status": text(enum=["healthy", "degraded", "warning", "critical"]),
        "reasons": several(REASON, "The gravest first."),
        "documents": by_name(whole(), "How many documents there are, are served, are invalid …"),
        "since": SECONDS,
        "at": SECONDS,
    },
)
ALERT = record(
    "Alert",
    {
        "id": text(),
        "rule": text("The rule that noticed something."),
        "subject": text("What it is about: a document, a disk, or nothing in particular."),
        "state": text(enum=["open", "resolved"]),
        "severity": text(enum=["low", "medium", "high", "critical"]),
        "message": text(),
        "advice": text(),
        "documents": _DOCUMENTS,
        "value": or_null(number("What was measured.")),
        "threshold": or_null(number("What it was measured against.")),
        "shared": truth("False when it concerns only the process that raised it."),
        "raised": SECONDS,
        "seen": SECONDS,
        "resolved": or_null(SECONDS),
        "repeats": whole("How often it was told of again."),
        "returns": whole("How often its cause came back shortly after it was over."),
        "ending": text("Why it is over; empty while it is open."),
    },
)
ALERTS = record("Alerts", {"alerts": several(ALERT, "The newest first.")})
METRIC = record(
    "Metric",
    {
        "unit": text("bytes, seconds, percent, ratio; empty for a number of things."),
        "average": _FIGURE,
        "p50": _FIGURE,
        "p95": _FIGURE,
        "p99": _FIGURE,
        "minimum": _FIGURE,
        "maximum": _FIGURE,
        "last": _FIGURE,
        "samples": whole(),
        "trend": record(
            "Trend",
            {
                "slope_per_hour": _FIGURE,
                "direction": text("rising, falling, level, or empty when there is too little to say."),
                "meaning": text("better, worse, or empty for neither."),
            },
        ),
        "before": record("Before", _GROWTH, "The same hours before."),
        "increase": _FIGURE,
    },
    optional=["increase"],
)
REPORT = record(
    "Report",
    {
        "window": record("Window", {"start": SECONDS, "end": SECONDS, "hours": number()}),
        "samples": whole(),
        "processes": several(
            record(
                "Process",
                {
                    "name": text(),
                    "pid": whole(),
                    "host": text(),
                    "first": SECONDS,
                    "last": SECONDS,
                    "ended": truth("True when it has ended."),
                },
            )
        ),
        "average_metrics": by_name(_FIGURE),
        "metrics": by_name(METRIC),
        "trouble": or_null(text("Why samples cannot be kept; null when they can.")),
        "notices": several(text()),
    },
    "What the last hours were like.",
)
FIGURES = record("Figures", {"figures": by_name(_FIGURE, "Every figure as it is now, by its name.")})


async def health(call: Call) -> Response:
    """Answer with the health, and every reason why it is not better."""
    return json_answer(await call.run(call.desk.health))


async def alerts(call: Call) -> Response:
    """Answer with the alerts of the last day."""
    return json_answer(await call.run(call.desk.alerts, **call.query))


async def report(call: Call) -> Response:
    """Answer with what the last hours were like."""
    return json_answer(await call.run(call.desk.report, **call.query))


async def figures(call: Call) -> Response:
    """Answer with every figure as it is now."""
    return json_answer(await call.run(call.desk.figures))


ROUTES = (
    Route(
        "GET",
        "/api/v1/health",
        health,
        verb="observe",
        scope="documents",
        summary="Say how the system is, and why",
        answers={200: HEALTH},
        tag="monitoring",
    ),
    Route(
        "GET",
        "/api/v1/alerts",
        alerts,
        verb="observe",
        scope="documents",
        summary="List alerts",
        parameters=(
            Parameter(
                "severity",
                "query",
                text(enum=["low", "medium", "high", "critical"]),
                required=False,
                description="The least severity that counts.",
            ),
            Parameter("since", "query", number(), required=False, description="Open since then: seconds since 1970."),
            Parameter("until", "query", number(), required=False, description="Open until then: seconds since 1970."),
            limit(1000, 100),
        ),
        answers={200: ALERTS},
        tag="monitoring",
    ),
    Route(
        "GET",
        "/api/v1/report",
        report,
        verb="observe",
        scope="system",
        summary="Say what the last hours were like",
        parameters=(
            Parameter(
                "hours",
                "query",
                number(exclusiveMinimum=0, maximum=24 * 366, default=24),
                required=False,
                description="How many hours; 24 unless given.",
            ),
        ),
        answers={200: REPORT},
        tag="monitoring",
    ),
    Route(
        "GET",
        "/api/v1/figures",
        figures,
        verb="observe",
        scope="system",
        summary="Read every figure as it is now",
        answers={200: FIGURES},
        tag="monitoring",
    ),
)
