"""One revision: who, when, why, what it changed; and the way back to it, shown before it is taken."""

from __future__ import annotations

from ...errors import ConfigInvalidError, ConfigNotFoundError, SetpointError
from ..problem import status_of
from ..route import Parameter, Route
from .document import NAME, crumbs
from .places import document_url, numbered_url
from .renderer import go_on, render
from .view import told, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from ..call import Call


def _page(call: Call, *, status: int = 200, **facts: Any) -> Response:
    desk, name, number = call.desk, call.path["name"], int(call.path["number"])
    found = desk.revision(name, number)
    revision = found["revision"]
    latest = desk.history(name, limit=1)["revisions"][0]["number"]
    diff = None
    compared = "It is the first on record"
    if number > 1:
        try:
            diff = desk.diff(name, number - 1, number)["diff"]
            compared = f"What it changed, since revision {number - 1}"
        except SetpointError as error:
            compared = f"What it changed cannot be told: {error.message}"
    sent = call.body or {}
    return render(
        call,
        "revision.html",
        title=f"{name} revision {number}",
        status=status,
        name=name,
        crumbs=[
            *crumbs(name, (), "History")[:-1],
            ("History", document_url(name, "/history")),
            (f"revision {number}", ""),
        ],
        revision=revision,
        diff=diff,
        compared=compared,
        files=found["files"],
        tag=sent.get("tag") or _tag(call, name),
        reason=sent.get("reason", ""),
        forceable=facts.pop("forceable", False),
        may_restore=call.principal.may("restore", name) and number != latest and not revision["purged"],
        before=numbered_url(name, number - 1) if number > 1 else None,
        after=numbered_url(name, number + 1) if number < latest else None,
        **facts,
    )


def _tag(call: Call, name: str) -> str:
    try:
        return call.desk.value(name).etag
    except ConfigNotFoundError:
        return "*"  # its files are gone: whatever is there, is nothing
    except ConfigInvalidError:
        return "*"  # what cannot be read has no tag, and going back is what helps


@view
def _revision(call: Call) -> Response:
    return _page(call)


@view
def _sent(call: Call) -> Response:
    name, number, sent = call.path["name"], int(call.path["number"]), call.body
    dry_run = sent.get("act") != "save"
    try:
        done = call.desk.rollback(
            name,
            number,
            if_match=(sent.get("tag", ""),),
            force=sent.get("force") == "yes",
            reason=sent.get("reason", "").strip()[:500] or None,
            dry_run=dry_run,
        )
    except SetpointError as error:
        refused = status_of(error) == 422
        sent.pop("tag", None)  # the page is made anew, so it is about what is there now
        return _page(call, status=status_of(error), problem=told(error, "Nothing was written"), forceable=refused)
    if dry_run:
        return _page(call, preview={"diff": done["diff"], "notes": done["notes"]})
    return go_on(f"{document_url(name)}?done=restored")


_PARAMETERS = (NAME, Parameter("number", "path", {"type": "integer", "minimum": 1}, description="of the revision"))

ROUTES = (
    Route(
        "GET",
        "/history/{name}/{number}",
        _revision,
        verb="read",
        scope="document",
        summary="One revision of a document.",
        parameters=_PARAMETERS,
        kind="page",
        media="text/html",
    ),
    Route(
        "POST",
        "/history/{name}/{number}",
        _sent,
        verb="restore",
        scope="document",
        summary="Go back to a revision, or show what that would change.",
        parameters=_PARAMETERS,
        body={"type": "object", "additionalProperties": {"type": "string"}},
        kind="page",
        media="text/html",
    ),
)
