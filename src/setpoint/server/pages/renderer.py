"""Templates made into pages: who looks, where they may go, and what every page has around its content."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from starlette.responses import Response

from ...errors import SetpointError
from . import places, words
from .assets import asset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jinja2 import Environment

    from ..call import Call

_TEMPLATES = Path(__file__).with_name("templates")
THEME_COOKIE = "setpoint-theme"
THEMES = ("light", "dark")
# What the side names, where it leads, and what somebody must be allowed to do, somewhere or everywhere.
_NAV = (
    ("Overview", "/", "read", False),
    ("Documents", "/documents", "read", False),
    ("History", "/history", "read", False),
    ("Migrations", "/migrations", "read", False),
    ("Charts", "/charts", "observe", True),
    ("Alerts", "/alerts", "observe", False),
    ("Audit", "/audit", "administer", False),
)


class Visitor:
    """Who looks at a page, as templates need it. Argument: ``call`` of the request.

    ``word`` is the state of the configuration for them, None when they may not know it or it cannot be told.
    """

    __slots__ = ("call", "csrf", "grants", "here", "name", "word")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.name = call.principal.name
        self.grants = ", ".join(map(str, call.principal.grants))
        self.csrf: str | None = call.session.csrf if call.session is not None else None
        path, query = (call.scope[part].decode("latin-1") for part in ("raw_path", "query_string"))
        self.here = places.local(f"{path}?{query}" if query and call.method in ("GET", "HEAD") else path)
        self.word: str | None = None
        if call.principal.may_anywhere("observe"):
            try:
                self.word = call.desk.health()["status"]
            except SetpointError:
                self.word = None  # the page about it says why; every other page has its own matter

    def nav(self) -> list[tuple[str, str, bool]]:
        """Return the words and addresses of the pages that they may see, and which of them is here."""
        principal = self.call.principal
        here = self.call.scope["path"]
        return [
            (said, url, here == url or (url != "/" and here.startswith(url + "/")))
            for said, url, verb, everywhere in _NAV
            if (principal.may_everywhere(verb) if everywhere else principal.may_anywhere(verb))
        ]


@cache
def environment() -> Environment:
    """Return the templates, with everything escaped that is not said to be markup by this program itself."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.FILTERS, **places.FILTERS, asset=asset)
    made.globals.update(theme=None, done=None, missing=(), problem=None, preview=None)
    return made


def render(call: Call, template: str, *, title: str, status: int = 200, **facts: Any) -> Response:
    """Return a page. Arguments: ``template`` is its file, ``title`` its name, ``facts`` what the template shows."""
    visitor = Visitor(call)
    html = (
        environment()
        .get_template(template)
        .render(title=title, me=visitor, nav=visitor.nav(), theme=theme_of(call), now=time.time(), **facts)
    )
    return answer(html, status)


def stranger(template: str, *, title: str, **facts: Any) -> str:
    """Return a page for somebody who is not known: nothing of the system is asked for, or told."""
    return environment().get_template(template).render(title=title, now=time.time(), **facts)


def answer(html: str, status: int = 200) -> Response:
    """Return a text as a page that nobody keeps."""
    return Response(html, status, media_type="text/html", headers={"Cache-Control": "no-store"})


def go_on(place: str) -> Response:
    """Return what sends a browser to another page of this server, by GET."""
    return Response(status_code=303, headers={"Location": places.local(place), "Cache-Control": "no-store"})


def theme_of(call: Call) -> str | None:
    """Return the theme that was chosen in this browser, None for the system's."""
    for piece in call.headers.get("cookie", "").split(";"):
        name, _, chosen = piece.strip().partition("=")
        if name == THEME_COOKIE and chosen in THEMES:
            return chosen
    return None
