"""``ConfigMigrator``: migrates plain documents in memory, by itself, without a directory or a system."""

from __future__ import annotations

from ..address import parse_pointer
from ..config import thaw
from ..errors import MigrationError, UsageError
from ..tree import MisfitError, survey
from .builtin import builtin
from .carry import Carried, carry
from .graph import Graph
from .migration import Migration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .call import Function
    from .graph import Order
    from .step import Kept


class ConfigMigrator:
    """Migrates documents from one version to another, over several hops, up and down.

    It knows the built-in migrations (``unified_config``, ``coordinates``) and those that are added. No file is read or
    written.

    Arguments: ``version_at`` is the JSON Pointer to where a document says its version, which is written there; None
    leaves that to the migrations. ``order`` compares versions, see ``Graph``.
    """

    def __init__(self, *, version_at: str | None = "/version", order: Order | None = None) -> None:
        self._stamp_at = None if version_at is None else parse_pointer(version_at)
        if self._stamp_at == ():
            raise UsageError("the version of a document stands at a key of it, and not in the place of the document")
        self._order = order
        self._added: dict[str, list[Migration]] = {}
        self._graphs: dict[str, Graph] = {}

    def migrate(
        self, config: Mapping[str, Any], config_type: str, from_version: str, to_version: str
    ) -> dict[str, Any]:
        """Return a document as it is at another version: a plain dict; the one given is not touched.

        Arguments: ``config`` is a dict or a ``Config`` of ``from_version``; ``config_type`` is the name of its kind. At
        ``to_version`` already, an equal copy is returned.
        Raises ``MigrationBlockedError`` when something in the document is in the way; ``MigrationError`` when no way
        leads from the one version to the other (the message draws the graph), or a migration fails.
        """
        tree: Any = self.carry(config, config_type, from_version, to_version).tree
        migrated: dict[str, Any] = tree
        return migrated

    def carry(
        self,
        config: Mapping[str, Any],
        config_type: str,
        from_version: str,
        to_version: str,
        kept: Iterable[Kept] | None = None,
    ) -> Carried:
        """Return what ``migrate`` returns, as ``tree``, with the operations that make it and what is kept and lost.

        Arguments: ``kept`` is what carrying it up kept; with it, down leads to exactly the document of before.
        """
        if not isinstance(config, dict):
            raise UsageError(f"a document is a mapping, not a {type(config).__name__}")
        tree = thaw(config)
        try:
            survey(tree)
        except MisfitError as error:
            from ..address import format_address

            raise UsageError(
                f"{config_type}: {format_address(error.path) or 'the document'}: {error.message}"
            ) from None
        hops = self.graph(config_type).path(from_version, to_version)
        return carry(hops, tree, kept=kept, stamp_at=self._stamp_at)

    def add_migration(
        self,
        config_type: str | Migration,
        from_version: str | None = None,
        to_version: str | None = None,
        migration_function: Function | None = None,
        down: Function | None = None,
    ) -> None:
        """Add a migration: a ``Migration``, or a function from tree to tree with its versions and, perhaps, its twin.

        Arguments: ``config_type`` is the name of the kind of document, or the ``Migration`` alone; ``down`` is the
        function that leads back. Raises ``UsageError`` when that makes no migration, ``MigrationError`` when it does
        not go together with those that are there; then it is not added.
        """
        if isinstance(config_type, Migration):
            if (from_version, to_version, migration_function, down) != (None, None, None, None):
                raise UsageError("a Migration is added alone: it knows its versions and what it does")
            migration = config_type
        elif from_version is None or to_version is None or migration_function is None:
            raise UsageError("a migration is added with its kind of document, two versions and a function")
        else:
            migration = Migration(config_type, from_version, to_version, up=migration_function, down=down)
        name = migration.document
        added = [*self._added.get(name, ()), migration]
        graph = Graph([*builtin(name), *added], self._order)
        self._added[name] = added
        self._graphs[name] = graph

    def graph(self, config_type: str) -> Graph:
        """Return the graph of a kind of document. Raises ``MigrationError`` when it has no migrations."""
        graph = self._graphs.get(config_type)
        if graph is None:
            graph = Graph(builtin(config_type), self._order)
            if graph.migrations:
                self._graphs[config_type] = graph
        if not graph.migrations:
            known = ", ".join(sorted({"unified_config", "coordinates", *self._added}))
            raise MigrationError(f"there are no migrations of {config_type!r}; there are some of {known}")
        return graph
