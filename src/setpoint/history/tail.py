"""The tail: what was recorded last and is not in the database yet.

Adding to an SQLite database waits for the device five times (journal, its directory, journal again, database, journal),
because any page may be written over. Adding to the end of a file that is there in full, zeros and all, waits once. So
what one process records again and again goes here first, and into the database a few dozen at a time; whoever else
wants to use the record moves it there before doing anything. Writing ahead of a database is what SQLite does itself in
its WAL mode (https://sqlite.org/wal.html), which versions before 3.51.3 get wrong.

::

    "setpoint tail 1\\n"   16 bytes
    stamp                 16 random bytes: others as soon as anybody has written into the database
    frames, from byte 512 each: length of the body (4 bytes), SHA-256 of the body (32), the body; behind the last one
                          four zero bytes

A frame that is torn fails its checksum, and one that was left behind from before does not continue the chain: both end
the tail. So making it empty need not be synced: a frame that comes back after a power cut is in the database already.
"""

from __future__ import annotations

import os

from ..atomic.disk import write_all
from ..atomic.write import write_file
from ..errors import UnavailableError
from ..platform import is_portable, sync_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "history.tail"
SIZE = 32 * 1024  # bytes: a few dozen changes of a document of 3 KB
START = 512  # bytes: frames do not share a sector with the stamp
_LABEL = b"setpoint tail 1\n"
_STAMP = 16
_CHECKSUM = 32
_LENGTH = 4
_END = bytes(_LENGTH)
_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Tail:
    """The tail of the record in a folder. All that writes needs the folder's lock. Raises ``OSError``.

    Making it raises ``UnavailableError`` as well.
    """

    __slots__ = ("_folder", "path")

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.path = os.path.join(folder, NAME)

    def look(self, place: int) -> bytes | None:
        """Return the stamp when no frame begins at ``place``; None when one does, or there is no tail."""
        data = self._read(place + _LENGTH)
        if data[place:] != _END or not data.startswith(_LABEL):
            return None
        return data[len(_LABEL) : len(_LABEL) + _STAMP]

    def is_pending(self) -> bool:
        """True when there may be frames."""
        return self._read(START + _LENGTH)[START:] not in (b"", _END)

    def frames(self) -> Iterator[bytes]:
        """Yield the bodies of the frames that are whole, up to the first that is not."""
        from hashlib import sha256

        data = self._read(SIZE)
        place = START if data.startswith(_LABEL) else len(data)
        while place + _LENGTH + _CHECKSUM <= len(data):
            start = place + _LENGTH + _CHECKSUM
            end = start + int.from_bytes(data[place : place + _LENGTH], "big")
            body = data[start:end]
            if end == start or end > len(data) or sha256(body).digest() != data[place + _LENGTH : start]:
                return
            yield body
            place = end

    def room(self, place: int, body: bytes) -> bool:
        """True when a frame fits in at ``place``."""
        return place + _LENGTH + _CHECKSUM + len(body) + _LENGTH <= SIZE

    def write(self, place: int, body: bytes) -> int:
        """Write a frame, and return where the next one begins once it would survive a power cut.

        After a failure there is no frame; if that fails too, there may be one.
        """
        from hashlib import sha256

        frame = len(body).to_bytes(_LENGTH, "big") + sha256(body).digest() + body
        descriptor = os.open(self.path, os.O_RDWR | _FLAGS)
        try:
            try:
                _put(descriptor, place, frame + _END)
                sync_data(descriptor)
            except BaseException:
                _put(descriptor, place, _END)
                sync_data(descriptor)
                raise
        finally:
            os.close(descriptor)
        return place + len(frame)

    def renew(self) -> bytes:
        """Give it another stamp, so that nobody trusts what was known of the record; make it when there is none."""
        stamp = os.urandom(_STAMP)
        try:
            descriptor = os.open(self.path, os.O_RDWR | _FLAGS)
        except FileNotFoundError:
            written = write_file(self.path, (_LABEL + stamp).ljust(SIZE, b"\0"), new_mode=0o600)
            # What is put into it later must not go with its name. Where the system has no way to sync a directory, no
            # name is safer than this one, the documents' own neither: whoever changes one is told so.
            if not written.durable and not is_portable():
                os.unlink(self.path)
                raise UnavailableError("; ".join(written.notes)) from None
            return stamp
        try:
            _put(descriptor, 0, _LABEL + stamp)
        finally:
            os.close(descriptor)
        return stamp

    def clear(self, *, wipe: bool = False) -> None:
        """Let go of all frames, which are in the database; with ``wipe``, leave nothing of them in the file."""
        descriptor = os.open(self.path, os.O_RDWR | _FLAGS)
        try:
            if wipe:
                _put(descriptor, START, bytes(SIZE - START))
                sync_data(descriptor)
            else:
                _put(descriptor, START, _END)
            if os.fstat(descriptor).st_size != SIZE:  # somebody has cut it
                os.ftruncate(descriptor, SIZE)
        finally:
            os.close(descriptor)

    def _read(self, most: int) -> bytes:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            return b""
        try:
            return os.read(descriptor, most)  # one call gives all there is of a regular file
        finally:
            os.close(descriptor)


def _put(descriptor: int, place: int, data: bytes) -> None:
    os.lseek(descriptor, place, os.SEEK_SET)
    write_all(descriptor, data)
