"""``Watch``: a thread that sees that files change, and says so."""

from __future__ import annotations

import os
import time
import weakref
from threading import Event, RLock, Thread, current_thread

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
_REST = 20  # times as long as it took to ask for places, it is not asked for them again unless something is found
_FAREWELL = 0.5  # seconds that the end of the interpreter waits for a thread; it is a daemon, and may be left behind

_running: weakref.WeakSet[Watch] = weakref.WeakSet()


class _Asked:
    """Somebody who waits for a look."""

    __slots__ = ("done", "over")

    def __init__(self) -> None:
        self.done = False
        self.over = Event()


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
        self._ask_now = False
        self._ask_after = 0.0
        self._waiting: list[_Asked] = []
        keep_usable_in_children(self, _life=_RANK)

    @property
    def running(self) -> bool:
        """True from ``start`` to ``stop``."""
        return self._observer is not None

    def start(self) -> None:
        """See every change from now on. Does nothing when it does so already. Raises what ``places`` raises."""
        if self._observer is not None:
            return
        observer = Observer(self._ask, self.tally, self._rhythm, self._budget, complain=self._complain)
        chosen = False
        try:
            observer.begin()  # without the lock: places may wait for others, and whoever forks takes this one last
            with self._life:
                if self._observer is None:  # no other thread was quicker
                    self._look_now = True
                    self._begin_thread(observer)
                    chosen = True
        finally:
            if not chosen:
                observer.signals.close()

    def stop(self, timeout: float | None = 10.0) -> bool:
        """See nothing any more, and return True when the thread has ended.

        Arguments: ``timeout`` is how many seconds to wait for a call of ``on_change`` that goes on, None for ever. When
        called by ``on_change`` itself the thread ends as soon as that returns.
        """
        with self._life:
            observer, thread = self._observer, self._thread
            self._observer = self._thread = None
            _running.discard(self)
            self._dismiss()
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

    def ask(self) -> None:
        """Have it asked soon which places matter now, without waiting for it.

        However often this is called, asking takes no more than a twentieth of one core.
        """
        self._ask_now = True
        observer = self._observer
        if observer is not None:
            observer.signals.wake()

    def look(self, timeout: float | None = 10.0) -> bool:
        """Have everything looked at, and return True when that is done and ``on_change`` has been told what it found.

        What changed before the call and is whole was then reported; what may be unfinished is looked at again soon.
        Arguments: ``timeout`` is how many seconds to wait, None for as long as the watch runs. Returns False when they
        are over, when the watch does not run or is stopped meanwhile, and on its own thread, which cannot wait for
        itself.
        """
        if self._thread is current_thread():
            self.wake()
            return False
        asked = _Asked()
        with self._life:
            if self._observer is None:
                return False
            self._waiting.append(asked)
        self.wake()
        asked.over.wait(timeout)
        return asked.done

    def is_overtaken(self) -> bool:
        """True when signals came since ``on_change`` was called, one of which may be about what it was told of.

        To be asked by ``on_change`` itself. What they are about is reported when that returns.
        """
        observer = self._observer
        return observer is not None and observer.is_overtaken()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def _begin_thread(self, observer: Observer) -> None:
        thread = Thread(target=self._run, args=(observer,), name="setpoint-watch", daemon=True)
        self._observer, self._thread = observer, thread
        _running.add(self)
        try:
            thread.start()
        except BaseException:  # the system has no thread left
            self._observer = self._thread = None
            _running.discard(self)
            raise

    def _run(self, observer: Observer) -> None:
        pid = os.getpid()
        try:
            while self._observer is observer and os.getpid() == pid:
                try:
                    self._step(observer)
                except Exception as error:  # noqa: BLE001 - a watch that ends without a word is the worst there is
                    self._complain("the watch failed, and goes on", error)
                    self._look_now = self._look_now or bool(self._waiting)
                    time.sleep(_PAUSE)  # whatever it is, it must not be met a million times
        finally:
            if os.getpid() == pid:  # in a child that was forked off by on_change, another thread goes on with it
                observer.signals.close()

    def _step(self, observer: Observer) -> None:
        answered = 0
        if observer.found is None:
            seconds = 0.0 if self._look_now else observer.next_time() - time.monotonic()
            if self._ask_now:
                seconds = min(seconds, self._ask_after - time.monotonic())
            if observer.signals.wait(seconds) and observer.hear(observer.signals.take()):
                self._attend(observer)
            if self._observer is not observer:
                return
            if self._look_now:
                self._look_now = False
                answered = len(self._waiting)
                observer.ask_places()
                observer.look_at_everything()
            if self._ask_now and time.monotonic() >= self._ask_after:
                self._ask_now = False
                begun = time.monotonic()
                observer.ask_places()
                self._ask_after = time.monotonic() + _REST * (time.monotonic() - begun)
            observer.tick()
            if observer.has_heard:  # while it looked
                self._attend(observer)
        if observer.found is not None:
            self._report(observer, observer.found)
        if answered:
            self._answer(observer, answered)

    def _answer(self, observer: Observer, count: int) -> None:
        with self._life:
            if self._observer is not observer:
                return  # stopped, and who waited was told so
            for asked in self._waiting[:count]:
                asked.done = True
                asked.over.set()
            del self._waiting[:count]

    def _dismiss(self) -> None:
        for asked in self._waiting:
            asked.over.set()
        self._waiting.clear()

    def _attend(self, observer: Observer) -> None:
        now = time.monotonic()
        end = now + self._rhythm.longest_settle
        until = now + observer.settle
        while now < min(until, end) and observer.signals.more(min(until, end) - now):
            concerned = observer.hear(observer.signals.take())
            now = time.monotonic()
            if concerned:
                until = now + observer.settle
        observer.attend()

    def _report(self, observer: Observer, seen: Seen) -> None:
        self.tally.callbacks += 1
        pid = os.getpid()
        try:
            self._on_change(seen)
        except BaseException as error:  # noqa: BLE001 - somebody else's code may raise anything
            self._complain("on_change raised", error)
        if os.getpid() != pid:  # on_change forked: in the child another thread goes on
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
            self._waiting = []  # whoever asked is not in this process
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
