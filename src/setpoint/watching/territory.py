"""``Territory``: which directories have to be heard, and whom a signal concerns."""

from __future__ import annotations

import os

from .trail import Trail, trail_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reading import StatKey
    from .ledger import Ledger


class Parent:
    """A directory that holds files that matter, or whose names do.

    ``trail`` is where it leads; ``members`` are the files in it; ``links`` those of them that are symbolic links.
    """

    __slots__ = ("key", "links", "members", "trail")

    def __init__(self) -> None:
        self.trail: Trail | None = None
        self.members: list[str] = []
        self.links: frozenset[str] = frozenset()
        self.key: StatKey | None = None


class Territory:
    """The directories through which the paths of a ledger lead.

    A plain file is in the directory that its path names, or that one really is. A symbolic link leads through further
    directories, all of which are heard: that of each link on the way, and that of the file at the end.
    """

    __slots__ = ("_at", "_hops", "_ledger", "_links", "_outdated", "parents")

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.parents: dict[str, Parent] = {}
        self._links: dict[str, Trail] = {}
        self._outdated = True
        self._at: dict[str, list[str]] = {}
        self._hops: dict[tuple[str, str], set[str]] = {}

    def adopt(self) -> list[str]:
        """Follow the ledger's present paths, and return the directories that are new here."""
        parents: dict[str, Parent] = {}
        new: list[str] = []
        for path in self._ledger.directories:
            self._parent(path, parents, new)
        for path in self._ledger.files:
            self._parent(path[: path.rfind(os.sep)] or os.sep, parents, new).members.append(path)
        for path in self._links.keys() - self._ledger.files.keys():
            del self._links[path]
        self.parents = parents
        self._outdated = True
        return new

    def _parent(self, directory: str, parents: dict[str, Parent], new: list[str]) -> Parent:
        parent = parents.get(directory)
        if parent is None:
            parent = parents[directory] = Parent()
            old = self.parents.get(directory)
            if old is None:
                new.append(directory)
            else:
                parent.trail, parent.links = old.trail, old.links  # not its key: other files may be in it
        return parent

    def retrace(self, directory: str, known: dict[str, Trail]) -> bool:
        """Follow a directory's path, and those of the links in it, anew; return True when one leads elsewhere now.

        Arguments: ``known`` are the trails that were found in this look already.
        """
        parent = self.parents.get(directory)
        if parent is None:
            return False
        trail = trail_of(directory, known)
        moved = trail != parent.trail
        if moved:
            parent.trail = trail
            self._outdated = True
        links = self._links_in(directory, parent)
        for path in parent.links - links:
            self._links.pop(path, None)
            self._outdated = True
        parent.links = links
        for path in links:
            moved = self.retrace_link(path) or moved
        return moved

    def retrace_link(self, path: str) -> bool:
        """Follow a file's path anew when it is a symbolic link; return True when it leads elsewhere now."""
        trail = trail_of(path)
        if trail == self._links.get(path):
            return False
        self._links[path] = trail
        self._outdated = True
        return True

    def is_link(self, path: str) -> bool:
        """True when a file is known to be a symbolic link."""
        return path in self._links

    def _links_in(self, directory: str, parent: Parent) -> frozenset[str]:
        if directory in self._ledger.directories:
            names = self._ledger.links.get(directory)
            if not names:
                return frozenset()
            return frozenset(path for path in parent.members if path[path.rfind(os.sep) + 1 :] in names)
        # Its names do not matter, and there may be very many: only ours are asked for, and only when it was touched.
        try:
            status = os.stat(directory)
        except OSError:
            return frozenset()
        key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if key == parent.key:
            return parent.links
        parent.key = key
        return frozenset(path for path in parent.members if os.path.islink(path))

    def ways(self, directory: str) -> Iterator[str]:
        """Yield the real directories to be heard for a directory and the links in it."""
        parent = self.parents.get(directory)
        if parent is None or parent.trail is None:
            return
        yield parent.trail.real
        for place, _ in parent.trail.hops:
            yield place
        for path in parent.links:
            yield from self.ways_of_link(path)

    def ways_of_link(self, path: str) -> Iterator[str]:
        """Yield the real directories to be heard for one symbolic link."""
        trail = self._links.get(path)
        if trail is not None:
            yield os.path.dirname(trail.real)
            for place, _ in trail.hops:
                yield place

    def wanted(self) -> set[str]:
        """Return all real directories to be heard."""
        return {way for directory in self.parents for way in self.ways(directory)}

    def at(self, real: str) -> list[str]:
        """Return the directories, as they were given, that really are this one."""
        if self._outdated:
            self._index()
        return self._at.get(real, [])

    def through(self, real: str, name: str) -> set[str]:
        """Return the files and directories, as they were given, that lead through a name in a real directory."""
        if self._outdated:
            self._index()
        return self._hops.get((real, name), set())

    def _index(self) -> None:
        at: dict[str, list[str]] = {}
        hops: dict[tuple[str, str], set[str]] = {}
        for directory, parent in self.parents.items():
            if parent.trail is not None:
                at.setdefault(parent.trail.real, []).append(directory)
                for hop in parent.trail.hops:
                    hops.setdefault(hop, set()).add(directory)
        for path, trail in self._links.items():
            for hop in (*trail.hops, os.path.split(trail.real)):
                hops.setdefault(hop, set()).add(path)
        self._at, self._hops = at, hops
        self._outdated = False
