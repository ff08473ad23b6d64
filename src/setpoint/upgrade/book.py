"""``MigrationBook``: which migrations there are for each document."""

from __future__ import annotations

import os
from threading import RLock

from ..errors import UnavailableError, UsageError
from ..forks import watch
from ..migration.builtin import builtin
from ..migration.folder import listed, read_migration
from ..migration.graph import Graph
from ..migration.migration import Migration
from ..reading import key_of
from ..validation.version import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..reading import StatKey
    from ..workspace import Workspace

FOLDER = "migrations"


class MigrationBook:
    """The migrations of a system: built in, those in ``migrations/NAME/`` of its directory, and those of the program.

    A folder of a document's own takes the place of what is built in for its name. Files are read anew when one of them
    was touched.
    """

    __slots__ = ("__weakref__", "_added", "_graphs", "_lock")

    def __init__(self) -> None:
        self._lock = RLock()
        watch(self, _lock=2)  # nobody waits for another lock while a folder is read
        self._added: dict[str, list[Migration]] = {}
        self._graphs: dict[str, tuple[list[tuple[str, StatKey]], int, Graph]] = {}

    def add(self, migration: Migration) -> None:
        """Add a migration of the program."""
        if not isinstance(migration, Migration):
            raise UsageError(f"a migration is a setpoint.Migration, not a {type(migration).__name__}")
        self._added.setdefault(migration.document, []).append(migration)

    def graph(self, workspace: Workspace, name: str) -> Graph:
        """Return the graph of a document's versions; an empty one when it has no migrations.

        Raises ``MigrationError``, located, for a file that is no migration, and for migrations that make no graph.
        """
        with self._lock:
            return self._graph(workspace, name)

    def _graph(self, workspace: Workspace, name: str) -> Graph:
        folder = os.path.join(workspace.home, FOLDER, *name.split("/"))
        files = listed(folder)
        seen = [(file, key_of(os.stat(os.path.join(folder, file)))) for file in files]
        added = self._added.get(name, ())
        known = self._graphs.get(name)
        if known is not None and known[:2] == (seen, len(added)):
            return known[2]
        shown = os.path.join(workspace.shown_home, FOLDER, *name.split("/"))
        found = [
            read_migration(os.path.join(folder, file), name, shown=os.path.join(shown, file)) for file in files
        ] or builtin(name)
        graph = Graph([*found, *added], order)
        self._graphs[name] = (seen, len(added), graph)
        return graph

    def names(self, workspace: Workspace) -> list[str]:
        """Return the documents there are that have migrations, sorted; no migration is read."""
        return [name for name in self.candidates(workspace) if name in self._added or has_migrations(workspace, name)]

    def candidates(self, workspace: Workspace) -> list[str]:
        """Return the documents there are that may have migrations, sorted; no folder of theirs is looked into.

        Raises ``UnavailableError`` when the folder of all migrations cannot be read.
        """
        top = os.path.join(workspace.home, FOLDER)
        try:
            folders = set(os.listdir(top))
        except FileNotFoundError:
            folders = set()
        except OSError as error:
            raise UnavailableError(f"{top}: cannot be read: {error.strerror or error}") from None
        return [
            name
            for name in sorted(workspace.listing().entries)
            if name.partition("/")[0] in folders or name in self._added or builtin(name)
        ]

    def all_names(self, workspace: Workspace) -> list[str]:
        """Return what has a folder in ``migrations/`` with a migration in it, or was added by the program, sorted."""
        top = os.path.join(workspace.home, FOLDER)
        found = set(self._added)
        for place, folders, _ in os.walk(top):
            folders[:] = [one for one in folders if not one.startswith((".", "_"))]
            if place != top and listed(place):
                found.add(os.path.relpath(place, top).replace(os.sep, "/"))
        return sorted(found)


def has_migrations(workspace: Workspace, name: str) -> bool:
    """True when there are migrations of a document, built in or in files; none is read."""
    return bool(builtin(name) or listed(os.path.join(workspace.home, FOLDER, *name.split("/"))))
