"""What a refusal of the operating system means, and what to do about it."""

from __future__ import annotations

import errno

from ..errors import UnavailableError

_ADVICE = {
    errno.ENOSPC: "the disk is full (or out of inodes): make room and try again",
    errno.EDQUOT: "your disk quota is used up: make room and try again",
    errno.EFBIG: "it is larger than this process may write: raise its limit (ulimit -f)",
    errno.EROFS: "the file system is mounted read-only: mount it writable, or keep the file on another one",
    errno.EACCES: "permission denied: its directory {folder} must be writable, since files are replaced there",
    errno.EPERM: "not permitted: look at the owner and the attributes (lsattr) of the file and of {folder}",
    errno.EBUSY: "it is in use by the system. If the file is a mount of its own (a bind-mounted single file), mount "
    "its directory {folder} instead: a mounted file cannot be replaced",
    errno.ENAMETOOLONG: "the name is too long for this file system: choose a shorter one",
    errno.ELOOP: "its symbolic links lead round in a circle: repair the link",
    errno.ENOENT: "the directory {folder} is not there (any more): make it first",
    errno.ENOTDIR: "{folder} is not a directory",
    errno.EISDIR: "it is a directory, not a file",
    errno.EIO: "the device failed: check the disk, and the system's log",
    errno.EMFILE: "this process has too many files open: close some, or raise its limit (ulimit -n)",
    errno.ENFILE: "the system has too many files open",
    errno.ESTALE: "the network file system lost track of it: mount it again",
}


def refused(shown: str, action: str, error: OSError, folder: str, rest: str = "") -> UnavailableError:
    """Return the error for people.

    Arguments: ``shown`` is the file as the user named it; ``action`` is ``written``, ``removed``, … ``folder`` is
    the directory that it happened in; ``rest`` is added at the end.
    """
    advice = _ADVICE.get(error.errno or 0)
    reason = advice.format(folder=folder) if advice else str(error.strerror or error)
    return UnavailableError(f"{shown}: cannot be {action}: {reason}{rest}")
