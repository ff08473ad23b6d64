"""``SourceText``: the text of a file that could be parsed, and where in it each value stands."""

from __future__ import annotations

from ..address import pointer
from ..diagnostic import Diagnostic
from ..errors import ConfigParseError
from ..excerpt import excerpt
from ..formats import locate
from ..formats.refusal import text_of
from ..span import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

    from ..diagnosis.problem import Problem
    from ..diagnostic import Excerpt
    from ..span import Place

    Span = tuple[int, int]


class SourceText:
    """The places in one file's text.

    Arguments: ``data`` are the file's bytes, which ``decode`` accepts; ``format_name`` is its format. What is in
    ``hidden``, offset pairs that do not overlap, is masked in every excerpt.
    """

    __slots__ = ("_root", "hidden", "lines")

    def __init__(self, data: bytes, format_name: str) -> None:
        self.lines = Lines(text_of(data))
        self._root: Place | None
        try:
            self._root = locate(data, format_name)
        except ConfigParseError:
            # The decoder and the locator of a format may be two engines, and disagree about a freak. A finding
            # without its line is better than none.
            self._root = None
        self.hidden: list[Span] = []

    def hide(self, places: Iterable[Sequence[str | int]], words: re.Pattern[str] | None = None) -> None:
        """Mask from now on the values at some places, and what matches ``words`` wherever it stands."""
        spans = []
        for parts in places:
            place = self._root.find(parts) if self._root is not None else None
            if place is not None:
                spans.append((place.start, place.end))
        if words is not None:
            spans += [match.span() for match in words.finditer(self.lines.text)]
        self.hidden = _merged(spans)

    def hides(self, found: Diagnostic) -> bool:
        """True when a located finding begins inside what is masked."""
        if found.line is None:
            return False
        start = self.lines.offset(found.line, found.column or 1)
        return any(low <= start < high for low, high in self._hidden_near(start))

    def excerpt(self, start: int, end: int) -> Excerpt:
        """Return the excerpt for a pair of offsets, with what is hidden masked."""
        return excerpt(self.lines, start, max(end, start), self._hidden_near(start))

    def _hidden_near(self, offset: int) -> list[Span]:
        """Return the hidden spans on the line of an offset and the one before it."""
        from bisect import bisect_left, bisect_right

        line, _ = self.lines.position(offset)
        first = self.lines.offset(max(line - 1, 1), 1)
        last = self.lines.offset(line, 1) + len(self.lines.line(line))
        return self.hidden[
            bisect_left(self.hidden, first, key=lambda span: span[1]) : bisect_right(
                self.hidden, last, key=lambda span: span[0]
            )
        ]

    def span(self, parts: Sequence[str | int], at: str) -> Span | None:
        """Return the offsets of the key or value at ``parts``, or of the nearest value around it that has a place."""
        if self._root is None:
            return None
        place = self._root.nearest(parts)
        if at == "key" and place.key_start >= 0:
            return (place.key_start, place.key_end)
        if place.children is None:
            return (place.start, place.end)
        # A whole mapping or list: its first line stands for it.
        line, _ = self.lines.position(place.start)
        line_end = self.lines.offset(line, 1) + len(self.lines.line(line))
        return (place.start, min(place.end, max(line_end, place.start)))

    def diagnostic(self, problem: Problem, file: str | None) -> Diagnostic:
        """Return a problem as a diagnostic at its place, with its excerpt."""
        found = unplaced(problem, file)
        span = self.span(problem.parts, problem.at)
        if span is None:
            return found
        start, end = span
        found.line, found.column = self.lines.position(start)
        found.end_line, found.end_column = self.lines.position(end)
        if (found.end_line, found.end_column) <= (found.line, found.column):  # an empty value
            found.end_line, found.end_column = found.line, found.column + 1
        found.excerpt = self.excerpt(start, end)
        return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def unplaced(problem: Problem, file: str | None) -> Diagnostic:
    """Return a problem as a diagnostic that has a path, but no line."""
    return Diagnostic(
        problem.rule,
        problem.message,
        severity=problem.severity,
        file=file,
        path=pointer(problem.parts),
        suggestion=problem.suggestion,
        at=problem.at,
        note=problem.note,
    )
