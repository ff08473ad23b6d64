"""A lock that the kernel keeps for one opening of a file (flock)."""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from ..platform import lock_if_free, unlock
from .disk import open_lock_file, rewrite

_MOST_HOLDER = 400  # bytes of the lock file that are looked at


class KernelLock:
    """One attempt after the other to lock a file. Raises ``OSError``.

    The kernel ends the lock when its process dies, however it dies. The lock file stays; its text says who held it
    last.
    """

    __slots__ = ("_descriptor", "_mode", "_path")

    def __init__(self, path: str, mode: int) -> None:
        self._path = path
        self._mode = mode
        self._descriptor = -1

    def take(self, holder: bytes) -> bool:
        """Try once; True when the lock is ours, with ``holder`` written into the file."""
        if self._descriptor < 0:
            self._descriptor = open_lock_file(self._path, self._mode)
        free = lock_if_free(self._descriptor)
        if free is None:
            raise OSError(errno.ENOLCK, "its file system has no file locks; keep the state on a local disk")
        if not free:
            return False
        if not self._is_at_its_path():  # somebody removed the file: the lock of a file without a name keeps nobody out
            self.abandon()
            return False
        if os.pread(self._descriptor, _MOST_HOLDER, 0) != holder:  # cutting a file costs as much as a small write
            rewrite(self._descriptor, holder)
        return True

    def holder(self) -> str:
        """Return what the one who holds the lock wrote into the file; ``""`` when that cannot be read."""
        try:
            return os.pread(self._descriptor, _MOST_HOLDER, 0).decode("utf-8", "replace")
        except OSError:
            return ""

    def give_back(self) -> None:
        """End the lock, also for copies of the descriptor that a forked child may have."""
        try:
            with suppress(OSError):  # closing ends it as well, but for copies; what was done under the lock is done
                unlock(self._descriptor)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close our copy and leave the lock to whoever has another."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    def _is_at_its_path(self) -> bool:
        try:
            there = os.stat(self._path)
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._descriptor))
