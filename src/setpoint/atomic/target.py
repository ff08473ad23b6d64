"""The real file that is meant: symbolic links followed, and never out of the root."""

from __future__ import annotations

import os
import stat

from ..errors import UnavailableError, UsageError
from .disk import Directory, read_all, read_attributes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

# As much of a foreign file as is shown to whoever meets it; a configuration file is at most this large.
_MOST = 16 * 1024 * 1024 + 1


class Target:
    """The real file behind a path: ``name`` in the open ``directory``, called ``shown`` in messages.

    Use it with ``with``. Raises ``OSError`` when there is no such directory; ``UsageError`` when the file is outside
    the root, or no file can have such a name.
    """

    __slots__ = ("directory", "name", "shown")

    def __init__(self, path: str, root: str | None, shown: str | None) -> None:
        self.shown = path if shown is None else shown
        try:
            self.directory, self.name = _open_real(path)
            within = root is None or _inside(self.path, root)
        except ValueError:  # a NUL, or half of a surrogate pair
            raise UsageError(f"{self.shown!r}: no file can have such a name") from None
        if not within:
            self.directory.close()
            raise UsageError(f"{self.shown}: leads to {self.path}, outside {root}, where nothing may be changed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.directory.close()

    @property
    def path(self) -> str:
        return os.path.join(self.directory.path, self.name)


def _open_real(path: str) -> tuple[Directory, str]:
    """Open the directory that the real file is in, and return it, under its real path, with the file's real name.

    The path is asked of the open directory where the system tells it: one call, and nothing that somebody swaps for
    a link can come between.
    """
    head, name = os.path.split(path)
    if name not in ("", ".", ".."):
        directory = Directory(head or os.curdir)
        real = directory.real_path()
        if real is not None and not directory.is_link(name):
            directory.path = real
            return directory, name
        directory.close()
    head, name = os.path.split(os.path.realpath(path))
    directory = Directory(head)
    directory.path = directory.real_path() or head
    return directory, name


def folder_of(path: str) -> str:
    """Return the directory that the real file behind a path is in, for messages."""
    return os.path.dirname(os.path.realpath(path))


class Present:
    """A regular file that is there: what the system says about it, and its extended attributes by name."""

    __slots__ = ("attributes", "stat")

    def __init__(self, facts: os.stat_result, attributes: dict[str, bytes]) -> None:
        self.stat = facts
        self.attributes = attributes


def look(target: Target) -> Present | None:
    """Return the file as it is now; None when there is none.

    Raises ``OSError``; ``UnavailableError`` when it is no regular file, or may not be read.
    """
    try:
        if not _regular(target.directory.stat(target.name)):  # opening a device can do something
            raise UnavailableError(f"{target.shown}: this is not a regular file, so it is left alone")
        descriptor = target.directory.open_to_read(target.name)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise UnavailableError(
            f"{target.shown}: may not be read, and what cannot be read is not changed: allow it first (chmod u+r)"
        ) from None
    try:
        return Present(os.fstat(descriptor), read_attributes(descriptor))
    finally:
        os.close(descriptor)


def content(target: Target, most: int = 0) -> bytes | None:
    """Return the bytes of a file, at least ``most`` and one more if there are; None when it is no regular file.

    Raises ``OSError``.
    """
    try:
        facts = target.directory.stat(target.name)
        if not _regular(facts):
            return None
        descriptor = target.directory.open_to_read(target.name)
    except FileNotFoundError:
        return None
    try:
        return read_all(descriptor, min(facts.st_size, _MOST), max(most + 1, _MOST))
    finally:
        os.close(descriptor)


def _regular(facts: os.stat_result) -> bool:
    return stat.S_ISREG(facts.st_mode)


def _inside(path: str, root: str) -> bool:
    """True when a real path is below a root. A root that the path begins with as it is written has no links in it."""
    return _below(path, root) or _below(path, os.path.realpath(root))


def _below(path: str, root: str) -> bool:
    return path.startswith(root if root.endswith(os.sep) else root + os.sep) and os.path.isabs(root)
