"""``Origin``: the file that a cached document was made of, and whether it is still the same."""

from __future__ import annotations

import os
import time

from ..budget import DEFAULT_BUDGET
from ..errors import ConfigNotFoundError, SetpointError, UnavailableError
from ..reading import key_of, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..budget import Budget

# A file changed this short a time ago (ns) may change again without its times moving: they are as coarse as the file
# system keeps them, and 2 seconds is the coarsest in use (FAT).
_COARSEST = 2_000_000_000


def content_digest(data: bytes) -> str:
    """Return the digest of a file's bytes that ``ConfigCache.put`` takes: BLAKE2b, 16 bytes, in hexadecimal."""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()


class Origin:
    """A file as it was when its document was cached.

    Arguments: ``digest`` is the ``content_digest`` of the bytes that the document was made of, None when not known.
    Raises ``ConfigNotFoundError`` or ``UnavailableError`` when the file cannot be looked at.
    """

    __slots__ = ("_budget", "_digest", "_key", "_settled", "path")

    def __init__(self, path: str, digest: str | None, budget: Budget = DEFAULT_BUDGET) -> None:
        self.path = path
        self._digest = digest
        self._budget = budget
        try:
            self._key = key_of(os.stat(path))
        except FileNotFoundError:
            raise ConfigNotFoundError(f"{path}: no such file, so no document can be cached for it") from None
        except OSError as error:
            raise UnavailableError(f"{path}: cannot be looked at: {error.strerror or error}") from None
        self._settled = digest is None  # with nothing to compare, the key alone decides

    def holds(self) -> bool:
        """True when the file is as it was: one stat, and one read only when its times leave room for doubt.

        With a digest, a file whose times moved and whose bytes did not still holds. Without one, a change in place
        that keeps the size and falls into the same tick of the file system's clock cannot be seen.
        """
        try:
            key = key_of(os.stat(self.path))
        except OSError:  # gone, or no longer ours to look at: either way not what was cached
            return False
        if key == self._key and self._settled:
            return True
        if self._digest is None:
            return False
        now = time.time_ns()
        try:
            data = read_file(self.path, self._budget)
        except SetpointError:  # gone or unreadable since the stat
            return False
        if content_digest(data) != self._digest:
            return False
        self._settled = now - max(key[3], key[4]) > _COARSEST
        self._key = key
        return True
