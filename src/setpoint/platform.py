"""The one seam for what differs between operating systems.

``SETPOINT_PORTABLE=1`` forces the portable side everywhere, which the tests use to run it on Linux.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def open_directory(path: str) -> int | None:
    """Open a directory, so that work in it does not depend on its path; None where there is no such way.

    Raises ``OSError`` when there is no such directory.
    """
    if is_portable():
        import stat

        if not stat.S_ISDIR(os.stat(path).st_mode):
            raise NotADirectoryError(20, "not a directory", path)
        return None
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
    except PermissionError:
        return None  # it may still be allowed to write in it without listing it


def path_of(descriptor: int) -> str | None:
    """Return where an open directory is now; None where the system does not tell."""
    try:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return None
    return path if path.startswith("/") else None


def sync(descriptor: int) -> None:
    """Return when the device holds what was written to an open file or directory. Raises ``OSError``.

    Where the system's fsync leaves data in the drive's own memory (macOS, see its fsync(2)), the drive is asked too.
    """
    import sys

    if sys.platform == "darwin":
        from fcntl import F_FULLFSYNC, fcntl

        fcntl(descriptor, F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_data(descriptor: int) -> None:
    """As ``sync``, for a file that was written over without changing its size; its times may be lost. ``OSError``."""
    import sys

    if sys.platform == "darwin" or not hasattr(os, "fdatasync"):
        sync(descriptor)
    else:
        os.fdatasync(descriptor)


def lock_if_free(descriptor: int) -> bool | None:
    """Take the lock of an open file without waiting: False when somebody else has it, None where there are no locks.

    The lock belongs to this opening of the file (flock(2)): it ends when the last copy of the descriptor is closed,
    at the latest when the process dies. Raises ``OSError``.
    """
    if is_portable():
        return None
    import errno
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
            return None  # network and user-space file systems may have none
        raise
    return True


def unlock(descriptor: int) -> None:
    """Give the lock of ``lock_if_free`` back, for every copy of the descriptor. Raises ``OSError``."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_UN)


def host_name() -> str:
    """Return what this machine calls itself."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "this machine")


def open_inotify() -> int | None:
    """Return a new descriptor that the kernel's inotify(7) speaks through; None where there is no such thing.

    It never blocks and is not inherited. Raises ``OSError`` when the kernel refuses, as when a limit is reached.
    """
    library = _c_library()
    if library is None:
        return None
    return _checked(library.inotify_init1(_NONBLOCK | _CLOEXEC))


def add_inotify_watch(descriptor: int, directory: str, mask: int) -> int:
    """Have an inotify descriptor tell of a path, and return the number of the watch: the same for the same inode.

    Raises ``OSError``.
    """
    return _checked(_c_library().inotify_add_watch(descriptor, os.fsencode(directory), mask), directory)


def remove_inotify_watch(descriptor: int, number: int) -> None:
    """End a watch. Raises ``OSError`` when there is none of that number."""
    _checked(_c_library().inotify_rm_watch(descriptor, number))


def _checked(result: int, path: str | None = None) -> int:
    if result < 0:
        import ctypes

        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
    return result


_libraries: list[Any] = []  # the C library once it was asked for, or None


def _c_library() -> Any:
    """Return the C library of this process when it knows inotify, else None."""
    import sys

    if is_portable() or not sys.platform.startswith("linux"):
        return None
    if not _libraries:
        try:
            import ctypes

            library = ctypes.CDLL(None, use_errno=True)
            library.inotify_add_watch.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
            library.inotify_rm_watch.argtypes = (ctypes.c_int, ctypes.c_int)
            library.inotify_init1.argtypes = (ctypes.c_int,)
        except (ImportError, OSError, AttributeError):  # a Python without ctypes, or a C library without inotify
            _libraries.append(None)
        else:
            _libraries.append(library)
    return _libraries[0]
