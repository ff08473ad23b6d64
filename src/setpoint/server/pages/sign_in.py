"""Signing in with a token, signing out, and the theme: what concerns a browser and not the configuration."""

from __future__ import annotations

from starlette.responses import Response

from ..problem import Problem
from ..route import Parameter, Route
from .places import local
from .renderer import THEME_COOKIE, THEMES, answer, go_on, stranger, theme_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call

_YEAR = 365 * 24 * 3600


async def _form(call: Call) -> Response:
    return _page(call, local(call.query["next"]))


def _page(call: Call, goal: str, problem: str | None = None, status: int = 200) -> Response:
    html = stranger("sign_in.html", title="Sign in", theme=theme_of(call), next=goal, problem=problem)
    return answer(html, status)


async def _sent(call: Call) -> Response:
    goal = local(call.body.get("next", "/"))
    try:
        _, cookie = await call.sign_in(call.body.get("token", "").strip())
    except Problem as problem:
        if problem.status not in (401, 429):
            raise
        words = (
            problem.detail
            if problem.status == 429
            else "This token is not valid. It may be misspelt, expired or revoked."
        )
        page = _page(call, goal, words, problem.status)
        for name, value in problem.headers:
            page.headers.append(name, value)
        return page
    gone = go_on(goal)
    gone.headers.append("Set-Cookie", cookie)
    return gone


async def _out(call: Call) -> Response:
    cookie = await call.sign_out()
    gone = go_on("/sign-in")
    gone.headers.append("Set-Cookie", cookie)
    return gone


async def _theme(call: Call) -> Response:
    chosen = call.body.get("theme", "")
    gone = go_on(local(call.body.get("back", "/")))
    end = "; Secure" if call.is_secure else ""
    seconds = _YEAR if chosen in THEMES else 0
    kept = chosen if chosen in THEMES else ""
    gone.headers.append(
        "Set-Cookie", f"{THEME_COOKIE}={kept}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{end}"
    )
    return gone


_FORM = {"type": "object", "additionalProperties": {"type": "string"}}
_NEXT = Parameter("next", schema={"type": "string", "maxLength": 8000, "default": "/"}, description="where to go on")


def _post(path: str, handler: object, summary: str) -> Route:
    return Route(
        "POST",
        path,
        handler,  # type: ignore[arg-type]
        verb=None,
        scope="public",
        summary=summary,
        body=_FORM,
        kind="page",
        media="text/html",
    )


ROUTES = (
    Route(
        "GET",
        "/sign-in",
        _form,
        verb=None,
        scope="public",
        summary="The form to sign in.",
        parameters=(_NEXT,),
        kind="page",
        media="text/html",
    ),
    _post("/sign-in", _sent, "Sign in with a token."),
    _post("/sign-out", _out, "Sign out."),
    _post("/theme", _theme, "Choose light, dark, or what the system has."),
)
