"""Every call that changes something on disk, and nothing else.

All errors are ``OSError``; what they mean for people is said in ``refusal``.
"""

from __future__ import annotations

import errno
import os
from stat import S_ISLNK

from ..platform import open_directory, path_of, sync

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

# What a system does not have is not needed there: Windows has no FIFOs, and opens nothing in a child by itself.
_QUIET = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _QUIET
_TO_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | _QUIET
_TO_LOCK = os.O_RDWR | os.O_CREAT | _QUIET


class Directory:
    """A directory that is held open, so that what is done in it stays in it even when its path is moved meanwhile.

    Names are of files directly inside it. Where directories cannot be held open, their paths are used.
    """

    __slots__ = ("_descriptor", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor = open_directory(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def real_path(self) -> str | None:
        """Return where it is now; None where the system does not tell."""
        return None if self._descriptor is None else path_of(self._descriptor)

    def create(self, name: str, mode: int) -> int:
        """Make a new file for reading and writing. Anything that has the name already is an error."""
        return os.open(self._at(name), _TO_CREATE, mode, dir_fd=self._descriptor)

    def open_to_read(self, name: str) -> int:
        """Open a file without following a symbolic link and without waiting for a pipe's writer."""
        return os.open(self._at(name), _TO_READ, dir_fd=self._descriptor)

    def stat(self, name: str) -> os.stat_result:
        """Return what the name stands for, a symbolic link itself."""
        return os.stat(self._at(name), dir_fd=self._descriptor, follow_symlinks=False)

    def is_link(self, name: str) -> bool:
        """True when the name stands for a symbolic link."""
        try:
            return S_ISLNK(self.stat(name).st_mode)
        except FileNotFoundError:
            return False

    def may_write(self, name: str) -> bool:
        """True when this process may write into the file as it is."""
        # By its path: older containers forbid the newer call that takes a directory, which would look like a refusal.
        return os.access(os.path.join(self.path, name), os.W_OK)

    def replace(self, source: str, target: str) -> None:
        """Give a file another name in one step, in place of what had that name."""
        os.replace(self._at(source), self._at(target), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def link(self, source: str, target: str) -> None:
        """Give a file a second name in one step. Anything that has the name already is an error."""
        os.link(self._at(source), self._at(target), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def unlink(self, name: str) -> None:
        os.unlink(self._at(name), dir_fd=self._descriptor)

    def make_directory(self, name: str, mode: int) -> None:
        os.mkdir(self._at(name), mode, dir_fd=self._descriptor)

    def sync(self) -> None:
        """Return when the device holds the names. Raises ``NotImplementedError`` where that cannot be asked for."""
        if self._descriptor is None:
            raise NotImplementedError("this system cannot sync a directory")
        sync(self._descriptor)

    def _at(self, name: str) -> str:
        return name if self._descriptor is not None else os.path.join(self.path, name)


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything: the system may take less than it is given, in as many turns as it likes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_all(descriptor: int, guess: int, most: int) -> bytes:
    """Return what an open file holds from here on, at most ``most`` bytes; ``guess`` is how many there are probably."""
    chunks = []
    size = guess + 1
    while chunk := os.read(descriptor, min(size, most)):
        chunks.append(chunk)
        most -= len(chunk)
        size = max(size - len(chunk), 1 << 16)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def sync_file(descriptor: int) -> None:
    """Return when the device holds what was written. A failure is final: a second try may succeed with data lost."""
    sync(descriptor)


def change_owner(descriptor: int, user: int, group: int) -> None:
    """Give an open file to a user and a group; -1 leaves one as it is."""
    os.fchown(descriptor, user, group)


def change_mode(descriptor: int, mode: int) -> None:
    """Set the permission bits of an open file, whatever the umask."""
    os.fchmod(descriptor, mode)


def read_attributes(descriptor: int) -> dict[str, bytes]:
    """Return the extended attributes of an open file; none where the system has none."""
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(descriptor)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}
        raise
    return {name: os.getxattr(descriptor, name) for name in names}


def set_attribute(descriptor: int, name: str, value: bytes) -> None:
    os.setxattr(descriptor, name, value)


def remove_attribute(descriptor: int, name: str) -> None:
    os.removexattr(descriptor, name)


def open_lock_file(path: str, mode: int) -> int:
    """Open a lock file, made when there is none."""
    return os.open(path, _TO_LOCK, mode)


def rewrite(descriptor: int, data: bytes) -> None:
    """Put a short text into a lock file: for people to read, so it is not synced."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    write_all(descriptor, data)
