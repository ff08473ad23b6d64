"""Items that come into an array or inline table, and items that go, with their commas, lines and comments."""

from __future__ import annotations

from .splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .toml_document import Document
    from .toml_habits import Habits
    from .toml_items import Item
    from .toml_nodes import Node


class Entry:
    """An item to be written: its ``text``, the comments ``above`` it, and the one ``beside`` it with its blanks.

    ``left`` are the comments for which there was no room where it was put.
    """

    __slots__ = ("above", "beside", "left", "text")

    def __init__(self, text: str, above: Sequence[str] = (), beside: str = "") -> None:
        self.text = text
        self.above = above
        self.beside = beside
        self.left: list[str] = []

    def within(self) -> str:
        """Return the item as it is written among others on their line."""
        self.left = [comment for comment in (*self.above, self.beside.strip()) if comment]
        return self.text

    def line(self, indent: str, comma: str) -> str:
        """Return the item as it is written on lines of its own."""
        comments = "".join(f"{indent}{comment}\n" for comment in self.above)
        return f"{comments}{indent}{self.text}{comma}{self.beside}\n"


class Container:
    """An array or inline table in its text, from the bracket at ``opening`` to the one at ``closing``."""

    def __init__(self, document: Document, node: Node) -> None:
        node.open(document.text)
        assert node.items is not None
        self.document = document
        self.node = node
        self.text = document.text
        self.items: list[Item] = node.items
        self.opening = node.written.value
        self.closing = node.written.end - 1

    def insert(self, position: int, entry: Entry, habits: Habits, gone: Collection[Item] = ()) -> list[Splice]:
        """Return the splices for one more item; ``position`` is its index among the items that are not ``gone``."""
        items = [item for item in self.items if item not in gone] if gone else self.items
        if not items:
            return [self._first(entry, habits)]
        if position == 0:
            first = items[0]
            if self._leads(first) and not (len(items) > 1 and self._same_line(first.end, items[1].start)):
                at = self._block(first)
                return [Splice(at, at, entry.line(self._indent(first.start), ","))]
            return [Splice(first.start, first.start, f"{entry.within()},{self._gap()}")]
        before = items[position - 1]
        if position == len(items) and before is not self.items[-1]:  # the last items go
            return [Splice(before.end, before.end, f",{self._gap()}{entry.within()}")]
        is_last = before is self.items[-1]
        following = self.closing if is_last else items[position].start
        alone = self._leads(before) and not (not is_last and self._same_line(before.end, following))
        trailing = "," if before.comma >= 0 and is_last else ""
        indent = self._indent(before.start)
        if alone and is_last and self._same_line(before.end, following):
            at = before.comma + 1 if trailing else before.end
            return [Splice(at, at, f"{'' if trailing else ','}\n{indent}{entry.within()}{trailing}")]
        if alone and (before.comma < 0 or self._same_line(before.end, before.comma)):
            at = self._line_stop(before.end)
            line = Splice(at, at, entry.line(indent, trailing if is_last else ","))
            return [line] if before.comma >= 0 else [Splice(before.end, before.end, ","), line]
        if not is_last:
            return [Splice(following, following, f"{entry.within()},{self._gap()}")]
        if trailing:
            return [Splice(before.comma + 1, before.comma + 1, f"{self._gap()}{entry.within()},")]
        return [Splice(before.end, before.end, f",{self._gap()}{entry.within()}")]

    def _first(self, entry: Entry, habits: Habits) -> Splice:
        text = self.text
        inside = text[self.opening + 1 : self.closing]
        if "\n" not in inside or self.items:
            pad = habits.array_pad() if text[self.opening] == "[" else habits.table_pad()
            return Splice(self.opening + 1, self.closing, f"{pad}{entry.within()}{pad}")
        at = text.rindex("\n", 0, self.closing) + 1
        line = self.document.line_before(at)
        if line > self.opening and text[line:at].strip():
            indent = self._indent(line + len(text[line:at]) - len(text[line:at].lstrip(" \t")))
        else:
            indent = text[at : self.closing] + habits.item_indent()
        return Splice(at, at, entry.line(indent, "," if text[self.opening] == "[" else ""))

    def comments_of(self, item: Item) -> tuple[list[str], str]:
        """Return the comments above an item that go with it, and the one beside it with the blanks in front."""
        comments = self.document.comments_in
        goes = [comment for splice in self.remove([item]) for comment in splice.dropped]
        for comment in comments(item.value, item.end):
            goes.remove(comment)
        end = max(item.end, item.comma + 1)
        stop = self._line_stop(end)
        above = comments(self._block(item), item.start) if self._leads(item) else []
        beside = self.text[end:stop].rstrip("\r\n")
        if goes == [*above, beside.strip()] and beside.strip().startswith("#"):
            return above, beside
        return goes, ""

    def remove(self, gone: Collection[Item]) -> list[Splice]:
        """Return the splices that take items out, with the comments that belong to them."""
        splices: list[Splice] = []
        position = 0
        while position < len(self.items):
            if self.items[position] not in gone:
                position += 1
                continue
            last = position
            while last + 1 < len(self.items) and self.items[last + 1] in gone:
                last += 1
            if position == 0 and last == len(self.items) - 1:
                return self._remove_all()
            if last == len(self.items) - 1:
                splices += self._remove_end(position)
            else:
                splices.append(self._remove_run(position, last))
            position = last + 1
        return splices

    def _remove_all(self) -> list[Splice]:
        first, last = self.items[0], self.items[-1]
        inside = self.document.comments_in(self.opening, self.closing)
        start = self._block(first) if self._leads(first) else first.start
        end = max(last.end, last.comma + 1)
        stop = self._line_stop(end)
        on_lines = self._leads(first) and stop <= self.closing
        dropped = self.document.comments_in(start, stop if on_lines else end)
        if len(dropped) == len(inside):
            return [self._splice(self.opening + 1, self.closing)]
        return [self._splice(start, stop if on_lines else end)]

    def _remove_run(self, first: int, last: int) -> Splice:
        """Take out items that others follow."""
        text = self.text
        start, following, comma = self.items[first].start, self.items[last + 1].start, self.items[last].comma
        if self._leads(self.items[first]) and self._leads(self.items[last + 1]):
            stop = self._line_stop(comma)
            if stop <= following and self._same_line(self.items[last].end, comma):
                return self._lines(self._block(self.items[first]), stop, is_last=False, is_first=first == 0)
        if not self.document.comments_in(start, following):
            before = self.items[first - 1] if first else None
            if before is not None and self._leads(self.items[last + 1]) and not self._leads(self.items[first]):
                return self._splice(before.comma + 1, comma + 1)
            return self._splice(start, following)
        end = comma + 1
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        return self._splice(start, end)

    def _remove_end(self, first: int) -> list[Splice]:
        """Take out the last items, of which there are more."""
        before, start, last = self.items[first - 1], self.items[first].start, self.items[-1]
        end = last.comma + 1 if last.comma >= 0 else last.end
        lone_comma = [] if last.comma >= 0 else [self._splice(before.comma, before.comma + 1)]
        if self._leads(self.items[first]) and not self._same_line(end, self.closing) and before.comma < start:
            block = self._block(self.items[first])
            if before.comma < block:
                return [*lone_comma, self._lines(block, self._line_stop(end), is_last=True, is_first=False)]
        if not self.document.comments_in(before.end, end):
            return [self._splice(before.comma + 1 if last.comma >= 0 else before.end, end)]
        return [*lone_comma, self._splice(start, end)]

    def _lines(self, start: int, stop: int, *, is_last: bool, is_first: bool) -> Splice:
        """Take out whole lines, and one of two runs of blank lines around them."""
        above = self.document.blank_above(start)
        if is_last:
            return self._splice(max(above, self._line_stop(self.opening)), stop)
        if above < start or is_first:
            return self._splice(start, self.document.blank_below(stop))
        return self._splice(start, stop)

    def _splice(self, start: int, end: int) -> Splice:
        return Splice(start, end, "", self.document.comments_in(start, end))

    def _block(self, item: Item) -> int:
        """Return where the comment lines start that stand directly above an item that leads its line."""
        text = self.text
        indent = self._indent(item.start)
        start = item.start - len(indent)
        while start > self.opening:
            line = self.document.line_before(start)
            if line <= self.opening or not text.startswith(indent + "#", line):
                break
            start = line
        return start

    def _leads(self, item: Item) -> bool:
        """True when an item is the first thing on its line."""
        return not self.text[self.text.rfind("\n", 0, item.start) + 1 : item.start].strip(" \t")

    def _indent(self, offset: int) -> str:
        return self.text[self.text.rfind("\n", 0, offset) + 1 : offset]

    def _same_line(self, start: int, end: int) -> bool:
        return self.text.find("\n", start, end) < 0

    def _line_stop(self, offset: int) -> int:
        stop = self.text.find("\n", offset)
        return stop + 1 if stop >= 0 else len(self.text)

    def _gap(self) -> str:
        """Return what stands between a comma and the next item on the same line."""
        for item, following in zip(self.items, self.items[1:], strict=False):
            blank = self.text[item.comma + 1 : following.start]
            if not blank.strip(" "):
                return blank[:1]
        return " "
