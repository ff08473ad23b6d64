"""Texts that many entries share: authors, causes, names."""

from __future__ import annotations

from .contents import DamagedRecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection
    from typing import Any


class Words:
    """Texts that many entries share, stored once. Remembered across transactions, until one fails."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def forget(self) -> None:
        """Forget what is remembered."""
        self._texts.clear()

    def find(self, connection: Connection, text: str) -> int | None:
        """Return the number of a text, or None when no entry has it."""
        try:
            text.encode()
        except UnicodeEncodeError:  # no text that can be recorded
            return None
        row = connection.execute("SELECT id FROM word WHERE text = ?", (text,)).fetchone()
        return None if row is None else int(row[0])

    def number(self, connection: Connection, text: str) -> int:
        """Return the number of a text, which is stored when it is new."""
        found = self.find(connection, text)
        if found is None:
            found = connection.execute("INSERT INTO word (text) VALUES (?)", (text,)).lastrowid
            assert found is not None
        return found

    def text(self, connection: Connection, number: Any) -> str:
        """Return the text of a number. Raises ``DamagedRecordError`` when there is none."""
        known = self._texts.get(number)
        if known is None:
            if not isinstance(number, int):
                raise DamagedRecordError(f"its word {number!r} is no number")
            row = connection.execute("SELECT text FROM word WHERE id = ?", (number,)).fetchone()
            if row is None or not isinstance(row[0], bytes):
                raise DamagedRecordError(f"its word {number} is missing")
            known = str(row[0], "utf-8", "replace")
            self._texts[number] = known
        return known
