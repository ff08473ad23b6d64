"""Checking the trail: the chain, the numbers, and how far it had come."""

from __future__ import annotations

import os

from ..diagnostic import WARNING, Diagnostic
from ..errors import UsageError
from . import head as heads
from .line import HASH_SIZE, DamagedLineError, entry_in, follows, number_in, start_of, stated_hash
from .reading import forward, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from .head import Head

RULE = "audit-altered"
_MOST = 20  # findings that are told


def expected_head(told: tuple[int, str] | None) -> Head | None:
    """Return a head as it was kept elsewhere. Raises ``UsageError`` when it is none."""
    if told is None:
        return None
    try:
        number, linked = int(told[0]), bytes.fromhex(told[1])
    except (ValueError, TypeError, IndexError):
        linked = b""
    if len(linked) != HASH_SIZE or number < 0:
        raise UsageError("a head is the number of the last entry and its hash, 64 hexadecimal digits")
    return heads.Head(number, linked, 0)


def verify(path: str, folder: str, expect: Head | None) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a trail, the first bad entry first, at most 20 findings.

    Arguments: ``expect`` is a head that was kept elsewhere. Raises ``UnavailableError`` when it cannot be read.
    """
    from ..atomic.refusal import refused

    walk = _Walk(path)
    try:
        # The head is read first: entries that are added meanwhile only go further.
        try:
            walk.add_head(heads.read(folder), f"says {heads.NAME}")
        except heads.UnreadableHeadError:
            walk.complain("this is no head of an audit trail any more", file=os.path.join(folder, heads.NAME))
        if expect is not None:
            walk.add_head(expect, "says the head that was expected")
        file = opened(path)
        if file is not None:
            with file:
                walk.go(file)
        walk.finish(is_there=file is not None)
    except OSError as error:
        raise refused(path, "read", error, folder) from None
    return tuple(walk.problems[:_MOST])


class _Walk:
    """One way through the whole trail, from its first line to its last."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Diagnostic] = []
        self.heads: list[tuple[Head, str]] = []
        self.reached = 0
        self.before: bytes | None = None
        self.line = 0

    def add_head(self, head: Head | None, source: str) -> None:
        if head is not None and head.number:
            self.heads.append((head, source))

    def complain(self, message: str, *, file: str | None = None, severity: str = "error") -> None:
        line = self.line if file is None and self.line else None
        self.problems.append(
            Diagnostic(
                RULE,
                message,
                severity=severity,
                file=file or self.path,
                line=line,
                column=None if line is None else 1,
            )
        )

    def go(self, file: BinaryIO) -> None:
        unfinished = 0  # lines that are no entries; at the end such a line may be one that is just being written
        is_first = True
        for number_of_line, _, line in forward(file):
            self.line = number_of_line
            if is_first:
                is_first = False
                self.before = start_of(line)
                if self.before is None:
                    self.complain("this is not the first line of an audit trail: it was changed or removed")
                if number_in(line) is None:
                    continue
            number, stated = number_in(line), stated_hash(line)
            if number is None or stated is None or b"\0" in line:
                unfinished = number_of_line
                continue
            if unfinished:
                self.line, unfinished = unfinished, 0
                self.complain(f"this line, behind entry {self.reached}, is no entry")
                self.line = number_of_line
                self.before = None
            self._look_at(number, stated, line)
            if len(self.problems) >= _MOST:
                return
        if unfinished and any(head.number > self.reached for head, _ in self.heads):
            self.line = unfinished
            self.complain(f"this line, behind entry {self.reached}, is no entry")

    def _look_at(self, number: int, stated: bytes, line: bytes) -> None:
        if number != self.reached + 1:
            if number > self.reached:
                missing = f"{self.reached + 1}" if number == self.reached + 2 else f"{self.reached + 1} to {number - 1}"
                self.complain(f"entry {number} is not the next one: {missing} came before it, and is missing")
            else:
                self.complain(f"entry {number} stands behind entry {self.reached}: it was moved or inserted")
            self.before = None
        if self.before is not None and not follows(line, self.before):
            self.complain(f"entry {number} does not fit the chain: it was changed, or what came before it was")
        else:
            try:
                entry_in(line)
            except DamagedLineError as error:
                self.complain(f"entry {number} is damaged: {error}")
        for head, source in self.heads:
            if head.number == number and head.hash != stated:
                self.complain(f"entry {number} is not the one that was recorded, {source}")
        self.before, self.reached = stated, number

    def finish(self, *, is_there: bool) -> None:
        if len(self.problems) >= _MOST:
            return
        self.line = 0
        for head, source in self.heads:
            if head.number > self.reached:
                end = f"ends at entry {self.reached}" if is_there else "is gone"
                self.complain(f"the trail {end}, and there were {head.number} entries, {source}")
        folder = os.path.dirname(self.path)
        if self.reached and not os.path.lexists(os.path.join(folder, heads.NAME)):
            self.complain(
                f"{heads.NAME} is missing, so nobody can tell whether the end was cut off; the next entry makes it",
                severity=WARNING,
            )
