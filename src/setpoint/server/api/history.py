"""The record of a document: its revisions, what is different between them, and the way back."""

from __future__ import annotations

from urllib.parse import quote

from ..route import Parameter, Route
from .answering import done_answer, json_answer, page_answer
from .documents import PATH
from .parameters import IF_MATCH, NAME, limit, tags_of
from .shapes import DONE, REVISION, body, by_name, or_null, record, several, text, truth, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_NUMBER = whole("The number of a revision.", minimum=1, maximum=2**53)

REVISIONS = record(
    "Revisions",
    {
        "revisions": several(REVISION, "The newest first."),
        "next": or_null(whole("What `before` takes to go on; null at the end.")),
    },
)
CONTENT = record(
    "RevisionContent",
    {"revision": REVISION, "files": by_name(text(), "The text of each file as it was, with secrets masked.")},
)
DIFFERENCE = record("Difference", {"diff": text("A unified diff, with secrets masked; empty when nothing differs.")})
ROLLBACK = body(
    "Rollback",
    {
        "to": {**_NUMBER, "description": "The revision whose bytes the files get."},
        "force": truth("Also when the result is not valid now."),
        "reason": text("Why, for the record.", maxLength=1000),
        "dry_run": truth("Judge it and show its diff; write nothing."),
    },
    required=["to"],
)


async def listed(call: Call) -> Response:
    """Answer with what is on record of a document."""
    name = call.path["name"]
    page = await call.run(call.desk.history, name, **call.query)
    return page_answer(call, f"{PATH}/{quote(name.replace('/', '~1'))}/history", page, "before")


async def read(call: Call) -> Response:
    """Answer with one revision and the text of its files."""
    return json_answer(await call.run(call.desk.revision, call.path["name"], int(call.path["number"])))


async def compared(call: Call) -> Response:
    """Answer with the difference of two revisions."""
    return json_answer(await call.run(call.desk.diff, call.path["name"], call.query["old"], call.query.get("new")))


async def rolled_back(call: Call) -> Response:
    """Give a document's files the bytes that they had at a revision."""
    wanted = dict(call.body)
    return done_answer(
        await call.run(call.desk.rollback, call.path["name"], wanted.pop("to"), if_match=tags_of(call), **wanted)
    )


async def accepted(call: Call) -> Response:
    """Say that a change is meant which the guard has refused."""
    return done_answer(await call.run(call.desk.accept, call.path["name"]))


ROUTES = (
    Route(
        "GET",
        f"{PATH}/{{name}}/history",
        listed,
        verb="read",
        scope="document",
        summary="List a document's revisions",
        parameters=(
            NAME,
            limit(500, 50),
            Parameter("before", "query", _NUMBER, required=False, description="Only revisions with a lower number."),
        ),
        answers={200: REVISIONS},
        tag="history",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}/history/{{number}}",
        read,
        verb="read",
        scope="document",
        summary="Read a document's files as they were",
        parameters=(NAME, Parameter("number", "path", _NUMBER, required=True, description="The revision.")),
        answers={200: CONTENT},
        tag="history",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}/diff",
        compared,
        verb="read",
        scope="document",
        summary="Compare two revisions",
        parameters=(
            NAME,
            Parameter("old", "query", _NUMBER, required=True, description="The revision to start from."),
            Parameter(
                "new", "query", _NUMBER, required=False, description="The other one; without it, what is on the disk."
            ),
        ),
        answers={200: DIFFERENCE},
        tag="history",
    ),
    Route(
        "POST",
        f"{PATH}/{{name}}/rollback",
        rolled_back,
        verb="restore",
        scope="document",
        summary="Go back to a revision",
        parameters=(NAME, IF_MATCH),
        body=ROLLBACK,
        answers={200: DONE},
        precondition=True,
        tag="history",
    ),
    Route(
        "POST",
        f"{PATH}/{{name}}/accept",
        accepted,
        verb="restore",
        scope="document",
        summary="Accept a change that looked like an accident",
        parameters=(NAME,),
        answers={200: DONE},
        tag="history",
    ),
)
