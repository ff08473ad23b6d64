"""Putting an entry into a JSON collection: on a line of its own or beside others, as the collection has it."""

from __future__ import annotations

from .splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .json_collection import Collection
    from .json_piece import CarriedPiece, NewPiece
    from .json_style import Style

_NEIGHBOURS = 16  # entries to each side that tell whether several stand on a line


class Placing:
    """One entry's way into a collection: at ``index`` among its entries."""

    def __init__(self, style: Style, holder: Collection, index: int, piece: NewPiece | CarriedPiece) -> None:
        self.style = style
        self.source = holder.source
        self.holder = holder
        self.index = index
        self.piece = piece
        self.count = len(holder.entries)
        self.gap = holder.gap(index)

    def splices(self) -> list[Splice]:
        """Return the change of the text."""
        if not self.count:
            return self._into_empty()
        wrapped = self._is_wrapped()
        if self.gap.broken and (self.piece.needs_lines or not wrapped):
            return self._on_own_line()
        if self.piece.needs_lines:
            return self._on_forced_line()
        return self._in_line(wrapped)

    def _is_wrapped(self) -> bool:
        """True when several entries stand on a line near the place."""
        entries = self.holder.entries
        if self.count == 1:
            return not self.holder.gap(0).broken
        first, last = max(1, self.index - _NEIGHBOURS), min(self.count, self.index + _NEIGHBOURS)
        broken = sum(self.source.has_break(entries[at - 1].end, entries[at].start) for at in range(first, last))
        return 2 * broken <= last - first

    def _text(self, indent: str, *, by_line: bool, comma: bool) -> str:
        core, beside = self.piece.text(self.holder, self.index, indent, by_line)
        return core + ("," if comma else "") + beside

    def _indent(self) -> str:
        """Return the indentation of the entries near the place."""
        entries, source = self.holder.entries, self.source
        for at in (self.index - 1, self.index, *range(self.count)):
            if 0 <= at < self.count and self.holder.gap(at).broken:
                return source.indent(self.holder.gap(at).near)
        return source.indent(entries[0].start if entries else self.holder.start) + self.style.unit(self.holder)

    def _on_own_line(self) -> list[Splice]:
        gap, indent = self.gap, self._indent()
        if self.index == 0:
            if self.count > 1 and self.holder.gap(1).is_leading:
                text = self._text(indent, by_line=True, comma=False)
                return [Splice(gap.head, gap.head, f"{text}\n{self.source.indent(self.holder.gap(1).comma)}, ")]
            return [Splice(gap.head, gap.head, f"{self._text(indent, by_line=True, comma=True)}\n{indent}")]
        if self.index < self.count:
            if gap.is_leading:
                indent = self.source.indent(gap.comma)
                return [Splice(gap.tail, gap.tail, f"\n{indent}, {self._text(indent, by_line=True, comma=False)}")]
            return [Splice(gap.tail, gap.tail, f"\n{indent}{self._text(indent, by_line=True, comma=True)}")]
        if gap.comma >= 0:
            return self._behind_last_comma(f"\n{indent}{self._text(indent, by_line=True, comma=True)}")
        if self.count > 1 and self.holder.gap(self.index - 1).is_leading:
            return [Splice(gap.tail, gap.tail, f"\n{indent}, {self._text(indent, by_line=True, comma=False)}")]
        return self._behind_last(gap.tail, f"\n{indent}{self._text(indent, by_line=True, comma=False)}")

    def _behind_last_comma(self, text: str) -> list[Splice]:
        """Return the change that puts ``text`` behind the last entry's comma and what stands beside that."""
        gap, source = self.gap, self.source
        at = max(gap.tail, gap.comma + 1)
        for start, end in source.comments_in(at, gap.end):
            if source.has_break(at, start):
                break
            at = end
        if source.has_break(at, gap.end):
            return [Splice(at, at, text)]
        return [Splice(at, gap.end, f"{text}\n{source.indent(self.holder.start)}")]

    def _behind_last(self, at: int, text: str, end: int | None = None) -> list[Splice]:
        """Return the change that puts a comma behind the last entry, and ``text`` behind what belongs to it."""
        end = at if end is None else end
        if at == self.gap.start:
            return [Splice(at, end, "," + text)]
        return [Splice(self.gap.start, self.gap.start, ","), Splice(at, end, text)]

    def _on_forced_line(self) -> list[Splice]:
        """Give a line to an entry whose comments need one, in a collection that has none for its entries."""
        gap, source = self.gap, self.source
        outer = source.indent(self.holder.start)
        indent = outer + self.style.unit(self.holder)
        if self.index < self.count:
            start = gap.head
            while source.text[start - 1] in " \t":
                start -= 1
            return [Splice(start, gap.head, f"\n{indent}{self._text(indent, by_line=True, comma=True)}\n{indent}")]
        if gap.comma >= 0:
            return self._behind_last_comma(f"\n{indent}{self._text(indent, by_line=True, comma=True)}")
        text = f"\n{indent}{self._text(indent, by_line=True, comma=False)}\n{outer}"
        return self._behind_last(gap.tail, text, gap.end)

    def _in_line(self, wrapped: bool) -> list[Splice]:
        gap = self.gap
        indent = self.source.indent(gap.start if self.index else gap.near)
        separator = self.style.separator(self.holder, self.index)
        by_line = False
        if self.count > 1 and not wrapped and self.index in (0, self.count):
            # One entry on each line, and this end of them on the bracket's.
            neighbour = self.holder.gap(1 if self.index == 0 else self.count - 1)
            if neighbour.broken:
                indent = self.source.indent(neighbour.near)
                separator, by_line = "\n" + indent, True
        core, beside = self.piece.text(self.holder, self.index, indent, by_line)
        text = core + beside
        if self.index < self.count and (self.index == 0 or not gap.broken):
            at = gap.near
            return [Splice(at, at, f"{text},{separator}")]
        if gap.comma >= 0 and not gap.is_leading:
            return [Splice(gap.comma + 1, gap.comma + 1, f"{separator}{text},")]
        at = gap.start
        if not gap.is_leading and "//" not in self.source.text[gap.start : gap.tail]:
            at = gap.tail
        if gap.comma < 0 and wrapped and self._is_full(at, text):
            separator = "\n" + indent
        if gap.comma >= 0 and self.index == self.count:
            return [Splice(gap.comma + 1, gap.comma + 1, f"{separator}{text},")]
        return [Splice(at, at, f",{separator}{text}")]

    def _is_full(self, at: int, text: str) -> bool:
        """True when the line with ``at`` would become longer than all the lines of a collection of several lines."""
        holder, source = self.holder, self.source
        if self.count < 3 or not source.has_break(holder.start, holder.close):
            return False
        longest = max(len(line) for line in source.text[holder.start : holder.close].splitlines())
        return at - source.line_start(at) + len(text) + 2 > longest

    def _into_empty(self) -> list[Splice]:
        holder, source = self.holder, self.source
        outer = source.indent(holder.start)
        indent = outer + self.style.unit(holder.holder)
        comments = source.comments_in(holder.start, holder.close)
        if comments:
            start, end = comments[-1]
            if source.has_break(end, holder.close):
                if source.line_start(start) > holder.start:
                    indent = source.indent(start)
                return [Splice(end, end, f"\n{indent}{self._text(indent, by_line=True, comma=False)}")]
            if not self.piece.needs_lines:
                return [Splice(end, end, f" {self._text(outer, by_line=False, comma=False)}")]
            return [Splice(end, holder.close, f"\n{indent}{self._text(indent, by_line=True, comma=False)}\n{outer}")]
        inside = source.text[holder.start + 1 : holder.close]
        if self._wants_lines(inside):
            text = f"\n{indent}{self._text(indent, by_line=True, comma=False)}\n{outer}"
        else:
            pad = inside or self.style.pad("[" if holder.is_list else "{")
            text = f"{pad}{self._text(outer, by_line=False, comma=False)}{pad}"
        return [Splice(holder.start + 1, holder.close, text)]

    def _wants_lines(self, inside: str) -> bool:
        """True when an empty collection gets lines for its entries, ``inside`` is the white space in it."""
        holder = self.holder
        if self.piece.needs_lines or "\n" in inside or "\r" in inside:
            return True
        outer = holder.holder
        value = [self.piece.value] if holder.is_list else {"": self.piece.value}
        if outer is None:
            return not self.style.is_one_line and not self.style.is_list_in_line(value)
        index = outer.index(holder.part)
        return self.style.wants_lines(value, outer, index, outer.gap(index).broken)
