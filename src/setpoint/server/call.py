"""``Call``: what a handler gets of one request, after the gate has let it pass."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ParamSpec, TypeVar

    from ..access import Principal
    from ..desk import Desk
    from .application import Application
    from .hub import Hub
    from .route import Route
    from .sessions import Session

    P = ParamSpec("P")
    T = TypeVar("T")


class Call:
    """One request that passed the gate.

    Attributes:
        route: the ``Route`` it came by.
        method: ``GET``, ``PUT`` ...; a HEAD request is handled as the GET it stands for, and says ``HEAD`` here.
        desk: the ``Desk`` of whoever calls: the only way to documents.
        principal: who calls; nobody with no grants on public routes without credentials.
        path: the path's parameters, decoded. ``name`` is unescaped already: ``team/service``.
        query: the query's parameters by their schemas: typed, with defaults; those not given and without are missing.
        body: the parsed and checked JSON of the body, or a page's form as a dict of texts; None when there is none.
        headers: all headers of the request, names in lower case.
        if_match: the strong tags, with their quotes, of ``If-Match``; ``("*",)`` for any; ``()`` without the header.
            A weak tag stands there as ``W/"..."`` and matches nothing.
        if_none_match: the same of ``If-None-Match``, where weak tags stand without ``W/``: that header compares weakly.
        session: the ``Session`` of a signed-in browser, else None.
        hub: the ``Hub`` of the events.
        address: where the request came from.
        request_id: the id of the request.
        is_secure: True when it came by TLS.
    """

    __slots__ = (
        "_headers",
        "address",
        "application",
        "body",
        "desk",
        "if_match",
        "if_none_match",
        "is_secure",
        "method",
        "path",
        "principal",
        "query",
        "request_id",
        "route",
        "scope",
        "session",
    )

    def __init__(
        self,
        application: Application,
        route: Route,
        scope: Mapping[str, Any],
        *,
        desk: Desk,
        principal: Principal,
        path: dict[str, str],
        query: dict[str, Any],
        body: Any,
        headers: dict[bytes, bytes],
        if_match: tuple[str, ...],
        if_none_match: tuple[str, ...],
        session: Session | None,
        address: str,
        request_id: str,
    ) -> None:
        self.application = application
        self.route = route
        self.scope = scope
        self.method: str = scope["method"]
        self.desk = desk
        self.principal = principal
        self.path = path
        self.query = query
        self.body = body
        self._headers = headers
        self.if_match = if_match
        self.if_none_match = if_none_match
        self.session = session
        self.address = address
        self.request_id = request_id
        self.is_secure: bool = scope.get("scheme") == "https"

    @property
    def hub(self) -> Hub:
        """The hub of the events."""
        return self.application.hub

    @property
    def headers(self) -> dict[str, str]:
        """All headers of the request, names in lower case; one that came more than once is joined by commas."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self._headers.items()}

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns that may block, run in a worker thread.

        Raises ``Problem`` (503) when that takes longer than a request may take.
        """
        doing = self.application.run(function, *args, **kwargs)
        # Around a quick handler there is no limit of time, as it has no need of one until it comes here.
        return await (self.application.within(doing) if self.route.quick else doing)

    async def sign_in(self, token: str) -> tuple[Session, str]:
        """Begin a session for whoever holds a token; return it, and the value of the ``Set-Cookie`` header to send.

        Raises ``Problem``: 401 for a token that is not valid, 429 when it was tried too often.
        """
        return await self.application.sign_in(self, token)

    async def sign_out(self) -> str:
        """End the session, if any; return the value of the ``Set-Cookie`` header that takes the cookie back."""
        return await self.application.sign_out(self)
