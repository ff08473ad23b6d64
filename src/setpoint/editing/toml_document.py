"""A TOML text as edits see it: its statements, and the lines and comments that belong to each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from .splice import Splice
from .toml_lines import PAIR, Statement, comment_starts
from .toml_nodes import build, find, statements_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from .change import Parts
    from .toml_nodes import Node

    Region: TypeAlias = tuple[int, int]


_NEAR = 20


class Document:
    """One text and its tree. What an edit does not ask for is not worked out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._built: tuple[list[Statement], Node] | None = None
        self._sections: list[int] | None = None
        self._comments: list[int] | None = None

    @property
    def statements(self) -> list[Statement]:
        """All headers and pairs in their order."""
        if self._built is None:
            self._built = build(self.text)
        return self._built[0]

    @property
    def root(self) -> Node:
        """The node of the whole document."""
        if self._built is None:
            self._built = build(self.text)
        return self._built[1]

    @property
    def sections(self) -> list[int]:
        """The indexes of the headers among the statements."""
        if self._sections is None:
            self._sections = [statement.index for statement in self.statements if statement.kind != PAIR]
        return self._sections

    def find(self, parts: Parts) -> Node:
        """Return the node at ``parts``."""
        return find(self.root, self.text, parts)

    def made_of(self, node: Node) -> list[Statement]:
        """Return the statements that make a node and all that is in it."""
        return self.statements[:] if node is self.root else statements_of(node, self.statements, self.sections)

    def comments_in(self, start: int, end: int) -> list[str]:
        """Return the comments that start from ``start`` to ``end``, as they are written."""
        if self._comments is None:
            self._comments = comment_starts(self.text)
        found = self._comments[bisect_left(self._comments, start) : bisect_left(self._comments, end)]
        return [self.comment_at(offset) for offset in found]

    def comment_at(self, offset: int) -> str:
        """Return the comment that starts at ``offset``."""
        stop = self.text.find("\n", offset)
        return self.text[offset : stop if stop >= 0 else len(self.text)].removesuffix("\r")

    def indent(self, statement: Statement) -> str:
        """Return the blanks in front of a statement."""
        return self.text[statement.line : statement.start]

    def block(self, statement: Statement) -> int:
        """Return where the comment lines start that stand directly above a statement and belong to it.

        They are indented like it. The first comments of a file are the file's own.
        """
        text = self.text
        indent = self.indent(statement)
        start = line = statement.line
        while line > statement.lead:
            line = self.line_before(line)
            if not (text.startswith(indent + "#", line) and line >= statement.lead):
                break
            start = line
        if start < statement.line and not statement.index and "#" not in text[:start]:
            return statement.line
        return start

    def line_before(self, line: int) -> int:
        """Return where the line starts that ends right before the line that starts at ``line``."""
        return self.text.rfind("\n", 0, line - 1) + 1

    def after(self, statement: Statement, indent: str | None = None) -> int:
        """Return where the comment lines end that stand directly below the last statement of a section.

        Those directly above the next statement are that one's. ``indent`` limits them to such as are indented so.
        """
        text = self.text
        following = self.statements[statement.index + 1] if statement.index + 1 < len(self.statements) else None
        limit = self.block(following) if following is not None else len(text)
        stop = statement.stop
        while stop < limit:
            end = text.find("\n", stop)
            end = len(text) if end < 0 else end + 1
            line = text[stop:end].lstrip(" \t")
            if not line.startswith("#") or (indent is not None and not text.startswith(indent + "#", stop)):
                break
            stop = end
        return stop

    def blank_above(self, offset: int) -> int:
        """Return where the run of blank lines starts that ends at the line start ``offset``."""
        while offset > 0:
            line = self.line_before(offset)
            if self.text[line:offset].strip():
                break
            offset = line
        return offset

    def blank_below(self, offset: int) -> int:
        """Return where the run of blank lines ends that starts at the line start ``offset``."""
        text = self.text
        while offset < len(text):
            end = text.find("\n", offset)
            end = len(text) if end < 0 else end + 1
            if text[offset:end].strip():
                break
            offset = end
        return offset

    def runs(self, made: Sequence[Statement]) -> list[Region]:
        """Return the lines of statements with the comments that belong to them, neighbours as one region.

        Comments between two lines of a section that goes with its header are the section's; between two dotted keys
        they belong to neither.
        """
        regions: list[Region] = []
        position = 0
        while position < len(made):
            first = last = made[position]
            start = self.block(first)
            position += 1
            while position < len(made) and self._joins(first, last, made[position]):
                last = made[position]
                position += 1
            regions.append((start, self.after(last) if _is_whole(last, first) else last.stop))
        return regions

    def _joins(self, first: Statement, last: Statement, following: Statement) -> bool:
        if following.index != last.index + 1:
            return False
        return _is_whole(last, first) or not self.comments_in(last.stop, self.block(following))

    def cut(self, start: int, stop: int) -> Region:
        """Widen the region of lines that go, so that no two runs of blank lines are left one after the other."""
        above = self.blank_above(start)
        below = self.blank_below(stop)
        if stop >= len(self.text):
            return (above, stop)
        if above < start or start == 0:
            return (start, below)
        return (start, stop)

    def removal(self, regions: Iterable[Region]) -> list[Splice]:
        """Return the splices that take regions out with the comments in them."""
        widened = [self.cut(*region) for region in regions]
        return [Splice(start, stop, "", self.comments_in(start, stop)) for start, stop in widened]

    def near(self, statement: Statement) -> list[Statement]:
        """Return the statements around one, which a new value is written like."""
        return self.statements[max(0, statement.index - _NEAR) : statement.index + _NEAR]

    def section_end(self, statement: Statement) -> Statement:
        """Return the last statement of the section that a statement stands in."""
        after = bisect_right(self.sections, max(statement.section, statement.index))
        stop = self.sections[after] if after < len(self.sections) else len(self.statements)
        return self.statements[stop - 1]


def _is_whole(statement: Statement, first: Statement) -> bool:
    """True when the header above a statement is among those that start with ``first``."""
    return statement.kind != PAIR or statement.section >= first.index
