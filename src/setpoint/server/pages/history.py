"""The history as a timeline, of one document and over all."""

from __future__ import annotations

from ...errors import UsageError
from ..route import Parameter, Route
from .document import NAME, crumbs
from .places import asked, document_url
from .renderer import render
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_ON_A_PAGE = 50


@view
def _of_all(call: Call) -> Response:
    before = _revision_named(call.query["before"]) if "before" in call.query else None
    found = call.desk.recent(_ON_A_PAGE, before)
    older = found["next"]
    return render(
        call,
        "history.html",
        title="History",
        name=None,
        revisions=found["revisions"],
        older=f"/history{asked({'before': f'{older[1]}.{older[0]}'})}" if older else None,
        newer="/history" if before else None,
    )


def _revision_named(text: str) -> tuple[str, int]:
    """Return what ``12.messaging`` names: the document and the number. Raises ``UsageError``."""
    number, dot, name = text.partition(".")
    if not dot or not number.isascii() or not number.isdecimal() or len(number) > 15:
        raise UsageError("before= names a revision by its number and document: 12.messaging")
    return name, int(number)


@view
def _of_one(call: Call) -> Response:
    name, before = call.path["name"], call.query.get("before")
    found = call.desk.history(name, limit=_ON_A_PAGE, before=before)
    here = document_url(name, "/history")
    return render(
        call,
        "history.html",
        title=f"History of {name}",
        name=name,
        crumbs=crumbs(name, (), "History"),
        revisions=found["revisions"],
        older=f"{here}{asked({'before': found['next']})}" if found["next"] is not None else None,
        newer=here if before else None,
    )


_BEFORE = Parameter("before", schema={"type": "integer", "minimum": 1}, description="only what is older")

ROUTES = (
    Route(
        "GET",
        "/history",
        _of_all,
        verb="read",
        scope="documents",
        summary="The last changes of all documents.",
        parameters=(
            Parameter("before", schema={"type": "string", "maxLength": 500}, description="a revision: 12.messaging"),
        ),
        kind="page",
        media="text/html",
    ),
    Route(
        "GET",
        "/documents/{name}/history",
        _of_one,
        verb="read",
        scope="document",
        summary="The history of a document.",
        parameters=(NAME, _BEFORE),
        kind="page",
        media="text/html",
    ),
)
