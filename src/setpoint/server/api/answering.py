"""Answers as the API gives them: JSON, with the headers that say what state it is of and where it goes on."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
from starlette.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...desk.held import Held
    from ..call import Call

_JSON = "application/json"


def json_answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return plain data as an answer."""
    return Response(orjson.dumps(content), status, headers, _JSON)


class Prepared(Response):
    """An answer whose headers are bytes already, which costs a fraction of working them out: values are read the most.

    Arguments: ``status``, ``body``, and all its ``headers``, names in lower case.
    """

    def __init__(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = status
        self.body = body
        self.raw_headers = headers
        self.background = None


def held_answer(call: Call, held: Held) -> Response:
    """Return a value as an answer; 304 without a body when whoever asks holds the same already (RFC 9110, 13.1.2)."""
    headers = [(b"etag", held.etag.encode("ascii")), (b"setpoint-generation", b"%d" % held.generation)]
    if call.if_none_match and is_known(held.etag, call.if_none_match):
        return Prepared(304, b"", headers)
    headers += ((b"content-type", b"application/json"), (b"content-length", b"%d" % len(held.body)))
    return Prepared(200, held.body, headers)


def is_known(etag: str, tags: tuple[str, ...]) -> bool:
    """True when a tag is among those of an ``If-None-Match``, which stand without ``W/``; ``*`` is any."""
    return etag in tags or "*" in tags


def done_answer(done: Mapping[str, Any], *, status: int = 200) -> Response:
    """Return what a change has done.

    It carries no ``ETag`` of its own: that would be the tag of this answer's subject, and a change may have several.
    """
    return json_answer(done, status=status, headers={"Setpoint-Generation": str(done["generation"])})


def page_answer(call: Call, path: str, page: Mapping[str, Any], cursor: str) -> Response:
    """Return one page of a list, with a link to the next one (RFC 8288) where there is one.

    Arguments: ``path`` is the route's own, encoded; ``cursor`` is the query parameter that takes the page's ``next``.
    """
    if page["next"] is None:
        return json_answer(page)
    query = {key: value for key, value in call.query.items() if value is not None}
    query[cursor] = page["next"]
    return json_answer(page, headers={"Link": f'<{path}?{urlencode(query)}>; rel="next"'})
