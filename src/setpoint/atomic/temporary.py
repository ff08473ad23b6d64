"""The temporary file beside the real one: recognisable as ours, and locked as long as its writer lives."""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from ..platform import lock_if_free
from .disk import Directory

_MARK = ".setpoint-"
_END = ".tmp"
_RANDOM = 8  # bytes; written as twice as many hexadecimal digits
# Of the real name, in bytes: enough to recognise it, and far from the shortest limit in use (143 bytes, eCryptfs).
_MOST_NAME = 64
_ATTEMPTS = 8


def temporary_name(name: str) -> str:
    """Return a new name for the temporary file of ``name``: ``.NAME.setpoint-<random>.tmp``."""
    short = os.fsdecode(os.fsencode(name)[:_MOST_NAME])
    return f".{short}{_MARK}{os.urandom(_RANDOM).hex()}{_END}"


def is_temporary_name(name: str) -> bool:
    """True for the names that ``temporary_name`` gives."""
    start, mark, rest = name.rpartition(_MARK)
    digits = rest.removesuffix(_END)
    return (
        start.startswith(".")
        and bool(mark)
        and rest.endswith(_END)
        and len(digits) == 2 * _RANDOM
        and all(digit in "0123456789abcdef" for digit in digits)
    )


class Temporary:
    """A new, empty file, open for reading and writing. Raises ``OSError``.

    Its lock tells ``sweep`` that its writer lives; it is of the kernel, so it holds across containers and ends with the
    process however that dies.
    """

    __slots__ = ("_directory", "descriptor", "name")

    def __init__(self, directory: Directory, target: str, mode: int) -> None:
        self._directory = directory
        for _ in range(_ATTEMPTS):
            self.name = temporary_name(target)
            with suppress(FileExistsError):  # a random number drawn twice: draw again
                self.descriptor = directory.create(self.name, mode)
                if self._is_ours():
                    return
        raise OSError(errno.EEXIST, "every temporary file was taken away as soon as it was made")

    def close(self) -> None:
        """Close the file; its lock ends."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)

    def discard(self) -> OSError | None:
        """Close and remove the file; return why it could not be removed, if so."""
        self.close()
        try:
            self._directory.unlink(self.name)
        except FileNotFoundError:
            return None
        except OSError as error:
            return error
        return None

    def _is_ours(self) -> bool:
        """Lock the file, unless a sweeper came between making and locking it."""
        try:
            if lock_if_free(self.descriptor) is not False:
                self._directory.stat(self.name)
                return True
        except FileNotFoundError:
            self.close()
            return False
        except BaseException:
            self.discard()
            raise
        self.discard()
        return False
