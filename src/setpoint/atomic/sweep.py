"""Removing the temporary files of writers that were killed."""

from __future__ import annotations

import os
import time

from ..platform import lock_if_free
from .disk import Directory
from .temporary import is_temporary_name

# Where there are no locks to tell whether a writer lives, it is given this long, in seconds.
_PATIENCE = 3600


def sweep(directory: str) -> list[str]:
    """Remove the temporary files in a directory whose writers are gone, and return their paths, sorted.

    A living writer holds a lock on its file, which the kernel frees when it dies; where there are no such locks, files
    younger than an hour are left. What may not be removed is left, and so is everything when the directory
    cannot be listed: this is tidying up, and nothing depends on it.
    """
    swept = []
    try:
        with Directory(directory) as opened:
            for name in sorted(os.listdir(directory)):
                if is_temporary_name(name) and _sweep_one(opened, name):
                    swept.append(os.path.join(directory, name))
    except OSError:
        return swept  # no such directory, or not ours to list: nothing that could be tidied
    return swept


def _sweep_one(directory: Directory, name: str) -> bool:
    try:
        descriptor = directory.open_to_read(name)
    except OSError:
        return False  # its writer was faster, or it belongs to somebody else
    try:
        free = lock_if_free(descriptor)
        if free is None:
            os.close(descriptor)  # Windows removes no open file
            descriptor = -1
            free = time.time() - directory.stat(name).st_mtime > _PATIENCE
        if free:
            # The lock is held until the name is gone: a writer that is between making its file and locking it
            # sees one or the other, and makes another file.
            directory.unlink(name)
    except OSError:
        return False
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    return free
