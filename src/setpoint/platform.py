"""The one seam for what differs between operating systems.

``SETPOINT_PORTABLE=1`` forces the portable side everywhere, which the tests use to run it on Linux.
"""

from __future__ import annotations

import os

# Opening a FIFO or a device for reading can block for ever; this flag makes the open return at once.
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def is_portable() -> bool:
    """True when only what every operating system offers may be used."""
    return os.environ.get("SETPOINT_PORTABLE") == "1" or os.name != "posix"


def open_to_read(path: str) -> int:
    """Open a file for reading without ever waiting for a writer, and return its descriptor.

    Raises ``OSError``. On the portable side a path that is no regular file is refused before it is opened.
    """
    if is_portable():
        import stat

        if not stat.S_ISREG(os.stat(path).st_mode):
            raise IsADirectoryError(21, "not a regular file", path)
        return os.open(path, os.O_RDONLY | _BINARY)
    return os.open(path, os.O_RDONLY | _NONBLOCK | _CLOEXEC)
