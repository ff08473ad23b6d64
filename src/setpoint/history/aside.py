"""Giving a damaged record another name, so that work goes on with a fresh one."""

from __future__ import annotations

import os
import time

from ..diagnostic import WARNING, Diagnostic
from ..errors import UnavailableError
from . import checkpoint, creation, tail
from .folder_lock import locked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def set_aside(
    path: str, why: str, now: float, timeout: float, is_current: Callable[[], bool]
) -> tuple[bool, Diagnostic | None]:
    """Rename a record with its journal, checkpoint and tail to ``history.damaged-TIME.*``.

    Arguments: ``why`` says what is wrong with it; ``now`` is in seconds since 1970; ``is_current`` tells whether the
    file under the name is still the damaged one. Returns whether it is out of the way, and what is to be said about it.
    """
    folder = os.path.dirname(path)
    stem = os.path.join(folder, time.strftime("history.damaged-%Y%m%dT%H%M%SZ", time.gmtime(now)))
    try:
        with locked(folder, timeout):
            if not is_current():
                return True, None  # another process was first
            while os.path.lexists(stem + ".sqlite3"):
                stem += "x"
            # The journal first: left behind, it would be played into the new file.
            for old, new in (
                (path + "-journal", stem + ".sqlite3-journal"),
                (os.path.join(folder, checkpoint.NAME), stem + ".checkpoint"),
                (os.path.join(folder, tail.NAME), stem + ".tail"),
                (path, stem + ".sqlite3"),
            ):
                if os.path.lexists(old):
                    os.rename(old, new)
            creation.sync_path(folder)
    except (OSError, UnavailableError) as error:
        reason = getattr(error, "strerror", None) or error
        return False, _notice(path, why, f"it cannot be set aside: {reason}", "move it away, and a new one begins")
    done = f"it was set aside as {os.path.basename(stem)}.sqlite3 and a new one begins"
    return True, _notice(path, why, done, "keep that file if you need what is in it")


def set_tail_aside(path: str, why: str, now: float) -> Diagnostic:
    """Rename a tail that does not belong to its record, and return what is to be said. Within the folder's lock.

    Arguments as for ``set_aside``, ``path`` is the tail's. Raises ``OSError``.
    """
    folder, name = os.path.split(path)
    stem = os.path.join(folder, time.strftime("history.damaged-%Y%m%dT%H%M%SZ", time.gmtime(now)))
    while os.path.lexists(stem + ".tail"):
        stem += "x"
    os.rename(path, stem + ".tail")
    return Diagnostic(
        "history-damaged",
        f"{name} does not belong to the record of revisions beside it: {why}; it was set aside as"
        f" {os.path.basename(stem)}.tail",
        severity=WARNING,
        file=path,
        suggestion="if an older record was put back on purpose, that file can be removed",
    )


def _notice(path: str, why: str, done: str, suggestion: str) -> Diagnostic:
    return Diagnostic(
        "history-damaged",
        f"the record of revisions cannot be used: {why}; {done}",
        severity=WARNING,
        file=path,
        suggestion=suggestion,
    )
