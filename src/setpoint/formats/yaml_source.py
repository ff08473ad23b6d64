"""A YAML text, made ready for libyaml without moving a single character."""

from __future__ import annotations

import re
from itertools import islice

from ..span import Lines
from .refusal import refuse
from .value_bound import too_many_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..budget import Budget

BYTE_ORDER_MARK = "\ufeff"

# Line breaks to YAML 1.1, which libyaml speaks, and ordinary characters to YAML 1.2.
_OLD_BREAKS = "\x85\u2028\u2029"

# All that can stand before the first content: blank lines and comments, with marks where a line starts.
_OPENING = re.compile("(?:\ufeff?[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*+\ufeff?")
_LEADING_MARK = re.compile("(?<![^\r\n])\ufeff")
_STRAY_MARK = re.compile("[\r\n]\ufeff")

# Up to this size in bytes the values are counted after parsing: no document so small can hurt, whatever the budget.
_UNCOUNTED = 1_000_000


class Source:
    """The text of a document and what libyaml is given instead.

    ``text`` is what the user wrote; ``parsed`` has the same characters at the same offsets, but for those that only
    libyaml would misunderstand, and ends with a line break; ``restore`` is the ``str.translate`` table that turns
    scalars back, or None. Raises ``ConfigParseError`` for a byte order mark in the middle of the text.
    """

    __slots__ = ("parsed", "restore", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.restore: dict[int, str] | None = None
        parsed = text
        if BYTE_ORDER_MARK in parsed:
            parsed = self._without_marks(parsed)
        if not parsed.isascii() and any(character in parsed for character in _OLD_BREAKS):
            parsed = self._without_old_breaks(parsed)
        # Without it, a block scalar in the last line would lose its line break, or not, depending on the reader.
        if not parsed.endswith(("\n", "\r")):
            parsed += "\n"
        self.parsed = parsed

    def _without_marks(self, text: str) -> str:
        """Turn each byte order mark before the first content into a line break, and refuse those that start a line.

        YAML 1.2.2, section 5.2, allows the mark where a document starts, which is where files were glued together.
        Inside a line it is a character like any other.
        """
        opening = _OPENING.match(text)
        start = opening.end() if opening else 0
        text = _LEADING_MARK.sub("\n", text[:start]) + text[start:]
        stray = _STRAY_MARK.search(text, max(start - 1, 0))
        if stray is not None:
            place = stray.end() - 1
            raise refuse(
                "misplaced-bom",
                "a byte order mark (U+FEFF, invisible) stands where no file starts",
                Lines(self.text),
                place,
                suggestion="remove it; it comes from joining two files",
            )
        return text

    def _without_old_breaks(self, text: str) -> str:
        """Replace the line breaks of YAML 1.1 by characters that the text does not use; ``restore`` undoes it."""
        used = set(text)
        free = (code for code in range(0xE000, 0x110000) if code & 0xFFFE != 0xFFFE and chr(code) not in used)
        codes = list(islice(free, len(_OLD_BREAKS)))
        if len(codes) < len(_OLD_BREAKS):
            place = next(index for index, character in enumerate(text) if character in _OLD_BREAKS)
            raise refuse(
                "control-character",
                "this line separator cannot be told apart in a text that uses every character there is",
                Lines(text),
                place,
                suggestion="remove it",
            )
        self.restore = dict(zip(codes, _OLD_BREAKS, strict=True))
        hidden = {ord(character): code for code, character in self.restore.items()}
        return text.translate(hidden)


def check_count(body: bytes, budget: Budget) -> None:
    """Refuse a text whose separators show that it holds more values than the budget, before anything is built.

    Every value of a flow collection has a ``,`` or a bracket before it and every value of a block collection a ``-``,
    a ``?`` or a ``: ``. They are counted without a look at quotes and comments, so that no quote can hide them: a
    document of more than a million separators may be refused though some of them are text. Those it lets pass
    hold at most twice the budget, or were built to deceive, and are counted exactly when they are built.
    Raises ``ConfigParseError``.
    """
    most = max(budget.nodes, _UNCOUNTED)
    if len(body) <= most:
        return
    count = body.count
    flow = count(b",") + count(b"[") + count(b"{")
    if flow >= most:
        raise too_many_values(budget)
    items = pairs = 0
    for mark in (b"- ", b"-\n", b"-\r", b"-\t", b"? ", b"?\n", b"?\r", b"?\t"):
        items += count(mark)
        if items + flow >= most:
            raise too_many_values(budget)
    # A pair in a flow mapping has a comma and a colon, so the larger of the two counts it once.
    for mark in (b": ", b":\n", b":\r", b":\t"):
        pairs += count(mark)
        if items + pairs >= most:
            raise too_many_values(budget)
