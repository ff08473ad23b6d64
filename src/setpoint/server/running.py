"""``Running``: uvicorn's server with our own begin, signals, ticks and end."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager
from threading import Timer, current_thread, main_thread

import uvicorn

from ..errors import UnavailableError
from .protocol import LimitedProtocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Awaitable, Callable, Iterator
    from types import FrameType

    from .crowd import Crowd
    from .systemd import Notifier

KEEP_ALIVE = 15  # seconds between two requests, as uvicorn counts them
_HANDSHAKE = 10.0  # seconds for the one of TLS
_FAREWELL = 5.0  # seconds for the end of TLS
_TICKS_A_SWEEP = 5  # of 0.1 s each
_STREAMS = 1.5  # seconds in which streams end by themselves and what has begun to arrive is there
_REQUESTS = 20.0  # seconds in which requests that are under way must be finished; systemd waits for 90
_STUCK = 25.0  # seconds for the end of everything else, after which the process ends regardless


class Running(uvicorn.Server):
    """A server from its first connection to its last.

    Arguments: ``config`` is uvicorn's; ``crowd`` are the connections; ``listening`` the bound socket; ``context`` TLS,
    or None; ``notifier`` is systemd's; ``end_streams`` is called when the end begins; ``begun`` when requests are
    answered; ``reload`` is awaited after SIGHUP.

    SIGTERM and SIGINT end it: it accepts nothing any more, streams end at once, requests that are under way are
    finished. A second one ends the process without that.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        crowd: Crowd,
        listening: socket.socket,
        *,
        context: ssl.SSLContext | None,
        notifier: Notifier,
        begun: Callable[[], object],
        end_streams: Callable[[], object],
        reload: Callable[[], Awaitable[object]],
    ) -> None:
        super().__init__(config)
        self._crowd = crowd
        self._listening = listening
        self._context = context
        self._notifier = notifier
        self._begun = begun
        self._end_streams = end_streams
        self._reload = reload
        self._reload_is_asked = False
        self._reloading: asyncio.Task[None] | None = None
        self._next_watchdog = 0.0
        self.last_resort = Timer(_STUCK, _end_regardless)
        """Ends the process some time after everything else should have ended; whoever sees that it has cancels it."""
        self.last_resort.daemon = True

    # -- begin -----------------------------------------------------------------------------------------------------

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then answer."""
        del sockets
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise UnavailableError("the server cannot start; the log says why")
        loop = asyncio.get_running_loop()

        def connection() -> LimitedProtocol:
            return LimitedProtocol(self._crowd, self.config, self.server_state, self.lifespan.state, loop)

        has_tls = self._context is not None
        server = await loop.create_server(
            connection,
            sock=self._listening,
            ssl=self._context,
            backlog=self.config.backlog,
            ssl_handshake_timeout=_HANDSHAKE if has_tls else None,
            ssl_shutdown_timeout=_FAREWELL if has_tls else None,
        )
        self.servers = [server]
        self.started = True
        self._begun()

    async def on_tick(self, counter: int) -> bool:
        """Do what is to be done now and then; uvicorn calls it every 0.1 s."""
        if counter % _TICKS_A_SWEEP == 0:
            self._crowd.sweep()
        seconds = self._notifier.watchdog_seconds
        if seconds is not None and self._crowd.now() >= self._next_watchdog:
            self._next_watchdog = self._crowd.now() + seconds
            self._notifier.watchdog()
        if self._reload_is_asked and (self._reloading is None or self._reloading.done()):
            self._reload_is_asked = False
            self._reloading = asyncio.create_task(self._reload_once())
        return await super().on_tick(counter)

    async def _reload_once(self) -> None:
        self._notifier.reloading()
        await self._reload()
        self._notifier.ready("answering requests")

    # -- signals ---------------------------------------------------------------------------------------------------

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While it is entered, signals are ours; when it is left, none is raised again: the exit code is ours too."""
        if current_thread() is not main_thread():  # signals go to that one only
            yield
            return
        handlers = {signal.SIGTERM: self.handle_exit, signal.SIGINT: self.handle_exit}
        if hasattr(signal, "SIGHUP"):
            handlers[signal.SIGHUP] = self._handle_reload
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End, at the second time without finishing anything: changes of files are made whole by whoever comes next."""
        del sig, frame
        if self.should_exit:
            os._exit(0)
        self.should_exit = True

    def _handle_reload(self, sig: int, frame: FrameType | None) -> None:
        del sig, frame
        self._reload_is_asked = True

    # -- end -------------------------------------------------------------------------------------------------------

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing, end streams, finish requests, and end the application."""
        del sockets
        self._notifier.stopping()
        for server in self.servers:
            server.close()
        self._end_streams()
        if self._reloading is not None:
            self._reloading.cancel()
        for connection in list(self._crowd.members):
            connection.shutdown()
        await self._finish()
        # What hangs in the operating system from here on keeps the process no longer than this.
        self.last_resort.start()
        await self.lifespan.shutdown()

    async def _finish(self) -> None:
        members, start = self._crowd.members, self._crowd.now()
        while members or self.server_state.tasks:
            waited = self._crowd.now() - start
            if waited > _REQUESTS:
                self._abandon()
                return
            for connection in list(members) if waited > _STREAMS else ():
                if connection.waits_for != "answer" or connection.is_stream:
                    connection.transport.abort()
            await asyncio.sleep(0.02)

    def _abandon(self) -> None:
        import logging

        tasks = list(self.server_state.tasks)
        logging.getLogger("setpoint.server").warning(
            "%d requests were not finished within %g s and are given up", len(tasks), _REQUESTS
        )
        for connection in list(self._crowd.members):
            connection.transport.abort()
        for task in tasks:
            task.cancel()


def _end_regardless() -> None:
    import logging

    logging.getLogger("setpoint.server").error("something does not end within %g s: the process does", _STUCK)
    os._exit(5)
