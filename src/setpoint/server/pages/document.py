"""One document: its values, who set each, and what its schema says about them."""

from __future__ import annotations

import json

from ...address import lookup, parse_pointer, pointer
from ...errors import ConfigInvalidError, ConfigNotFoundError, GuardedError, SetpointError, UnavailableError
from ...layers.resolution import indexed
from ...secret import MASK
from ..route import Parameter, Route
from . import words
from .known import Known
from .listing import last_revision, listing
from .places import asked, document_url
from .renderer import go_on, render
from .tree import TreeRows
from .view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from ...desk import Desk
    from ..call import Call

_DONE = {"saved": "Saved.", "removed": "Removed.", "restored": "Gone back.", "migrated": "Migrated."}


@view
def _document(call: Call) -> Response:
    desk, name = call.desk, call.path["name"]
    row = listed(desk, name)
    tree, findings, trouble = read(desk, name)
    known = known_of(desk, name)
    facts: dict[str, Any] = {"tree": (), "left_out": "", "has_tree": tree is not None}
    parts: tuple[str | int, ...] = ()
    if tree is not None:
        parts = indexed(parse_pointer(call.query["at"]), tree[0])
        facts.update(_rows(desk, name, tree[0], parts, known))
    return render(
        call,
        "document.html",
        title=name,
        name=name,
        row=row,
        at=pointer(parts),
        crumbs=crumbs(name, parts),
        findings=findings,
        trouble=trouble,
        reasons=_reasons(desk, name),
        guarded=GuardedError.rule,
        pending=_pending(call, name),
        last=last_revision(desk, name),
        masked=MASK if any(one.look == "mask" for one in facts["tree"]) else None,
        may_change=call.principal.may("change", name),
        may_restore=call.principal.may("restore", name),
        done=_DONE.get(call.query.get("done", "")),
        **facts,
    )


def listed(desk: Desk, name: str) -> dict[str, Any]:
    """Return what the list of documents says of one. Raises ``ConfigNotFoundError`` with the near names."""
    found = next((one for one in listing(desk, prefix=name) if one["name"] == name), None)
    if found is None:
        desk.value(name)  # says so, with the names that are near
        raise ConfigNotFoundError(f"there is no document {name!r}")
    return found


def read(desk: Desk, name: str) -> tuple[tuple[Any, str] | None, tuple[Any, ...], str]:
    """Return a document's tree and tag, or None when it cannot be had; what is wrong with it, and that in words."""
    try:
        held = desk.value(name)
    except ConfigNotFoundError:
        raise
    except SetpointError as error:
        found = tuple(one.to_dict() for one in error.diagnostics)
        return (
            None,
            found or ({"severity": "error", "message": error.message, "rule": error.rule},),
            "It cannot be served",
        )
    verdict = desk.validate(name, json.loads(held.body))
    return (json.loads(held.body), held.etag), tuple(verdict["diagnostics"]), "What is served has these problems"


def known_of(desk: Desk, name: str) -> Known:
    """Return what the schema says of a document; nothing of one that has no schema, or none that works."""
    try:
        return Known.whole(desk.schema(name)["schema"])
    except (ConfigNotFoundError, ConfigInvalidError, UnavailableError):
        return Known.whole(None)


def crumbs(name: str, parts: tuple[str | int, ...] = (), last: str = "") -> list[tuple[str, str]]:
    """Return the way to a place: words and addresses, the last of which is here."""
    found = [("Documents", "/documents"), (name, document_url(name))]
    for depth in range(1, len(parts) + 1):
        place = pointer(parts[:depth])
        found.append((str(parts[depth - 1]), f"{document_url(name)}{asked({'at': place})}"))
    if last:
        found.append((last, ""))
    else:
        found[-1] = (found[-1][0], "")
    return found


def _rows(desk: Desk, name: str, tree: Any, parts: tuple[str | int, ...], known: Known) -> dict[str, Any]:
    try:
        value = lookup(tree, parts)
    except KeyError:
        raise ConfigNotFoundError(f"{name} has no {pointer(parts)}; look at the whole document") from None
    made = TreeRows(value, parts, known.at(parts))
    leaves = list(made.leaves())
    try:
        origins = desk.origins(name, [row.parts for row in leaves])
    except SetpointError:
        origins = []  # its files cannot be read at the moment; the values are those that are served
    for row, origin in zip(leaves, origins, strict=False):
        row.origin = "" if origin is None else origin_words(origin)
    left_out = f"{words.counted(made.left_out, 'more entry')} found no room here." if made.left_out else ""
    return {"tree": made.rows, "left_out": left_out}


def origin_words(origin: dict[str, Any]) -> str:
    """Return who set a value, in few words: the layer, and the place."""
    layer = str(origin["layer"])
    place = origin["file"] or origin["variable"] or origin["call_site"] or ""
    if origin["variable"] and origin["file"]:
        place = f"{origin['variable']} in {origin['file']}"
    if origin["line"] is not None:
        place = f"{place}:{origin['line']}"
    return f"{layer} {place.rsplit('/', 1)[-1]}".strip()


def _reasons(desk: Desk, name: str) -> list[dict[str, Any]]:
    """Return why a document is not as it should be, as far as health knows and may be asked."""
    try:
        return [one for one in desk.health()["reasons"] if name in one["documents"]]
    except SetpointError:
        return []


def _pending(call: Call, name: str) -> dict[str, Any] | None:
    try:
        plan = call.desk.plan(name)
    except SetpointError:
        return None  # there is no way to another version, or nothing that could take it
    return plan if plan["steps"] else None


@view
def _accept(call: Call) -> Response:
    call.desk.accept(call.path["name"])
    return go_on(document_url(call.path["name"]))


NAME = Parameter("name", "path", description="the document's name; ~1 stands for / in it")
AT = Parameter("at", schema={"type": "string", "maxLength": 8000, "default": ""}, description="a JSON Pointer")

ROUTES = (
    Route(
        "GET",
        "/documents/{name}",
        _document,
        verb="read",
        scope="document",
        summary="One document and its values.",
        parameters=(NAME, AT, Parameter("done", schema={"type": "string", "enum": list(_DONE)})),
        kind="page",
        media="text/html",
    ),
    Route(
        "POST",
        "/documents/{name}/accept",
        _accept,
        verb="restore",
        scope="document",
        summary="Say that a change which is held back is meant.",
        parameters=(NAME,),
        body=True,
        kind="page",
        media="text/html",
    ),
)
