"""``Hub``: everything that happens, for everybody who watches over HTTP."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets

from ..events import Reloaded, Skipped
from .problem import Problem
from .recent import Recent, lighten
from .seen import Sights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from ..access import Principal
    from ..bus.stream import EventStream
    from ..desk import Desk
    from ..events import Event
    from ..system import ConfigSystem
    from .seen import Seen
    from .watcher import Watcher

_TICK = 1.0  # seconds between two looks at the rights and at the pace of all watchers
_FAREWELL = 2.0  # seconds that those who watch have to take leave


class Hub:
    """One reader of what happens to a system, and all who watch it over HTTP.

    Arguments: ``system`` is whose events they are; ``watchers`` is how many may watch at once, and may be set to
    another number; ``keep`` is how many of the newest events are kept for those who come back; ``heartbeat`` is after
    how many seconds of silence a stream is sent a sign of life; ``patience`` how many seconds a client may take none of
    what it is sent before its connection is dropped.

    It belongs to the event loop in which it was started, and to its process: a child that is forked off has one that
    is not running. All but ``close`` is for that loop's thread.
    """

    def __init__(
        self,
        system: ConfigSystem,
        *,
        watchers: int = 2000,
        keep: int = 4096,
        heartbeat: float = 15.0,
        patience: float = 30.0,
    ) -> None:
        self.watchers = watchers
        self.heartbeat = heartbeat
        self.patience = patience
        self.log = logging.getLogger("setpoint.server")
        self._system = system
        self._keep = keep
        self._watching: set[Watcher] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._tasks: tuple[asyncio.Task[None], ...] = ()  # none once it was closed
        self._ending: tuple[asyncio.Task[None], ...] = ()
        self._stream: EventStream | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.boot = secrets.token_hex(4)  # names this run: no number of another one is taken for one of this
        self.recent = Recent(self._keep, self.generation)
        self._sights = Sights(self.recent, self.boot)
        self._watching = set()

    # -- life ------------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """True while events are read, here in this process."""
        return bool(self._tasks) and self._process == os.getpid() and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Read events from now on, in this event loop. Does nothing when they are read already.

        Raises ``RuntimeError`` when they are read in another event loop.
        """
        loop = asyncio.get_running_loop()
        if self.running:
            if self._loop is not loop:
                raise RuntimeError("this hub is running in another event loop: make one for each")
            return
        from concurrent.futures import ThreadPoolExecutor

        self._loop, self._process = loop, os.getpid()
        self._stream = self._system.events()  # before the generation is looked at: what comes after it is heard
        self._begin_anew()
        self._executor = ThreadPoolExecutor(1, "setpoint-hub")
        self._tasks = (loop.create_task(self._read(self._stream)), loop.create_task(self._tick()))

    def close(self) -> None:
        """Read no more, and end what everybody watches, at once. For any thread; may be called again."""
        loop = self._loop
        if loop is None or self._process != os.getpid() or loop.is_closed():
            return
        try:
            here = asyncio.get_running_loop() is loop
        except RuntimeError:
            here = False
        if here:
            self._end()
        else:
            loop.call_soon_threadsafe(self._end)

    async def aclose(self) -> None:
        """Do as ``close`` does, and wait until all are gone; the connections of those who do not go are dropped."""
        self.close()
        loop = asyncio.get_running_loop()
        if self._loop is not loop or self._process != os.getpid():
            return
        if self._ending:
            await asyncio.wait(self._ending)
        until = loop.time() + _FAREWELL
        while self._watching and loop.time() < until:
            await asyncio.sleep(0.01)
        for watcher in list(self._watching):
            watcher.cut()

    def _end(self) -> None:
        if self._tasks:
            self._ending, self._tasks = self._tasks, ()
        for task in self._ending:
            task.cancel()
        if self._stream is not None:
            self._stream.close()
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        for watcher in list(self._watching):
            watcher.end()

    # -- who watches -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many watch."""
        return len(self._watching)

    def make_room(self) -> None:
        """Raise ``Problem`` (503) when nobody more can watch here."""
        if not self._is_here():
            raise Problem(
                503,
                "not-watching",
                "the server is about to end, or to begin; try again",
                headers=[("Retry-After", "1")],
            )
        if len(self._watching) >= self.watchers:
            raise Problem(
                503,
                "too-many-watchers",
                f"{self.watchers:,} watch already, and no more may (watchers in [server] of the settings); try later",
                headers=[("Retry-After", "10")],
            )

    def enter(self, watcher: Watcher) -> None:
        """Tell somebody of every event from now on. One who comes too late is ended at once."""
        if self._is_here():
            self._watching.add(watcher)
        else:
            watcher.end()

    def leave(self, watcher: Watcher) -> None:
        """Tell somebody nothing any more."""
        self._watching.discard(watcher)

    def _is_here(self) -> bool:
        return self.running and self._loop is asyncio.get_running_loop()

    # -- what happened ---------------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """The generation that is served now. An event that tells of it may still be on its way."""
        return self._system._serving.generation

    def id_of(self, number: int) -> bytes:
        """Return the id under which clients know the event of a number."""
        return self._sights.id_of(number)

    def audience(self, principal: Principal) -> int:
        """Return the number that stands for everybody with the rights of a principal."""
        return self._sights.audience(principal.key)

    def see(self, number: int, audience: int, desk: Desk) -> Seen | None:
        """Return an event as an audience may see it, None when it may see nothing of it. Raises ``Unclear``."""
        return self._sights.see(self.recent.get(number), audience, desk)

    # -- behind ----------------------------------------------------------------------------------------------------

    async def _read(self, stream: EventStream) -> None:
        """Number what happens, and tell everybody, until the system's stream ends."""
        try:
            async for event in stream:
                if isinstance(event, Skipped):
                    self.log.warning(
                        "%d events came faster than they could be read: who watches begins anew", event.number
                    )
                    self.recent.lose(self.generation)
                else:
                    await self._keep_one(event)
                for watcher in list(self._watching):
                    watcher.wake()
        finally:
            if self._stream is stream:  # else it was closed, and begun anew before this could end
                self._end()

    async def _keep_one(self, event: Event) -> None:
        loop = asyncio.get_running_loop()
        try:
            if isinstance(event, Reloaded):  # the only one in which there is something to be worked out
                happened = await loop.run_in_executor(self._executor, lighten, event)
            else:
                happened = lighten(event)
        except Exception:
            self.log.exception("cannot work out what %r has changed: who watches begins anew", event)
            self.recent.lose(self.generation)
        else:
            self.recent.add(happened)

    async def _tick(self) -> None:
        """Look about once a second who may not watch any more, who does not read, and who needs a sign of life."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK)
            now = loop.time()
            for watcher in list(self._watching):
                if not self._may_go_on(watcher):
                    watcher.end()
                elif watcher.is_stuck(now, self.patience):
                    self.log.info(
                        "somebody who watches has not read for %g s: the connection is dropped", self.patience
                    )
                    watcher.cut()
                else:
                    watcher.tick(now)

    def _may_go_on(self, watcher: Watcher) -> bool:
        try:
            return watcher.holds is None or watcher.holds()
        except Exception:
            self.log.exception("cannot tell whether somebody may still watch: they may not")
            return False
