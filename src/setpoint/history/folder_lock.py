"""One process at a time makes the record's file, sets it aside, or is the next to write."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress

from ..errors import UnavailableError
from ..platform import lock_if_free, open_directory, unlock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE = 0.0005  # seconds
_NAME = "history.lock"


@contextmanager
def locked(folder: str, timeout: float) -> Iterator[None]:
    """Hold the lock of a folder: the folder's own, for which no file is needed; where there is none, the portable one.

    Arguments: ``timeout`` in seconds. Raises ``UnavailableError`` when it is not to be had in time, or ``OSError``.
    """
    descriptor = open_directory(folder)
    try:
        held = lock_if_free(descriptor) if descriptor is not None else None
        if descriptor is None or held is None:
            with _portable(folder, timeout):
                yield
            return
        if not held:
            _wait(folder, timeout, lambda: bool(lock_if_free(descriptor)))
        try:
            yield
        finally:
            with suppress(OSError):  # closing ends it as well, and what was done under the lock is done
                unlock(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def _portable(folder: str, timeout: float) -> Iterator[None]:
    from ..atomic.portable_lock import PortableLock

    path = os.path.join(folder, _NAME)
    with suppress(FileExistsError):  # made here, so that it is for its owner's eyes only like all else
        os.close(os.open(path + ".portable", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    lock = PortableLock(path, 0o600)
    holder = f"process {os.getpid()}\n".encode()
    try:
        _wait(folder, timeout, lambda: lock.take(holder))
        yield
    finally:
        lock.abandon()


def _wait(folder: str, timeout: float, take: Callable[[], bool]) -> None:
    end = time.monotonic() + timeout
    while not take():
        if time.monotonic() >= end:
            raise UnavailableError(
                f"{folder}: another process has kept the record locked for {timeout:g} s; try again when it is done"
            )
        time.sleep(_PAUSE)
