"""``Places``: the files and directories that matter."""

from __future__ import annotations

import os

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from ..reading import StatKey
    from .content import Content

    Known = TypeVar("Known")


class Places:
    """Which files are looked at for what they hold, and which directories for the names in them.

    Arguments:
        files: absolute paths, which need not exist. Each with the ``Content`` that the caller knows (``ABSENT`` when it
            knows that there is none), so that a change since then is seen; None to start from what is there now.
        directories: absolute paths of directories, which need not exist, each with the key (``reading.key_of``) it had
            before the caller listed it, or None to start from the names that are there now. A directory that was
            touched in the last seconds is reported once in any case: such a key does not tell everything.
        counts: says of a name in a directory whether its coming and going matters; None when each does. It should be
            the same function each time: with another one, all directories are listed anew.

    Raises ``UsageError`` for a path that is not absolute: what it means would depend on the current directory.
    """

    __slots__ = ("counts", "directories", "files")

    def __init__(
        self,
        files: dict[str, Content | None] | Iterable[str] = (),
        directories: dict[str, StatKey | None] | Iterable[str] = (),
        counts: Callable[[str], bool] | None = None,
    ) -> None:
        self.files: dict[str, Content | None] = _by_path(files)
        self.directories: dict[str, StatKey | None] = _by_path(directories)
        self.counts = counts
        for paths in (self.files, self.directories):
            for path in paths:
                if not os.path.isabs(path):
                    raise UsageError(f"{path}: only absolute paths can be watched; join it to its directory first")

    def __repr__(self) -> str:
        return f"<Places: {len(self.files)} files, {len(self.directories)} directories>"


def _by_path(paths: dict[str, Known | None] | Iterable[str]) -> dict[str, Known | None]:
    known: dict[str, Known | None] = {}
    if isinstance(paths, dict):
        known.update(paths)
    else:
        known.update(dict.fromkeys(paths))
    return known
