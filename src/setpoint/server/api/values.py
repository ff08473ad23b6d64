"""Single values of documents: read, set, unset."""

from __future__ import annotations

from ..route import Route
from .answering import done_answer, held_answer
from .documents import PATH
from .parameters import DRY_RUN, IF_MATCH, IN_LAYER, NAME, POINTER, REASON, parts_of, tags_of
from .shapes import DONE, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.responses import Response

    from ..call import Call

_PLACE = f"{PATH}/{{name}}/values/{{pointer:path}}"


async def read(call: Call) -> Response:
    """Answer with the value at a place."""
    name, parts = call.path["name"], parts_of(call)
    held = call.desk.held(name, parts)
    if held is None:
        held = await call.run(call.desk.value, name, parts)
    return held_answer(call, held)


async def changed(call: Call) -> Response:
    """Set the value at a place to the one that was sent."""
    done = await call.run(
        call.desk.set, call.path["name"], parts_of(call), call.body, if_match=tags_of(call), **call.query
    )
    return done_answer(done)


async def removed(call: Call) -> Response:
    """Take the value at a place out of its file."""
    done = await call.run(call.desk.unset, call.path["name"], parts_of(call), if_match=tags_of(call), **call.query)
    return done_answer(done)


ROUTES = (
    Route(
        "GET",
        _PLACE,
        read,
        verb="read",
        scope="document",
        summary="Read one value",
        parameters=(NAME, POINTER),
        answers={200: VALUE, 304: None},
        quick=True,
        tag="values",
    ),
    Route(
        "PUT",
        _PLACE,
        changed,
        verb="change",
        scope="document",
        summary="Set one value",
        parameters=(NAME, POINTER, IN_LAYER, REASON, DRY_RUN, IF_MATCH),
        body=VALUE,
        answers={200: DONE},
        precondition=True,
        tag="values",
    ),
    Route(
        "DELETE",
        _PLACE,
        removed,
        verb="change",
        scope="document",
        summary="Take one value out",
        parameters=(NAME, POINTER, IN_LAYER, REASON, DRY_RUN, IF_MATCH),
        answers={200: DONE},
        precondition=True,
        tag="values",
    ),
)
