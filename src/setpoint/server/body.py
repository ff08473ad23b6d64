"""Bodies: read up to a limit, and held against their schema by the rules that hold for documents.

What a document may not hold, a body may not hold either: a key twice, NaN, numbers that would be rounded, nesting
beyond the budget. And what is wrong is said in the same way, with line, column and path.
"""

from __future__ import annotations

from ..budget import DEFAULT_BUDGET, Budget
from ..validation.family import Family
from ..validation.judge import judge
from ..validation.schema import Schema
from .problem import Problem
from .query import pairs_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
# Beyond this, parsing would hold up everybody else: it is done in a thread.
LARGE = 64 * 1024


class DisconnectedError(Exception):
    """Whoever called is gone; there is nobody to answer."""


def too_large(limit: int) -> Problem:
    """Return the answer to a body above the limit; the connection ends, since the rest is not read."""
    return Problem(
        413,
        "body-too-large",
        f"the body is larger than {limit:,} bytes, which is the limit here (body_bytes under [server])",
        headers=[("Connection", "close")],
    )


def check_announced(headers: Mapping[bytes, bytes], limit: int) -> None:
    """Refuse a body that says how large it is, before any of it is read. Raises ``Problem``: 400 or 413."""
    length = headers.get(b"content-length")
    if length is None:
        return
    if b"transfer-encoding" in headers:
        # A proxy in front may go by the other one, and take what is left over for another request (RFC 9112, 6.1).
        raise Problem(
            400,
            "bad-header",
            "a body has Content-Length or Transfer-Encoding, and not both",
            headers=[("Connection", "close")],
        )
    if not length.isdigit() or len(length) > 18:
        raise Problem(400, "bad-header", "Content-Length is a number of bytes")
    if int(length) > limit:
        raise too_large(limit)


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the whole body. Raises ``Problem`` (413) as soon as it is above the limit, ``DisconnectedError``."""
    message = await receive()
    pieces: list[bytes] = []
    size = 0
    while message["type"] == "http.request":
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        message = await receive()
    raise DisconnectedError


def media_of(headers: Mapping[bytes, bytes]) -> str:
    """Return the media type of a body without its parameters, an empty text for none or one of another charset."""
    media, _, rest = headers.get(b"content-type", b"").decode("latin-1").partition(";")
    charset = rest.lower().replace('"', "").replace(" ", "")
    if "charset=" in charset and "charset=utf-8" not in charset:
        return ""
    return media.strip(" \t").lower()


class BodyReader:
    """Reads the JSON bodies of one route. Arguments: ``schema`` they must fit."""

    __slots__ = ("_budget", "_family")

    def __init__(self, schema: Mapping[str, Any] | bool, budget: Budget = DEFAULT_BUDGET) -> None:
        contents = schema if isinstance(schema, bool) else dict(schema)
        self._family = Family("body", {None: Schema(contents, name="body")})
        self._budget = budget

    def read(self, data: bytes) -> Any:
        """Return the tree in a body. Raises ``Problem``: 400 when it is no JSON, 422 when it does not fit."""
        judgement = judge(data, "json", self._family, file="body", budget=self._budget)
        if not judgement.parsed:
            raise _wrong(400, "bad-body", "the body is no JSON that can be taken", judgement.report.errors)
        if not judgement.report.ok:
            raise _wrong(422, "body-does-not-fit", "the body is not what this route takes", judgement.report.errors)
        return judgement.tree


def form_in(data: bytes) -> dict[str, str]:
    """Return the fields of a form. Raises ``Problem`` (400) for a field that is there twice."""
    fields: dict[str, str] = {}
    for name, text in pairs_in(data):
        if name in fields:
            raise Problem(400, "bad-body", f"the field {name[:100]!r} is there more than once")
        fields[name] = text
    return fields


def _wrong(status: int, rule: str, what: str, errors: Any) -> Problem:
    found = tuple(errors)
    first = found[0]
    place = f" (line {first.line}, column {first.column})" if first.line is not None else ""
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return Problem(status, rule, f"{what}: {first.message}{place}{more}", diagnostics=found)
