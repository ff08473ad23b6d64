"""One writer at a time, among threads and processes."""

from __future__ import annotations

import os
from threading import RLock, get_ident

from ..errors import UnavailableError, UsageError
from ..forks import watch
from ..platform import host_name, is_portable
from .kernel_lock import KernelLock
from .portable_lock import PortableLock
from .refusal import refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_FIRST_PAUSE = 0.0005  # seconds between attempts; half as much again each time
_LONGEST_PAUSE = 0.02


class _Gate:
    """Guards the tables below, and every step in which a lock is ours and not, or not any more, in a table.

    A process forks between such steps only. No other lock is taken inside, so its rank is the highest.
    """

    def __init__(self) -> None:
        self.lock = RLock()


_gate = _Gate()
watch(_gate, lock=1000)
_held: dict[str, FileLock] = {}
# Everything that is open, locked or still waiting. A child closes its copies: what is locked through one of them later
# would outlive its own process otherwise.
_open: set[KernelLock | PortableLock] = set()


class FileLock:
    """A lock on a file of its own, never on the file that is written. Use it with ``with``.

    Arguments: ``path`` is the lock file, made when there is none and never removed; ``timeout`` is how long to wait, in
    seconds, 0 to try once; ``mode`` are the lock file's permissions; ``shown`` is what is locked, for messages.

    It keeps out other threads and other processes, and ends with its process, however that dies. A thread that has it
    and takes it again is told so at once, instead of waiting for itself. A child of a fork does not have its
    parent's lock and cannot end it. On the portable side the lock is one of SQLite; the two sides do not see each
    other.
    """

    __slots__ = ("_lock", "_mode", "_path", "_shown", "_thread", "_timeout")

    def __init__(self, path: str, timeout: float = 10.0, *, mode: int = 0o600, shown: str | None = None) -> None:
        self._path = path
        self._timeout = timeout
        self._mode = mode
        self._shown = path if shown is None else shown
        self._lock: KernelLock | PortableLock | None = None
        self._thread = 0

    @property
    def held(self) -> bool:
        """True while this process holds it through this object."""
        return self._lock is not None

    def acquire(self) -> None:
        """Take the lock.

        Raises ``UnavailableError`` with who holds it when the time is over, or when the system refuses; ``UsageError``
        when this thread has it already.
        """
        import time

        try:
            key = os.path.realpath(self._path)
        except ValueError:
            raise UsageError(f"{self._shown!r}: no file can have such a name") from None
        before = _held.get(key)
        if before is not None and before._thread == get_ident():
            raise UsageError(f"{self._shown}: this thread holds the lock already, and would wait for itself")
        attempt: KernelLock | PortableLock = (PortableLock if is_portable() else KernelLock)(key, self._mode)
        end = time.monotonic() + self._timeout
        pause = _FIRST_PAUSE
        try:
            while not self._try(attempt, key):
                rest = end - time.monotonic()
                if rest <= 0:
                    raise UnavailableError(self._busy(attempt.holder()))
                time.sleep(min(pause, rest))
                pause = min(pause * 1.5, _LONGEST_PAUSE)
        except BaseException as error:
            if self._lock is attempt:  # interrupted just after it was taken
                self._give_back()
            with _gate.lock:
                _open.discard(attempt)
                attempt.abandon()
            if not isinstance(error, OSError):
                raise
            if isinstance(error, PermissionError):
                raise UnavailableError(
                    f"{self._shown}: cannot be locked: this user may not write the lock file {self._path}; "
                    f"make it and its directory writable"
                ) from None
            raise refused(f"{self._shown} (lock file {self._path})", "locked", error, os.path.dirname(key)) from None

    def release(self) -> None:
        """Give the lock back. Raises ``UsageError`` when it is not held."""
        if not self._give_back():
            raise UsageError(f"{self._shown}: the lock is not held, so it cannot be given back")

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()  # not held: the block was entered before a fork, and the lock is the parent's

    def _try(self, attempt: KernelLock | PortableLock, key: str) -> bool:
        with _gate.lock:
            _open.add(attempt)
            if not attempt.take(f"process {os.getpid()} on {host_name()}\n".encode()):
                return False
            self._lock = attempt
            self._thread = get_ident()
            _held[key] = self
            return True

    def _give_back(self) -> bool:
        with _gate.lock:
            lock, self._lock = self._lock, None
            if lock is None:
                return False
            for key in [key for key, holder in _held.items() if holder is self]:
                del _held[key]
            _open.discard(lock)
            lock.give_back()
            return True

    def _busy(self, holder: str) -> str:
        who = holder.strip().removesuffix(f" on {host_name()}") or "another process"
        return (
            f"{self._shown}: is being changed by {who}, which did not finish within {self._timeout:g} s; "
            f"try again later, or end that process"
        )


def _after_in_child() -> None:
    for lock in _open:
        lock.abandon()
    for holder in _held.values():
        holder._lock = None
    _open.clear()
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
