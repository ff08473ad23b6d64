"""Documents as wholes: listed, read, made, replaced."""

from __future__ import annotations

from ..route import Parameter, Route
from .answering import done_answer, held_answer, page_answer
from .parameters import DRY_RUN, IF_MATCH_OR_NEW, IF_NONE_MATCH, NAME, REASON, limit, tags_of
from .shapes import DONE, ETAG, TREE, VERSION, or_null, record, several, text
from .shapes import NAME as NAME_SHAPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

PATH = "/api/v1/documents"
STATUSES = ["served", "refused", "stale", "invalid", "not-loaded"]

LISTED = record(
    "ListedDocument",
    {
        "name": NAME_SHAPE,
        "version": VERSION,
        "schema": or_null(text("The title of its schema; null without one.")),
        "format": text("yaml, json, jsonc or toml: that of the base file."),
        "files": several(text(), "The files of its layers, relative to the configuration directory."),
        "etag": or_null(ETAG),
        "status": text("What is served of it.", enum=STATUSES),
    },
)
DOCUMENTS = record(
    "Documents",
    {
        "documents": several(LISTED),
        "next": or_null(text("What `after` takes to go on; null at the end.")),
    },
)


async def listed(call: Call) -> Response:
    """Answer with the documents there are, by name."""
    page = await call.run(call.desk.documents, **call.query)
    return page_answer(call, PATH, page, "after")


async def read(call: Call) -> Response:
    """Answer with a document's tree."""
    name = call.path["name"]
    held = call.desk.held(name)
    if held is None:
        held = await call.run(call.desk.value, name)
    return held_answer(call, held)


async def replaced(call: Call) -> Response:
    """Make a document the tree that was sent."""
    create = call.if_none_match == ("*",) and not call.if_match
    tags = () if create else tags_of(call)
    done = await call.run(call.desk.replace, call.path["name"], call.body, if_match=tags, create=create, **call.query)
    return done_answer(done, status=201 if create and not call.query.get("dry_run") else 200)


ROUTES = (
    Route(
        "GET",
        PATH,
        listed,
        verb="read",
        scope="documents",
        summary="List the documents",
        parameters=(
            limit(1000, 100),
            Parameter("after", "query", text(), required=False, description="Only names behind this one."),
            Parameter("prefix", "query", text(), required=False, description="Only names that begin so."),
        ),
        answers={200: DOCUMENTS},
        tag="documents",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}",
        read,
        verb="read",
        scope="document",
        summary="Read a document",
        parameters=(NAME,),
        answers={200: TREE, 304: None},
        quick=True,
        tag="documents",
    ),
    Route(
        "PUT",
        f"{PATH}/{{name}}",
        replaced,
        verb="change",
        scope="document",
        summary="Replace a document, or make a new one",
        parameters=(
            NAME,
            IF_MATCH_OR_NEW,
            IF_NONE_MATCH,
            REASON,
            DRY_RUN,
            Parameter(
                "format",
                "query",
                text(enum=["yaml", "json", "jsonc", "toml"]),
                required=False,
                description="The format of the base file: it is converted to it, or made in it.",
            ),
        ),
        body=TREE,
        answers={200: DONE, 201: DONE},
        precondition=True,
        tag="documents",
    ),
)
