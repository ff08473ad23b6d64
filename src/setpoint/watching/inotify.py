"""``InotifySignals``: what Linux says of directories, through inotify(7)."""

from __future__ import annotations

import os
import select
from struct import Struct

from ..platform import add_inotify_watch, open_inotify, remove_inotify_watch
from .signals import MOVED, OVERFLOW, TOUCHED, WRITTEN, Signal

# From linux/inotify.h; they are part of the kernel's stable interface.
_CLOSE_WRITE = 0x00000008
_MOVED_FROM = 0x00000040
_MOVED_TO = 0x00000080
_CREATE = 0x00000100
_DELETE = 0x00000200
_DELETE_SELF = 0x00000400
_MOVE_SELF = 0x00000800
_UNMOUNT = 0x00002000
_Q_OVERFLOW = 0x00004000
_IGNORED = 0x00008000
_ONLYDIR = 0x01000000
_ISDIR = 0x40000000

# Neither IN_MODIFY, which comes for every write before a writer is done, nor IN_ATTRIB, which comes for every touch:
# what they would tell of is found by the look without a signal.
_MASK = _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLYDIR

_HEADER = Struct("=iIII")  # struct inotify_event before its name: watch, mask, cookie, length of the name
_FIRST_BUFFER = 4 * 1024  # one save's worth: memory for the large one costs more than all else that is done then
_BUFFER = 64 * 1024
_MOST_FOR_SELECT = 1024  # FD_SETSIZE of select(2)
_READS = 64  # of one buffer in one go: more than a full queue of the default length (16,384 events) needs


class InotifySignals:
    """Hears of names in directories. Only directories are followed: a file's own watch ends when the file is replaced.

    ``follow`` may be called again for a directory at any time: that is how one that was replaced is noticed.
    """

    backend = "inotify"
    passing = False

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        try:
            self._ear, self._bell = os.pipe()
        except OSError:
            os.close(descriptor)
            raise
        from threading import Lock

        self._closing = Lock()
        os.set_blocking(self._ear, False)
        os.set_blocking(self._bell, False)
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        self._poll.register(self._ear, select.POLLIN)
        self._numbers: dict[str, int] = {}
        self._directories: dict[int, tuple[str, ...]] = {}
        self._deaf: dict[str, str] = {}
        self._kinds: dict[int, str | None] = {}

    @classmethod
    def open(cls) -> InotifySignals | None:
        """Return a new one, or None where there is no inotify. Raises ``OSError`` when the kernel refuses."""
        descriptor = open_inotify()
        return None if descriptor is None else cls(descriptor)

    @property
    def reason(self) -> str | None:
        """Why some directories are not heard, or not all of what happens in them; None when all are."""
        if not self._deaf:
            return None
        directory, why = next(iter(self._deaf.items()))
        more = len(self._deaf) - 1
        return f"{directory}{f' and {more} more' if more else ''}: {why}"

    def follow(self, directory: str) -> bool:
        """Hear of a directory from now on, and return True when it was not followed, or was another one, until now.

        Arguments: ``directory`` is free of symbolic links, or another place would be heard of when a link is changed.
        """
        known = self._numbers.get(directory)
        try:
            number = add_inotify_watch(self._descriptor, directory, _MASK)
        except (FileNotFoundError, NotADirectoryError):
            self._deaf.pop(directory, None)
            self._forget(directory)
            return False
        except OSError as error:
            self._deaf[directory] = _why(error)
            self._forget(directory)
            return False
        if number == known:
            return False
        self._forget(directory)
        self._numbers[directory] = number
        self._directories[number] = (*self._directories.get(number, ()), directory)
        kind = self._remote_kind(directory)
        if kind is None:
            self._deaf.pop(directory, None)
        else:
            self._deaf[directory] = f"on a file system of type {kind} other machines' changes are not told"
        return True

    def keep_only(self, directories: set[str]) -> None:
        """Follow no other directories than these any more."""
        for directory in self._numbers.keys() - directories:
            self._forget(directory)
        for directory in self._deaf.keys() - directories:
            del self._deaf[directory]

    def wait(self, seconds: float | None) -> bool:
        """Return True when there are signals to take; False after so many seconds, or when ``wake`` was called."""
        ready = self._poll.poll(None if seconds is None else max(0.0, seconds) * 1000)
        heard = False
        for descriptor, _ in ready:
            if descriptor == self._descriptor:
                heard = True
            else:
                self._silence()
        return heard

    def more(self, seconds: float) -> bool:
        """Return True as soon as there are signals to take, False when none came for so many seconds."""
        if self._descriptor < _MOST_FOR_SELECT:  # it takes fractions of a millisecond, which poll(2) does not
            return bool(select.select((self._descriptor,), (), (), seconds)[0])
        only = select.poll()
        only.register(self._descriptor, select.POLLIN)
        return bool(only.poll(seconds * 1000))

    def take(self) -> list[Signal]:
        """Return the signals that are waiting, oldest first, and those that say the same once."""
        found: dict[tuple[int, int, bytes], None] = {}
        size = _FIRST_BUFFER
        for _ in range(_READS):
            try:
                data = os.read(self._descriptor, size)
            except BlockingIOError:
                break
            _split(data, found)
            if len(data) < size // 2:  # the queue was empty behind it
                break
            size = _BUFFER
        signals: list[Signal] = []
        for number, mask, name in found:
            self._translate(number, mask, name, signals)
        return signals

    def wake(self) -> None:
        """End a ``wait``, now or the next one."""
        with self._closing:  # or the number could be another file's by now
            if self._bell >= 0:
                try:
                    os.write(self._bell, b"!")
                except BlockingIOError:  # full: it rings already
                    return

    def close(self) -> None:
        """Give the descriptors back, and with them every watch. A second time does nothing."""
        with self._closing:
            self.abandon()

    def abandon(self) -> None:
        """Give this process's copies of the descriptors back; the parent's go on."""
        for name in ("_descriptor", "_ear", "_bell"):
            descriptor = getattr(self, name)
            if descriptor >= 0:
                setattr(self, name, -1)
                os.close(descriptor)

    def _silence(self) -> None:
        try:
            os.read(self._ear, 4096)
        except BlockingIOError:
            return

    def _translate(self, number: int, mask: int, name: bytes, signals: list[Signal]) -> None:
        if mask & _Q_OVERFLOW:
            signals.append(Signal(OVERFLOW))
            return
        directories = self._directories.get(number, ())
        if mask & (_IGNORED | _UNMOUNT | _DELETE_SELF | _MOVE_SELF):
            if mask & _IGNORED:  # the kernel ended it; the number is not used again soon
                self._directories.pop(number, None)
                for directory in directories:
                    self._numbers.pop(directory, None)
            signals.extend(Signal(MOVED, directory) for directory in directories)
            return
        # A directory that was made is whole at once; what is moved here too. Other new names may yet be written to.
        whole = mask & (_CLOSE_WRITE | _MOVED_TO) or (mask & _CREATE and mask & _ISDIR)
        kind = WRITTEN if whole else TOUCHED
        comes = not mask & (_DELETE | _MOVED_FROM)
        text = os.fsdecode(name)
        signals.extend(Signal(kind, directory, text, comes) for directory in directories)

    def _forget(self, directory: str) -> None:
        number = self._numbers.pop(directory, None)
        if number is None:
            return
        others = tuple(one for one in self._directories.get(number, ()) if one != directory)
        if others:
            self._directories[number] = others
            return
        self._directories.pop(number, None)
        try:
            remove_inotify_watch(self._descriptor, number)
        except OSError:  # the kernel ended it already: the directory is gone
            return

    def _remote_kind(self, directory: str) -> str | None:
        """Return the type of a network file system that holds a directory, else None; worked out once per device."""
        try:
            device = os.stat(directory).st_dev
        except OSError:  # gone again, which the next look will find
            return None
        if device not in self._kinds:
            from ..history.network import network_file_system

            self._kinds[device] = network_file_system(directory)
        return self._kinds[device]


def _split(data: bytes, found: dict[tuple[int, int, bytes], None]) -> None:
    """Add the events of one buffer: watch number, mask, and the name without the zeros that fill it up."""
    position = 0
    while position < len(data):
        number, mask, _, length = _HEADER.unpack_from(data, position)
        start = position + _HEADER.size
        found[(number, mask, data[start : start + length].rstrip(b"\0"))] = None
        position = start + length


def _why(error: OSError) -> str:
    import errno

    if error.errno == errno.ENOSPC:
        return "no further directory can be followed (see fs.inotify.max_user_watches)"
    return f"cannot be followed: {error.strerror or error}"
