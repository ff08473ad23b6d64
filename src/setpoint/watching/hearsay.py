"""``Hearsay``: what signals said, and nobody has looked at yet."""

from __future__ import annotations

import os
import stat
from time import monotonic

from .signals import MOVED, OVERFLOW, TOUCHED, WRITTEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .ledger import Ledger
    from .signals import Signal
    from .tally import Tally
    from .territory import Territory


class Hearsay:
    """Collects which paths signals concern.

    ``complete`` are paths of which a signal said that their writer is done, ``suspect`` those of which it did not, and
    ``moved`` directories that are elsewhere, or nowhere, now. ``overflowed`` is True when signals were lost, so that
    everything may have changed. ``since`` is when the first signal that matters came, by ``time.monotonic``.
    """

    __slots__ = ("_ledger", "_tally", "_territory", "complete", "moved", "overflowed", "since", "suspect")

    def __init__(self, ledger: Ledger, territory: Territory, tally: Tally) -> None:
        self._ledger = ledger
        self._territory = territory
        self._tally = tally
        self.clear()

    def clear(self) -> None:
        """Forget everything that was heard."""
        self.complete: set[str] = set()
        self.suspect: set[str] = set()
        self.moved: set[str] = set()
        self.overflowed = False
        self.since: float | None = None

    @property
    def is_burst(self) -> bool:
        """True when it concerns several files."""
        files = self._ledger.files
        return self.overflowed or sum(path in files for path in self.complete | self.suspect) > 1

    def hear(self, signals: Iterable[Signal], counts: Callable[[str], bool] | None) -> bool:
        """Note what signals concern, and return True when that is anything that matters.

        Arguments: ``counts`` says of a name in a directory whether it matters; None when each does.
        """
        concerned = False
        for signal in signals:
            self._tally.signals += 1
            if signal.kind == OVERFLOW:
                self._tally.overflows += 1
                self.overflowed = concerned = True
            elif signal.kind == MOVED:
                moved = self._territory.at(signal.directory)
                self.moved.update(moved)
                concerned = concerned or bool(moved)
            elif found := self._concerned(signal, counts):
                (self.complete if _is_whole(signal) else self.suspect).update(found)
                concerned = True
        if concerned and self.since is None:
            self.since = monotonic()
        return concerned

    def _concerned(self, signal: Signal, counts: Callable[[str], bool] | None) -> set[str]:
        ledger = self._ledger
        found = set(self._territory.through(signal.directory, signal.name))
        for directory in self._territory.at(signal.directory):
            path = os.path.join(directory, signal.name)
            known = ledger.files.get(path)
            if known is not None:
                found.add(path)
                if signal.comes and known.digest is not None:
                    continue  # a name that is there and comes again changes no names
            if directory in ledger.directories and (counts is None or counts(signal.name)):
                found.add(directory)
        return found


def _is_whole(signal: Signal) -> bool:
    if signal.kind != TOUCHED or not signal.comes:
        return signal.kind == WRITTEN
    # A new name may belong to something that is whole already: a symbolic link, or one more hard link.
    try:
        status = os.lstat(os.path.join(signal.directory, signal.name))
    except OSError:  # gone again
        return False
    return stat.S_ISLNK(status.st_mode) or status.st_nlink > 1
