"""The routes by which one hears of what happens: a stream of events, and a long poll for changes."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..access.document_pattern import DocumentPattern
from .api.shapes import GENERATION, NAME, SECONDS, anything, number, record, several, text, truth, whole
from .event_stream import EVENT_STREAM_HEADERS, EventStreamAnswer
from .long_poll import LONG_POLL_HEADERS, LongPollAnswer
from .problem import Problem
from .route import Parameter, Route
from .seen import KINDS, Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call

MOST_PATTERNS = 20  # of one watcher: each is compared with the documents of each event
LONGEST_PATTERN = 200
MOST_SECONDS = 60.0  # that a long poll waits

_DOCUMENTS = Parameter(
    "documents",
    "query",
    several(text(minLength=1, maxLength=LONGEST_PATTERN)),
    required=False,
    description="Only what is about these documents: a name, `team/*` or `team/**`; may be there several times.",
)
_CHANGE = record(
    "ChangedPlace",
    {
        "document": NAME,
        "address": text("The place as people write it: messaging.queue.max_size."),
        "path": text("A JSON Pointer into the document."),
        "kind": text(enum=["added", "removed", "changed"]),
        "before": anything("What it was; secrets are masked. Missing when there was nothing."),
        "after": anything("What it is; secrets are masked. Missing when there is nothing."),
    },
    "A place whose value is another now.",
    optional=["before", "after"],
)
RELOADED = record(
    "ReloadedEvent",
    {
        "event": text(enum=["reloaded"]),
        "at": SECONDS,
        "documents": several(NAME, "Those that have other content now, of those that you may see."),
        "generation": GENERATION,
        "cause": text("files, override, or what changed them: set, rollback …"),
        "seconds": number("From seeing the change to serving it."),
        "changes": several(_CHANGE),
        "more": whole("How many more places changed, when they are too many to name.", minimum=0),
        "values_left_off": truth("True when the values are too large to be told."),
        "details_left_off": truth("True when the places are too many or too large to be told."),
    },
    "Documents have new content, and it is served.",
    optional=["values_left_off", "details_left_off"],
)
CHANGES = record(
    "Changes",
    {
        "boot": text("Names this run of the server; send it along with the next question."),
        "generation": whole("Send it as `after` with the next question.", minimum=0),
        "reset": truth("True when changes since then are not known here: read everything anew."),
        "events": several(RELOADED, "What replaced content since then, the oldest first."),
    },
    "What changed after a generation.",
)


async def events(call: Call) -> Response:
    """Answer with events as they happen."""
    wanted = Wanted(_patterns(call), call.query.get("events", ()))
    if call.method == "HEAD":
        return Response(headers=EVENT_STREAM_HEADERS)
    last = call.headers.get("last-event-id") or call.query.get("last_event_id", "")
    return EventStreamAnswer(call, wanted, _rights(call), last=last, with_snapshot=call.query["snapshot"])


async def changes(call: Call) -> Response:
    """Answer with what changed after a generation, as soon as something has."""
    query = call.query
    wanted = Wanted(_patterns(call))
    if call.method == "HEAD":
        return Response(headers=LONG_POLL_HEADERS)
    return LongPollAnswer(
        call, wanted, _rights(call), after=query["after"], boot=query.get("boot", ""), wait=query["wait"]
    )


def _patterns(call: Call) -> list[DocumentPattern]:
    texts = call.query.get("documents", ())
    if len(texts) > MOST_PATTERNS:
        raise Problem(400, "bad-parameter", f"the parameter documents may be there {MOST_PATTERNS} times at most")
    return [DocumentPattern(one) for one in texts]


def _rights(call: Call) -> Callable[[], bool] | None:
    """Return what says whether whoever calls still may; None for one without a token, whose rights do not end."""
    if call.session is not None:
        return partial(call.application.sessions.is_live, call.session)
    token = call.principal.token
    return None if token is None else partial(call.application.tokens.holds, token)


ROUTES = (
    Route(
        "GET",
        "/api/v1/events",
        events,
        verb="read",
        scope="documents",
        summary="Hear of everything that happens, as server-sent events",
        parameters=(
            _DOCUMENTS,
            Parameter(
                "events",
                "query",
                several(text(enum=list(KINDS))),
                required=False,
                description="Only events of these kinds; may be there several times.",
            ),
            Parameter(
                "snapshot",
                "query",
                {**truth(), "default": False},
                required=False,
                description="Begin with an event `snapshot`: what is read after it has every change up to its"
                " generation, and later ones are told.",
            ),
            Parameter(
                "last_event_id",
                "query",
                text(maxLength=100),
                required=False,
                description="Go on after the event with this id; the header of that name goes before it.",
            ),
            Parameter(
                "Last-Event-ID",
                "header",
                text(maxLength=100),
                required=False,
                description="Go on after the event with this id, as browsers say by themselves.",
            ),
        ),
        answers={200: None},
        kind="stream",
        media="text/event-stream",
        tag="watching",
    ),
    Route(
        "GET",
        "/api/v1/changes",
        changes,
        verb="read",
        scope="documents",
        summary="Wait for changes after a generation",
        parameters=(
            Parameter(
                "after",
                "query",
                whole(minimum=0),
                required=True,
                description="The generation that you have: of the last answer, or of the header Setpoint-Generation.",
            ),
            Parameter(
                "wait",
                "query",
                number(minimum=0, maximum=MOST_SECONDS, default=0),
                required=False,
                description="How many seconds to wait for a change; 0 unless given.",
            ),
            Parameter(
                "boot",
                "query",
                text(maxLength=100),
                required=False,
                description="The `boot` of the last answer: another run of the server counts from the beginning.",
            ),
            _DOCUMENTS,
        ),
        answers={200: CHANGES},
        kind="stream",
        tag="watching",
    ),
)
