"""The bytes of all revisions: each content whole, or as the difference to the one before it."""

from __future__ import annotations

from collections import OrderedDict

from . import delta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection
    from typing import TypeAlias

    Manifest: TypeAlias = tuple[tuple[int, int], ...]  # (word of the file's name, content) in the order of the names

# A content is reached over at most so many differences, and over so few that no more than this is copied on the way.
_DEEPEST = 128
_MOST_COPIED = 256 * 1024 * 1024
_DAMAGED_DEPTH = 4 * _DEEPEST  # an import or a purge never makes chains longer, so a longer one is damage
_REMEMBERED = 4 * 1024 * 1024  # bytes of contents kept in memory, the newest one always
MOST_FILES = 1000  # in one revision


class DamagedRecordError(Exception):
    """Something in the record is not what was written: ``str()`` says what, as the end of a sentence."""


class Contents:
    """Reads and writes contents, and remembers the last ones. A content's number never gets another content.

    Arguments: all methods take the connection, inside a transaction.
    """

    __slots__ = ("_recent", "_size")

    def __init__(self) -> None:
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._size = 0

    def forget(self) -> None:
        """Forget what is remembered: the transaction that wrote it failed, or the file is another one."""
        self._recent.clear()
        self._size = 0

    def load(self, connection: Connection, number: int) -> bytes:
        """Return a content. Raises ``DamagedRecordError``."""
        steps: list[tuple[int, int, bytes]] = []
        content: bytes | None = None
        wanted: int | None = number
        while wanted is not None:
            content = self._recent.get(wanted)
            if content is not None:
                self._recent.move_to_end(wanted)
                break
            row = connection.execute("SELECT base, size, data FROM content WHERE id = ?", (wanted,)).fetchone()
            if row is None:
                raise DamagedRecordError(f"content {wanted} is missing")
            base, size, data = row
            sound = isinstance(size, int) and 0 <= size <= delta.LARGEST and isinstance(data, bytes)
            if not sound or not (base is None or (isinstance(base, int) and base < wanted)):
                raise DamagedRecordError(f"content {wanted} is damaged")
            steps.append((wanted, size, data))
            if len(steps) > _DAMAGED_DEPTH:
                raise DamagedRecordError(f"content {number} is reached over too many differences")
            wanted = base
        for step, size, data in reversed(steps):
            try:
                content = delta.unpack(data, size) if content is None else delta.patched(content, data, size)
            except ValueError as error:
                raise DamagedRecordError(f"content {step} is damaged: {error}") from None
        assert content is not None
        self._remember(number, content)
        return content

    def store(self, connection: Connection, number: int, content: bytes, base: int | None) -> None:
        """Write a content: as the difference to ``base`` where that saves. Raises ``DamagedRecordError``."""
        depth = 0
        data: bytes | None = None
        if base is not None:
            row = connection.execute("SELECT depth FROM content WHERE id = ?", (base,)).fetchone()
            depth = row[0] + 1 if row and isinstance(row[0], int) else _DEEPEST + 1
            if depth <= min(_DEEPEST, _MOST_COPIED // (len(content) + 1)):
                data = delta.difference(self.load(connection, base), content)
        if data is None or len(data) * 4 > len(content):
            whole = delta.pack(content)
            if data is None or len(whole) <= len(data):
                data, base, depth = whole, None, 0
        # One of this number can only be a leftover of entries that somebody cut off.
        connection.execute("REPLACE INTO content VALUES (?, ?, ?, ?, ?)", (number, base, depth, len(content), data))
        self._size -= len(self._recent.pop(number, b""))
        self._remember(number, content)

    def drop(self, connection: Connection, doomed: Iterable[int]) -> None:
        """Remove contents. Those that were differences to them are written whole."""
        gone = set(doomed)
        related = connection.execute("SELECT id, base FROM content WHERE base IS NOT NULL").fetchall()
        for heir in [number for number, base in related if base in gone and number not in gone]:
            try:
                whole = delta.pack(self.load(connection, heir))
            except DamagedRecordError:  # it could not be read before either, and verify names it
                continue
            connection.execute("UPDATE content SET base = NULL, depth = 0, data = ? WHERE id = ?", (whole, heir))
        connection.executemany("DELETE FROM content WHERE id = ?", [(number,) for number in gone])
        self.forget()

    def _remember(self, number: int, content: bytes) -> None:
        if number in self._recent:
            return
        self._recent[number] = content
        self._size += len(content)
        while self._size > _REMEMBERED and len(self._recent) > 1:
            _, oldest = self._recent.popitem(last=False)
            self._size -= len(oldest)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as it is stored: each number as a varint."""
    out = bytearray()
    for pair in manifest:
        for number in pair:
            delta.put_number(out, number)
    return bytes(out)


def manifest_of(data: object) -> Manifest:
    """Return a stored manifest. Raises ``DamagedRecordError``."""
    if not isinstance(data, bytes):
        raise DamagedRecordError("its list of files is damaged")
    numbers = []
    position = 0
    try:
        while position < len(data):
            number, position = delta.get_number(data, position)
            numbers.append(number)
    except ValueError:
        raise DamagedRecordError("its list of files is damaged") from None
    if len(numbers) % 2 or len(numbers) > 2 * MOST_FILES:
        raise DamagedRecordError("its list of files is damaged")
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
