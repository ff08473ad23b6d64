"""Reading a file once, and being sure of what was read."""

from __future__ import annotations

import os
import stat

from .errors import ConfigNotFoundError, UnavailableError
from .platform import open_to_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from .budget import Budget

    # What tells that a file was changed or replaced: its device, inode, size, and times of content and attributes.
    StatKey: TypeAlias = tuple[int, int, int, int, int]

_ATTEMPTS = 3


def read_file(path: str, budget: Budget, shown: str | None = None) -> bytes:
    """Return the bytes of a regular file, at most one byte more than ``budget.size``.

    Arguments: ``shown`` is the path as the user named it, for messages. Raises as ``read_with_key`` does.
    """
    return read_with_key(path, budget, shown)[0]


def read_with_key(path: str, budget: Budget, shown: str | None = None) -> tuple[bytes, StatKey]:
    """Return the bytes of a regular file, at most one byte more than ``budget.size``, and what it was like then.

    Arguments: ``shown`` is the path as the user named it, for messages.
    A file that changes while it is read is read again. Raises ``ConfigNotFoundError`` when there is none,
    ``UnavailableError`` when it is no regular file, may not be read, or does not hold still.
    """
    shown = path if shown is None else shown
    try:
        descriptor = open_to_read(path)
    except FileNotFoundError:
        raise ConfigNotFoundError(f"{shown}: no such file") from None
    except OSError as error:
        raise _unavailable(shown, error) from None
    try:
        for _ in range(_ATTEMPTS):
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise UnavailableError(f"{shown}: {_kind(before.st_mode)}, not a file that can be read")
            data = _read_all(descriptor, min(before.st_size, budget.size) + 1, budget.size + 1)
            after = os.fstat(descriptor)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                return data, key_of(after)
            os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        raise _unavailable(shown, error) from None
    finally:
        os.close(descriptor)
    raise UnavailableError(f"{shown}: the file keeps changing while it is read; try again when its writer is done")


def key_of(status: os.stat_result) -> StatKey:
    """Return what tells that a file was changed or replaced since."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _read_all(descriptor: int, guess: int, most: int) -> bytes:
    data = os.read(descriptor, guess)
    if len(data) < guess:
        return data
    chunks = [data]
    size = len(data)
    while size < most and (chunk := os.read(descriptor, min(most - size, 1 << 20))):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def _unavailable(shown: str, error: OSError) -> UnavailableError:
    if isinstance(error, IsADirectoryError):
        return UnavailableError(f"{shown}: not a regular file, so it cannot be read")
    return UnavailableError(f"{shown}: cannot be read: {error.strerror or error}")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
        return "a device"
    return "not a regular file"
