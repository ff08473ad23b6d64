"""``Call``: one callback being called with one delivery."""

from __future__ import annotations

import time
from threading import get_ident

from . import complaint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Awaitable, Callable
    from typing import Any

    from .subscription import Subscription


class Call:
    """One call: who makes it, since when, and how it went.

    Arguments: ``number`` is the number of the publication that it delivers.
    """

    __slots__ = (
        "_awaitable",
        "_delivery",
        "_on_end",
        "_task",
        "failed",
        "loop",
        "number",
        "reported",
        "started",
        "subscription",
        "thread",
    )

    def __init__(self, subscription: Subscription, number: int, delivery: Any) -> None:
        self.subscription = subscription
        self.number = number
        self.started = time.monotonic()
        self.thread = get_ident()
        self.reported = False  # that it takes long
        self.failed = False
        self.loop: AbstractEventLoop | None = None  # the event loop that it was handed over to
        self._delivery = delivery
        self._awaitable: Awaitable[object] | None = None
        self._task: Task[None] | None = None
        self._on_end: Callable[[Call], object] | None = None

    def make(self, run: Callable[[Any], object], on_end: Callable[[Call], object]) -> bool:
        """Call the callback, and return True when the call has ended. Never raises.

        Arguments: ``run`` awaits a coroutine on this thread. ``on_end`` is called with this call when it was handed
        over to an event loop, and has ended there; then False is returned.
        """
        subscription = self.subscription
        try:
            argument = self._delivery
            self._delivery = None  # which may be all that holds two trees
            if subscription.convert is not None:
                argument = subscription.convert(argument)
                if argument is None:
                    return True
            if not subscription.active:  # cancelled since this call was chosen
                return True
            result = subscription.callback(argument)
            if result is None or not hasattr(type(result), "__await__"):
                return True
            self._awaitable = result  # type: ignore[assignment]
            if subscription.loop is None:
                run(self._await())
                return True
            return self._hand_over(subscription.loop, on_end)
        except BaseException as error:  # noqa: BLE001 - somebody else's code: SystemExit must not end the bus's thread
            self._fail(error)
            return True

    def _hand_over(self, loop: AbstractEventLoop, on_end: Callable[[Call], object]) -> bool:
        self.thread = 0  # not this one's any more
        self._on_end = on_end
        self.loop = loop
        try:
            loop.call_soon_threadsafe(self._begin)
        except RuntimeError:
            if not loop.is_closed():
                raise
            return True
        return False

    def _begin(self) -> None:
        """Begin in the event loop, on its thread."""
        assert self.loop is not None
        assert self._on_end is not None
        if not self.subscription.active:
            self.abandon()
            self._on_end(self)
            return
        self._task = self.loop.create_task(self._await())
        self._task.add_done_callback(self._ended)

    async def _await(self) -> None:
        from asyncio import CancelledError

        assert self._awaitable is not None
        try:
            await self._awaitable
        except (GeneratorExit, CancelledError):  # the program ends its tasks: nothing went wrong
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit in a callback must not end the program's event loop
            self._fail(error)

    def _ended(self, _task: Task[None]) -> None:
        assert self._on_end is not None
        self._on_end(self)

    def _fail(self, error: BaseException) -> None:
        self.failed = True
        complaint.raised(self.subscription.name, error)

    def is_lost(self) -> bool:
        """True when its event loop was closed before it ended: nobody else would say so."""
        return self.loop is not None and self.loop.is_closed()

    def abandon(self) -> None:
        """Give up what was to be awaited."""
        close = getattr(self._awaitable, "close", None)
        if self._task is None and close is not None:
            close()  # a coroutine that was never awaited would complain
