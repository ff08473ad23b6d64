"""What was kept on the way up, read again: it may be years old, and from another program."""

from __future__ import annotations

from ..errors import MigrationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..editing.change import Parts
    from .step import Kept


def kept_records(kept: Kept | None, name: str, size: int) -> list[list[Any]]:
    """Return the records kept under a name, each a list of ``size`` facts of which the first is a path.

    Raises ``MigrationError`` when something else was kept.
    """
    found = [] if kept is None else kept.get(name, [])
    if not isinstance(found, list):
        raise damaged(name)
    for record in found:
        if not isinstance(record, list) or len(record) != size or not is_path(record[0]):
            raise damaged(name)
    return [[tuple(record[0]), *record[1:]] for record in found]


def kept_paths(kept: Kept | None, name: str) -> list[Parts]:
    """Return the paths kept under a name. Raises ``MigrationError`` when something else was kept."""
    found = [] if kept is None else kept.get(name, [])
    if not isinstance(found, list) or not all(is_path(path) for path in found):
        raise damaged(name)
    return [tuple(path) for path in found]


def kept_position(value: Any) -> int | None:
    """Return a position among the keys of a mapping, or None for the end. Raises ``MigrationError`` else."""
    if value is not None and (type(value) is not int or value < 0):
        raise damaged("position")
    position: int | None = value
    return position


def is_path(value: Any) -> bool:
    """True for a path as JSON holds it: a list of keys and indexes."""
    return isinstance(value, list) and all(type(part) is str or (type(part) is int and part >= 0) for part in value)


def damaged(name: str) -> MigrationError:
    """Return the error for what was kept under a name and cannot be used."""
    return MigrationError(
        f"what was kept of the upgrade for the way back is damaged ({name}); migrate down without it, or roll back"
    )
