"""The checkpoint: how far the record had come, kept beside it.

A chain shows what was changed inside it, but not that its end was cut off. So after each append the number of entries
and the last hash are written into a small file of their own: in place, 108 bytes in one write, which a disk has whole
or not at all. It is synced only when it is made; later it costs no wait for the disk. So after a power cut it may be
behind the record, never ahead of it.

What it tells: a record whose end is missing or was rewritten, an older copy put back. What it cannot tell: a cut after
which the checkpoint was changed to match, or removed. Against that keep ``Verification.head`` in another place.
"""

from __future__ import annotations

import os

from ..atomic.write import write_file
from .chain import HASH_SIZE

NAME = "history.checkpoint"
_LABEL = "setpoint checkpoint 1"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Head: TypeAlias = tuple[int, bytes]  # number of entries, hash of the last


class UnreadableCheckpointError(Exception):
    """There is a checkpoint, and it is not what was written."""


def write(folder: str, head: Head) -> None:
    """Put the checkpoint of a record in place. Raises ``OSError``, ``UnavailableError`` the first time."""
    text = _text(head)
    path = os.path.join(folder, NAME)
    try:
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        write_file(path, text, new_mode=0o600)
        return
    try:
        os.write(descriptor, text)
    finally:
        os.close(descriptor)


def _text(head: Head) -> bytes:
    return f"{_LABEL} {head[0]:020} {head[1].hex()}\n".encode()


def read(folder: str) -> Head | None:
    """Return the checkpoint of a record, or None when there is none.

    Raises ``UnreadableCheckpointError``, or ``OSError``.
    """
    try:
        descriptor = os.open(os.path.join(folder, NAME), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    try:
        data = os.read(descriptor, 1024)
    finally:
        os.close(descriptor)
    return _head(data)


def _head(data: bytes) -> Head | None:
    if not data.strip(b"\0"):  # its name, or its name and length, survived a power cut, its first line did not
        return None
    label, _, rest = data.decode("ascii", "replace").rpartition(f"{_LABEL} ")
    count, _, digest = rest.removesuffix("\n").partition(" ")
    if label or not rest.endswith("\n") or len(count) != 20 or not count.isdecimal() or len(digest) != 2 * HASH_SIZE:
        raise UnreadableCheckpointError
    try:
        return int(count), bytes.fromhex(digest)
    except ValueError:
        raise UnreadableCheckpointError from None


def advance(folder: str, before: Head, head: Head, hash_at: Callable[[int], bytes | None]) -> Head | None:
    """Move the checkpoint on to ``head``; return the one found there if the record does not hold it.

    Arguments: ``before`` is the head that this process's append was made on; ``hash_at`` tells the record's hash at a
    place, None where it holds none. A checkpoint that does not fit is left alone, so that it can be looked into.
    Raises ``UnreadableCheckpointError``, or ``OSError``.
    """
    if _follows(folder, before, head):
        return None
    found = read(folder)
    if found is None or found == before:
        write(folder, head)
    elif found[0] <= head[0]:
        if hash_at(found[0]) not in (found[1], b""):
            return found
        if found[0] < head[0]:
            write(folder, head)
    elif hash_at(found[0]) is None:
        return found  # else another process went further in the meantime
    return None


def _follows(folder: str, before: Head, head: Head) -> bool:
    """Move the checkpoint from one head to the next when it holds the one: the usual case, with the file opened once.

    Raises ``OSError``.
    """
    flags = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(os.path.join(folder, NAME), os.O_RDWR | flags)
    except OSError:
        return False  # the long way makes it, or says what is wrong
    try:
        if os.read(descriptor, 1024) != _text(before):
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, _text(head))
        return True
    finally:
        os.close(descriptor)
