"""Places in a text: offsets, lines and columns, and the tree of places of a document.

Offsets count characters of the decoded text *without* its byte order mark. Lines end at ``\\n``, ``\\r\\n`` or a
lone ``\\r``; lines and columns count from 1.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Children: TypeAlias = "dict[str, Place] | list[Place] | None"


class Place:
    """Where one value of a document stands, and where its key stands if it has one.

    ``start`` and ``end`` (exclusive) are the value's offsets, ``key_start`` and ``key_end`` the key's or -1.
    ``children`` holds the places inside it: a dict for a mapping, a list for a list, None for a scalar. An entry
    that came through a YAML merge or alias has its place where it is written.
    """

    __slots__ = ("children", "end", "key_end", "key_start", "start")

    def __init__(self, start: int, end: int, key_start: int = -1, key_end: int = -1, children: Children = None) -> None:
        self.start = start
        self.end = end
        self.key_start = key_start
        self.key_end = key_end
        self.children = children

    def find(self, parts: Sequence[str | int]) -> Place | None:
        """Return the place at ``parts`` (keys and list indexes) below this one, or None."""
        place: Place | None = self
        for part in parts:
            if place is None:
                return None
            children = place.children
            if isinstance(children, dict):
                place = children.get(str(part))
            elif isinstance(children, list):
                index = int(part) if isinstance(part, int) or part.isdecimal() else -1
                place = children[index] if 0 <= index < len(children) else None
            else:
                return None
        return place

    def nearest(self, parts: Sequence[str | int]) -> Place:
        """Return the place at ``parts``, or of the nearest ancestor that has one."""
        for length in range(len(parts), 0, -1):
            place = self.find(parts[:length])
            if place is not None:
                return place
        return self

    def __repr__(self) -> str:
        return f"Place({self.start}, {self.end}, key={self.key_start}, {self.key_end})"


class Lines:
    """The lines of a text, to turn offsets into line and column. Nothing is counted before it is asked."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset at which each line starts."""
        if self._starts is None:
            text = self.text
            starts = [0]
            if "\r" in text:
                position = 0
                while True:
                    cr = text.find("\r", position)
                    lf = text.find("\n", position)
                    if cr < 0 and lf < 0:
                        break
                    if cr < 0 or 0 <= lf < cr:
                        position = lf + 1
                    else:
                        position = cr + (2 if lf == cr + 1 else 1)
                    starts.append(position)
            else:
                position = text.find("\n")
                while position >= 0:
                    starts.append(position + 1)
                    position = text.find("\n", position + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both from 1; beyond the text counts as its end."""
        from bisect import bisect_right

        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column, both from 1, kept inside the text."""
        starts = self.starts
        if line < 1:
            return 0
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + max(column, 1) - 1, len(self.text))

    def line(self, number: int) -> str:
        """Return the text of a line without its line break."""
        starts = self.starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self.starts)
