"""``Served``: what there is to log of one request."""

from __future__ import annotations


class Served:
    """One request, and how it was answered; made when its answer ended.

    Attributes: ``time`` in seconds since 1970; ``method``; ``path`` as it came, without the query; ``query`` holds the
    names of the query's parameters, never their values; ``status`` of the answer, 0 when none was sent; ``seconds`` it
    took, a stream until its end; ``bytes`` of the answer's body; ``principal`` the caller's name, None for nobody;
    ``address`` it came from; ``request`` its id. ``method``, ``path`` and ``query`` are what somebody sent: escape
    them.
    """

    __slots__ = ("address", "bytes", "method", "path", "principal", "query", "request", "seconds", "status", "time")

    def __init__(
        self,
        *,
        time: float,
        method: str,
        path: str,
        query: tuple[str, ...],
        status: int,
        seconds: float,
        bytes: int,  # noqa: A002 - what a log calls it
        principal: str | None,
        address: str,
        request: str,
    ) -> None:
        self.time = time
        self.method = method
        self.path = path
        self.query = query
        self.status = status
        self.seconds = seconds
        self.bytes = bytes
        self.principal = principal
        self.address = address
        self.request = request
