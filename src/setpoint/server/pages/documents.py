"""The list of documents: found by a part of the name, by state, a page at a time."""

from __future__ import annotations

from itertools import islice

from ..route import Parameter, Route
from . import words
from .listing import last_revision, listing
from .places import asked
from .renderer import render
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

STATES = ("served", "refused", "stale", "invalid", "not-loaded")
_ON_A_PAGE = 50


@view
def _documents(call: Call) -> Response:
    find, state = call.query["find"].strip(), call.query["status"]
    after = call.query.get("after") or None
    fitting = (
        one
        for one in listing(call.desk, after=after)
        if find.lower() in one["name"].lower() and (not state or one["status"] == state)
    )
    rows = list(islice(fitting, _ON_A_PAGE + 1))
    more = len(rows) > _ON_A_PAGE
    rows = [{**one, "last": last_revision(call.desk, one["name"])} for one in rows[:_ON_A_PAGE]]
    kept = {"find": find, "status": state}
    return render(
        call,
        "documents.html",
        title="Documents",
        rows=rows,
        find=find,
        state=state,
        states=STATES,
        found=f"{words.counted(len(rows), 'document')}{' on this page' if more or after else ''}",
        older=f"/documents{asked({**kept, 'after': rows[-1]['name']})}" if more else None,
        newer=f"/documents{asked(kept)}" if after else None,
    )


ROUTES = (
    Route(
        "GET",
        "/documents",
        _documents,
        verb="read",
        scope="documents",
        summary="The documents there are.",
        parameters=(
            Parameter("find", schema={"type": "string", "maxLength": 200, "default": ""}, description="part of a name"),
            Parameter("status", schema={"type": "string", "enum": ["", *STATES], "default": ""}, description="a state"),
            Parameter(
                "after", schema={"type": "string", "maxLength": 400}, description="the last name of the page before"
            ),
        ),
        kind="page",
        media="text/html",
    ),
)
