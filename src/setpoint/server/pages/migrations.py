"""Migrations: which documents are not at their newest version, what carrying one would change, and doing it."""

from __future__ import annotations

from ...errors import SetpointError
from ..problem import status_of
from ..route import Route
from .document import NAME
from .places import document_url
from .renderer import go_on, render
from .view import told, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from ..call import Call


@view
def _pending(call: Call) -> Response:
    return render(call, "migrations.html", title="Migrations", pending=call.desk.migrations()["pending"])


def _page(call: Call, *, status: int = 200, problem: Any = None) -> Response:
    name = call.path["name"]
    plan = None
    tag = ""
    try:
        plan = call.desk.plan(name)
        tag = call.desk.value(name).etag
    except SetpointError as error:
        if problem is None and status_of(error) != 422:
            raise
        problem = problem or told(error, "It cannot be migrated as it is")
    return render(
        call,
        "migration.html",
        title=f"Migrate {name}",
        status=status,
        name=name,
        crumbs=[("Migrations", "/migrations"), (name, "")],
        plan=plan,
        diff=None if plan is None else plan["diff"],
        tag=tag,
        problem=problem,
        may_restore=call.principal.may("restore", name),
    )


@view
def _planned(call: Call) -> Response:
    return _page(call)


@view
def _sent(call: Call) -> Response:
    name, sent = call.path["name"], call.body
    try:
        call.desk.migrate(
            name,
            sent.get("to") or None,
            if_match=(sent.get("tag", ""),),
            reason=sent.get("reason", "").strip()[:500] or None,
        )
    except SetpointError as error:
        return _page(call, status=status_of(error), problem=told(error, "Nothing was written"))
    return go_on(f"{document_url(name)}?done=migrated")


ROUTES = (
    Route(
        "GET",
        "/migrations",
        _pending,
        verb="read",
        scope="documents",
        summary="Documents that are not at their newest version.",
        kind="page",
        media="text/html",
    ),
    Route(
        "GET",
        "/migrations/{name}",
        _planned,
        verb="read",
        scope="document",
        summary="What migrating a document would change.",
        parameters=(NAME,),
        kind="page",
        media="text/html",
    ),
    Route(
        "POST",
        "/migrations/{name}",
        _sent,
        verb="restore",
        scope="document",
        summary="Migrate a document.",
        parameters=(NAME,),
        body={"type": "object", "additionalProperties": {"type": "string"}},
        kind="page",
        media="text/html",
    ),
)
