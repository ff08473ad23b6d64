"""The documents there are, and the last revision of one."""

from __future__ import annotations

from ...errors import ConfigNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ...desk import Desk

_AT_ONCE = 1000


def listing(desk: Desk, prefix: str = "", after: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield the documents there are, by name, as the desk describes them."""
    while True:
        part = desk.documents(after=after, limit=_AT_ONCE, prefix=prefix)
        yield from part["documents"]
        after = part["next"]
        if after is None:
            return


def last_revision(desk: Desk, name: str) -> dict[str, Any] | None:
    """Return the last revision of a document, None when nothing is on record."""
    try:
        found = desk.history(name, limit=1)["revisions"]
    except ConfigNotFoundError:
        return None  # gone since it was listed
    return found[0] if found else None
