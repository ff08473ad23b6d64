"""``Canary``: a file that is changed on purpose, to find out whether changes of files are seen."""

from __future__ import annotations

import os
import time
from threading import Event

FOLDER = "canary"
_OLD = 86_400.0  # seconds after which the file of another process is taken to be left behind


class Canary:
    """A file of this process in a folder of its own, which the same watch follows as the documents.

    Arguments: ``folder`` is the state directory, which must be there. ``heard_by`` says how the last change was found
    (``signal``, ``reconcile``, ``poll``), empty before the first.

    It says that the watch hears the kernel and works; not that the file system of the documents gives signals, if that
    is another one: what no signal told of, the watch counts by itself.
    """

    __slots__ = ("_answer", "_folder", "_number", "_sent", "heard_by", "path")

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, FOLDER)
        self.path = os.path.join(self._folder, str(os.getpid()))
        self._number = 0
        self._sent = 0.0
        self._answer = Event()
        self._answer.set()
        self.heard_by: frozenset[str] = frozenset()

    @property
    def waiting(self) -> float | None:
        """For how many seconds the last change has not been seen; None when it was, or there was none."""
        return None if self._answer.is_set() else time.monotonic() - self._sent

    def prepare(self) -> None:
        """Make the folder and the file, and remove what processes left that are gone. Raises ``OSError``."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        with os.scandir(self._folder) as found:
            for one in found:
                if one.path != self.path and time.time() - one.stat(follow_symlinks=False).st_mtime > _OLD:
                    os.unlink(one.path)
        self._write()

    def send(self) -> None:
        """Change the file. Raises ``OSError``: then nothing can be written in the state directory."""
        self._answer.clear()
        self._sent = time.monotonic()
        self._write()

    def ask_again(self, seconds: float) -> bool:
        """Change the file once more, and return True when that is seen within some seconds. Raises ``OSError``.

        A change is not seen when just then the watch is told of other places, and takes this file as it finds it.
        """
        self._write()
        return self._answer.wait(seconds)

    def heard(self, by: set[str]) -> None:
        """Take note that the change was seen. Called by whoever follows the files."""
        self.heard_by = frozenset(by)
        self._answer.set()

    def forgive(self) -> None:
        """Wait for no answer to the last change: whoever would have given it is gone on purpose."""
        self._answer.set()

    def remove(self) -> None:
        """Remove the file. Raises ``OSError``."""
        self._answer.set()
        if os.path.lexists(self.path):
            os.unlink(self.path)

    def _write(self) -> None:
        self._number += 1
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            os.write(descriptor, b"%d\n" % self._number)
        finally:
            os.close(descriptor)

    def __repr__(self) -> str:
        return f"<Canary {self.path!r}{'' if self._answer.is_set() else ', not heard yet'}>"
