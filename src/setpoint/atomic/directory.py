"""Making a directory, so that what is put into it stays."""

from __future__ import annotations

import os
from contextlib import suppress

from ..errors import UnavailableError, UsageError
from .disk import Directory
from .refusal import refused


def create_directory(path: str, mode: int = 0o700, *, shown: str | None = None) -> bool:
    """Make a directory and those above it that are missing; return False when it is not known whether they stay.

    Arguments: ``mode`` is less the umask, for each that is made; ``shown`` is the path as the user named it.
    One that is there already, or that another process makes at the same time, is fine; its name is synced too, since
    that other process may not have done so yet. Raises ``UnavailableError`` when the system refuses or a file
    has the name.
    """
    shown = path if shown is None else shown
    try:
        whole = os.path.realpath(path)
    except ValueError:
        raise UsageError(f"{shown!r}: no directory can have such a name") from None
    missing = [whole]
    while not os.path.isdir(os.path.dirname(missing[-1])) and os.path.dirname(missing[-1]) != missing[-1]:
        missing.append(os.path.dirname(missing[-1]))
    durable = True
    for step in reversed(missing):
        durable = _make(step, mode, shown) and durable
    return durable


def _make(path: str, mode: int, shown: str) -> bool:
    folder, name = os.path.split(path)
    if not name:
        return True  # the root of the file system
    try:
        with Directory(folder) as directory:
            with suppress(FileExistsError):
                directory.make_directory(name, mode)
            if not os.path.isdir(path):
                raise UnavailableError(f"{shown}: {path} is not a directory: move it away, or choose another place")
            try:
                directory.sync()
            except (OSError, NotImplementedError):
                return False  # made; only its staying is not known
            return True
    except OSError as error:
        raise refused(shown, "made", error, folder) from None
