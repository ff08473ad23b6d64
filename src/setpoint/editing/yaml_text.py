"""``YamlText``: one YAML text with all that an edit asks about it."""

from __future__ import annotations

from .splice import Splice
from .yaml_habits import Habits
from .yaml_marks import marks
from .yaml_outline import Outline
from .yaml_spots import Spots


class YamlText:
    """A text's outline, its page, its spots and its habits. Arguments: ``outline`` is the text's, if that is known."""

    __slots__ = ("habits", "outline", "page", "spots")

    def __init__(self, text: str, outline: Outline | None = None) -> None:
        self.outline = Outline(text) if outline is None else outline
        self.page = self.outline.page
        self.spots = Spots(self.outline)
        self.habits = Habits(self.outline, self.spots)

    def cut(self, start: int, end: int, text: str = "") -> Splice:
        """Return the splice that puts text in place of a stretch, and drops the comments and anchors in it."""
        return Splice(start, end, text, marks(self.outline, start, end) if end > start else ())

    def would_swallow(self, at: int, column: int) -> bool:
        """True when a block scalar indented by ``column`` that ends before an offset would take what follows for text.

        That is a comment at that column or deeper, or a line of that many blanks.
        """
        page = self.page
        line = page.next_line(at) if not page.starts_line(at) else at
        while page.is_blank(line):
            if page.line_end(line) - line >= column:
                return True
            line = page.next_line(line)
        first = page.indent(line)
        return page.text[first : first + 1] == "#" and first - line >= column
