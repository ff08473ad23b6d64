"""``Watch``: a thread that sees that files change, and says so."""

from __future__ import annotations

import os
import time
import weakref
from threading import RLock, Thread, current_thread

from ..budget import DEFAULT_BUDGET
from ..forks import watch as keep_usable_in_children
from .observer import Observer
from .rhythm import Rhythm
from .tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..budget import Budget
    from .places import Places
    from .seen import Seen

_RANK = 50  # for forks.watch: whoever starts or stops a watch may hold locks of what it is for
_PAUSE = 0.2  # seconds after a failure that should not have been
_FAREWELL = 0.5  # seconds that the end of the interpreter waits for a thread; it is a daemon, and may be left behind

_running: weakref.WeakSet[Watch] = weakref.WeakSet()


class Watch:
    """Calls a function, on a thread of its own, when files or the names in directories have changed.

    Arguments:
        places: returns what matters. It is asked at the start, after each report, and before each look without a
            signal; while nothing about it changed it should return the same object, which costs nothing.
        on_change: called with what was ``Seen``. What it raises is logged and counted.
        rhythm: how long it waits for what. With many files the looks that no signal caused are spread out;
            ``tally.effective_interval`` says how far.
        budget: bounds how much of a file is read.

    Signals are hints: whatever they miss is found by the looks without one. A process that is forked off goes on with a
    thread and signals of its own.
    """

    def __init__(
        self,
        places: Callable[[], Places],
        on_change: Callable[[Seen], object],
        *,
        rhythm: Rhythm | None = None,
        budget: Budget = DEFAULT_BUDGET,
    ) -> None:
        self.tally = Tally()
        self._on_change = on_change
        self._ask = places
        self._rhythm = Rhythm() if rhythm is None else rhythm
        self._budget = budget
        self._life = RLock()
        self._observer: Observer | None = None
        self._thread: Thread | None = None
        self._look_now = False
        self._pid = 0
        keep_usable_in_children(self, _life=_RANK)

    @property
    def running(self) -> bool:
        """True from ``start`` to ``stop``."""
        return self._observer is not None

    def start(self) -> None:
        """See every change from now on. Does nothing when it does so already. Raises what ``places`` raises."""
        with self._life:
            if self._observer is not None:
                return
            observer = Observer(self._ask, self.tally, self._rhythm, self._budget, complain=self._complain)
            try:
                observer.begin()
            except BaseException:
                observer.signals.close()
                raise
            self._observer = observer
            self._look_now = True
            self._begin_thread(observer)
            _running.add(self)

    def stop(self, timeout: float | None = 10.0) -> bool:
        """See nothing any more, and return True when the thread has ended.

        Arguments: ``timeout`` is how many seconds to wait for a call of ``on_change`` that goes on, None for ever. When
        called by ``on_change`` itself the thread ends as soon as that returns.
        """
        with self._life:
            observer, thread = self._observer, self._thread
            self._observer = self._thread = None
            _running.discard(self)
        if observer is None or thread is None:
            return True
        observer.signals.wake()
        if thread is current_thread():
            return False
        thread.join(timeout)
        return not thread.is_alive()

    def wake(self) -> None:
        """Have everything looked at now, without waiting for it."""
        self._look_now = True
        observer = self._observer
        if observer is not None:
            observer.signals.wake()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def _begin_thread(self, observer: Observer) -> None:
        self._pid = os.getpid()
        self._thread = Thread(target=self._run, args=(observer,), name="setpoint-watch", daemon=True)
        self._thread.start()

    def _run(self, observer: Observer) -> None:
        pid = os.getpid()
        try:
            while self._observer is observer and os.getpid() == pid:
                try:
                    self._step(observer)
                except Exception as error:  # noqa: BLE001 - a watch that ends without a word is the worst there is
                    self._complain("the watch failed, and goes on", error)
                    time.sleep(_PAUSE)  # whatever it is, it must not be met a million times
        finally:
            if os.getpid() == pid:  # in a child that was forked off by on_change, another thread goes on with it
                observer.signals.close()

    def _step(self, observer: Observer) -> None:
        if observer.found is None:
            seconds = 0.0 if self._look_now else observer.next_time() - time.monotonic()
            if observer.signals.wait(seconds) and observer.hear(observer.signals.take()):
                self._await_end_of_burst(observer)
                observer.attend()
            if self._observer is not observer:
                return
            if self._look_now:
                self._look_now = False
                observer.ask_places()
                observer.look_at_everything()
            observer.tick()
        if observer.found is not None:
            self._report(observer, observer.found)

    def _await_end_of_burst(self, observer: Observer) -> None:
        now = time.monotonic()
        end = now + self._rhythm.longest_settle
        until = now + observer.settle
        while now < min(until, end) and observer.signals.more(min(until, end) - now):
            concerned = observer.hear(observer.signals.take())
            now = time.monotonic()
            if concerned:
                until = now + observer.settle

    def _report(self, observer: Observer, seen: Seen) -> None:
        self.tally.callbacks += 1
        try:
            self._on_change(seen)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody else's code may raise anything
            self._complain("on_change raised", error)
        if os.getpid() != self._pid:  # on_change forked: in the child another thread goes on
            return
        observer.reported(seen)
        if self._observer is observer:
            observer.ask_places()

    def _complain(self, what: str, error: BaseException) -> None:
        import logging

        self.tally.errors += 1
        logging.getLogger("setpoint.watching").error("%s: %s", what, type(error).__name__, exc_info=error)

    def _go_on_in_child(self) -> None:
        observer = self._observer
        if observer is not None:
            observer.reopen()
            self._look_now = True
            self._begin_thread(observer)


def _in_child() -> None:
    for watch in list(_running):
        watch._go_on_in_child()


def _at_exit() -> None:
    for watch in list(_running):
        watch.stop(_FAREWELL)


if hasattr(os, "register_at_fork"):
    # Registered after the hooks of threading and of forks, which were imported first: they are done when this runs.
    os.register_at_fork(after_in_child=_in_child)

import atexit  # noqa: E402 - here to be seen together with what it is for

atexit.register(_at_exit)
