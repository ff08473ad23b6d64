"""Where a trail ends, and what the next entry is chained to, whatever happened to the file."""

from __future__ import annotations

import os

from ..errors import UnavailableError
from . import head as heads
from .line import HASH_SIZE, LABEL, first_line, number_in, start_of, stated_hash
from .reading import forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from .head import Head


class End:
    """The end of a trail.

    Arguments: ``number`` and ``hash`` are those of the last entry, ``offset`` is where the next line begins, and
    ``unfinished`` how many bytes from there a writer left that was killed: they are written over. ``opening`` is what
    has to come before the next line.
    """

    __slots__ = ("hash", "number", "offset", "opening", "unfinished")

    def __init__(self, number: int, linked: bytes, offset: int, unfinished: int = 0, opening: bytes = b"") -> None:
        self.number = number
        self.hash = linked
        self.offset = offset
        self.unfinished = unfinished
        self.opening = opening


def end_of(descriptor: int, path: str, folder: str) -> End:
    """Return where the next line goes. Raises ``OSError``, and ``UnavailableError`` for what is no trail.

    Nothing that was on record is ever written over. Where the trail does not hold what its head saw, because it was
    cut or rewritten, the next entry is chained to the head, so that every later check finds the break.
    """
    try:
        head = heads.read(folder)
    except heads.UnreadableHeadError:
        head = None
    size = os.fstat(descriptor).st_size
    with os.fdopen(os.dup(descriptor), "rb") as file:
        if head is not None and head.number and _is_at(file, head):
            walk = _Walk(head.number, head.hash, head.offset)
            walk.go(file, head)
        else:
            walk = _Walk(0, None, 0)
            walk.go(file, head)
            if head is not None and head.number and (walk.number < head.number or walk.contradicts):
                # Cut or rewritten: nothing that is left is taken for a line that was never finished.
                place = min(walk.behind_all, size)
                return End(max(walk.number, head.number), head.hash, place, opening=b"\n" if place else b"")
    if walk.hash is None:
        if walk.behind_all:
            raise UnavailableError(
                f"{path}: this is no audit trail in the format {LABEL!r}, so nothing can be added to it; move it and"
                f" {heads.NAME} away, and a new trail begins"
            )
        opening = first_line()
        start = start_of(opening[:-1])
        assert start is not None
        return End(0, start, 0, opening=opening)
    if walk.offset > size:  # the last line has lost its line break
        return End(walk.number, walk.hash, size, opening=b"\n")
    return End(walk.number, walk.hash, walk.offset, walk.behind_all - walk.offset)


class _Walk:
    """One way over the lines, from a place to the end."""

    def __init__(self, number: int, linked: bytes | None, offset: int) -> None:
        self.number = number
        self.hash = linked
        self.offset = offset  # behind the last line that is whole
        self.behind_all = offset  # behind the last byte that says something
        self.contradicts = False

    def go(self, file: BinaryIO, head: Head | None) -> None:
        for _, offset, line in forward(file, self.offset):
            self.behind_all = offset + len(line) + 1
            number, stated = number_in(line), stated_hash(line)
            if offset == 0 and number is None:
                self.hash = start_of(line)
                self.offset = self.behind_all if self.hash is not None else 0
            elif number is not None and stated is not None and b"\0" not in line:
                self.number, self.hash, self.offset = number, stated, self.behind_all
                if head is not None and number == head.number and stated != head.hash:
                    self.contradicts = True


def _is_at(file: BinaryIO, head: Head) -> bool:
    """True when the line that the head saw last ends where it did, with the hash that it had."""
    ending = b'"%b"}\n' % head.hash.hex().encode()
    assert len(ending) == 2 * HASH_SIZE + 4
    if head.offset < len(ending):
        return False
    file.seek(head.offset - len(ending))
    return file.read(len(ending)) == ending
