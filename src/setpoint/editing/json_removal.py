"""Taking an entry out of a JSON collection, with what belongs to it and the one comma too many."""

from __future__ import annotations

import re

from .splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .json_collection import Collection
    from .json_text import JsonText

_blank_lines = re.compile(r"(?:[ \t]*+(?:\r\n|\n|\r))*+").match


class Removal:
    """One entry's way out of its collection.

    ``own_start`` and ``own_end`` hold the entry with the comments that belong to it, ``start`` and ``end`` all that
    is cut, white space included.
    """

    def __init__(self, holder: Collection, index: int) -> None:
        self.holder = holder
        self.index = index
        self.source = holder.source
        self.entry = holder.entries[index]
        self.before = holder.gap(index)
        self.after = holder.gap(index + 1)
        self.has_previous = index > 0
        self.has_next = index + 1 < len(holder.entries)
        self.own_start = self.before.near
        self.own_end = self.after.tail
        if self.before.broken and self.after.broken:
            self.own_start = self.before.head
            self._cut_lines()
        else:
            self._cut_inside_a_line()
        if not self.has_previous and not self.has_next:
            self._empty()

    def splices(self, *, dropping: bool) -> list[Splice]:
        """Return the change of the text; ``dropping`` says that the comments go for good."""
        dropped = self.source.shown_in(self.start, self.end) if dropping else []
        splices = [Splice(self.start, self.end, "", dropped), *self._comma()]
        splices.sort(key=lambda splice: (splice.start, splice.end))
        return splices

    def _cut_lines(self) -> None:
        """The entry has its lines for itself: they go, and blank lines that would be too many then."""
        source = self.source
        self.start = source.line_start(self.before.head)
        self.end = source.next_line(self.after.tail)
        found = _blank_lines(source.text, self.end)
        assert found is not None  # it matches nothing, too
        above = _blank_lines_above(source, self.start)
        nothing_above = not self.has_previous and not source.comments_in(self.before.tail, self.before.head)
        nothing_below = not self.has_next and not source.comments_in(self.after.tail, self.after.end)
        if nothing_below:
            self.start = above
        elif nothing_above or above < self.start:
            self.end = found.end()

    def _cut_inside_a_line(self) -> None:
        """Others stand on the same line."""
        before, after = self.before, self.after
        self.start, self.end = self.own_start, self.own_end
        if self.has_next and not after.broken:
            self.end = after.head
        elif not before.broken and self.has_previous:
            if after.broken:
                self.end = self.own_end = after.close_tail
            self.start = before.tail
        elif not before.broken:
            if self.has_next and not after.has_comments:
                self.end = after.end
            else:
                self.start = _without_blanks(self.source, self.own_start)
        else:
            # The first of its line, with the closing bracket behind it.
            self.start = self.own_start = before.head
            if self.has_previous and not self.source.comments_in(before.start, before.head):
                self.start = before.tail

    def _empty(self) -> None:
        """The only entry goes: the brackets close up unless a comment stands between them."""
        source = self.source
        self.own_start, self.own_end = self.before.head, self.after.tail
        inside = source.comments_in(self.holder.start, self.holder.close)
        if all(self.own_start <= start < self.own_end for start, _ in inside):
            self.start, self.end = self.holder.start + 1, self.holder.close

    def _comma(self) -> list[Splice]:
        """Return what makes the commas right again."""
        before, after = self.before.comma, self.after.comma
        left = [comma for comma in (before, after) if comma >= 0 and not self.start <= comma < self.end]
        wanted = self.has_previous and (self.has_next or after >= 0)
        if wanted and not left:
            return [Splice(self.before.start, self.before.start, ",")]
        return [_without_comma(self.source, comma) for comma in left[int(wanted) :]]


def _without_comma(source: JsonText, comma: int) -> Splice:
    """Return the removal of a comma: with its line if it has one, else with the blanks behind it if it begins one."""
    text = source.text
    start, end = source.line_start(comma), comma + 1
    if text[start:comma].strip(" \t"):
        return Splice(comma, end, "")
    while text[end] in " \t":
        end += 1
    return Splice(start, source.next_line(end), "") if text[end] in "\r\n" else Splice(comma, end, "")


def _without_blanks(source: JsonText, offset: int) -> int:
    """Return ``offset`` moved left over blanks."""
    while source.text[offset - 1] in " \t":
        offset -= 1
    return offset


def _blank_lines_above(source: JsonText, line: int) -> int:
    """Return where the run of blank lines starts that ends where ``line`` starts."""
    while line > 0:
        end = line - (2 if source.text.startswith("\r\n", line - 2) else 1)
        start = source.line_start(end)
        if source.text[start:end].strip(" \t"):
            break
        line = start
    return line
