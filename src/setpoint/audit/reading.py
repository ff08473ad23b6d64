"""Reading the lines of a trail, from its beginning or from its end, without trusting that they are lines."""

from __future__ import annotations

import os
import stat

from ..atomic.refusal import refused
from ..errors import UnavailableError
from .line import LONGEST, PADDING, number_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BLOCK = 64 * 1024  # bytes read at once from the end
_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_trail(path: str, *, writing: bool = False) -> int:
    """Open a trail and return its descriptor. Raises ``OSError``, and ``UnavailableError`` when it is no file."""
    mode = os.O_RDWR if writing else os.O_RDONLY
    descriptor = os.open(path, mode | getattr(os, "O_NONBLOCK", 0) | _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnavailableError(f"{path}: this is no regular file, so it is no audit trail; move it away")
    return descriptor


def opened(path: str) -> BinaryIO | None:
    """Return a trail, opened for reading; None when there is none. Raises ``UnavailableError``."""
    try:
        return os.fdopen(open_trail(path), "rb")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise refused(path, "read", error, os.path.dirname(path)) from None


def forward(file: BinaryIO, offset: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Yield each line that is not empty: its number from ``offset`` on, where it begins, and what it says.

    One that is too long comes in pieces.
    """
    file.seek(offset)
    number = 1
    while line := file.readline(LONGEST + 1):
        text = line.strip(PADDING)
        if text:
            yield number, offset + line.index(text[:1]), text
        offset += len(line)
        number += line.endswith(b"\n")


def backward(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Yield each line that is not empty and ends before ``end``, the last first. One that is too long is left out."""
    rest = b""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        lines = (file.read(end - start) + rest).split(b"\n")
        end = start
        rest = lines.pop(0) if start else b""
        if len(rest) > LONGEST:
            rest = b""
        for line in reversed(lines):
            text = line.strip(PADDING)
            if text:
                yield text


def offset_behind(file: BinaryIO, number: int) -> int:
    """Return where to read backward from, so that all entries below ``number`` come, and few others before them."""
    low, high = 0, os.fstat(file.fileno()).st_size
    while high - low > _BLOCK:
        middle = (low + high) // 2
        found = _first_number(file, middle, high)
        if found is None or found >= number:
            high = middle
        else:
            low = middle
    # What begins before ``high`` may end behind it.
    return min(high + LONGEST, os.fstat(file.fileno()).st_size)


def _first_number(file: BinaryIO, start: int, end: int) -> int | None:
    """Return the number of the first entry that begins behind ``start`` and before ``end``."""
    file.seek(start)
    file.readline(LONGEST + 1)  # the rest of a line
    while file.tell() < end and (line := file.readline(LONGEST + 1)):
        found = number_in(line)
        if found is not None:
            return found
    return None
