"""``Graph``: versions are its nodes, migrations its edges."""

from __future__ import annotations

from ..errors import MigrationError, UsageError
from ..nearness import near
from .drawing import drawn
from .hop import Hop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    from .migration import Migration

    Order: TypeAlias = Callable[[str], Any]

_UP, _DOWN = True, False


class Graph:
    """The versions of one document, and the ways between them.

    Arguments: ``migrations`` are of one document. ``order`` turns a version into something to be compared by (so that
    1.10 is newer than 1.9, and ``2.0`` is ``2.0.0``); without it, the way a migration leads is up, the first one given
    of two that lead to and fro counts as the upward one, and a version is only known when it is spelt the same.

    A migration from the older to the newer version is an edge upward and, if it has a way back, one downward; one from
    the newer to the older is an edge downward. Of several ways the shortest counts; of several shortest ones that which
    leads through the version that comes first (by ``order``, then as text) where they part. No way goes up and down.

    Raises ``MigrationError`` for two migrations of the same edge and for a circle; what makes no newest version (two
    heads, a missing link) is raised when the newest version is asked for. Every error draws the graph.
    """

    def __init__(self, migrations: Iterable[Migration] = (), order: Order | None = None) -> None:
        self.migrations = tuple(migrations)
        self._order = order
        self._nodes: dict[str, None] = {}
        self._ordered: dict[Any, str] = {}  # what a version is compared by -> how it is spelt
        self._next: dict[bool, dict[str, dict[str, Hop]]] = {_UP: {}, _DOWN: {}}
        for migration in self.migrations:
            if migration.document != self.migrations[0].document:
                both = f"{self.migrations[0].document} and {migration.document}"
                raise UsageError(f"a graph is of one document, and these are of {both}")
            self._add(migration)
        for direction in (_UP, _DOWN):
            for hops in self._next[direction].values():
                entries = sorted(hops.items(), key=lambda entry: self._rank(entry[0]))
                hops.clear()
                hops.update(entries)
        self.versions: tuple[str, ...] = self._sorted()

    @property
    def document(self) -> str:
        """The name of the document; empty for an empty graph."""
        return self.migrations[0].document if self.migrations else ""

    @property
    def newest(self) -> str:
        """The version that no migration leads up from.

        Raises ``MigrationError`` when there is none, or more than one: two heads, or a link between them is missing.
        """
        heads = [version for version in self.versions if not self._next[_UP].get(version)]
        if not heads:
            raise MigrationError("there are no migrations, so there is no newest version")
        if len(heads) > 1:
            raise self._several(heads)
        return heads[0]

    def known(self, version: str) -> str | None:
        """Return a version as the migrations spell it, or None when they do not know it."""
        if version in self._nodes:
            return version
        return self._ordered.get(self._order(version)) if self._order is not None else None

    def path(self, start: str, end: str) -> list[Hop]:
        """Return the hops from one version to another, in their order; none when they are the same.

        Raises ``MigrationError`` when a version is not known, or no way leads from the one to the other.
        """
        start, end = self._node(start), self._node(end)
        if start == end:
            return []
        for direction in (_UP, _DOWN):
            found = self._shortest(direction, start, end)
            if found is not None:
                return found
        raise self._no_way(start, end)

    def pending(self, version: str) -> list[Hop]:
        """Return the hops from a version to the newest one; none when it is the newest.

        Raises ``MigrationError`` as ``path`` and ``newest`` do.
        """
        return self.path(version, self.newest)

    def upward(self) -> list[Hop]:
        """Return every hop upward, older versions first."""
        return [hop for version in self.versions for hop in self._next[_UP].get(version, {}).values()]

    def back(self, hop: Hop) -> Hop | None:
        """Return the hop downward that leads back from a hop upward, or None when there is none."""
        start, end = self._spelt(hop.from_version), self._spelt(hop.to_version)
        return self._next[_DOWN].get(end, {}).get(start)

    def drawing(self, version: str | None = None) -> str:
        """Return the graph in a few lines of text: ``1.0.0 <-> 2.0.0 -> 3.0.0``. An arrow with two heads leads back.

        Arguments: ``version`` is put in brackets. A long chain is shortened to its ends.
        """
        up = {start: list(hops) for start, hops in self._next[_UP].items()}
        down = {start: list(hops) for start, hops in self._next[_DOWN].items()}
        return drawn(self.versions, up, down, version)

    def _add(self, migration: Migration) -> None:
        start = self._noted(migration.from_version)
        end = self._spelt(migration.to_version)
        if start == end:
            raise MigrationError(
                f"{_where(migration)} leads from {start} to the same version, written {migration.to_version}"
            )
        self._noted(end)
        upward = self._leads_up(start, end)
        hops = self._next[upward].setdefault(start, {})
        there = hops.get(end)
        if there is not None and there.forward:
            raise MigrationError(
                f"two migrations of {migration.document} lead from {start} to {end}:"
                f" {_where(there.migration)} and {_where(migration)}; take one of them out"
            )
        hops[end] = Hop(migration, forward=True)
        if upward and migration.reversible:
            # A migration that was written for the way down counts more than the way back that this one has by itself.
            self._next[_DOWN].setdefault(end, {}).setdefault(start, Hop(migration, forward=False))

    def _leads_up(self, start: str, end: str) -> bool:
        if self._order is not None:
            return bool(self._order(start) < self._order(end))
        return start not in self._next[_UP].get(end, {})

    def _spelt(self, version: str) -> str:
        """Return a version as an earlier migration spells it, or as it is."""
        if version in self._nodes or self._order is None:
            return version
        return self._ordered.get(self._order(version), version)

    def _noted(self, version: str) -> str:
        """Return a version as it is spelt, which is how it was first."""
        version = self._spelt(version)
        self._nodes.setdefault(version)
        if self._order is not None:
            self._ordered.setdefault(self._order(version), version)
        return version

    def _rank(self, version: str) -> Any:
        return (self._order(version), version) if self._order is not None else version

    def _sorted(self) -> tuple[str, ...]:
        """Return all versions, older ones first. Raises ``MigrationError`` for a circle."""
        if self._order is not None:
            return tuple(sorted(self._nodes, key=self._rank))
        waiting = dict.fromkeys(self._nodes, 0)
        for hops in self._next[_UP].values():
            for end in hops:
                waiting[end] += 1
        ready = sorted((version for version, count in waiting.items() if not count), reverse=True)
        found: list[str] = []
        while ready:
            version = ready.pop()
            found.append(version)
            for end in reversed(self._next[_UP].get(version, {})):
                waiting[end] -= 1
                if not waiting[end]:
                    ready.append(end)
        if len(found) < len(waiting):
            raise self._circle({version for version, count in waiting.items() if count})
        return tuple(found)

    def _node(self, version: str) -> str:
        """Return a version as the migrations spell it. Raises ``MigrationError`` when they do not know it."""
        node = self.known(version)
        if node is not None:
            return node
        if not self.versions:
            raise MigrationError(f"there are no migrations, so no way leads from or to version {version}")
        if self._order is not None and self._order(version) > self._order(self.versions[-1]):
            raise self._error(
                f"version {version} is newer than {self.versions[-1]}, the newest that is known; update the program"
                " that brings the migrations"
            )
        close = near(version, self.versions, most=1)
        hint = f"did you mean {close[0]}?" if close else "write the migration that leads to it, or name another version"
        raise self._error(f"version {version} is not known; {hint}")

    def _shortest(self, direction: bool, start: str, end: str) -> list[Hop] | None:
        """Return the shortest way: breadth first, with neighbours in order, so that of several the first is found."""
        came: dict[str, Hop | None] = {start: None}
        level = [start]
        while level and end not in came:
            further = []
            for version in level:
                for other, hop in self._next[direction].get(version, {}).items():
                    if other not in came:
                        came[other] = hop
                        further.append(other)
            level = further
        if end not in came:
            return None
        found: list[Hop] = []
        last = came[end]
        while last is not None:
            found.append(last)
            last = came[self._spelt(last.from_version)]
        return found[::-1]

    def _no_way(self, start: str, end: str) -> MigrationError:
        upward = self._shortest(_UP, end, start)
        if upward is not None:  # there is only no way back
            stuck = next((hop for hop in reversed(upward) if self.back(hop) is None), upward[-1])
            return self._error(
                f"no way leads back from {start} to {end}: {_where(stuck.migration)} has no way down; give it one, or"
                " roll back to a revision of the earlier version"
            )
        if self._rank_of(start) > self._rank_of(end):
            start, end = end, start
            lead = f"no way leads from {end} back to {start}"
        else:
            lead = f"no way leads from {start} to {end}"
        last = max(self._reached(start), key=self._rank_of)
        first = min((version for version in self.versions if end in self._reached(version)), key=self._rank_of)
        if self._rank_of(last) < self._rank_of(first):
            return self._error(f"{lead}: a link is missing between {last} and {first}; write the migration for it")
        return self._error(f"{lead}: they are on different branches")

    def _rank_of(self, version: str) -> int:
        return self.versions.index(version)

    def _reached(self, start: str) -> set[str]:
        """Return every version that can be reached upward from one, itself included."""
        found = {start}
        todo = [start]
        while todo:
            new = [version for version in self._next[_UP].get(todo.pop(), {}) if version not in found]
            found.update(new)
            todo += new
        return found

    def _several(self, heads: list[str]) -> MigrationError:
        *others, last = heads
        listed = ", ".join(heads[:5]) + (f" and {len(heads) - 5} more" if len(heads) > 5 else "")
        message = f"there are {len(heads)} newest versions, {listed}"
        starts = {version for version in self.versions if last in self._reached(version)}
        if not any(others[-1] in self._reached(version) for version in starts):
            first = min(starts, key=self._rank_of)
            return self._error(f"{message}: a link is missing; write the migration from {others[-1]} to {first}")
        return self._error(f"{message}; write the migration that leads from the one to the other")

    def _circle(self, among: set[str]) -> MigrationError:
        """Return the error for a circle, which lies among these versions."""
        version = min(among)
        way = [version]
        while version not in way[:-1]:
            version = min(other for other in self._next[_UP][version] if other in among)
            way.append(version)
        circle = way[way.index(version) :]
        shown = " -> ".join(circle if len(circle) <= 8 else [*circle[:4], "…", *circle[-3:]])
        message = "the migrations lead in a circle, so there is no newest version; take one of them out"
        return MigrationError(f"{self.document}: {message}\n  {shown}")

    def _error(self, message: str) -> MigrationError:
        return MigrationError(f"{self.document}: {message}\n{self.drawing()}")


def _where(migration: Migration) -> str:
    """Return what a message calls a migration: its file, or its versions."""
    return migration.file or f"the migration {migration.from_version} -> {migration.to_version}"
