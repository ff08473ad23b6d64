"""The names in a directory, told apart by a digest."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def read_names(directory: str, counts: Callable[[str], bool] | None) -> tuple[bytes, frozenset[str]]:
    """Return a digest of the names in a directory that count, and all names there that are symbolic links.

    Whether a name is a directory, a link or something else is part of the digest. Raises ``OSError``.
    """
    from hashlib import blake2b

    marked = []
    links = []
    with os.scandir(directory) as entries:
        for entry in entries:
            name = entry.name
            mark = "/"
            if entry.is_symlink():
                links.append(name)
                mark = "/@"
            elif entry.is_dir(follow_symlinks=False):
                mark = "//"
            if counts is None or counts(name):
                marked.append(name + mark)
    marked.sort()
    # No name holds a slash, so no two lists of names make the same text.
    digest = blake2b("".join(marked).encode("utf-8", "surrogateescape"), digest_size=16).digest()
    return digest, frozenset(links)
