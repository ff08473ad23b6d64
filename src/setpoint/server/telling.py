"""A problem as the answer that fits who asked: JSON for programs, a page for people before a browser."""

from __future__ import annotations

from html import escape
from json import dumps
from urllib.parse import quote

from .problem import MEDIA
from .sending import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .exchange import Exchange
    from .headers import Headers
    from .problem import Problem


def told(exchange: Exchange, problem: Problem) -> Answer:
    """Return a problem as the answer to a request. Somebody unknown who asks for a page is shown the way in."""
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in problem.headers]
    if exchange.wants_page:
        exchange.outgoing.page = True
        if problem.status == 401 and exchange.scope["method"] in ("GET", "HEAD"):
            place = f"/sign-in?next={quote(exchange.raw_path, safe='/')}".encode("ascii")
            return Answer(303, [*headers, (b"location", place), (b"content-length", b"0")], b"")
        return _whole(problem.status, headers, b"text/html; charset=utf-8", _page(problem, exchange.request))
    body = dumps(problem.to_dict(exchange.request)).encode("ascii")
    return _whole(problem.status, headers, MEDIA.encode(), body)


def _whole(status: int, headers: Headers, media: bytes, body: bytes) -> Answer:
    return Answer(status, [*headers, (b"content-type", media), (b"content-length", b"%d" % len(body))], body)


def _page(problem: Problem, request: str) -> bytes:
    """Return a problem as a page, for whoever was refused before any handler was asked."""
    title = escape(problem.title)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} · Setpoint</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/dashboard.css"></head>\n<body><div class="door"><main><div class="card">'
        f"<h1>{title}</h1><p>{escape(problem.detail)}</p>"
        f"<p>{problem.status}, {escape(problem.rule)}, request {escape(request)}</p>"
        '<p><a href="/">Setpoint</a></p></div></main></div></body></html>\n'
    ).encode("utf-8", "backslashreplace")
