"""The addresses of the dashboard's own pages. Whatever a name or a key holds, the address stays on this server."""

from __future__ import annotations

from urllib.parse import quote, urlencode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def segment(name: str) -> str:
    """Return a document's name as one segment of a path: ``team/service`` is ``team~1service``."""
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def document_url(name: str, below: str = "") -> str:
    """Return the address of a document's page, or of one below it: ``/history``."""
    return f"/documents/{segment(name)}{below}"


def edit_url(name: str, pointer: str, *, new: bool = False) -> str:
    """Return the address of the form for a value. Arguments: ``new`` for an entry to be added to a mapping or a list.

    A browser takes ``.`` and ``..`` in a path for steps, and the root has no path: those stand in the query.
    """
    query = {"new": "true"} if new else {}
    parts = pointer.split("/")[1:]
    if not any(parts) or any(part in (".", "..") for part in parts):
        at = {"at": pointer} if pointer else {}
        return document_url(name, "/edit") + asked({**at, **query})
    return document_url(name, f"/edit/{quote(pointer[1:], safe='/~')}") + asked(query)


def revision_url(revision: Mapping[str, Any]) -> str:
    """Return the address of a revision's page."""
    return numbered_url(str(revision["document"]), int(revision["number"]))


def numbered_url(name: str, number: int) -> str:
    """Return the address of the page of a document's revision of this number."""
    return f"/history/{segment(name)}/{number}"


def migration_url(name: str) -> str:
    """Return the address of the page that migrates a document."""
    return f"/migrations/{segment(name)}"


def asked(query: Mapping[str, Any]) -> str:
    """Return a query with its question mark; of what is empty, nothing."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"?{urlencode(given)}" if given else ""


def local(place: str) -> str:
    """Return where to go on: a path of this server, or the overview for anything that could lead elsewhere."""
    if place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable() and "\\" not in place:
        return quote(place, safe="/~%?&=+:;,@!$'()*-._#")
    return "/"


FILTERS = {one.__name__: one for one in (document_url, edit_url, revision_url, migration_url)}
