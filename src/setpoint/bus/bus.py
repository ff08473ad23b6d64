"""``Bus``: what is published reaches every callback and every stream that asked for it."""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from threading import get_ident

from .backlog import Backlog
from .complaint import name_of
from .crew import Crew
from .stream import MOST_EVENTS, EventStream
from .subscription import Subscription

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from typing import Any

_MOST_WAITING = 1000
_LOOK_AGAIN = 0.05  # seconds between looks for a call whose event loop was closed, which nobody would report
_FAREWELL = 0.2  # seconds that the end of the interpreter waits for threads; they are daemons, and may be left behind

_buses: weakref.WeakSet[Bus] = weakref.WeakSet()


class Bus:
    """Calls callbacks with what is published, on threads of its own and outside of every lock.

    Arguments, all in seconds:
        patience: when a callback takes longer, another thread goes on with the other subscriptions.
        slow: when it takes longer than this it is logged, while it is still running, and counted.
        idle: after this long without work the threads end. They begin with the next delivery.
        measure: called with how long each call took; it must be quick, and wait for nobody.

    What is published reaches each subscription in the order of publication, and the subscriptions in the order in
    which they were made as long as none of them is slow. A callback may do anything: raise, sleep, publish, subscribe,
    cancel.

    A process that is forked off has the same subscriptions, nothing waiting, and threads of its own, which also await
    what was awaited in an event loop of its parent.
    """

    def __init__(
        self,
        *,
        patience: float = 0.05,
        slow: float = 1.0,
        idle: float = 10.0,
        measure: Callable[[float], object] | None = None,
    ) -> None:
        self._backlog = Backlog(slow, measure)
        self._crew = Crew(self._backlog, patience, idle)
        # Not a WeakSet: going through one costs more than the rest of a publication.
        self._streams: tuple[weakref.ref[EventStream], ...] = ()
        _buses.add(self)

    def subscribe(
        self,
        callback: Callable[[Any], object],
        *,
        topic: str = "changes",
        convert: Callable[[Any], Any] | None = None,
        merge: Callable[[Any, Any], Any] | None = None,
        bound: int = _MOST_WAITING,
        name: str | None = None,
    ) -> Subscription:
        """Have a function called with every delivery of a topic from now on.

        Arguments:
            callback: takes the delivery. What a coroutine function returns is awaited, in the event loop that runs in
                this thread now, or on the bus's own thread when there is none; the next call waits for it.
            convert: makes of a delivery what the callback is called with, on the bus's thread; None: there is nothing
                to say, and it is not called.
            merge: makes one delivery of an older and a newer one, quickly: whoever publishes waits for it. Used when
                more than ``bound`` wait for this subscription; without it the newer one stands for both.
            name: what logs call it; by default the callback's own name.
        """
        return self._backlog.subscribe(
            callback,
            topic=topic,
            convert=convert,
            merge=merge or _newer,
            bound=max(1, bound),
            name=name or name_of(callback),
            loop=_running_loop(),
        )

    def publish(self, delivery: Any, topic: str = "changes") -> None:
        """Deliver something to the subscriptions and streams of a topic. Returns at once; never calls a callback."""
        backlog = self._backlog
        with backlog.lock:
            for reference in self._streams:
                stream = reference()
                if stream is not None and stream.topic == topic:
                    stream.put(delivery)
            if backlog.add(delivery, topic):
                self._crew.wake()
        if backlog.unsaid:
            backlog.say()

    def stream(self, topic: str = "events", bound: int = MOST_EVENTS) -> EventStream:
        """Return a stream of what is published on a topic from now on, until it or the bus is closed."""
        stream = EventStream(bound, topic=topic)
        with self._backlog.lock:
            self._streams = (*(one for one in self._streams if one() is not None), weakref.ref(stream))
        return stream

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until everything that was published before is delivered, and return True; False when the time is up.

        Arguments: ``timeout`` in seconds, None for ever. Called by a callback, it does not wait for that call.
        """
        backlog = self._backlog
        until = None if timeout is None else time.monotonic() + timeout
        with backlog.lock:
            last = backlog.published
        while True:
            with backlog.lock:
                if backlog.is_delivered(last, except_by=get_ident()):
                    break
                ended = backlog.next_end()
            backlog.say()
            remaining = _LOOK_AGAIN if until is None else until - time.monotonic()
            if remaining <= 0:
                return False
            ended.acquire(timeout=min(remaining, _LOOK_AGAIN))
        backlog.say()
        return True

    def close(self, timeout: float = 0.5) -> None:
        """Drop what waits, end the threads, and end the streams. Subscriptions stay: publishing begins anew.

        Arguments: ``timeout`` is how many seconds to wait for callbacks that are running; they are not called again.
        """
        with self._backlog.lock:
            self._backlog.clear()
            streams, self._streams = self._streams, ()
            threads = self._crew.dismiss()
        for reference in streams:
            stream = reference()
            if stream is not None:
                stream.close()
        self._crew.join(threads, timeout)

    def stats(self) -> dict[str, int]:
        """Return what was counted: publications, calls that ended, those of them that raised or were slow, merged
        deliveries, and how many deliveries and threads there are now."""
        with self._backlog.lock:
            return {**self._backlog.stats(), "threads": self._crew.count()}

    def running(self) -> list[tuple[str, float]]:
        """Return the callbacks that are being called, by name, with for how many seconds."""
        with self._backlog.lock:
            now = time.monotonic()
            return [(call.subscription.name, now - call.started) for call in self._backlog.calls]

    def _begin_anew(self) -> None:
        """Go on in a process that was forked off: what waits is its parent's to deliver, and no thread is here."""
        self._backlog.forget()
        self._crew.forget()
        for reference in self._streams:
            stream = reference()
            if stream is not None:
                stream.forget()


def _newer(_older: Any, newer: Any) -> Any:
    return newer


def _running_loop() -> AbstractEventLoop | None:
    """Return the event loop that runs in this thread. A program that never imported asyncio has none."""
    asyncio: Any = sys.modules.get("asyncio")
    find: Callable[[], AbstractEventLoop | None] | None = getattr(asyncio, "_get_running_loop", None)
    return None if find is None else find()


def _in_child() -> None:
    for bus in list(_buses):
        bus._begin_anew()


def _at_exit() -> None:
    for bus in list(_buses):
        bus.close(_FAREWELL)


if hasattr(os, "register_at_fork"):
    # Registered after the hooks of threading and of forks, which were imported first: they are done when this runs.
    os.register_at_fork(after_in_child=_in_child)
atexit.register(_at_exit)
