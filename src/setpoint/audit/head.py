"""The head: how far the trail had come, kept beside it.

A chain shows what was changed inside of it, but not that its end was cut off. So after each entry their number, the
last hash, and where the next line begins are written over in a small file: in one write, which a disk has whole or not
at all. It is synced only when it is made, so it costs no wait for the disk; after a power cut it may be behind the
trail, never ahead of it.
"""

from __future__ import annotations

import os

from ..atomic.write import write_file
from .line import HASH_SIZE

NAME = "audit.head"
_LABEL = "setpoint audit head 1"
_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class UnreadableHeadError(Exception):
    """There is a head, and it is not what was written."""


class Head:
    """The end of a trail: the ``number`` of its last entry, its ``hash``, and the ``offset`` behind its line."""

    __slots__ = ("hash", "number", "offset")

    def __init__(self, number: int, linked: bytes, offset: int) -> None:
        self.number = number
        self.hash = linked
        self.offset = offset

    def __repr__(self) -> str:
        return f"<Head at entry {self.number}>"


def read(folder: str) -> Head | None:
    """Return the head, or None when there is none. Raises ``UnreadableHeadError``, or ``OSError``."""
    try:
        descriptor = os.open(os.path.join(folder, NAME), os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        return None
    try:
        data = os.read(descriptor, 1024)
    finally:
        os.close(descriptor)
    label, _, rest = data.decode("ascii", "replace").rpartition(f"{_LABEL} ")
    words = rest.removesuffix("\n").split(" ")
    if label or len(words) != 3 or not rest.endswith("\n") or len(words[2]) != 2 * HASH_SIZE:
        raise UnreadableHeadError
    number, offset, linked = words
    if not (number.isdecimal() and offset.isdecimal() and len(number) == len(offset) == 20):
        raise UnreadableHeadError
    try:
        return Head(int(number), bytes.fromhex(linked), int(offset))
    except ValueError:
        raise UnreadableHeadError from None


def write(folder: str, head: Head) -> None:
    """Put the head in place. Raises ``OSError``, and ``UnavailableError`` when it has to be made."""
    text = f"{_LABEL} {head.number:020} {head.offset:020} {head.hash.hex()}\n".encode("ascii")
    path = os.path.join(folder, NAME)
    try:
        descriptor = os.open(path, os.O_WRONLY | _FLAGS)
    except FileNotFoundError:
        write_file(path, text, new_mode=0o600)
        return
    try:
        if os.write(descriptor, text) == len(text) and os.fstat(descriptor).st_size > len(text):
            os.ftruncate(descriptor, len(text))  # somebody has put something else there
    finally:
        os.close(descriptor)
