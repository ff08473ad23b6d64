"""``EventStream``: events as they happen, for ``async for`` and for plain ``for``."""

from __future__ import annotations

import time
from _thread import allocate_lock
from collections import deque
from threading import RLock

from ..events import Skipped
from ..forks import watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from asyncio import AbstractEventLoop, Future
    from typing import Any

MOST_EVENTS = 1000
_RANK = 61  # for forks.watch: a bus puts events here while it holds its own lock


class EventStream:
    """What happened since this was made, one event after the other, for one reader or several.

    ``async for event in stream`` in any event loop, ``for event in stream`` or ``get`` in any thread. It ends when it
    is closed: by ``close``, ``aclose``, or the end of ``with`` or ``async with``. An event goes to one reader; make a
    stream for each that wants all.

    Arguments: ``bound`` is how many events wait for the reader. When there are more the oldest are dropped, and the
    reader gets one ``Skipped`` in their place, which says how many. Whoever publishes never waits.
    """

    __slots__ = ("__weakref__", "_events", "_lock", "_readers", "_skipped", "bound", "closed", "topic")

    def __init__(self, bound: int = MOST_EVENTS, *, topic: str = "events") -> None:
        self.bound = max(1, bound)
        self.topic = topic
        self.closed = False
        self._lock = RLock()
        self._events: deque[Any] = deque()
        self._skipped = 0
        self._readers: set[_Thread | _Task] = set()  # those who wait
        watch(self, _lock=_RANK)

    def put(self, event: Any) -> None:
        """Add an event. Never waits; does nothing once the stream is closed."""
        with self._lock:
            if self.closed:
                return
            if len(self._events) >= self.bound:
                self._events.popleft()
                self._skipped += 1
            self._events.append(event)
            self._wake()

    def get(self, timeout: float | None = None) -> Any:
        """Return the next event; None when there is none in time, or the stream is closed and read to its end.

        Arguments: ``timeout`` is how many seconds to wait, None for ever.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._lock:
                if self._events or self._skipped:
                    return self._take()
                remaining = -1.0 if until is None else until - time.monotonic()
                if self.closed or (until is not None and remaining <= 0):
                    return None
                reader = _Thread()
                self._readers.add(reader)
            try:
                reader.baton.acquire(timeout=remaining)
            finally:
                with self._lock:
                    self._readers.discard(reader)

    def close(self) -> None:
        """End the stream: who waits gets what is there, and then its end. May be called again."""
        with self._lock:
            self.closed = True
            self._wake()

    async def aclose(self) -> None:
        """End the stream, as ``close`` does."""
        self.close()

    def forget(self) -> None:
        """Forget what waits and who waits: both are the process's that this one was forked off."""
        self._events.clear()
        self._skipped = 0
        self._readers.clear()

    def _take(self) -> Any:
        if self._skipped:
            skipped, self._skipped = self._skipped, 0
            return Skipped(skipped)
        return self._events.popleft()

    def _wake(self) -> None:
        # All of them: one that was cancelled at this very moment would take the news with it.
        readers, self._readers = self._readers, set()
        for reader in readers:
            reader.wake()

    def __iter__(self) -> EventStream:
        return self

    def __next__(self) -> Any:
        event = self.get()
        if event is None:
            raise StopIteration
        return event

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Any:
        import asyncio

        loop = asyncio.get_running_loop()
        while True:
            with self._lock:
                if self._events or self._skipped:
                    return self._take()
                if self.closed:
                    raise StopAsyncIteration
                reader = _Task(loop)
                self._readers.add(reader)
            try:
                await reader.woken
            finally:
                with self._lock:
                    self._readers.discard(reader)

    def __enter__(self) -> EventStream:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    async def __aenter__(self) -> EventStream:
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<EventStream of {self.topic}{', closed' if self.closed else ''}>"


class _Thread:
    """A thread that waits for the next event."""

    __slots__ = ("baton",)

    def __init__(self) -> None:
        self.baton: LockType = allocate_lock()
        self.baton.acquire()

    def wake(self) -> None:
        self.baton.release()


class _Task:
    """A task of an event loop that waits for the next event."""

    __slots__ = ("_loop", "woken")

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self.woken: Future[None] = loop.create_future()

    def wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._finish)
        except RuntimeError:
            if not self._loop.is_closed():  # nobody waits in a loop that is closed
                raise

    def _finish(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)
