"""``Crowd``: all connections of the server, and how long each may wait for what."""

from __future__ import annotations

import json

from .headers import API_HEADERS, NO_STORE
from .problem import MEDIA, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .protocol import LimitedProtocol
    from .served import Served

HEAD_SECONDS = 10.0  # from the first byte of a request, or the connection, to the end of its head
IDLE_SECONDS = 15.0  # between two requests
LEFTOVER_SECONDS = 2.0  # in which what is left of a body may come that nobody wants
CLOSING_SECONDS = 5.0  # in which the other side must take what was written to it before the end
STUCK_SECONDS = 30.0  # for which the other side may read nothing of what is written to it
_SETTLED = 1.0  # seconds after which a connection without a request may be given up for another
_PAUSE = 0.25  # seconds between two searches for such connections, when there were none
_SHARE = 16  # of so many connections one is given up at once, so that the search is not made for each


class Crowd:
    """All connections, and the limits they keep; the limits may change at any time.

    Attributes: ``header_bytes``, ``connections`` and ``body_seconds`` are settings; ``now`` is a clock in seconds that
    never goes back; ``streams`` are the paths whose answers have no end; ``log`` takes what was ``Served`` without
    reaching the application, None for nowhere; ``members`` are the connections that are open.
    """

    __slots__ = ("_next_search", "body_seconds", "connections", "header_bytes", "log", "members", "now", "streams")

    def __init__(
        self,
        *,
        header_bytes: int,
        connections: int,
        body_seconds: float,
        now: Callable[[], float],
        streams: Iterable[str] = (),
        log: Callable[[Served], object] | None = None,
    ) -> None:
        self.header_bytes = header_bytes
        self.connections = connections
        self.body_seconds = body_seconds
        self.now = now
        self.streams = frozenset(streams)
        self.log = log
        self.members: set[LimitedProtocol] = set()
        self._next_search = float("-inf")

    def is_full(self) -> bool:
        """True when no connection may be added.

        When there are as many as may be, those that have had no request for longest are ended first: whoever opens
        connections and says nothing on them keeps nobody out.
        """
        members = self.members
        if len(members) < self.connections:
            return False
        now = self.now()
        if now < self._next_search:
            return True
        waiting = [one for one in members if one.waits_for in ("idle", "head") and one.since < now - _SETTLED]
        waiting.sort(key=lambda one: one.since)
        if not waiting:
            self._next_search = now + _PAUSE
        for one in waiting[: max(1, len(members) // _SHARE)]:
            members.discard(one)  # as its own end does, only that this is later
            one.transport.abort()
        return len(members) >= self.connections

    def sweep(self) -> None:
        """End every connection that has waited too long for what it waits for."""
        now = self.now()
        limits = {
            "head": HEAD_SECONDS,
            "idle": IDLE_SECONDS,
            "body": self.body_seconds,
            "leftover": LEFTOVER_SECONDS,
            "closing": CLOSING_SECONDS,
            "answer": float("inf"),
        }
        for one in list(self.members):
            if one.stuck_since is not None and now - one.stuck_since > STUCK_SECONDS:
                one.transport.abort()
            elif now - one.since > limits[one.waits_for]:
                _end(one, self.body_seconds)


def _end(one: LimitedProtocol, body_seconds: float) -> None:
    waits_for = one.waits_for
    if waits_for == "head" and one.has_begun_a_head:
        one.refuse(408, "head-too-slow", f"the head of a request must arrive within {HEAD_SECONDS:g} s")
    elif waits_for == "body":
        one.refuse(408, "body-too-slow", f"the body of a request must arrive within {body_seconds:g} s")
    elif waits_for == "closing":
        one.transport.abort()
    else:
        one.end()


# As all answers have them, also those that are not made by the application.
_PROTECTING = "".join(f"{name.decode()}: {value.decode()}\r\n" for name, value in (*API_HEADERS, NO_STORE))


def refusal(status: int, rule: str, detail: str) -> bytes:
    """Return the last answer of a connection as it goes over the wire, for what never reaches the application."""
    problem = Problem(status, rule, detail)
    body = json.dumps(problem.to_dict("")).encode()
    retry = "Retry-After: 1\r\n" if status == 503 else ""
    head = (
        f"HTTP/1.1 {status} {problem.title}\r\n{retry}Content-Type: {MEDIA}\r\nContent-Length: {len(body)}\r\n"
        f"{_PROTECTING}Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
