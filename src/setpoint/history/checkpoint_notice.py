"""Moving the checkpoint on after an append, and what is to be said when the record is not what it saw."""

from __future__ import annotations

from ..diagnostic import WARNING, Diagnostic
from ..errors import UnavailableError
from . import checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .checkpoint import Head


def moved(folder: str, before: Head, after: Head, hash_at: Callable[[int], bytes | None]) -> Diagnostic | None:
    """Move the checkpoint from one head to the next. Returns a warning when the record does not continue what it saw.

    A checkpoint that cannot be written is no reason to fail an append that is on the disk: it stays behind, which
    ``verify`` says, and the next append tries again.
    """
    try:
        unfit = checkpoint.advance(folder, before, after, hash_at)
    except checkpoint.UnreadableCheckpointError:
        return _warning(folder, "cannot be read")
    except (OSError, UnavailableError):
        return None
    if unfit is None:
        return None
    return _warning(folder, f"saw {unfit[0]} entries that this record does not hold: its end was cut off or rewritten")


def _warning(folder: str, what: str) -> Diagnostic:
    return Diagnostic(
        "history-altered",
        f"the checkpoint of the record of revisions {what}",
        severity=WARNING,
        file=f"{folder}/{checkpoint.NAME}",
        suggestion="if an older record was put back on purpose, remove that file",
    )
