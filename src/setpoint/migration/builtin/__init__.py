"""The migrations that come with the package, for the built-in kinds of documents that have several versions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..migration import Migration


def builtin(document: str, day: str | None = None) -> list[Migration]:
    """Return the built-in migrations for documents of a name, the oldest first; none for any other name.

    Arguments: ``day`` is what ``last_updated`` of ``coordinates`` is set to where it is absent, in ISO 8601 form
    (``2024-03-09``); the present day in UTC when left out. It is taken now, not when a document is migrated: the
    migrations that are returned give the same for the same document ever after.
    """
    if document == "unified_config":
        from . import unified_config

        return unified_config.migrations()
    if document == "coordinates":
        from . import coordinates

        return coordinates.migrations(day if day is not None else _today())
    return []


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d", time.gmtime())
