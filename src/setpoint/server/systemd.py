"""``Notifier``: tells systemd how a service is, as sd_notify(3) describes."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SOCKET, PERIOD, PROCESS = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class Notifier:
    """Sends what systemd asked for in the environment; without ``NOTIFY_SOCKET`` nothing is sent.

    Arguments: ``environ`` are the environment's variables. A socket whose name begins with ``@`` is in the abstract
    namespace of unix(7). What cannot be sent is dropped: a service does not fail because nobody listens.

    Source: sd_notify(3) and sd_watchdog_enabled(3).
    """

    __slots__ = ("_address", "watchdog_seconds")

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        named = environ.get(SOCKET, "")
        self._address = f"\0{named[1:]}" if named.startswith("@") else named if named.startswith("/") else ""
        self.watchdog_seconds = _period(environ) if self._address else None
        """How often ``watchdog`` is to be called: half of the time after which systemd ends the service; or None."""

    def ready(self, status: str) -> bool:
        """Say that the service answers, at the start and after a reload. False when nothing was sent, as for all."""
        return self._send("READY=1", f"STATUS={_line(status)}", f"MAINPID={os.getpid()}")

    def status(self, status: str) -> bool:
        """Say in one line what the service does."""
        return self._send(f"STATUS={_line(status)}")

    def reloading(self) -> bool:
        """Say that settings are read again; ``ready`` says that they are."""
        # systemd compares this with its own clock, to tell this reload from one before.
        return self._send("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> bool:
        """Say that the service is about to end."""
        return self._send("STOPPING=1", "STATUS=stopping")

    def watchdog(self) -> bool:
        """Say that the service is alive."""
        return self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> bool:
        if not self._address:
            return False
        import socket

        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto("\n".join(lines).encode(), self._address)
            except OSError:  # systemd is busy or gone; it finds out by itself whether this process lives
                return False
        return True


def _period(environ: Mapping[str, str]) -> float | None:
    text, process = environ.get(PERIOD, ""), environ.get(PROCESS)
    if not text.isascii() or not text.isdecimal() or not int(text[:18]):
        return None
    if process is not None and process != str(os.getpid()):
        return None  # another process of the service is watched
    return int(text[:18]) / 2_000_000


def _line(text: str) -> str:
    """Return a text as one line: a break in it would begin another message."""
    return " ".join(text.split())
