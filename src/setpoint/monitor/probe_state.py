"""``StateProbe``: whether Setpoint can keep what it has to keep: its folder, its record, and room for them."""

from __future__ import annotations

import os

from .health import CRITICAL, WARNING, Reason
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from ..system import ConfigSystem
    from .limits import Limits

    class Usage(Protocol):
        """What ``psutil.disk_usage`` returns, in bytes."""

        @property
        def used(self) -> int:
            """What is taken."""
            ...

        @property
        def free(self) -> int:
            """What whoever is not root may take yet."""
            ...


_CRITICAL_PART = 0.1  # of what is scarce: then it is a matter of minutes


class StateProbe:
    """Looks at the state directory and the disks of it and of the documents.

    Arguments: ``usage`` returns how full the file system of a path is (``psutil.disk_usage``).

    ``trouble`` is set by whoever writes there: why that failed last, None when it did not.
    """

    title = "the state directory"

    def __init__(self, system: ConfigSystem, limits: Limits, usage: Callable[[str], Usage] | None = None) -> None:
        self._system = system
        self._limits = limits
        self._usage = usage
        self.trouble: str | None = None

    def look(self, now: float) -> Found:  # noqa: ARG002
        """Return whether the folder can be used, whether all is on record, and how much room there is."""
        state = self._system._state
        folder = state.folder
        trouble = self.trouble or _refusal(folder)
        reasons = []
        if trouble is not None:
            reasons.append(
                Reason(
                    "state-unusable",
                    WARNING,
                    f"{folder}: {trouble}; nothing is put on record, and what is measured stays in memory",
                    "make the folder writable for this user, or name another one with SETPOINT_STATE_DIR",
                    subject=folder,
                )
            )
        reload = self._system._opened_reload
        lost = reload.recorder.trouble if reload is not None else None
        if lost is not None:
            reasons.append(
                Reason(
                    "not-recorded",
                    WARNING,
                    f"changes that were found are not on record: {lost.message}",
                    "repair what the message names; the next change is recorded again",
                )
            )
        figures, scarce = self._disks(_nearest(folder), _nearest(state.root))
        return Found([*reasons, *scarce], figures)

    def _disks(self, state: str, home: str) -> tuple[dict[str, float], list[Reason]]:
        usage = self._usage
        if usage is None:
            import psutil

            usage = psutil.disk_usage
        figures: dict[str, float] = {}
        reasons = []
        for path in dict.fromkeys((state, home)):
            if path != state and os.stat(path).st_dev == os.stat(state).st_dev:
                continue  # one disk is one reason
            found = usage(path)
            # As df(1) counts: what only root may use is neither used nor free.
            room = found.used + found.free
            percent = 100.0 * found.free / room if room else 100.0
            if path == state:
                figures = {"disk_free_bytes": float(found.free), "disk_used_percent": 100.0 - percent}
            free, part = self._limits.disk_free, self._limits.disk_free_percent
            if found.free < free and percent < part:
                few = found.free < free * _CRITICAL_PART and percent < part * _CRITICAL_PART
                reasons.append(
                    Reason(
                        "disk-full",
                        CRITICAL if few else WARNING,
                        f"{path}: {found.free / 1048576:,.1f} MiB are free, {percent:.1f} %; a change needs room for a"
                        " second copy of its files and for its record",
                        "make room on this disk",
                        subject=path,
                    )
                )
        return figures, reasons


def _refusal(folder: str) -> str | None:
    """Return why the folder cannot be written, as far as that can be known without writing; None when it can."""
    place = _nearest(folder)
    if os.path.lexists(folder) and not os.path.isdir(folder):
        return "is no directory"
    if not os.access(place, os.W_OK | os.X_OK):
        return "cannot be written" if place == folder else f"cannot be made in {place}"
    if hasattr(os, "statvfs") and os.statvfs(place).f_flag & getattr(os, "ST_RDONLY", 0):
        return "is on a file system that is mounted read-only"
    return None


def _nearest(path: str) -> str:
    """Return a path, or the first directory above it that is there."""
    while not os.path.exists(path):
        above = os.path.dirname(path)
        if above == path:
            break
        path = above
    return path
