"""``Gate``: what every request passes, in one order, before a handler sees it.

Host, route, size of the body, who calls, which page began it, whether they may, conditions, parameters and body. Each
step refuses with a ``Problem``; only what passed all of them is handed on.
"""

from __future__ import annotations

from .authentication import Authentication, unknown_caller
from .body import check_announced, form_in, read_body
from .checks import Checks
from .conditions import tags_in
from .cross_site import CSRF_FIELD, check_confirmed, check_origin, check_reading
from .headers import headers_of
from .host import ALWAYS_ALLOWED, Hosts
from .problem import Problem
from .sessions import Sessions
from .table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ..access import Principal, TokenBook
    from ..budget import Budget
    from .exchange import Exchange
    from .route import Route

BODY_BYTES = 1024 * 1024
_BIG = 20


class Gate:
    """What every request passes.

    Arguments: ``routes`` is the table; ``tokens`` say who holds one; ``sessions`` are those of browsers; ``settings``
    as for ``Application``; ``budget`` limits what a body holds.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        tokens: TokenBook,
        sessions: Sessions,
        settings: Mapping[str, Any],
        budget: Budget,
    ) -> None:
        from ..access import Principal

        self.table = Table(routes)
        self.authentication = Authentication(tokens, sessions)
        self._checks = {route: Checks(route, budget) for route in self.table.routes}
        self._nobody = Principal("nobody", ())
        self.configure(settings)

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Go on with other settings."""
        from ..access import Grant, Principal

        host = settings.get("host")
        self.hosts = Hosts((*ALWAYS_ALLOWED, *([host] if host else []), *settings.get("allowed_hosts", ())))
        self.body_bytes: int = settings.get("body_bytes", BODY_BYTES)
        role = settings.get("anonymous")
        self._anonymous = Principal("anonymous", (Grant(role),)) if role else None

    def arrive(self, exchange: Exchange) -> None:
        """Take what can be known at once: host, route, announced size. Raises ``Problem``."""
        headers = exchange.headers = headers_of(exchange.scope["headers"])
        host = headers.get(b"host")
        if host is None:
            raise Problem(400, "bad-host", "the request needs a Host header")
        if not self.hosts.allows(host):
            raise _foreign_host()
        if exchange.raw_path[:1] != b"/":
            exchange.raw_path = self._origin_form(exchange.raw_path)
        found = self.table.find(exchange.raw_path)
        if found is None:
            raise Problem(
                404, "no-such-route", "there is nothing at this path; /api/v1/openapi.json lists what there is"
            )
        method = exchange.scope["method"]
        route = found.methods.get(method)
        if route is None:
            raise Problem(
                405,
                "no-such-method",
                f"{method[:_BIG]} is not for this path; {found.allow} is",
                headers=[("Allow", found.allow)],
            )
        exchange.route = route
        exchange.outgoing.page = route.kind == "page"
        exchange.parameters = found.parameters
        exchange.checks = self._checks[route]
        check_announced(headers, self.body_bytes)

    def identify(self, exchange: Exchange) -> None:
        """Find out who calls, and refuse what a foreign page began. Raises ``Problem``: 401, 403, 429."""
        headers = exchange.headers
        authorization = headers.get(b"authorization")
        if authorization is not None:
            exchange.principal = self.authentication.bearer(authorization, exchange.address)
            return
        cookies = headers.get(b"cookie")
        if cookies is not None:
            exchange.session = self.authentication.session(cookies, exchange.is_secure)
        session = exchange.session
        exchange.principal = session.principal if session is not None else self._anonymous
        checks, route = exchange.checks, exchange.route
        assert checks is not None and route is not None
        if checks.unsafe:
            check_origin(headers, exchange.scope.get("scheme", "http"), with_cookie=session is not None)
        elif exchange.principal is not None and route.kind in ("api", "stream"):
            check_reading(headers)
        if exchange.principal is None and route.scope != "public":
            raise unknown_caller("this needs a token: Authorization: Bearer sp_...; 'setpoint token new' makes one")

    def authorize(self, exchange: Exchange) -> None:
        """Refuse what the caller may not do. Raises ``Problem``: 403, or 404 for a document that they may not read."""
        route, principal = exchange.route, exchange.principal
        assert route is not None
        if route.verb is None:
            exchange.principal = principal or self._nobody
            return
        assert principal is not None
        if route.scope == "document":
            name = exchange.parameters["name"]
            if principal.may(route.verb, name):
                return
            if not principal.may("read", name):
                raise Problem(404, "not-found", f"there is no document {name[:200]!r} that you may see")
            raise _denied(principal, route, f"the document {name!r}")
        if route.scope == "documents":
            if not principal.may_anywhere(route.verb):
                raise _denied(principal, route, "any document")
        elif not principal.may_everywhere(route.verb):
            raise _denied(principal, route, "the system as a whole, which takes a grant over all documents (**)")

    def check_conditions(self, exchange: Exchange) -> None:
        """Read ``If-Match`` and ``If-None-Match``. Raises ``Problem``: 400, or 428 where one is needed."""
        headers, route = exchange.headers, exchange.route
        assert route is not None
        exchange.if_match = tags_in("If-Match", headers.get(b"if-match"))
        exchange.if_none_match = tags_in("If-None-Match", headers.get(b"if-none-match"), weakly=True)
        if route.precondition and not exchange.if_match and exchange.if_none_match != ("*",):
            raise Problem(
                428,
                "precondition-required",
                "this write needs If-Match with the ETag that was read, so that nobody's change is lost; * takes any",
            )

    async def take_body(self, exchange: Exchange) -> Any:
        """Return the parsed body, None when there is none. Raises ``Problem``: 400, 413, 415 or 422."""
        checks = exchange.checks
        assert checks is not None
        checks.check_media(exchange.headers)
        if checks.route.body is None:
            return None
        if not exchange.is_read:
            await self._read(exchange)
        return await checks.read(exchange.data)

    async def _read(self, exchange: Exchange) -> None:
        exchange.data = await read_body(exchange.receive, self.body_bytes)
        exchange.is_read = True

    async def confirm(self, exchange: Exchange) -> None:
        """Refuse a session's write that does not bring its session's text. Raises ``Problem`` (403)."""
        session, route = exchange.session, exchange.route
        assert session is not None and route is not None and exchange.checks is not None
        field = None
        if route.kind == "page":  # its forms have it in a field, so they are read first
            exchange.checks.check_media(exchange.headers)
            if route.body is not None:
                await self._read(exchange)
                field = form_in(exchange.data).get(CSRF_FIELD)
        check_confirmed(session, exchange.headers, field)

    def _origin_form(self, target: bytes) -> bytes:
        """Return the path of a target such as a proxy gets: ``http://localhost:8137/livez`` (RFC 9112, 3.2.2)."""
        for scheme in (b"http://", b"https://"):
            if target[: len(scheme)].lower() == scheme:
                authority, slash, path = target[len(scheme) :].partition(b"/")
                if not self.hosts.allows(authority):
                    raise _foreign_host()
                return slash + path if slash else b"/"
        raise Problem(400, "bad-path", "the target of a request is a path that begins with /")


def _foreign_host() -> Problem:
    return Problem(
        421,
        "foreign-host",
        "this server is not known under that name; its names are the allowed_hosts under [server] in the settings",
    )


def _denied(principal: Principal, route: Route, what: str) -> Problem:
    return Problem(403, "denied", f"{principal.name!r} has no grant to {route.verb} {what}")
