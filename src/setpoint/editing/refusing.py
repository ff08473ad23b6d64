"""An edit that cannot be made, as an error that says where, why, and what to do."""

from __future__ import annotations

from ..address import pointer
from ..errors import EditRefusedError
from ..formats import locate
from ..formats.refusal import finding
from ..span import Lines
from .target import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .change import Change, Refusal
    from .guard import Draft, UnprovedError


def refused(
    first: Draft, draft: Draft, change: Change, error: Refusal | UnprovedError, file: str | None
) -> EditRefusedError:
    """Return the error for a change that is refused, located in the file as it is.

    Arguments: ``first`` is the file; ``draft`` is what earlier changes made of it, and what ``error`` speaks about.
    """
    lines = Lines(first.text)
    offset = getattr(error, "offset", -1)
    if offset < 0 or draft is not first:
        place = locate(first.data, first.format_name).nearest(change.parts)
        start, end = (place.key_start, place.key_end) if place.key_start >= 0 else (place.start, place.start + 1)
    else:
        start, end = offset, offset + 1
    message = f"{_attempt(change)}: {error.reason}"
    found = finding(
        "edit-refused",
        message,
        lines,
        start,
        end,
        path=pointer(change.parts),
        suggestion="make this change by hand, in an editor",
    )
    if file is not None:
        found = found.replace(file=file)
    place_text = f"{file}:{found.line}:{found.column}" if file else f"line {found.line}, column {found.column}"
    return EditRefusedError(f"{place_text}: {message}", [found])


def _attempt(change: Change) -> str:
    """Say what cannot be done. Values are not shown: they may be secrets."""
    kind = type(change).__name__
    place = shown(change.parts)
    if kind == "Insert":
        return f"nothing can be inserted into {place}"
    done = {"Replace": "set", "Remove": "removed", "Rename": "renamed", "Move": "moved"}.get(kind, "changed")
    return f"{place} cannot be {done}"
