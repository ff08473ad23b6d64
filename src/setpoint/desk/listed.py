"""One document in a list: its files, its version, and how it is served."""

from __future__ import annotations

from ..errors import SetpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..config import Config
    from .backing import Backing


def listed_document(backing: Backing, name: str) -> dict[str, Any]:
    """Return what a list says of a document. Its version, schema and tag are known when it is served."""
    from ..formats import format_of

    workspace = backing.system._serving.workspace
    listing = workspace.listing()
    entry = listing.entries.get(name)
    files: list[str] = []
    format_name = None
    if entry is not None:
        files = [workspace.relative(file.path) for file in entry.all_files()]
        format_name = entry.base.format_name
    elif name in listing.unusable:
        format_name = format_of(listing.unusable[name].file or "")
    version, title, tag = _facts(backing, name)
    return {
        "name": name,
        "version": version,
        "schema": title,
        "format": format_name or "yaml",
        "files": files,
        "etag": tag,
        "status": status_of(backing, name),
    }


def status_of(backing: Backing, name: str) -> str:
    """Return how a document is served: ``served``, ``refused``, ``stale``, ``invalid`` or ``not-loaded``."""
    system = backing.system
    serving = system._serving
    reload, rescue = system._opened_reload, system._rescue
    standing = reload.refusals.standing if reload is not None else {}
    if name in serving.cache:
        if rescue is not None and name in rescue.to_dict():
            return "stale"
        return "refused" if name in standing else "served"
    if name in standing or name in backing.failed or name in serving.workspace.listing().unusable:
        return "invalid"
    return "not-loaded"


def _facts(backing: Backing, name: str) -> tuple[str | None, str | None, str | None]:
    """Return the version, the schema's title and the tag of a document; None of each when it is not served."""
    found = backing.shelves.shelf(name)
    if found is None:
        return None, None, None
    shelf, config = found
    if shelf.facts is None:
        shelf.facts = (*_kind(backing, name, config), backing.shelves.tag(name, (), config))
        backing.shelves.keep(name, shelf)
    facts: tuple[str | None, str | None, str] = shelf.facts
    return facts


def _kind(backing: Backing, name: str, config: Config) -> tuple[str | None, str | None]:
    """Return the version of a document and the title of its schema."""
    try:
        family = backing.system._serving.made_with(name).family(name)
        if family is None:
            return None, None
        choice = family.choose(config)
        contents = choice.schema.contents
    except SetpointError:  # a schema that cannot work says nothing of what is served
        return None, None
    title = contents.get("title") if isinstance(contents, dict) else None
    return choice.version, title if isinstance(title, str) else None
