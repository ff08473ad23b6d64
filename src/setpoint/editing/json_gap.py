"""What stands between two neighbours of a collection, and which of the comments there belongs to which of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .json_text import JsonText


class Gap:
    """The text between two entries, or between an entry and a bracket.

    ``tail`` is where that ends which belongs to the left neighbour: comments beside it, and its comma if that stands
    on its line. ``head`` is where that starts which belongs to the right one: comments before it on its line (from
    ``near`` on) and full-line comments directly above it, indented like it. What lies between the two belongs to
    nobody. ``broken`` says that a line ends between the two, ``comma`` is the offset of the comma, -1 without one.
    """

    __slots__ = ("broken", "comma", "end", "head", "near", "source", "start", "tail")

    def __init__(
        self, source: JsonText, start: int, end: int, comma: int, *, after_entry: bool, before_entry: bool
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.comma = comma
        tokens = source.comments_in(start, end)
        if comma >= 0:
            tokens = sorted([*tokens, (comma, comma + 1)])
        beside = 0  # how many tokens follow the left neighbour without a line break
        last = start
        for token in tokens:
            if source.has_break(last, token[0]):
                break
            last = token[1]
            beside += 1
        self.broken = beside < len(tokens) or source.has_break(last, end)
        self.tail, self.near, self.head = last, end, end
        if self.broken:
            if before_entry:
                self._walk_back(tokens[beside:])
        elif not after_entry:
            self.tail = start
            self.near = self.head = tokens[0][0] if tokens and before_entry else end
        elif before_entry:
            # All on one line: the comma parts what belongs to the left from what belongs to the right.
            self.tail = comma + 1
            self.near = self.head = next((token[0] for token in tokens if token[0] > comma), end)

    def _walk_back(self, tokens: list[tuple[int, int]]) -> None:
        """Go back from the right neighbour over the comments that belong to it."""
        source = self.source
        count = len(tokens)
        while count and not source.has_break(tokens[count - 1][1], self.near):
            count -= 1
            self.near = tokens[count][0]
        self.head = self.near
        indent = source.text[source.line_start(self.near) : self.near]
        while count and source.breaks(tokens[count - 1][1], self.head) == 1:
            first = count - 1
            while first and not source.has_break(tokens[first - 1][1], tokens[first][0]):
                first -= 1
            start = tokens[first][0]
            if any(token[0] == self.comma for token in tokens[first:count]):
                return
            if source.text[source.line_start(start) : start] != indent:
                return
            self.head = start
            count = first

    @property
    def has_comments(self) -> bool:
        """True when a comment stands here."""
        return bool(self.source.comments_in(self.start, self.end))

    @property
    def is_leading(self) -> bool:
        """True when the comma stands on a line below the left neighbour's."""
        return self.comma >= self.tail

    @property
    def close_tail(self) -> int:
        """Where that ends which cannot but belong to the left neighbour when others share its line.

        That is what stands before its comma; a comment at the end of such a line speaks of the whole line.
        """
        if self.start <= self.comma < self.tail:
            return self.comma + 1
        end = self.start
        for comment_start, comment_end in self.source.comments_in(self.start, self.tail):
            if self.source.text.startswith("//", comment_start):
                break
            end = comment_end
        return end
