"""``Page``: the lines of a YAML text, found when they are asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Page:
    """A text and its lines, which end at ``\\n``, ``\\r\\n`` or a lone ``\\r``. A line is named by where it starts."""

    __slots__ = ("returns", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.returns = "\r" in text

    def line_start(self, at: int) -> int:
        """Return where the line starts on which an offset stands."""
        start = self.text.rfind("\n", 0, at) + 1
        if self.returns:
            start = max(start, self.text.rfind("\r", 0, at) + 1)
            if start == at and self.text[at - 1 : at + 1] == "\r\n":  # between the two halves of a line break
                return self.line_start(at - 1)
        return start

    def line_end(self, at: int) -> int:
        """Return where the line ends on which an offset stands, before its line break."""
        end = self.text.find("\n", at)
        if end < 0:
            end = len(self.text)
        if self.returns:
            back = self.text.find("\r", at, end)
            if back >= 0:
                return back
        return end

    def next_line(self, at: int) -> int:
        """Return where the line after that of an offset starts; the end of the text when there is none."""
        end = self.line_end(at)
        if self.text.startswith("\r\n", end):
            return end + 2
        return min(end + 1, len(self.text))

    def line_above(self, line: int) -> int:
        """Return the line above one that is not the first."""
        return self.line_start(line - (2 if self.text.startswith("\r\n", line - 2) and line > 1 else 1))

    def without_break(self, end: int) -> int:
        """Return the offset before the line break that ends at one."""
        if end > 1 and self.text.startswith("\r\n", end - 2):
            return end - 2
        return end - 1 if end and self.text[end - 1] in "\r\n" else end

    def column(self, at: int) -> int:
        """Return how many characters stand before an offset in its line."""
        return at - self.line_start(at)

    def indent(self, line: int) -> int:
        """Return the offset of the first character of a line that is not blank, or of the line's end."""
        text, at, size = self.text, line, len(self.text)
        while at < size and text[at] in " \t":
            at += 1
        return at

    def blanks_before(self, at: int) -> int:
        """Return where the blanks start that stand before an offset in its line."""
        while at and self.text[at - 1] in " \t":
            at -= 1
        return at

    def starts_line(self, at: int) -> bool:
        """True when only blanks stand before an offset in its line."""
        return self.blanks_before(at) == self.line_start(at)

    def is_blank(self, line: int) -> bool:
        """True for a line of nothing but blanks; the end of the text after its last line break is none."""
        return self.indent(line) == self.line_end(line) and line < len(self.text)

    def is_blank_from(self, at: int) -> bool:
        """True when nothing but blanks follows an offset in its line."""
        return self.indent(at) == self.line_end(at)

    def is_comment(self, line: int) -> bool:
        """True for a line whose first character is a ``#``; whether it is inside a value, the caller knows."""
        return self.text.startswith("#", self.indent(line))

    def lines(self, start: int, end: int) -> Iterator[int]:
        """Give every line from the one that starts at an offset to the last one that starts before another."""
        while start < end:
            yield start
            following = self.next_line(start)
            if following <= start:
                return
            start = following

    def line_number(self, at: int) -> int:
        """Return the number of an offset's line, from 1."""
        from ..span import Lines

        return Lines(self.text).position(at)[0]
