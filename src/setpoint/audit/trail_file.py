"""``TrailFile``: adding one line to the end of the trail, with one wait for the device.

Behind the last line the file is made ready in advance with line breaks, which say nothing. Writing over them changes
neither the file's size nor where it lies, so that one ``fdatasync`` makes a line durable; SQLite's write-ahead log does
the same (https://sqlite.org/wal.html). Whoever reads the file sees lines of JSON, and empty ones at its end.
"""

from __future__ import annotations

import os

from ..atomic.changed import ABSENT
from ..atomic.disk import write_all
from ..atomic.refusal import refused
from ..atomic.write import write_file
from ..errors import UnavailableError
from ..platform import is_portable, sync, sync_data
from . import head as heads
from .end import End, end_of
from .head import Head
from .line import PADDING, first_line, start_of, written
from .reading import open_trail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .entry import AuditEntry

NAME = "audit.jsonl"
_READY = 64 * 1024  # bytes made ready at once: some two hundred entries


class TrailFile:
    """``audit.jsonl`` in a state directory. All that writes needs the trail's lock."""

    __slots__ = ("_folder", "_identity", "_known", "path")

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.path = os.path.join(folder, NAME)
        self.forget()

    def forget(self) -> None:
        """Look for the end anew at the next ``append``."""
        self._known: Head | None = None
        self._identity = (0, 0)

    def append(self, make: Callable[[int], AuditEntry]) -> AuditEntry:
        """Add the entry that ``make`` returns for a number, and return it once it would survive a power cut.

        Raises ``UnavailableError``: then it is not there, unless the message says that nobody knows.
        """
        try:
            descriptor = self._opened()
            try:
                end = self._end(descriptor)
                entry = make(end.number + 1)
                line, linked = written(entry, end.hash)
                self.forget()  # not known until it is written
                _put(descriptor, end, line, self.path)
                found = os.fstat(descriptor)
                self._identity = (found.st_dev, found.st_ino)
                self._known = Head(entry.number, linked, end.offset + len(end.opening) + len(line))
            finally:
                os.close(descriptor)
        except OSError as error:
            raise refused(self.path, "written", error, self._folder) from None
        self._move_head(self._known)
        return entry

    def _opened(self) -> int:
        try:
            return open_trail(self.path, writing=True)
        except FileNotFoundError:
            line = first_line()
            start = start_of(line[:-1])
            assert start is not None
            # The head comes first: a trail without one is missing something.
            if (_head_or_none(self._folder) or Head(0, start, 0)).number == 0:
                heads.write(self._folder, Head(0, start, len(line)))
            done = write_file(self.path, line.ljust(_READY, b"\n"), expected=ABSENT, new_mode=0o600)
            # What is put into it later must not go with its name; where no directory can be synced, nothing is better.
            if not done.durable and not is_portable():
                os.unlink(self.path)
                raise UnavailableError("; ".join(done.notes)) from None
            return open_trail(self.path, writing=True)

    def _end(self, descriptor: int) -> End:
        """Return the end of the trail: as it was left, when nobody has added to it since."""
        found = os.fstat(descriptor)
        if self._known is not None and (found.st_dev, found.st_ino) == self._identity:
            os.lseek(descriptor, self._known.offset, os.SEEK_SET)
            following = os.read(descriptor, 1)
            if following and following in PADDING:
                return End(self._known.number, self._known.hash, self._known.offset)
        return end_of(descriptor, self.path, self._folder)

    def _move_head(self, head: Head) -> None:
        """Move the head on. Where that fails it stays behind, as after a power cut, and the next entry tries again."""
        try:
            heads.write(self._folder, head)
        except (OSError, UnavailableError):
            return


def _head_or_none(folder: str) -> Head | None:
    try:
        return heads.read(folder)
    except heads.UnreadableHeadError:
        return None


def _put(descriptor: int, end: End, line: bytes, path: str) -> None:
    """Write a line, over what was left unfinished. Raises ``OSError``, and then takes it back."""
    size = os.fstat(descriptor).st_size
    data = (end.opening + line).ljust(end.unfinished, b"\n")
    grown = end.offset + len(data) >= size  # at least one empty line stays behind the last one
    try:
        _write(descriptor, end.offset, data + b"\n" * _READY if grown else data)
        (sync if grown else sync_data)(descriptor)
    except BaseException as error:
        try:
            _write(descriptor, end.offset, b"\n" * min(len(data), max(0, size - end.offset)))
            if grown:
                os.ftruncate(descriptor, size)
            sync(descriptor)
        except OSError:
            if isinstance(error, OSError):
                folder = os.path.dirname(path)
                raise refused(path, "written", error, folder, "; nobody knows whether the entry is there") from None
        raise


def _write(descriptor: int, offset: int, data: bytes) -> None:
    os.lseek(descriptor, offset, os.SEEK_SET)
    write_all(descriptor, data)
