"""``Backups``: plain copies of files as they were before a migration."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from ..errors import UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = "backups"
_UNFINISHED = ".unfinished"  # what a copy is called until all of it is written


class Backups:
    """Copies in ``backups/NAME/`` of a state directory, one folder for each migration, restored by copying them back.

    Arguments: ``folder`` is the state directory; ``keep`` is how many of a document stay; ``clock`` gives the time in
    seconds since 1970.
    """

    __slots__ = ("_clock", "_keep", "folder")

    def __init__(self, folder: str, keep: int = 10, clock: Callable[[], float] = time.time) -> None:
        self.folder = os.path.join(folder, FOLDER)
        self._keep = keep
        self._clock = clock

    def make(self, name: str, files: Mapping[str, bytes], way: str) -> str:
        """Copy the files of a document, by name relative to the configuration directory, and return the folder.

        Arguments: ``way`` says what for: ``1.0.0-to-2.0.0``. When this returns, the copy survives a power cut. Raises
        ``UnavailableError``: then there is none.
        """
        from ..atomic.directory import create_directory
        from ..atomic.write import write_file

        place = self._place(name)
        unfinished = os.path.join(place, _UNFINISHED)
        made = self._new_name(place, way)
        _remove(unfinished)  # of a process that was killed; whoever makes a backup holds the directory's lock
        try:
            create_directory(unfinished, 0o700)
            for file, data in files.items():
                path = os.path.join(unfinished, *file.split("/"))
                create_directory(os.path.dirname(path), 0o700)
                write_file(path, data, new_mode=0o600)
            _rename(place, made)
        except BaseException:
            _remove(unfinished)
            _remove(os.path.join(place, made))
            raise
        return os.path.join(place, made)

    def of(self, name: str) -> list[str]:
        """Return the folders with copies of a document, the oldest first."""
        return _folders(self._place(name))

    def drop(self, made: str) -> None:
        """Remove a copy of something that was not changed after all."""
        _remove(made)

    def prune(self, name: str) -> None:
        """Remove the oldest copies of a document, beyond those that stay: once a migration is done, not before."""
        for old in self.of(name)[: -self._keep]:
            _remove(old)

    def _new_name(self, place: str, way: str) -> str:
        now = self._clock()
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
        made, number = f"{stamp}-{_plain(way)}", 1
        while os.path.exists(os.path.join(place, made)):
            number += 1
            made = f"{stamp}-{_plain(way)}-{number}"
        return made

    def _place(self, name: str) -> str:
        return os.path.join(self.folder, *name.split("/"))


def read_copy(folder: str, file: str) -> bytes | None:
    """Return the bytes of a file in a backup, by its name relative to the configuration directory; None without it."""
    try:
        with open(os.path.join(folder, *file.split("/")), "rb") as copy:
            return copy.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnavailableError(f"{folder}: {file} cannot be read: {error.strerror or error}") from None


def _rename(place: str, made: str) -> None:
    """Give a finished copy its name, for good."""
    from ..atomic.disk import Directory
    from ..atomic.refusal import refused

    try:
        with Directory(place) as directory:
            directory.replace(_UNFINISHED, made)
            with suppress(NotImplementedError):  # no such system promises that a name stays
                directory.sync()
    except OSError as error:
        raise refused(os.path.join(place, made), "made", error, place) from None


def _folders(place: str) -> list[str]:
    try:
        with os.scandir(place) as entries:
            # With a dot where that of the milliseconds is: no document's name has one, so that this is not its folder.
            return sorted(entry.path for entry in entries if entry.name[15:16] == "." and entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnavailableError(f"{place}: cannot be read: {error.strerror or error}") from None


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)  # what is left of an old copy does no harm


def _plain(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in text)[:80]
