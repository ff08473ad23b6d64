"""``Entries``: the entries of one mapping or list, and the lines that belong to each."""

from __future__ import annotations

from .yaml_marks import has_comment
from .yaml_outline import BLOCKS, MAPPINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .yaml_outline import Outline


class Entries:
    """The entries of the collection whose event is ``number``, counted from 0 in the order of the text.

    A merge (``<<``) is an entry like any other. ``keys`` and ``values`` hold events; a list's keys are all -1.
    """

    __slots__ = ("_dashes", "in_brackets", "is_mapping", "is_pair", "keys", "number", "outline", "page", "values")

    def __init__(self, outline: Outline, number: int) -> None:
        self.outline = outline
        self.page = outline.page
        self.number = number
        kind = outline.kinds[number]
        self.is_mapping = kind in MAPPINGS
        self.in_brackets = kind not in BLOCKS
        self.is_pair = self.is_mapping and self.in_brackets and outline.is_pair(number)
        self.keys: list[int] = []
        self.values: list[int] = []
        for key, value in outline.children(number):
            self.keys.append(key)
            self.values.append(value)
        self._dashes: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def start(self, entry: int) -> int:
        """Return where an entry starts: with its key, its ``?`` or ``-``, or its value."""
        if not self.is_mapping:
            return self.outline.starts[self.values[entry]] if self.in_brackets else self.dash(entry)
        start = self.outline.starts[self.keys[entry]]
        before = self.page.blanks_before(start) - 1
        if before >= 0 and self.page.text[before] == "?" and before + 1 < start:
            line = self.page.line_start(before)
            if self.page.blanks_before(before) == line or self.page.text[before - 1] in " \t[{,":
                return before
        return start

    def dash(self, entry: int) -> int:
        """Return where the ``-`` of a list's item stands."""
        if entry == 0:
            return self.outline.start(self.number)
        found = self._dashes.get(entry)
        if found is None:
            found = self._dashes[entry] = self.outline.space_end(self.end(entry - 1))
        return found

    def opening(self, entry: int) -> int:
        """Return where the value of an entry can start: after its ``:``, ``-`` and anchor."""
        value = self.values[entry]
        if value in self.outline.anchors:
            return self.outline.anchor_end(value)
        if self.is_mapping:
            return self.outline.colon_end(self.keys[entry])
        return self.outline.start(value) if self.in_brackets else self.dash(entry) + 1

    def has_colon(self, entry: int) -> bool:
        """False for a key in brackets that has no ``:``."""
        key = self.keys[entry]
        return self.outline.colon_end(key) > self.outline.ends[key]

    def end(self, entry: int) -> int:
        """Return where an entry ends: with its value, or with what stands before a value that is not written."""
        value = self.values[entry]
        if self.is_mapping and self.outline.is_empty(value):
            return self.opening(entry)
        return self.outline.end(value)

    def column(self) -> int:
        """Return the column of the entries: that of the first."""
        return self.page.column(self.start(0))

    def is_compact(self, entry: int) -> bool:
        """True for an entry that starts on a line on which something else stands before it."""
        return not self.page.starts_line(self.start(entry))

    def floor(self, entry: int) -> int:
        """Return where the entry before ends; 0 for the first."""
        return self.end(entry - 1) if entry else 0

    def is_above(self, line: int, entry: int) -> bool:
        """True for a line wholly between the entry before and this one."""
        floor = self.floor(entry)
        return line > floor or (entry == 0 and line >= floor)

    def lead(self, entry: int) -> int:
        """Return the line where an entry starts with the comments directly above it, which belong to it.

        The comment at the top of a file belongs to the file.
        """
        page = self.page
        start = self.start(entry)
        line = first = page.line_start(start)
        if page.indent(first) != start:  # what is above belongs to the entry on whose line it starts
            return first
        while line > 0:
            above = page.line_above(line)
            at = page.indent(above)
            if not self.is_above(above, entry) or page.text[at : at + 1] != "#" or at - above != start - first:
                break
            line = above
        if line < first and entry == 0 and self.number == self.outline.root and self._tops_file(line):
            return first
        return line

    def _tops_file(self, line: int) -> bool:
        """True when no other comment, and no mark of the document, stands before the one on a line."""
        if line == 0:
            return True
        above = self.page.line_above(line)
        if self.page.is_comment(above):  # one that is indented otherwise
            return True
        return not has_comment(self.outline, 0, line)

    def tail(self, entry: int) -> int:
        """Return where the last line ends that belongs to an entry: comments indented deeper than it follow it."""
        page = self.page
        end = page.line_end(self.end(entry))
        column = page.column(self.start(entry))
        nested = self.outline.kinds[self.values[entry]] in BLOCKS
        while True:
            line = page.next_line(end)
            if line <= end:
                return end
            while nested and page.is_blank(line):
                line = page.next_line(line)
            at = page.indent(line)
            if page.text[at : at + 1] != "#" or at - line <= column:
                return end
            end = page.line_end(line)

    def events(self, entry: int) -> tuple[int, int]:
        """Return the first and the last event of an entry."""
        value = self.values[entry]
        return self.keys[entry] if self.is_mapping else value, self.outline.last(value)

    def comma(self, entry: int) -> int:
        """Return where the comma after an entry in brackets stands, or -1."""
        at = self.outline.space_end(self.end(entry))
        return at if self.page.text[at : at + 1] == "," else -1

    def brackets(self) -> tuple[int, int]:
        """Return the offsets of the two brackets."""
        return self.outline.start(self.number), self.outline.ends[self.outline.partners[self.number]] - 1
