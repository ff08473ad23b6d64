"""``Crew``: the threads of a bus.

One thread leads: it makes the calls, one after the other. A second one follows: it waits, and looks now and then how
long the leader has been at one call. If that is too long it leads from now on, and the other follows, or ends, when its
call does. So there are two threads as long as no callback is slow, and a call costs no hand-over between them.
"""

from __future__ import annotations

import time
from functools import partial
from threading import current_thread

from . import complaint
from .worker import Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread

    from .backlog import Backlog
    from .call import Call

# When so many callbacks are slow at once, the others wait for one of them.
_MOST_THREADS = 64
_ALERT = (
    1.0  # seconds that the follower goes on looking after the last call: to be woken for each would slow the leader
)


class Crew:
    """The threads that make the calls of a backlog, as many as are needed.

    Arguments, in seconds: ``patience`` is how long the leader may be at one call; ``idle`` after how long without work
    the threads end.
    """

    def __init__(self, backlog: Backlog, patience: float, idle: float) -> None:
        self._backlog = backlog
        self._patience = patience
        self._idle = idle
        self._workers: set[Worker] = set()
        self._leader: Worker | None = None
        self._follower: Worker | None = None
        self._alert = False  # the follower looks by itself; else it must be woken
        self._alert_until = 0.0
        self._seen = 0  # how many publications there were when the follower last looked

    def wake(self) -> None:
        """See to it that somebody makes the calls that can be made now. For those who hold the lock."""
        if self._leader is None:
            self._leader = self._begin_worker()
        else:
            self._leader.wake()

    def count(self) -> int:
        """Return how many threads there are."""
        return len(self._workers)

    def dismiss(self) -> list[Thread]:
        """Have every thread end as soon as its call has, and return them. For those who hold the lock."""
        workers = list(self._workers)
        self._leader = self._follower = None
        for worker in workers:
            worker.retired = True
            worker.wake()
        return [worker.thread for worker in workers]

    def join(self, threads: list[Thread], timeout: float) -> None:
        """Wait for threads to end, ``timeout`` seconds in all at most. Not for those who hold the lock."""
        until = time.monotonic() + timeout
        for thread in threads:
            if thread is not current_thread():
                thread.join(max(0.0, until - time.monotonic()))

    def forget(self) -> None:
        """Forget the threads: this process was just forked off, and they are not in it."""
        for worker in self._workers:
            worker.retired = True  # the one that forked, inside a callback, is in it
        self._workers = set()
        self._leader = self._follower = None

    def _begin_worker(self) -> Worker | None:
        worker = Worker(self._work)
        self._workers.add(worker)
        try:
            worker.thread.start()
        except RuntimeError as error:
            self._workers.discard(worker)
            self._backlog.unsaid.append(partial(complaint.has_no_thread, str(error)))
            return None
        return worker

    def _work(self, worker: Worker) -> None:
        """Lead or follow as long as there is a need for it. What each thread runs."""
        try:
            while True:
                with self._backlog.lock:
                    leads = self._leader is worker
                    if worker.retired or not (leads or self._follower is worker):
                        return
                if leads:
                    self._lead(worker)
                else:
                    self._follow(worker)
        finally:
            with self._backlog.lock:
                self._workers.discard(worker)
                self._resign(worker)
            self._backlog.say()
            worker.clean_up()

    def _resign(self, worker: Worker) -> None:
        if self._leader is worker:
            self._leader = None
        if self._follower is worker:
            self._follower = None

    def _lead(self, worker: Worker) -> None:
        """Make calls until there are none for a while, or another thread leads because one took too long."""
        backlog = self._backlog
        done: Call | None = None
        while True:
            with backlog.lock:
                if done is not None:
                    worker.call = None
                    backlog.end(done)
                    done = None
                if worker.retired or self._leader is not worker:
                    self._step_back(worker)
                    return
                call = worker.call = backlog.next_call()
                if call is None:
                    worker.resting = True
                else:
                    self._be_watched()
            if backlog.unsaid:
                backlog.say()
            if call is not None:
                if call.make(worker.run, self._ended):
                    done = call
                else:
                    with backlog.lock:
                        worker.call = None
            elif not worker.rest(backlog, self._idle):
                with backlog.lock:
                    if not backlog.has_work():
                        self._resign(worker)
                        return

    def _step_back(self, worker: Worker) -> None:
        """Give the thread that was too long at one call another place, if one is free, and work to whoever leads."""
        if not worker.retired:
            if self._leader is None:
                self._leader = worker
            elif self._follower is None:
                self._follower = worker
                self._alert = True
        if self._leader is not worker and self._backlog.has_work():
            self.wake()

    def _ended(self, call: Call) -> None:
        """Note that a call has ended in an event loop, on that loop's thread."""
        with self._backlog.lock:
            self._backlog.end(call)
            if self._backlog.has_work():
                self.wake()
        self._backlog.say()

    def _be_watched(self) -> None:
        """See to it that somebody looks how long the calls take."""
        if self._follower is None:
            if len(self._workers) < _MOST_THREADS:
                self._alert = True
                self._follower = self._begin_worker()
        elif not self._alert:
            self._alert = True
            self._follower.wake()

    def _follow(self, worker: Worker) -> None:
        """Look how long calls take, until the leader's takes too long, or there are none for a while."""
        backlog = self._backlog
        while True:
            with backlog.lock:
                if worker.retired or self._follower is not worker:
                    return
                now = time.monotonic()
                late = backlog.late(now)
                seconds = self._until_next_look(now)
                leads = seconds is None and len(self._workers) < _MOST_THREADS
                if leads:
                    self._leader, self._follower = worker, None
                    self._be_watched()
                else:
                    worker.resting = True
                alert = self._alert
            backlog.say()
            for call in late:
                complaint.is_slow(call.subscription.name, now - call.started)
            if leads:
                return
            late.clear()
            if not worker.rest(backlog, self._patience if seconds is None else seconds) and not alert:
                with backlog.lock:
                    if not self._alert:
                        self._resign(worker)
                        return

    def _until_next_look(self, now: float) -> float | None:
        """Return how many seconds the follower may rest; None when it is to lead, because the leader takes too long."""
        backlog = self._backlog
        times = []
        call = None if self._leader is None else self._leader.call
        if call is not None:
            times.append(call.started + self._patience - now)
            if times[0] <= 0.0:
                return None
        late = backlog.next_late()
        if late is not None:
            times.append(late - now)
        if times or self._seen != backlog.published:
            self._seen = backlog.published
            self._alert_until = now + _ALERT
        elif now >= self._alert_until:
            self._alert = False
            return self._idle
        return min([self._patience, *times])  # whoever leads begins calls without waking it
