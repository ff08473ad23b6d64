"""``Exchange``: one request on its way through the gate."""

from __future__ import annotations

from .sending import Outgoing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..access import Principal
    from .checks import Checks
    from .route import Route
    from .sending import Receive, Send
    from .sessions import Session


class Exchange:
    """One request: what the gate has found out about it so far, and its answer on its way out.

    Arguments: those of an ASGI application, and the request's id.
    """

    __slots__ = (
        "address",
        "checks",
        "data",
        "headers",
        "if_match",
        "if_none_match",
        "is_read",
        "outgoing",
        "parameters",
        "principal",
        "raw_path",
        "receive",
        "request",
        "route",
        "scope",
        "send",
        "session",
    )

    def __init__(self, scope: Any, receive: Receive, send: Send, request: str) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.request = request
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        self.raw_path: bytes = scope["raw_path"]
        self.headers: dict[bytes, bytes] = {}
        self.outgoing = Outgoing(send, request, scope["method"] == "HEAD")
        self.route: Route | None = None
        self.checks: Checks | None = None
        self.parameters: dict[str, str] = {}
        self.principal: Principal | None = None
        self.session: Session | None = None
        self.if_match: tuple[str, ...] = ()
        self.if_none_match: tuple[str, ...] = ()
        self.data = b""  # the body as it came
        self.is_read = False

    @property
    def is_secure(self) -> bool:
        """True when it came by TLS."""
        return bool(self.scope.get("scheme") == "https")

    @property
    def wants_page(self) -> bool:
        """True when whoever asks is somebody before a browser, who is better told by a page."""
        if self.route is not None:
            return self.route.kind == "page"
        return b"text/html" in self.headers.get(b"accept", b"")
