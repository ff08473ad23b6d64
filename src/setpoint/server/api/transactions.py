"""Changes of several documents at once, and what is done to all of them."""

from __future__ import annotations

from ..problem import Problem
from ..route import Parameter, Route
from .answering import done_answer, json_answer
from .parameters import DRY_RUN
from .shapes import (
    DONE,
    ETAG,
    GENERATION,
    LAYER,
    NAME,
    TREE,
    VALUE,
    anything,
    body,
    by_name,
    record,
    several,
    text,
    whole,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from ..call import Call

_PLACE = {
    "document": NAME,
    "pointer": text("The place: a JSON Pointer (RFC 6901).", pattern="^(/([^~]|~[01])*)?$"),
    "expect": anything("The value that must be there now, else the whole transaction is refused."),
    "layer": LAYER,
}
CHANGE = {
    "title": "Change",
    "oneOf": [
        body(
            "SetChange",
            {"op": {"const": "set"}, **_PLACE, "value": VALUE},
            required=["op", "document", "pointer", "value"],
        ),
        body("UnsetChange", {"op": {"const": "unset"}, **_PLACE}, required=["op", "document", "pointer"]),
    ],
}
TRANSACTION = body(
    "Transaction",
    {
        "changes": several(CHANGE, "What to do, in this order; all of it or nothing.", minItems=1, maxItems=1000),
        "if_match": by_name(
            {"anyOf": [ETAG, {"const": "*"}]}, "The entity tag of each document that is changed; * takes any."
        ),
        "reason": text("Why, for the record.", maxLength=1000),
    },
    required=["changes", "if_match"],
)
SNAPSHOT = record(
    "Snapshot",
    {"generation": GENERATION, "documents": by_name(TREE, "The tree of each document, by its name.")},
    "All documents as they were at one moment.",
)


async def committed(call: Call) -> Response:
    """Make several changes, all of them or none."""
    wanted = call.body
    tags = {name: (tag,) for name, tag in wanted["if_match"].items()}
    changed = {change["document"] for change in wanted["changes"]}
    unchanged = sorted(tags.keys() - changed)
    if unchanged:  # its tag would not be compared, and whoever sent it may count on that
        raise Problem(
            422, "body-does-not-fit", f"if_match names {unchanged[0]!r}, and no change is about it; leave it out"
        )
    untagged = sorted(changed - tags.keys())
    if untagged:
        raise Problem(
            428,
            "precondition-required",
            f"if_match lacks {untagged[0]!r}: it needs the ETag of every document that is changed, or * for any state",
        )
    done = await call.run(
        call.desk.transaction, wanted["changes"], if_match=tags, reason=wanted.get("reason"), **call.query
    )
    return done_answer(done)


async def reloaded(call: Call) -> Response:
    """Look at the files of all documents now."""
    return done_answer(await call.run(call.desk.reload))


async def snapshot(call: Call) -> Response:
    """Answer with all documents as they were at one moment."""
    content: dict[str, Any] = await call.run(call.desk.snapshot, **call.query)
    return json_answer(content, headers={"Setpoint-Generation": str(content["generation"])})


ROUTES = (
    Route(
        "POST",
        "/api/v1/transactions",
        committed,
        verb="change",
        scope="documents",
        summary="Change several documents, all or none",
        parameters=(DRY_RUN,),
        body=TRANSACTION,
        answers={200: DONE, 428: None},
        tag="transactions",
    ),
    Route(
        "POST",
        "/api/v1/reload",
        reloaded,
        verb="restore",
        scope="system",
        summary="Look at the files now",
        answers={200: DONE},
        tag="transactions",
    ),
    Route(
        "GET",
        "/api/v1/snapshot",
        snapshot,
        verb="read",
        scope="documents",
        summary="Read all documents at one moment",
        parameters=(
            Parameter(
                "generation",
                "query",
                whole(minimum=0, maximum=2**53),
                required=False,
                description="An earlier state: the last 16 are kept.",
            ),
        ),
        answers={200: SNAPSHOT, 410: None},
        tag="documents",
    ),
)
