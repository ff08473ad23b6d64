"""``Keeper``: the newest good content of each document, kept on disk for a start at which its files are bad or gone."""

from __future__ import annotations

import os
import time

from ..errors import UsageError
from .kept import MOST_FACTS, Kept, pack, unpack
from .private import PrivateFolder, UnfitError, is_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "good"
_MOST = 64 * 1024 * 1024


class Keeper:
    """Keeps documents in ``good/`` of a state directory, one file each, which only this process's user may read.

    Arguments:
        folder: the state directory; ``good/`` in it is made by the first ``keep``.
        root: the configuration directory. What is kept is bound to its real path: in a copy or after a move of the
            directory nothing that was kept elsewhere is served.
        profile: the profile that the documents are read with; what another one made is kept apart.
        most: how many bytes the content of one document may have.
        clock: gives the time in seconds since 1970.

    A file is written whole, synced and renamed, so that a kill or a power cut leaves the old content or the new one,
    never half of one. On an idle disk it waits 1 to 2 ms for that; it is meant for a thread that nobody waits for.
    (Without syncing, a power cut could leave a file that its checksum refuses, in place of the old one.) Several
    processes may keep the same document at once; the last one's content stays. What is damaged, of a foreign user,
    writable by others, of another directory, of a newer format or too large is never returned: ``notices`` says so,
    and the next ``keep`` replaces it.
    """

    __slots__ = ("_clock", "_files", "_most", "_profile", "_root")

    def __init__(
        self,
        folder: str,
        root: str,
        *,
        profile: str | None = None,
        most: int = _MOST,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._files = PrivateFolder(os.path.join(os.path.abspath(folder), FOLDER), ".good")
        self._root = root
        self._profile = profile
        self._most = most
        self._clock = clock

    @property
    def folder(self) -> str:
        """Where the files are."""
        return self._files.path

    @property
    def notices(self) -> tuple[str, ...]:
        """What is there and cannot be used, as it was last seen; each begins with the file's path."""
        return self._files.notices

    def path(self, name: str) -> str:
        """Return where a document is kept."""
        return self._files.file(name, "" if self._profile is None else f"\0{self._profile}")

    def keep(self, name: str, content: bytes, *, version: str | None, digest: str, when: float) -> bool:
        """Keep what a document is made of, as good since ``when`` (seconds since 1970).

        Returns False when just that is kept already, which stays as it is, good since then. Raises ``UsageError`` for
        what is too large to be kept, ``UnavailableError`` when the system refuses; the old content is kept then.
        """
        if len(content) > self._most:
            raise UsageError(f"the document {name!r} has {len(content):,} bytes, and at most {self._most:,} are kept")
        if not is_time(when):
            raise UsageError(f"the document {name!r} is good since a time in seconds since 1970, not since {when!r}")
        path = self.path(name)
        try:
            old = self._read(path)
        except UnfitError:
            old = None  # it is replaced now
        if old is not None and (old.name, old.content, old.version, old.digest) == (name, content, version, digest):
            self._files.clear(path)
            return False
        data = pack(Kept(name, content, version=version, digest=digest, since=when), self._real_root(), self._profile)
        if data.find(b"\n", data.index(b"\n") + 1) > MOST_FACTS:
            raise UsageError(
                "name, version and digest of a document that is kept are too long: all in all 64 KiB at most"
            )
        self._files.write(path, data)
        return True

    def load(self, name: str) -> Kept | None:
        """Return what was last known to be good, or None when nothing is kept that can be trusted."""
        path = self.path(name)
        try:
            kept = self._read(path)
            if kept is not None and kept.name != name:
                raise UnfitError("it holds another document")
        except UnfitError as problem:
            self._files.complain(path, f"this last known good content is not used: {problem}")
            return None
        self._files.clear(path)
        if kept is not None:
            kept.age = max(0.0, self._clock() - kept.since)
        return kept

    def forget(self, name: str) -> bool:
        """Remove what is kept of a document; return False when there is nothing. Raises ``UnavailableError``."""
        return self._files.remove(self.path(name))

    def names(self) -> list[str]:
        """Return the documents that ``load`` has something of, sorted. Reads every file."""
        names = []
        for path in self._files.files():
            try:
                kept = self._read(path)
            except UnfitError:
                continue  # load tells why, when that document is asked for
            if kept is not None and self.path(kept.name) == path:
                names.append(kept.name)
        return sorted(names)

    def sweep(self) -> list[str]:
        """Remove what killed processes left half written, and return the paths; the first ``keep`` does it too."""
        return self._files.sweep()

    def _read(self, path: str) -> Kept | None:
        # Compressed bytes are never much longer than the content: see zlib's compressBound.
        data = self._files.read(path, 2 * MOST_FACTS + self._most + self._most // 1000)
        return None if data is None else unpack(data, self._real_root(), self._profile, self._most)

    def _real_root(self) -> str:
        return os.path.realpath(self._root)

    def __repr__(self) -> str:
        return f"<Keeper of {self._root!r} in {self.folder!r}>"
