"""``Backlog``: what waits for whom, and which calls are going on."""

from __future__ import annotations

import heapq
from _thread import allocate_lock
from collections import deque
from functools import partial
from threading import RLock
from time import monotonic

from ..forks import watch
from . import complaint
from .call import Call
from .subscription import Subscription

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from typing import Any

_RANK = 60  # for forks.watch: whoever publishes may hold locks of what has changed


class Backlog:
    """The subscriptions of one bus with their queues, and the order in which they are served.

    Arguments: ``slow`` is how many seconds a call may take before it is reported; ``measure`` is called with how many
    each took.

    Every method but ``subscribe`` and ``say`` is for those who hold ``lock``.
    """

    def __init__(self, slow: float, measure: Callable[[float], object] | None = None) -> None:
        self.lock = RLock()
        self.published = 0
        self.calls: set[Call] = set()  # those that are going on
        self._slow = slow
        self._measure = measure
        self._subscriptions: dict[int, Subscription] = {}
        self._made = 0
        # Subscriptions that have something to deliver and no call going on, by the number of the oldest publication
        # that waits for them, then by their own.
        self._ready: list[tuple[int, int, Subscription]] = []
        self._ends: list[LockType] = []  # released when a call ends
        # What is to be logged, by whoever has let go of the lock: a handler of logs may wait for another thread.
        self.unsaid: deque[Callable[[], object]] = deque()
        self._delivered = self._errors = self._slow_calls = self._merged = 0
        watch(self, lock=_RANK)

    def subscribe(
        self,
        callback: Callable[[Any], object],
        *,
        topic: str,
        convert: Callable[[Any], Any] | None,
        merge: Callable[[Any, Any], Any],
        bound: int,
        name: str,
        loop: AbstractEventLoop | None,
    ) -> Subscription:
        """Return a new subscription, last in the order."""
        with self.lock:
            self._made += 1
            made = Subscription(
                self,
                self._made,
                callback,
                topic=topic,
                convert=convert,
                merge=merge,
                bound=bound,
                name=name,
                loop=loop,
            )
            self._subscriptions[made.number] = made
            return made

    def remove(self, subscription: Subscription) -> None:
        """End a subscription: no call of it begins any more."""
        subscription.active = False
        subscription.waiting.clear()
        self._subscriptions.pop(subscription.number, None)
        self._tell_end()

    def add(self, delivery: Any, topic: str) -> bool:
        """Let a delivery wait for each subscription of a topic. Returns True when a thread is needed."""
        self.published += 1
        for subscription in list(self._subscriptions.values()):
            if subscription.topic != topic:
                continue
            call = subscription.call
            if call is not None and call.is_lost():
                self.end(call)
                continue
            waiting = subscription.waiting
            if len(waiting) < subscription.bound:
                waiting.append((self.published, delivery))
                if call is None and len(waiting) == 1:
                    self._line_up(subscription)
            else:
                self._merge(subscription, delivery)
        return bool(self._ready)

    def _merge(self, subscription: Subscription, delivery: Any) -> None:
        number, newest = subscription.waiting[-1]
        try:
            delivery = subscription.merge(newest, delivery)
        except Exception as error:  # noqa: BLE001 - whoever publishes must not be harmed, and the newest state counts
            self.unsaid.append(partial(complaint.could_not_merge, subscription.name, type(error).__name__))
        subscription.waiting[-1] = (number, delivery)
        subscription.merged += 1
        self._merged += 1

    def _line_up(self, subscription: Subscription) -> None:
        heapq.heappush(self._ready, (subscription.waiting[0][0], subscription.number, subscription))

    def next_call(self) -> Call | None:
        """Return the call that is to be made now, by the thread that asks; None when nothing is."""
        while self._ready:
            _, _, subscription = heapq.heappop(self._ready)
            if subscription.waiting:  # else it was cancelled
                number, delivery = subscription.waiting.popleft()
                call = Call(subscription, number, delivery)
                subscription.call = call
                self.calls.add(call)
                return call
        return None

    def has_work(self) -> bool:
        """True when a call could be made now."""
        return bool(self._ready)

    def end(self, call: Call) -> None:
        """Note that a call has ended. A subscription whose event loop is closed ends with it."""
        subscription = call.subscription
        if subscription.call is not call:  # made before a fork, by the process that this one was forked off
            return
        subscription.call = None
        self.calls.discard(call)
        subscription.delivered += 1
        self._delivered += 1
        if self._measure is not None:
            self._measure(monotonic() - call.started)
        if call.failed:
            subscription.errors += 1
            self._errors += 1
        if call.is_lost():
            call.abandon()
            if subscription.active:
                self.unsaid.append(partial(complaint.has_no_loop, subscription.name))
            self.remove(subscription)
        elif subscription.waiting:
            self._line_up(subscription)
        self._tell_end()

    def late(self, now: float) -> list[Call]:
        """Return the calls that have been going on for too long, each once, and count them."""
        found = [call for call in self.calls if not call.reported and now - call.started >= self._slow]
        for call in found:
            call.reported = True
            call.subscription.slow += 1
            self._slow_calls += 1
        return found

    def next_late(self) -> float | None:
        """Return the time at which a call would have been going on for too long; None when none would."""
        return min((call.started + self._slow for call in self.calls if not call.reported), default=None)

    def is_delivered(self, last: int, except_by: int) -> bool:
        """True when everything up to a publication is delivered, calls that one thread makes left aside."""
        for call in [call for call in self.calls if call.is_lost()]:
            self.end(call)
        return not any(
            (one.waiting and one.waiting[0][0] <= last and not (one.call and one.call.thread == except_by))
            or (one.call and one.call.number <= last and one.call.thread != except_by)
            for one in self._subscriptions.values()
        )

    def next_end(self) -> LockType:
        """Return a lock that is held until a call ends or a subscription is cancelled."""
        end = allocate_lock()
        end.acquire()
        self._ends.append(end)
        return end

    def _tell_end(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            end.release()

    def say(self) -> None:
        """Log what was found while the lock was held. Not for those who hold it."""
        while self.unsaid:
            try:
                complain = self.unsaid.popleft()
            except IndexError:  # another thread was quicker
                return
            complain()

    def clear(self) -> None:
        """Drop everything that waits."""
        self._ready.clear()
        for subscription in self._subscriptions.values():
            subscription.waiting.clear()
        self._tell_end()

    def forget(self) -> None:
        """Drop everything that waits or goes on, and count from nothing: this process was just forked off."""
        self._ends.clear()
        self.unsaid.clear()
        self.clear()
        self.calls.clear()
        for one in self._subscriptions.values():
            one.call = None
            one.loop = None  # nobody runs it here
            one.delivered = one.errors = one.slow = one.merged = 0
        self.published = self._delivered = self._errors = self._slow_calls = self._merged = 0

    def stats(self) -> dict[str, int]:
        """Return what was counted."""
        return {
            "published": self.published,
            "delivered": self._delivered,
            "errors": self._errors,
            "slow": self._slow_calls,
            "merged": self._merged,
            "waiting": sum(len(one.waiting) for one in self._subscriptions.values()),
        }
