"""``LimitedProtocol``: one connection, which may keep the server neither waiting nor busy for long.

uvicorn reads and writes HTTP; it has no limit on how long a head or a body may take to arrive, and reads what follows
an answer for as long as it comes. Here each connection says what it is waiting for and since when, and ``Crowd.sweep``
ends those that have waited too long, all in one walk every half second instead of with a timer for each request.
"""

from __future__ import annotations

import time

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .crowd import refusal
from .served import Served

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from uvicorn.config import Config
    from uvicorn.server import ServerState

    from .crowd import Crowd

# What a connection waits for.
HEAD, IDLE, BODY, ANSWER, LEFTOVER, CLOSING = "head", "idle", "body", "answer", "leftover", "closing"

_PIECE = 4096  # bytes of heads given to h11 at once, as it looks at the limit when it has read what it was given
_LEFTOVER_BYTES = 4_194_304  # of a body that nobody wants, read on so that the answer before it is not lost
_NOT_READ = "the request is not well-formed HTTP/1.1"


class _Connection(h11.Connection):
    """Remembers why a request could not be read, which uvicorn does not tell."""

    hint = 400

    def next_event(self) -> Any:
        try:
            return super().next_event()
        except h11.RemoteProtocolError as error:
            self.hint = error.error_status_hint
            raise


class LimitedProtocol(H11Protocol):
    """One connection. Arguments: ``crowd`` are all of them, with their limits; the others are uvicorn's."""

    def __init__(
        self,
        crowd: Crowd,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.crowd = crowd
        self._reader = _Connection(h11.SERVER, crowd.header_bytes)
        self.conn = self._reader
        self.waits_for = HEAD
        self.since = crowd.now()
        self.stuck_since: float | None = None  # when the other side stopped reading
        self._leftover = 0

    # -- what asyncio calls ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or refuse at once when there are too many already."""
        if self.crowd.is_full():
            self.transport = transport
            self.waits_for = CLOSING
            transport.write(refusal(503, "too-many-connections", "too many connections are open; try again later"))
            transport.close()
            return
        super().connection_made(transport)
        self.crowd.members.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever works at an answer know that nobody waits for it any more."""
        self.crowd.members.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self.transport.is_closing():
            return
        if self.waits_for == LEFTOVER:
            self._leftover += len(data)
            if self._leftover > _LEFTOVER_BYTES:
                self.end()
                return
        elif self.waits_for == IDLE:
            self._wait(HEAD)
        if len(data) <= _PIECE or self.conn.their_state is h11.SEND_BODY:
            super().data_received(data)
        else:
            for start in range(0, len(data), _PIECE):
                super().data_received(data[start : start + _PIECE])
                if self.transport.is_closing():
                    return
        self._look()

    def pause_writing(self) -> None:
        """The other side does not read as fast as it is written to."""
        super().pause_writing()
        self.stuck_since = self.crowd.now()

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        self.stuck_since = None

    # -- what uvicorn calls ----------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """Go on to the next request, if there may be one."""
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be read, and end the connection."""
        del msg
        hint = self._reader.hint
        if hint == 431:
            detail = f"the head of the request is larger than {self.crowd.header_bytes} bytes"
            self.refuse(431, "head-too-large", detail)
        elif hint == 501:
            self.refuse(501, "unknown-transfer-coding", "the only transfer coding that is understood is chunked")
        else:
            self.refuse(400, "malformed-request", _NOT_READ)

    def shutdown(self) -> None:
        """End when nothing is under way, else after the answer that is."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.end()
        else:
            self.cycle.keep_alive = False

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: anybody can ask for another protocol, as often as they like; they are answered in this one."""

    # -- ending ----------------------------------------------------------------------------------------------------

    def refuse(self, status: int, rule: str, detail: str) -> None:
        """Answer with a problem if no answer was begun, and end the connection."""
        transport, cycle = self.transport, self.cycle
        begun = cycle is not None and not cycle.response_complete and cycle.response_started
        if not begun:
            transport.write(refusal(status, rule, detail))
            self._log(status)
        if cycle is not None and not cycle.response_complete:
            # Whoever works at an answer finds that nobody waits for it any more.
            cycle.disconnected = True
            cycle.message_event.set()
        if begun:
            transport.abort()
        else:
            self.end()

    def end(self) -> None:
        """Close the connection once what was written is on its way."""
        if self.conn.our_state in (h11.IDLE, h11.DONE, h11.MUST_CLOSE):
            self.conn.send(h11.ConnectionClosed())
        self._wait(CLOSING)
        self.transport.close()

    @property
    def is_stream(self) -> bool:
        """True while an answer is sent that has no end of its own."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and cycle.scope["path"] in self.crowd.streams

    @property
    def has_begun_a_head(self) -> bool:
        """True when a part of a head is there."""
        return bool(self.conn.trailing_data[0])

    # -- what is waited for ----------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Find out what is waited for now."""
        if self.transport.is_closing():
            if self.waits_for != CLOSING:
                self._wait(CLOSING)
            return
        theirs = self.conn.their_state
        if theirs is h11.IDLE:
            # A head that has begun is waited for since its first byte.
            if self.waits_for not in (HEAD, IDLE):
                self._wait(HEAD if self.has_begun_a_head else IDLE)
        elif theirs is h11.SEND_BODY:
            answered = self.cycle is not None and self.cycle.response_complete
            wanted = LEFTOVER if answered else BODY
            if self.waits_for != wanted:
                self._leftover = 0
                self._wait(wanted)
        elif self.waits_for != ANSWER:
            self._wait(ANSWER)

    def _wait(self, what: str) -> None:
        self.waits_for = what
        self.since = self.crowd.now()

    def _log(self, status: int) -> None:
        log = self.crowd.log
        if log is None:
            return
        client = self.client[0] if self.client else ""
        log(
            Served(
                time=time.time(),
                method="",
                path="",
                query=(),
                status=status,
                seconds=self.crowd.now() - self.since,
                bytes=0,
                principal=None,
                address=client,
                request="",
            )
        )
