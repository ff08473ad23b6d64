"""Who calls, and who did or tried what."""

from __future__ import annotations

from ...access import ROLES, VERBS
from ...audit.entry import ACTIONS, OUTCOMES
from ..route import Parameter, Route
from .answering import json_answer, page_answer
from .parameters import limit
from .shapes import MOMENT, NAME, number, or_null, record, several, text, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_AUDIT = "/api/v1/audit"

WHO = record(
    "Who",
    {
        "name": text("The name that goes on record."),
        "grants": several(
            record("Grant", {"role": text(enum=list(ROLES)), "documents": text("A name, or a pattern over names.")})
        ),
        "verbs": several(text(enum=list(VERBS)), "What you may do to some document at least."),
    },
)
ENTRY = record(
    "AuditEntry",
    {
        "number": whole(minimum=1),
        "time": MOMENT,
        "who": text(),
        "token": or_null(text("The id of the token; null without one.")),
        "address": or_null(text("Where the request came from; null for a command on the machine itself.")),
        "request": or_null(text("The id of the request; null without one.")),
        "action": text(enum=list(ACTIONS)),
        "documents": several(NAME),
        "outcome": text(enum=list(OUTCOMES)),
        "detail": text("Why not; never a value."),
        "revisions": several(record("AuditRevision", {"document": NAME, "number": whole()})),
    },
    "Who did or tried what.",
)
ENTRIES = record(
    "AuditEntries",
    {
        "entries": several(ENTRY, "The newest first."),
        "next": or_null(whole("What `before` takes to go on; null at the end.")),
    },
)


async def whoami(call: Call) -> Response:
    """Answer with who calls, and what they may do."""
    return json_answer(call.desk.whoami())


async def audit(call: Call) -> Response:
    """Answer with who did or tried what."""
    return page_answer(call, _AUDIT, await call.run(call.desk.audit, **call.query), "before")


def _only(name: str, description: str) -> Parameter:
    return Parameter(name, "query", text(), required=False, description=description)


ROUTES = (
    Route(
        "GET",
        "/api/v1/whoami",
        whoami,
        verb="read",
        scope="documents",
        summary="Say who you are, and what you may do",
        answers={200: WHO},
        quick=True,
        tag="access",
    ),
    Route(
        "GET",
        _AUDIT,
        audit,
        verb="administer",
        scope="documents",
        summary="Say who did or tried what",
        parameters=(
            limit(1000, 100),
            Parameter(
                "before",
                "query",
                whole(minimum=1, maximum=2**53),
                required=False,
                description="Only entries with a lower number.",
            ),
            _only("who", "Only those of this principal."),
            _only("document", "Only those about this document."),
            Parameter(
                "action", "query", text(enum=list(ACTIONS)), required=False, description="Only those of this kind."
            ),
            Parameter("since", "query", number(), required=False, description="From then on: seconds since 1970."),
            Parameter("until", "query", number(), required=False, description="Until then: seconds since 1970."),
        ),
        answers={200: ENTRIES},
        tag="access",
    ),
)
