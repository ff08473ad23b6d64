"""``Subscription``: one callback that is called with what is published."""

from __future__ import annotations

import time
from collections import deque
from threading import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from typing import Any

    from .backlog import Backlog
    from .call import Call

_LOOK_AGAIN = 0.05  # seconds between looks for a call whose event loop was closed, which nobody would report


class Subscription:
    """A callback, what waits for it, and how it fared. Made by ``Bus.subscribe``; the end of a ``with`` cancels it.

    ``name`` is what logs call it. ``delivered`` counts the calls that ended, ``errors`` those of them that raised,
    ``slow`` those that took too long, ``merged`` the deliveries that were merged because too many waited.
    """

    __slots__ = (
        "_backlog",
        "active",
        "bound",
        "call",
        "callback",
        "convert",
        "delivered",
        "errors",
        "loop",
        "merge",
        "merged",
        "name",
        "number",
        "slow",
        "topic",
        "waiting",
    )

    def __init__(
        self,
        backlog: Backlog,
        number: int,
        callback: Callable[[Any], object],
        *,
        topic: str,
        convert: Callable[[Any], Any] | None,
        merge: Callable[[Any, Any], Any],
        bound: int,
        name: str,
        loop: AbstractEventLoop | None,
    ) -> None:
        self._backlog = backlog
        self.number = number  # the order of registration
        self.callback = callback
        self.topic = topic
        self.convert = convert
        self.merge = merge
        self.bound = bound
        self.name = name
        self.loop = loop  # where what the callback returns is awaited; None: on the bus's own thread
        self.active = True
        self.waiting: deque[tuple[int, Any]] = deque()  # the number of the publication, and what to deliver
        self.call: Call | None = None  # the one that is going on
        self.delivered = self.errors = self.slow = self.merged = 0

    def cancel(self, timeout: float = 0.0) -> bool:
        """Have the callback called no more: no call begins once this has returned. May be called again, and by it too.

        Arguments: ``timeout`` is how many seconds to wait for a call that has begun, unless this thread makes it.
        Returns True when none is going on.
        """
        until = time.monotonic() + timeout
        while True:
            with self._backlog.lock:
                self._backlog.remove(self)
                call = self.call
                if call is None:
                    return True
                remaining = until - time.monotonic()
                if remaining <= 0 or call.thread == get_ident():
                    return False
                ended = self._backlog.next_end()
            ended.acquire(timeout=min(remaining, _LOOK_AGAIN))

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *failure: object) -> None:
        self.cancel()

    def __repr__(self) -> str:
        return f"<Subscription of {self.name} to {self.topic}{'' if self.active else ', cancelled'}>"
