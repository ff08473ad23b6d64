"""Documents on their way to other versions."""

from __future__ import annotations

from ..route import Parameter, Route
from .answering import done_answer, json_answer
from .documents import PATH
from .parameters import IF_MATCH, NAME, tags_of
from .shapes import DONE, NOTES, body, by_name, record, several, text, truth
from .shapes import NAME as NAME_SHAPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_WAY = {
    "document": NAME_SHAPE,
    "from": text("The version the document is at."),
    "to": text("The version it would be at."),
    "steps": several(text(), "The migrations, in their order; none when it is there already."),
}
PENDING = record(
    "PendingMigrations",
    {
        "pending": several(record("PendingMigration", _WAY)),
        "failures": by_name(text(), "Documents that could not be looked at, each with the reason."),
    },
)
PLAN = record(
    "Plan",
    {**_WAY, "diff": text("What would change in the files, with secrets masked."), "warnings": NOTES},
    "What a migration would do.",
)
MIGRATION = body(
    "Migration",
    {
        "to": text("The version to reach; the newest unless given."),
        "reason": text("Why, for the record.", maxLength=1000),
        "dry_run": truth("Judge it and show its diff; write nothing."),
    },
)


async def pending(call: Call) -> Response:
    """Answer with the documents that are not at their newest version."""
    return json_answer(await call.run(call.desk.migrations))


async def planned(call: Call) -> Response:
    """Answer with what migrating a document would do."""
    return json_answer(await call.run(call.desk.plan, call.path["name"], **call.query))


async def migrated(call: Call) -> Response:
    """Carry a document to another version."""
    return done_answer(await call.run(call.desk.migrate, call.path["name"], if_match=tags_of(call), **call.body))


ROUTES = (
    Route(
        "GET",
        "/api/v1/migrations",
        pending,
        verb="read",
        scope="documents",
        summary="List the documents that wait for a migration",
        answers={200: PENDING},
        tag="migrations",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}/migration",
        planned,
        verb="read",
        scope="document",
        summary="Plan a migration, and write nothing",
        parameters=(
            NAME,
            Parameter("to", "query", text(), required=False, description="The version; the newest unless given."),
        ),
        answers={200: PLAN},
        tag="migrations",
    ),
    Route(
        "POST",
        f"{PATH}/{{name}}/migration",
        migrated,
        verb="restore",
        scope="document",
        summary="Migrate a document",
        parameters=(NAME, IF_MATCH),
        body=MIGRATION,
        answers={200: DONE},
        precondition=True,
        tag="migrations",
    ),
)
