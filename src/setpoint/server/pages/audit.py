"""The audit trail: who did or tried what."""

from __future__ import annotations

from ..route import Parameter, Route
from .places import asked
from .renderer import render
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_ACTIONS = (
    *("set", "unset", "replace", "transaction", "rollback", "migrate", "accept", "reload"),
    *("sign-in", "sign-out", "token-new", "token-revoke"),
)
_ON_A_PAGE = 100


@view
def _audit(call: Call) -> Response:
    filters = {name: call.query[name].strip() for name in ("who", "document", "action")}
    before = call.query.get("before")
    given = {name: text or None for name, text in filters.items()}
    found = call.desk.audit(limit=_ON_A_PAGE, before=before, **given)
    older = found["next"]
    return render(
        call,
        "audit.html",
        title="Audit",
        entries=found["entries"],
        asked=filters,
        actions=_ACTIONS,
        older=f"/audit{asked({**filters, 'before': older})}" if older is not None else None,
        newer=f"/audit{asked(filters)}" if before else None,
    )


_TEXT = {"type": "string", "maxLength": 200, "default": ""}

ROUTES = (
    Route(
        "GET",
        "/audit",
        _audit,
        verb="administer",
        scope="documents",
        summary="Who did or tried what.",
        parameters=(
            Parameter("who", schema=_TEXT, description="a name"),
            Parameter("document", schema=_TEXT, description="a document"),
            Parameter("action", schema={"type": "string", "enum": ["", *_ACTIONS], "default": ""}),
            Parameter("before", schema={"type": "integer", "minimum": 1}, description="only older entries"),
        ),
        kind="page",
        media="text/html",
    ),
)
