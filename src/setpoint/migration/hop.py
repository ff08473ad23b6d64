"""``Hop``: one migration, in one direction."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .migration import Migration


class Hop:
    """One migration, done as it is written (``forward``) or undone.

    ``from_version`` and ``to_version`` are those of the way that is gone.
    """

    __slots__ = ("forward", "from_version", "migration", "to_version")

    def __init__(self, migration: Migration, *, forward: bool) -> None:
        self.migration = migration
        self.forward = forward
        ends = (migration.from_version, migration.to_version)
        self.from_version, self.to_version = ends if forward else ends[::-1]

    def __str__(self) -> str:
        return f"{self.migration.document} {self.from_version} -> {self.to_version}"

    def __repr__(self) -> str:
        return f"<Hop {self}{'' if self.forward else ' (undone)'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hop) and self.migration is other.migration and self.forward == other.forward

    def __hash__(self) -> int:
        return hash((id(self.migration), self.forward))
