"""``Application``: the ASGI application, from the message of a request to the last byte of its answer."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from json import dumps

from ..budget import DEFAULT_BUDGET
from ..desk import Client, Desk
from ..errors import SetpointError
from .body import DisconnectedError
from .call import Call
from .denials import Denials
from .exchange import Exchange
from .gate import Gate
from .idempotency import Idempotency
from .problem import Problem, problem_of
from .query import names_in
from .sending import Answer, answer_of
from .served import Served
from .sessions import Sessions
from .signing import Signing
from .telling import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from typing import Any, ParamSpec, TypeVar

    from ..access import TokenBook
    from ..desk import Backing
    from .hub import Hub
    from .route import Route
    from .sending import Receive, Send
    from .sessions import Session

    P = ParamSpec("P")
    T = TypeVar("T")

REQUEST_SECONDS = 30
THREADS = 16

_log = logging.getLogger("setpoint.server")


class Application:
    """The ASGI application.

    Arguments:
        backing: what all desks share.
        tokens: the tokens that are valid.
        settings: the table ``[server]`` of the settings; what is missing is as by default.
        hub: passes events on; it is started and ended with the application's lifespan.
        log: called with a ``Served`` for each request when its answer ended; None logs nothing. It must not block.
        routes: the table of routes, by default all there are.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        backing: Backing,
        tokens: TokenBook,
        settings: Mapping[str, Any],
        *,
        hub: Hub,
        log: Callable[[Served], None] | None = None,
        routes: Iterable[Route] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if routes is None:
            from .pages import problem_page
            from .routes import ROUTES

            routes, self.problem_page = ROUTES, problem_page
        self.backing = backing
        self.tokens = tokens
        self.settings = settings
        self.hub = hub
        self.log = log
        self.sessions = Sessions(tokens, settings.get("session_hours", 12), clock)
        self.gate = Gate(routes, tokens, self.sessions, settings, DEFAULT_BUDGET)
        self.routes = self.gate.table.routes
        self.denials = Denials(backing)
        self._signing = Signing(self.gate.authentication, self.sessions, backing, clock)
        self._idempotency = Idempotency()
        self._clock = clock
        self._seconds: float = settings.get("request_seconds", REQUEST_SECONDS)
        self._executor: ThreadPoolExecutor | None = None
        self._ids = count(1)
        self._boot = os.urandom(4).hex()
        self._openapi: bytes | None = None

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Go on with other settings: hosts, limits, who may come without a token, how long sessions last."""
        self.settings = settings
        self.sessions.hours = settings.get("session_hours", 12)
        self._seconds = settings.get("request_seconds", REQUEST_SECONDS)
        self.gate.configure(settings)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the lifespan of the server."""
        if scope["type"] == "http":
            await self._serve(Exchange(scope, receive, send, f"{self._boot}-{next(self._ids):x}"))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            # There are no WebSockets here; what asks for one is refused before anything is looked at.
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns that may block, run in a worker thread."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(THREADS, "setpoint-server")
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(function, *args, **kwargs))

    async def within(self, doing: Awaitable[T], *, changes: bool = False) -> T:
        """Return what something returns that may take as long as a request may. Raises ``Problem`` (503) after that.

        Arguments: ``changes`` says whether it may have changed something all the same.
        """
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await doing
        except TimeoutError:
            if not limit.expired():
                raise
            raise Problem(
                503,
                "took-too-long",
                f"it took more than {self._seconds:g} s and was given up"
                + ("; look whether it was done before you send it again" if changes else ""),
                headers=[("Retry-After", "5")],
            ) from None

    async def sign_in(self, call: Call, token: str) -> tuple[Session, str]:
        """Begin a session; see ``Call.sign_in``."""
        return await self._signing.sign_in(call, token)

    async def sign_out(self, call: Call) -> str:
        """End a session; see ``Call.sign_out``."""
        return await self._signing.sign_out(call)

    # -- one request -----------------------------------------------------------------------------------------------

    async def _serve(self, exchange: Exchange) -> None:
        began = time.perf_counter()
        outgoing = exchange.outgoing
        try:
            answer = await self._answer(exchange)
            if answer is not None:
                await outgoing.answer(answer)
        except DisconnectedError:
            pass  # nobody is there to answer; the log shows status 0
        finally:
            if self.log is not None:
                scope = exchange.scope
                self.log(
                    Served(
                        time=self._clock(),
                        method=scope["method"],
                        path=exchange.raw_path.decode("latin-1"),
                        query=names_in(scope["query_string"]),
                        status=outgoing.status,
                        seconds=time.perf_counter() - began,
                        bytes=outgoing.size,
                        principal=exchange.principal.name if exchange.principal is not None else None,
                        address=exchange.address,
                        request=exchange.request,
                    )
                )

    async def _answer(self, exchange: Exchange) -> Answer | None:
        """Return the whole answer to a request; None when it was sent already."""
        try:
            return await self._pass(exchange)
        except Problem as problem:
            return told(exchange, problem)
        except SetpointError as error:
            return told(exchange, problem_of(error))
        except DisconnectedError:
            raise
        except Exception:  # noqa: BLE001 - it is logged, and whoever called learns where
            _log.exception("request %s failed", exchange.request)
            if exchange.outgoing.status:
                return None  # half of an answer is out; that it ends early tells
            return told(
                exchange,
                Problem(500, "internal", f"something failed here; the log says what, under request {exchange.request}"),
            )

    async def _pass(self, exchange: Exchange) -> Answer | None:
        self.gate.arrive(exchange)
        self.gate.identify(exchange)
        route, checks = exchange.route, exchange.checks
        assert route is not None and checks is not None
        if checks.has_no_limit:
            return await self._take(exchange)
        return await self.within(self._take(exchange), changes=checks.unsafe)

    async def _take(self, exchange: Exchange) -> Answer | None:
        """Check what is left to check, and hand the request on."""
        gate, route, checks = self.gate, exchange.route, exchange.checks
        assert route is not None and checks is not None
        if checks.unsafe:
            if exchange.session is not None and route.scope != "public":
                await gate.confirm(exchange)
            try:
                gate.authorize(exchange)
            except Problem:
                await self.denials.record(self, exchange)
                raise
        else:
            gate.authorize(exchange)
        gate.check_conditions(exchange)
        checks.check_path(exchange.parameters)
        checks.check_headers(exchange.headers)
        query = checks.query.read(exchange.scope["query_string"])
        body = await gate.take_body(exchange)
        key = exchange.headers.get(b"idempotency-key")
        if key is None or not checks.unsafe or route.kind != "api":
            return await self._handle(exchange, query, body)
        answer, again = await self._idempotency.once(
            key, _place_of(exchange), exchange.data, partial(self._handle_whole, exchange, query, body)
        )
        if again:
            return Answer(answer.status, [*answer.headers, (b"idempotency-replayed", b"true")], answer.body)
        return answer

    async def _handle_whole(self, exchange: Exchange, query: dict[str, Any], body: Any) -> Answer:
        """Return the answer of a handler, problems too, so that it can be given again."""
        try:
            answer = await self._handle(exchange, query, body)
        except Problem as problem:
            return told(exchange, problem)
        except SetpointError as error:
            return told(exchange, problem_of(error))
        assert answer is not None, "what is asked for with Idempotency-Key is answered whole"
        return answer

    async def _handle(self, exchange: Exchange, query: dict[str, Any], body: Any) -> Answer | None:
        route, principal = exchange.route, exchange.principal
        assert route is not None and principal is not None
        call = Call(
            self,
            route,
            exchange.scope,
            desk=Desk(self.backing, principal, Client(exchange.address, exchange.request)),
            principal=principal,
            path=dict(exchange.parameters),
            query=query,
            body=body,
            headers=exchange.headers,
            if_match=exchange.if_match,
            if_none_match=exchange.if_none_match,
            session=exchange.session,
            address=exchange.address,
            request_id=exchange.request,
        )
        response = await route.handler(call)
        answer = answer_of(response)
        if answer is None:
            await response(exchange.scope, exchange.receive, exchange.outgoing.pass_on)
        return answer

    # -- what probes ask -------------------------------------------------------------------------------------------

    def openapi(self) -> bytes:
        """Return the OpenAPI document, made once."""
        if self._openapi is None:
            from importlib.metadata import version

            from .openapi import openapi

            self._openapi = dumps(openapi(self.routes, version("setpoint"))).encode("ascii")
        return self._openapi

    # -- from start to end -----------------------------------------------------------------------------------------

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.hub.start()
        except Exception as error:  # noqa: BLE001 - told to the server, which ends
            _log.exception("the server cannot start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def aclose(self) -> None:
        """End the streams, and the threads once what they do is done."""
        self.hub.close()
        executor, self._executor = self._executor, None
        if executor is not None:
            await asyncio.to_thread(executor.shutdown)


def _place_of(exchange: Exchange) -> bytes:
    """Return what tells one write from another, beside its key and its body."""
    principal, headers = exchange.principal, exchange.headers
    assert principal is not None
    return b"\0".join(
        (
            (principal.token or principal.name).encode(),
            exchange.scope["method"].encode(),
            exchange.raw_path,
            exchange.scope["query_string"],
            headers.get(b"if-match", b""),
            headers.get(b"if-none-match", b""),
        )
    )
