"""What lies behind a document: who set which value, its schema, and whether a tree would be valid."""

from __future__ import annotations

from ..route import Parameter, Route
from .answering import json_answer
from .documents import PATH
from .parameters import NAME, POINTER, parts_of
from .shapes import DIAGNOSTIC, TREE, VERSION, anything, or_null, record, several, text, truth, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

ORIGIN = record(
    "Origin",
    {
        "layer": text("default, base, profile:NAME, local, dotenv, environment, override or running."),
        "file": or_null(text("The file; of a default, the schema's.")),
        "line": or_null(whole("Counted from 1.")),
        "column": or_null(whole("Counted from 1.")),
        "variable": or_null(text("The environment variable.")),
        "call_site": or_null(text("Where in the program an override was made.")),
        "schema_path": or_null(text("A JSON Pointer into the schema, of a default.")),
        "value": anything("What this layer has at the place, with secrets masked."),
    },
    "Where one layer sets a value.",
)
EXPLANATION = record(
    "Explanation",
    {
        "address": text("The place, as people write it: messaging.queue.max_size."),
        "value": anything("The value that counts, with secrets masked."),
        "origins": several(ORIGIN, "The layers that make the value, the highest first."),
        "shadowed": several(ORIGIN, "What other layers say there, the highest first."),
    },
    "Who set a value, and what it shadows.",
)
SCHEMA = record(
    "DocumentSchema",
    {
        "document": text("The document's name."),
        "version": VERSION,
        "versions": several(VERSION, "The versions that there are schemas for."),
        "title": or_null(text("The schema's title.")),
        "schema": {"type": ["object", "boolean"], "description": "The JSON Schema, with defaults of secrets masked."},
    },
)
VERDICT = record("Verdict", {"ok": truth("True when it is valid."), "diagnostics": several(DIAGNOSTIC)})


async def explained(call: Call) -> Response:
    """Answer with who set a value."""
    parts = parts_of(call) if "pointer" in call.path else ()
    return json_answer(await call.run(call.desk.explain, call.path["name"], parts))


async def schema(call: Call) -> Response:
    """Answer with a document's schema."""
    return json_answer(await call.run(call.desk.schema, call.path["name"], **call.query))


async def validated(call: Call) -> Response:
    """Answer with what is wrong with a tree that was sent; nothing is written."""
    return json_answer(await call.run(call.desk.validate, call.path["name"], call.body))


ROUTES = (
    Route(
        "GET",
        f"{PATH}/{{name}}/explain",
        explained,
        verb="read",
        scope="document",
        summary="Say who made a document",
        parameters=(NAME,),
        answers={200: EXPLANATION},
        tag="documents",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}/explain/{{pointer:path}}",
        explained,
        verb="read",
        scope="document",
        summary="Say who set a value, and what it shadows",
        parameters=(NAME, POINTER),
        answers={200: EXPLANATION},
        tag="values",
    ),
    Route(
        "GET",
        f"{PATH}/{{name}}/schema",
        schema,
        verb="read",
        scope="document",
        summary="Read a document's schema",
        parameters=(
            NAME,
            Parameter("version", "query", text(), required=False, description="That of another version."),
        ),
        answers={200: SCHEMA},
        tag="documents",
    ),
    Route(
        "POST",
        f"{PATH}/{{name}}/validate",
        validated,
        verb="read",
        scope="document",
        summary="Judge a tree, and write nothing",
        parameters=(NAME,),
        body=TREE,
        answers={200: VERDICT},
        tag="documents",
    ),
)
