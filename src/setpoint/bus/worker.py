"""``Worker``: one thread of a bus, how it rests, and where it awaits coroutines."""

from __future__ import annotations

from _thread import allocate_lock
from threading import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Callable, Coroutine
    from typing import Any

    from .backlog import Backlog
    from .call import Call


class Worker:
    """A thread that can be woken. It is a daemon: a callback that hangs does not keep the program from ending.

    Arguments: ``work`` is what the thread runs, with this worker as its argument.
    """

    __slots__ = ("_baton", "_runner", "call", "resting", "retired", "thread")

    def __init__(self, work: Callable[[Worker], object]) -> None:
        self.thread = Thread(target=work, args=(self,), name="setpoint-callbacks", daemon=True)
        self.call: Call | None = None  # the one it makes
        self.resting = False  # set by the thread itself just before it rests, while it holds the backlog's lock
        self.retired = False
        # A bare lock: a Condition makes one for every wait, and takes twice as long.
        self._baton = allocate_lock()
        self._baton.acquire()
        self._runner: Runner | None = None

    def wake(self) -> None:
        """End its rest. For those who hold the backlog's lock."""
        if self.resting:
            self.resting = False
            self._baton.release()

    def rest(self, backlog: Backlog, seconds: float) -> bool:
        """Wait until woken, and return True; False when the time is up. For the thread itself, without the lock."""
        if self._baton.acquire(timeout=max(0.0, seconds)):
            return True
        with backlog.lock:
            if self.resting:
                self.resting = False
                return False
        self._baton.acquire()  # released at the last moment
        return True

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Await a coroutine on this thread, in an event loop that it keeps for the next one."""
        if self._runner is None:
            from asyncio import Runner

            self._runner = Runner()
        self._runner.run(coroutine)

    def clean_up(self) -> None:
        """Close what the thread made for itself."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None
