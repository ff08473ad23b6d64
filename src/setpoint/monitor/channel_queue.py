"""``ChannelQueue``: what one channel has yet to send, and the thread that does it."""

from __future__ import annotations

import os
from collections import deque
from threading import Condition, Thread

from .channel import DeliveryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .channel import Channel

_MOST = 100  # messages that wait; more of them would be told too late to be of use


class ChannelQueue:
    """Sends messages by one channel, in order, on a thread that begins with the first and is never waited for.

    Arguments: ``name`` is what logs call the channel; ``most`` is how many messages may wait: then the oldest is
    dropped, counted and logged. A process that is forked off has the channel, and nothing waiting.
    """

    __slots__ = (
        "_changed",
        "_channel",
        "_closing",
        "_is_busy",
        "_most",
        "_owner",
        "_thread",
        "_waiting",
        "dropped",
        "failed",
        "last_error",
        "name",
        "sent",
    )

    def __init__(self, name: str, channel: Channel, most: int = _MOST) -> None:
        self.name = name
        self._channel = channel
        self._most = most
        self.sent = 0
        self.failed = 0
        self.dropped = 0
        self.last_error: str | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._owner = os.getpid()
        self._changed = Condition()
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._thread: Thread | None = None
        self._closing = False
        self._is_busy = False

    def put(self, message: Mapping[str, Any]) -> None:
        """Have a message sent. Returns at once, and never raises."""
        if self._owner != os.getpid():  # the lock may be held by a thread that is not here
            self._begin_anew()
        with self._changed:
            full = len(self._waiting) >= self._most
            if full:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(message)
            self._closing = False
            if self._thread is None:
                thread = Thread(target=self._run, name=f"setpoint-alerts-{self.name}", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:  # no thread can be started: the next message tries again
                    self.last_error = str(error)
                else:
                    self._thread = thread
            self._changed.notify_all()
        if full:
            _log(f"the channel {self.name} does not keep up: the oldest of {self._most} waiting messages was dropped")

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()
                while not self._waiting and not self._closing:
                    self._changed.wait()
                if not self._waiting:
                    self._thread = None
                    return
                message = self._waiting.popleft()
                self._is_busy = True
            self._send(message)

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._channel.send(message, self._pause)
        except DeliveryError as error:
            self._note(str(error))
        except Exception as error:  # noqa: BLE001 - a channel of the program may raise anything
            # Its own message may quote a secret, such as the address it was sent to.
            self._note(f"it raised {type(error).__name__}")
        else:
            self.sent += 1

    def _note(self, why: str) -> None:
        self.failed += 1
        self.last_error = why
        _log(f"the channel {self.name} could not tell of an alert: {why}")

    def _pause(self, seconds: float) -> bool:
        with self._changed:
            return not self._changed.wait_for(lambda: self._closing, seconds)

    def close(self, timeout: float = 1.0) -> bool:
        """Wait until all is sent, but not for longer than ``timeout`` seconds; return whether it was.

        What is not sent then is dropped, and a pause between two attempts is broken off.
        """
        if self._owner != os.getpid():
            self._begin_anew()
        with self._changed:
            done = self._changed.wait_for(lambda: not self._waiting and not self._is_busy, timeout)
            self.dropped += len(self._waiting)
            self._waiting.clear()
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and done:
            thread.join(0.2)
        return done

    def stats(self) -> dict[str, Any]:
        """Return what was counted since the channel was made, and how many messages wait."""
        return {
            "sent": self.sent,
            "failed": self.failed,
            "dropped": self.dropped,
            "waiting": len(self._waiting) + self._is_busy,
            "last_error": self.last_error,
        }


def _log(message: str) -> None:
    import logging

    logging.getLogger("setpoint.monitor").warning("%s", message)
