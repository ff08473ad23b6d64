"""``Splice``: one stretch of a text that is replaced, and nothing else of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Splice:
    """Text that stands in place of what was between two offsets.

    Arguments: ``start`` and ``end`` (exclusive) are offsets into the text without its byte order mark; ``text`` is
    what stands there afterwards, with ``\\n`` for a new line break whatever the file's own are. ``dropped`` names what
    goes on purpose with what is replaced and stands nowhere afterwards: comments as they are written (``# old``) and
    anchors and aliases (``&name``, ``*name``). Whatever else vanishes is a mistake, and the edit is refused.
    """

    __slots__ = ("dropped", "end", "start", "text")

    def __init__(self, start: int, end: int, text: str, dropped: Sequence[str] = ()) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.dropped = tuple(dropped)

    def __repr__(self) -> str:
        return f"Splice({self.start}, {self.end}, {self.text!r})"


def line_break_of(text: str) -> str:
    """Return the line break that most lines of a text end with; ``\\n`` when there is none or a tie."""
    if "\r" not in text:
        return "\n"
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda line_break: counts[line_break])


def with_line_break(splice: Splice, line_break: str) -> Splice:
    """Return a splice whose new line breaks are the file's own; a ``\\n`` behind a ``\\r`` is one already."""
    if line_break == "\n" or "\n" not in splice.text:
        return splice
    text = "\r\n".join(part.replace("\n", line_break) for part in splice.text.split("\r\n"))
    return Splice(splice.start, splice.end, text, splice.dropped)


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """Return a text in which splices, given in ascending order, took the place of what they replace."""
    pieces = []
    done = 0
    for splice in splices:
        pieces += [text[done : splice.start], splice.text]
        done = splice.end
    pieces.append(text[done:])
    return "".join(pieces)
