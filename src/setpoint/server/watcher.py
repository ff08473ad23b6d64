"""``Watcher``: one request that waits for events, and the answer to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Message, Receive, Scope, Send

    from .call import Call
    from .hub import Hub
    from .seen import Seen, Wanted

_PIECE = 32 * 1024  # bytes that are handed to the server at once
_GOODBYE = 1.0  # seconds in which a server has to notice that an answer is complete


class Watcher(Response):
    """An answer that is sent while things happen, and ends with its client, its rights or its hub.

    Arguments: ``call`` is the request; ``wanted`` says which events matter to it; ``holds`` says whether who sent it
    still may, and None that they always may. Raises ``Problem`` when the hub takes nobody more.

    It is one task, which waits for the client to go away. What is sent is sent by a second one, which lasts for that
    long only: a thousand watchers that wait are a thousand tasks. Subclasses say what is sent.
    """

    def __init__(
        self,
        call: Call,
        wanted: Wanted,
        holds: Callable[[], bool] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # Without the parent's __init__, as its StreamingResponse: there is no body yet whose length could be said.
        self.status_code = 200
        self.background = None
        self.init_headers(headers)
        self.hub: Hub = call.hub
        self.wanted = wanted
        self.holds = holds
        self.over = False
        self.hub.make_room()
        self._desk = call.desk
        self._audience = self.hub.audience(call.principal)
        self._main: asyncio.Task[None] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._send: Send | None = None
        # ASGI has no word for dropping a connection, but uvicorn's receive is a method of what holds the connection.
        # With another server it is closed only, and waits for a client that does not read.
        self._transport: asyncio.WriteTransport | None = None
        self._goodbye: asyncio.TimerHandle | None = None
        self._is_open = False  # what comes before the first event is sent
        self._is_cut = False
        # By the event loop's clock: since when a message is on its way, and when the last one was sent.
        self._sending_since: float | None = None
        self._sent_at = 0.0

    # -- what subclasses say ---------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Send what comes before the first event. The watcher is in its hub already: it misses nothing from now on."""

    def next_part(self) -> bytes | None:
        """Return what is to be sent now, None when there is nothing; called again until there is nothing."""
        raise NotImplementedError

    async def finish(self) -> None:
        """Send what ends the answer."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Do what is to be done about once a second; ``now`` is the event loop's time."""

    def clean_up(self) -> None:
        """Let go of what was made for the time of the answer."""

    # -- life ------------------------------------------------------------------------------------------------------

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Answer, until the client goes or this ends."""
        self._main = asyncio.current_task()
        self._send = send
        self._transport = getattr(getattr(receive, "__self__", None), "transport", None)
        self.hub.enter(self)
        try:
            with suppress(OSError):  # the client is gone, which receive will say
                await self.begin()
            self._is_open = True
            self._start()
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not self._is_cut or self._main is None:
                raise
            self._main.uncancel()
        finally:
            self.over = True
            self.hub.leave(self)
            self.clean_up()
            if self._goodbye is not None:
                self._goodbye.cancel()
            sender, self._sender = self._sender, None
            if sender is not None:
                sender.cancel()
                await asyncio.wait((sender,))
            self._main = self._send = self._transport = None

    def wake(self) -> None:
        """Have sent what there is to send."""
        if self._is_open and not self.over and self._sender is None:
            self._start()

    def end(self) -> None:
        """End the answer properly, or drop the connection of a client that does not read. Nothing is told any more."""
        if self.over:
            return
        self.over = True
        if self._sending_since is not None:
            self.cut()
        elif self._is_open and self._sender is None:
            self._start()

    def cut(self) -> None:
        """Drop the connection: what was not sent never will be."""
        self.over = True
        if self._transport is not None:
            self._transport.abort()
        if self._main is not None and not self._is_cut:
            self._is_cut = True
            self._main.cancel()

    def is_stuck(self, now: float, patience: float) -> bool:
        """True when the client has not read for so many seconds that the last message is still on its way."""
        return self._sending_since is not None and now - self._sending_since > patience

    @property
    def is_sending(self) -> bool:
        """True while there is a task that sends."""
        return self._sender is not None

    def see(self, number: int) -> Seen | None:
        """Return the event of a number as whoever watches may see it, None when it does not matter to them.

        Raises ``Unclear``.
        """
        seen = self.hub.see(number, self._audience, self._desk)
        return seen if seen is not None and self.wanted.takes(seen) else None

    # -- sending ---------------------------------------------------------------------------------------------------

    async def emit_head(self) -> None:
        """Send the status and the headers."""
        await self._emit({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

    async def emit(self, body: bytes, *, more: bool = True) -> None:
        """Send a part of the body."""
        await self._emit({"type": "http.response.body", "body": body, "more_body": more})

    async def _emit(self, message: Message) -> None:
        if self._send is None:
            return
        now = asyncio.get_running_loop().time
        self._sending_since = now()
        try:
            await self._send(message)
        finally:
            self._sending_since = None
        self._sent_at = now()

    def _start(self) -> None:
        self._sender = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        """Send all there is. Ends as soon as there is nothing more."""
        try:
            while not self.over and (part := self.next_part()) is not None:
                # A piece after the other: the server holds no more of a large part for a client that does not read.
                for start in range(0, len(part), _PIECE):
                    if not self.over:
                        await self.emit(part[start : start + _PIECE])
                # Sending waits for nothing as long as the client reads: others are to have a turn.
                await asyncio.sleep(0)
            if self.over and not self._is_cut:
                await self.finish()
                self._goodbye = asyncio.get_running_loop().call_later(_GOODBYE, self.cut)
        except OSError:  # the client is gone, which receive will say
            pass
        except Exception:
            self.hub.log.exception("an answer to somebody who watches was broken off")
            self.cut()
        finally:
            # Nothing is awaited between the last look for more and this, so that no call of wake falls in between.
            if self._sender is asyncio.current_task():
                self._sender = None
