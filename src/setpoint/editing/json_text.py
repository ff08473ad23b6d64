"""A JSON or JSONC text as an edit reads it: its comments, its lines, and its collections as far as they are asked for.

Nothing is read before it is asked for, and what an edit does not look at is skipped by the standard library's decoder.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from .change import Refusal
from .json_collection import Collection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .change import Parts

# Everything up to a comment, without one Python step for each string; then the comment.
_comment = re.compile(
    r'(?:[^"/]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|/(?![/*]))*+(//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)?'
).match
_trailing_comma = re.compile(r",[ \t\r\n]*+[\]}]").search
_white = re.compile(r"[ \t\r\n]*+").match
_blanks = re.compile(r"[ \t]*+").match
_break = re.compile(r"\r\n|\n|\r")
_string = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"').match
_word = re.compile(r"[\w.+-]++").match


class JsonText:
    """A well-formed JSON or JSONC text without its byte order mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.has_cr = "\r" in text
        self.comments = _comments_of(text) if "//" in text or "/*" in text else []
        self._starts = [start for start, _ in self.comments]
        self._plain: str | None = None
        self._skip: Callable[[str, int], tuple[Any, int]] | None = None
        self._root: Collection | None = None

    @property
    def plain(self) -> str:
        """The text with spaces in place of comments and trailing commas."""
        if self._plain is None:
            plain = self.text
            if self.comments:
                pieces, done = [], 0
                for start, end in self.comments:
                    pieces += [plain[done:start], _spaces(plain[start:end])]
                    done = end
                plain = "".join([*pieces, plain[done:]])
            if _trailing_comma(plain) is not None:
                from ..formats.jsonc import blanked

                plain = blanked(plain)
            self._plain = plain
        return self._plain

    @property
    def start(self) -> int:
        """The offset of the one value of the text."""
        return self.skip_white(0)

    def collection(self, parts: Parts) -> Collection:
        """Return the mapping or list at ``parts``, read as far as it was needed before."""
        if self._root is None:
            if self.plain[self.start] not in "{[":
                raise Refusal("the document is a single value, so there is nothing inside it", self.start)
            self._root = Collection(self, self.start, None)
        found = self._root
        for part in parts:
            found = found.child(part)
        return found

    def span(self, parts: Parts) -> tuple[int, int]:
        """Return where the value at ``parts`` starts and ends."""
        if not parts:
            return self.start, len(self.plain.rstrip(" \t\r\n"))
        holder = self.collection(parts[:-1])
        entry = holder.find(parts[-1])
        return entry.value, holder.end_of(entry)

    def end_of(self, start: int) -> int:
        """Return where the value that starts at ``start`` ends."""
        character = self.plain[start]
        if character == '"':
            found = _string(self.plain, start)
        elif character not in "{[":
            found = _word(self.plain, start)
        else:
            if self._skip is None:
                import json

                # Written in C; typeshed has no word of it.
                self._skip = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
            return self._skip(self.plain, start)[1]
        assert found is not None  # the text is well-formed
        return found.end()

    def comments_in(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the comments stand that start between two offsets."""
        if not self.comments:
            return []
        return self.comments[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def shown(self, start: int, end: int) -> str:
        """Return a comment as a census counts it: as it is written, but for the indentation of its lines."""
        comment = self.text[start:end]
        if comment.startswith("//"):
            return comment.rstrip(" \t")
        return "\n".join(line.strip(" \t") for line in _break.split(comment))

    def shown_in(self, start: int, end: int) -> list[str]:
        """Return the comments that start between two offsets, as a census counts them."""
        return [self.shown(*place) for place in self.comments_in(start, end)]

    def skip_white(self, offset: int) -> int:
        """Return the first offset from ``offset`` on where something but white space and comments stands."""
        found = _white(self.plain, offset)
        assert found is not None  # it matches nothing, too
        return found.end()

    def has_break(self, start: int, end: int) -> bool:
        """True when a line ends between two offsets."""
        return self.text.find("\n", start, end) >= 0 or (self.has_cr and self.text.find("\r", start, end) >= 0)

    def breaks(self, start: int, end: int) -> int:
        """Return how many lines end between two offsets."""
        count = self.text.count("\n", start, end)
        if self.has_cr:
            count += self.text.count("\r", start, end) - self.text.count("\r\n", start, end)
        return count

    def line_start(self, offset: int) -> int:
        """Return where the line with ``offset`` starts."""
        start = self.text.rfind("\n", 0, offset)
        return (max(start, self.text.rfind("\r", 0, offset)) if self.has_cr else start) + 1

    def next_line(self, offset: int) -> int:
        """Return where the line behind the one with ``offset`` starts, or the end of the text."""
        found = _break.search(self.text, offset)
        return len(self.text) if found is None else found.end()

    def indent(self, offset: int) -> str:
        """Return the blanks at the start of the line with ``offset``."""
        found = _blanks(self.text, self.line_start(offset))
        assert found is not None  # it matches nothing, too
        return found[0]


def _spaces(comment: str) -> str:
    return " " * len(comment) if comment.startswith("//") else re.sub(r"[^\r\n]", " ", comment)


def _comments_of(text: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    position = 0
    while True:
        found = _comment(text, position)
        if found is None or found.start(1) < 0:
            return places
        places.append(found.span(1))
        position = found.end()
