"""Every route, asked by everybody: what is not said to be allowed is refused.

The table of routes is the list of what there is to ask, so that a route that is added is asked as well. What is allowed
is worked out here from the roles, and not from the code that decides it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gate_ground import Ground, Reply
from starlette.responses import Response

from setpoint.access import ROLES, VERBS, Grant
from setpoint.server.denials import action_of
from setpoint.server.route import Route
from setpoint.server.routes import ROUTES

REFUSED = (401, 403, 404)
# Who asks -> role, and pattern of the documents that it is over; None where no grant counts.
CALLERS: dict[str, tuple[str, str] | None] = {
    "nobody": None,
    "wrong token": None,
    "revoked admin": None,
    "expired admin": None,
    **{role: (role, "**") for role in ROLES},
    **{f"{role} of web": (role, "web") for role in ROLES},
    "admin of other documents": ("admin", "other/**"),
}
PATH_VALUES = {"name": "web", "pointer": "port", "number": "1"}


async def reached(call: Any) -> Response:
    """Stand for any handler: who gets here was let through."""
    return Response(status_code=299)


class Stub(Ground):
    """The gate in front of every route there is, with nothing behind it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, [bare(route) for route in ROUTES])
        self.texts = {name: self.new(name) for name in CALLERS if name != "nobody"}
        self.tokens.revoke("revoked admin")
        self.now += 100  # one of them has expired since
        self.session_cookies: dict[str, str] = {}

    def new(self, name: str) -> str:
        """Return a token for one of the callers."""
        if name == "wrong token":
            return "sp_0123456789ab_" + "A" * 43
        role, pattern = CALLERS[name] or ("admin", "**")
        return self.tokens.new(name, [Grant(role, pattern)], expires=self.now + 50 if "expired" in name else None)


def bare(route: Route) -> Route:
    """Return a route with all its checks and no handler, parameters or body to get wrong."""
    return Route(
        route.method,
        route.path,
        reached,
        verb=route.verb,
        scope=route.scope,
        summary=route.summary,
        kind=route.kind,
        quick=route.quick,
    )


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    """Return the gate with every caller's token."""
    made = Stub(tmp_path_factory.mktemp("matrix"))
    yield made
    made.close()


def allowed(route: Route, caller: str) -> bool:
    """Work out from the tables of the documentation whether somebody may call a route that concerns ``web``."""
    if route.scope == "public":
        return caller not in ("wrong token", "revoked admin", "expired admin")  # a wrong token is never taken for none
    rights = CALLERS[caller]
    if rights is None:
        return False
    role, pattern = rights
    assert route.verb is not None
    if ROLES.index(role) < ROLES.index(VERBS[route.verb]):
        return False
    return {"system": pattern == "**", "documents": True, "document": pattern in ("**", "web")}[route.scope]


def path_of(route: Route) -> str:
    """Return a path that leads to a route."""
    return "".join(
        f"/{PATH_VALUES.get(name, 'x') if name is not None else literal}" for name, literal in route.segments
    )


@pytest.mark.parametrize("caller", CALLERS)
def test_every_route_lets_through_whom_it_says_and_nobody_else(stub: Stub, caller: str) -> None:
    """Route by route, and verb by verb: the gate's answer is the one that the roles mean."""
    wrong: list[str] = []

    async def ask() -> None:
        for route in stub.application.routes:
            reply = await stub.answer(route.method, path_of(route), token=stub.texts.get(caller))
            if allowed(route, caller) != (reply.status == 299) or (reply.status not in (299, 303, 429, *REFUSED)):
                wrong.append(f"{route!r} answers {caller} with {reply.status}")
            if reply.status == 303:  # a page shows somebody unknown the way in, and nothing else
                assert reply.headers["location"].startswith("/sign-in")
                assert not reply.body

    stub.application.denials._rate._buckets.clear()
    stub.application.gate.authentication._wrong._buckets.clear()
    asyncio.run(ask())
    assert not wrong, "\n".join(wrong)


def test_the_table_holds_what_there_is_to_protect() -> None:
    """The matrix runs over all the routes: reading, changing, restoring, administering, and pages."""
    assert {route.verb for route in ROUTES} == {None, *VERBS}
    assert {route.kind for route in ROUTES} == {"api", "page", "probe", "stream"}
    public = {(route.method, route.path) for route in ROUTES if route.scope == "public"}
    assert public == {
        ("GET", "/livez"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("POST", "/sign-out"),
        ("POST", "/theme"),
        ("GET", "/static/{file}"),
        ("GET", "/favicon.ico"),
    }


def test_what_changes_something_is_no_get() -> None:
    """Whatever is asked for by GET asks for a verb that changes nothing."""
    wrong = [
        route
        for route in ROUTES
        if (route.method == "GET") != (route.verb in (None, "read", "observe", "administer"))
        and not (route.method == "POST" and (route.path.endswith("/validate") or route.scope == "public"))
        and not (route.method == "GET" and route.kind == "page")
    ]
    assert not wrong


def test_every_write_has_a_word_for_the_trail() -> None:
    """What is denied at the gate is on the audit trail, whichever route it came by."""
    silent = [
        route
        for route in ROUTES
        if route.verb in ("change", "restore") and not route.is_safe and action_of(route) is None
    ]
    assert not silent


@pytest.mark.parametrize("caller", ["nobody", "revoked admin", "viewer of web", "admin of other documents"])
def test_the_real_handlers_give_nothing_to_whom_they_must_not(make_ground: Callable[..., Ground], caller: str) -> None:
    """With the real handlers behind the gate: what is refused is refused, and no secret is in any answer."""
    ground = make_ground()
    ground.system.load_config("web")
    rights = CALLERS[caller]
    token = None if caller == "nobody" else ground.tokens.new("caller", [Grant(*(rights or ("admin", "**")))])
    if caller == "revoked admin":
        ground.tokens.revoke("caller")
    replies: list[tuple[Route, Reply]] = []

    async def ask() -> None:
        for route in ground.application.routes:
            if route.kind != "stream":
                replies.append((route, await ground.answer(route.method, path_of(route), token=token, body=b"")))

    asyncio.run(ask())
    for route, reply in replies:
        if not allowed(route, caller):
            assert reply.status in (303, 429, *REFUSED), (route, reply.status, reply.body)
        assert b"hunter2" not in reply.body, route
        assert reply.status != 500, (route, reply.body)
    assert (ground.config / "web.json").read_text() == '{"port": 80, "password": "hunter2"}\n'
