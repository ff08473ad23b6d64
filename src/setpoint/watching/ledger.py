"""``Ledger``: what every file and directory that matters was like, and whether it is still."""

from __future__ import annotations

import os
import stat
from time import time

from ..errors import ConfigNotFoundError, SetpointError
from ..reading import key_of, read_with_key
from .content import ABSENT, Content
from .names import read_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..budget import Budget
    from ..reading import StatKey
    from .places import Places

# After its key moved, a file is read again when the key stood still for so many seconds, for what moves no time: a
# write in the same tick of the file system's clock (10 ms at most where the kernel keeps it, see CONFIG_HZ; 2 s on
# FAT), and a store into mapped memory until the page was written back (30 s, then every 5 s: vm.dirty_expire_centisecs
# and vm.dirty_writeback_centisecs).
_DOUBTS = (0.05, 2.5, 36.0)

_SURELY_OLD = _DOUBTS[1]  # seconds after which a directory's key tells of every change of its names

_UNTOLD = b""  # the digest of a directory that the caller listed, and this ledger has not: it equals no other


class Ledger:
    """What every path was like when it was last accepted.

    Arguments: ``budget`` bounds how much of a file is read; ``wall`` tells the time that files are stamped with.

    Each path's ``Content`` is replaced by one assignment, so a process forked off at any moment finds it whole.
    """

    __slots__ = ("_budget", "_counts", "_doubts", "_wall", "directories", "files", "links")

    def __init__(self, budget: Budget, wall: Callable[[], float] = time) -> None:
        self._budget = budget
        self._wall = wall
        self._counts: Callable[[str], bool] | None = None
        self._doubts: dict[str, tuple[float, int]] = {}
        self.files: dict[str, Content] = {}
        self.directories: dict[str, Content] = {}
        self.links: dict[str, frozenset[str]] = {}  # the symbolic links in each directory that has some

    def adopt(self, places: Places, now: float) -> list[str]:
        """Keep account of exactly these places, and return the added ones that the caller knew something of.

        Those are to be looked at: they may be others already. What is added without knowledge is taken as it is now.
        """
        recounted = places.counts != self._counts
        self._counts = places.counts
        for path in self.files.keys() - places.files.keys():
            del self.files[path]
            self._doubts.pop(path, None)
        for path in self.directories.keys() - places.directories.keys():
            del self.directories[path]
            self.links.pop(path, None)
            self._doubts.pop(path, None)
        added = []
        for path, known in places.files.items():
            if path in self.files:
                continue
            if known is not None:
                added.append(path)
            self.files[path] = content = self._read(path) if known is None else known
            self._doubt(path, content, now)
        for path, told in places.directories.items():
            key = told
            before = self.directories.get(path)
            if before is not None:
                if not recounted:
                    continue
                # Other names count from now on; of those, none that came since the last look may be missed.
                key = before.key if key is None else key
                if key is None:
                    continue  # it was not there, or could not be listed: whatever comes is other
            if key is not None:
                # The first look will list it. Under a young key the names may be others than the caller listed, which
                # was just now when the watch runs already, and may have been seconds ago when it starts.
                young = self._is_young(key, _SURELY_OLD if before is None else _DOUBTS[0])
                self.directories[path] = Content(None if young else key, _UNTOLD)
                added.append(path)
                continue
            self.directories[path] = content = self._list(path)
            self._doubt(path, content, now)
        return added

    def stands(self, path: str) -> bool:
        """True when a file surely is as it was accepted. False says nothing: it has to be looked at."""
        known = self.files.get(path)
        if known is None or path in self._doubts:
            return False
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return known.key is None and known.trouble is None
        except (OSError, ValueError):
            return False
        # What reading.key_of returns. There may be ten thousand of them, and this is where the time goes.
        return known.key == (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def look(self, path: str, now: float, *, read: bool = False, held: Content | None = None) -> Content | None:
        """Return what a path is like when it is other than accepted, else None.

        Arguments: ``read`` is True to read it though nothing says that it was touched; ``held`` is what the last look
        returned, if it was not accepted, which saves reading it again.
        """
        known = self.files.get(path)
        is_file = known is not None
        if known is None:
            known = self.directories.get(path)
            if known is None:
                return None  # it does not matter any more
        try:
            key = key_of(os.stat(path))
        except (FileNotFoundError, NotADirectoryError):
            found = ABSENT
        except (OSError, ValueError) as error:
            found = _trouble(error)
        else:
            if known.digest == _UNTOLD:
                return self._list_first(path, known, now)
            if key == known.key and not read and known.trouble is None and not self._doubtful(path, now):
                return None
            if held is not None and key == held.key and not read:
                return held
            found = self._read(path) if is_file else self._list(path)
        if not found.says_the_same(known):
            return found
        if found.key == known.key:
            self._trust(path, now)
        else:
            self.accept(path, found, now)
        return None

    def _list_first(self, path: str, known: Content, now: float) -> Content | None:
        """Return what names a directory has, unless its key shows that they are those which the caller listed."""
        found = self._list(path)
        if found.key != known.key or found.digest is None:
            return found
        self.accept(path, found, now)
        return None

    def accept(self, path: str, content: Content, now: float) -> None:
        """Take what a look returned as what the path is like."""
        if path in self.files:
            self.files[path] = content
        else:
            self.directories[path] = content
        self._doubt(path, content, now)

    def age(self, path: str, content: Content) -> float | None:
        """Return how many seconds ago a changed path was last written, by its own stamp; None when that tells nothing.

        A file that is being truncated has its new size for up to milliseconds before it has its new times (measured on
        ext4), so an empty one, and one whose stamp did not move, may be in the middle of that.
        """
        known = self.files.get(path) or self.directories.get(path)
        key = content.key
        if key is None or key[2] == 0 or (known is not None and known.key is not None and known.key[3] == key[3]):
            return None
        age = self._wall() - key[3] / 1e9
        return age if age >= 0 else None  # a stamp in the future tells nothing either

    def _read(self, path: str) -> Content:
        try:
            data, key = read_with_key(path, self._budget)
        except ConfigNotFoundError:
            return ABSENT
        except SetpointError as error:
            return Content(None, None, error.message)
        except ValueError as error:  # a NUL in the path
            return _trouble(error)
        return Content.of(data, key)

    def _list(self, path: str) -> Content:
        try:
            status = os.stat(path)
            if not stat.S_ISDIR(status.st_mode):
                return Content(key_of(status), None, f"{path}: not a directory")
            digest, links = read_names(path, self._counts)
        except (FileNotFoundError, NotADirectoryError):
            return ABSENT
        except (OSError, ValueError) as error:
            return _trouble(error)
        if links:
            self.links[path] = links
        else:
            self.links.pop(path, None)
        # The key from before the names were read: when they changed meanwhile, the next look sees that.
        return Content(key_of(status), digest)

    def _is_young(self, key: StatKey, limit: float) -> bool:
        return self._wall() - max(key[3], key[4]) / 1e9 <= limit

    def _doubt(self, path: str, content: Content, now: float) -> None:
        """Have a path read again later, unless its times are old enough to tell of every change."""
        key = content.key
        if key is None or self._wall() - max(key[3], key[4]) / 1e9 > _DOUBTS[-1]:
            self._doubts.pop(path, None)
        else:
            self._doubts[path] = (now, 0)

    def _doubtful(self, path: str, now: float) -> bool:
        doubt = self._doubts.get(path)
        return doubt is not None and now - doubt[0] >= _DOUBTS[doubt[1]]

    def _trust(self, path: str, now: float) -> None:
        """Note that a path was read again and its key had not moved."""
        doubt = self._doubts.get(path)
        if doubt is None:
            return
        since, step = doubt
        while step < len(_DOUBTS) and now - since >= _DOUBTS[step]:
            step += 1
        if step == len(_DOUBTS):
            del self._doubts[path]
        else:
            self._doubts[path] = (since, step)


def _trouble(error: Exception) -> Content:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Content(None, None, f"cannot be looked at: {text}")
