"""``MovedPiece``: an entry of a text as it is carried elsewhere, with its anchors and comments."""

from __future__ import annotations

from .change import Refusal
from .yaml_marks import comments, has_comment, marks
from .yaml_outline import BLOCK_SCALARS, BLOCKS, FLOWS
from .yaml_plain import is_plain
from .yaml_remove import bracket_lead
from .yaml_replace import old_quote
from .yaml_writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .yaml_habits import Style
    from .yaml_spots import Spot
    from .yaml_text import YamlText


class MovedPiece:
    """The entry at a spot; ``key`` is its key in its new place, None in a list; ``value`` is what it means."""

    __slots__ = (
        "beside",
        "closes_itself",
        "column",
        "comments",
        "end",
        "ends_in_block",
        "entry",
        "event",
        "holder",
        "is_carried",
        "keeps_breaks",
        "key",
        "start",
        "text",
        "value",
    )

    def __init__(self, text: YamlText, spot: Spot, key: str | None, value: Any) -> None:
        holder = spot.holder
        assert holder is not None
        page = text.page
        self.text = text
        self.holder = holder
        self.entry = spot.entry
        self.event = spot.value
        self.key = key
        self.value = value
        self.is_carried = self.closes_itself = True
        leaf = text.outline.last_leaf(spot.value)
        self.ends_in_block = text.outline.kinds[leaf] in BLOCK_SCALARS
        self.keeps_breaks = text.outline.keeps_breaks(leaf)
        self.start = holder.start(spot.entry)
        self.column = page.column(self.start)
        self.beside = ""  # the comment on the line where an entry in brackets ends
        if holder.in_brackets:
            self.end = holder.end(spot.entry)
            lead = page.line_start(self.start)
            if page.starts_line(self.start):
                lead = bracket_lead(holder, spot.entry, holder.brackets()[0])
                stop = holder.comma(spot.entry) + 1 or self.end
                beside = page.text[stop : page.line_end(stop)]
                if beside.strip(" \t").startswith("#"):
                    self.beside = text.outline.text[stop : page.line_end(stop)]
        else:
            self.end = holder.tail(spot.entry)
            lead = holder.lead(spot.entry)
        stop = page.line_start(self.start)
        self.comments = [text.outline.text[at:end] for at, end in comments(text.outline, lead, stop)]

    def block(self, style: Style, column: int, blocks: bool) -> str:  # noqa: ARG002 - its own block scalars stay
        """Return its lines at a column, the first one not indented."""
        if self.holder.in_brackets:
            return self._unbracketed(style, column)
        head = self._head(style)
        outline, page = self.text.outline, self.text.page
        after = self._after_head()
        start = outline.starts[self.event]
        stays = self.holder.is_mapping == (self.key is not None)
        single = outline.kinds[self.event] not in BLOCKS
        if not stays and single and start > after and page.line_start(start) == page.line_start(after):
            head += " " if self.key is not None else style.dash_gap
            after = start
        elif not stays and page.text[after : after + 1] == "\t":  # which may not follow a dash
            head += " "
            after = page.indent(after)
        if single:
            return head + self._shifted(after, self.end, column - self.column)
        # a block collection, on the lines below a key, or from the line of a dash on
        entries = self.text.spots.entries(self.event)
        inner, first = entries.column(), entries.start(0)
        if self.event in outline.anchors:
            least = column + 2 - inner if self.key is None and not stays else column - self.column
            return head + self._shifted(after, self.end, max(column - self.column, least))
        begins_below = page.starts_line(first)
        if stays:
            return head + self._shifted(after, self.end, column - self.column)
        if self.key is None:  # from below a key to behind a dash
            deeper = column + 1 + len(style.dash_gap)
            if page.next_line(after) == page.line_start(first) and page.is_blank_from(after):
                return head + style.dash_gap + self._shifted(first, self.end, deeper - inner)
            return head + self._shifted(after, self.end, deeper - inner)
        deeper = column + (style.step if entries.is_mapping else style.list_step)
        if begins_below:
            return head + self._shifted(after, self.end, deeper - inner)
        return f"{head}\n{' ' * deeper}" + self._shifted(first, self.end, deeper - inner)

    def _head(self, style: Style) -> str:
        """Return the key with its colon, or the dash, for the new place in block style."""
        if self.key is None:
            return "-"
        if not self.holder.is_mapping:
            return Writer(style).head(self.key)
        outline = self.text.outline
        event = self.holder.keys[self.entry]
        if self.holder.start(self.entry) != outline.starts[event]:
            raise Refusal("a key behind a '?' cannot be moved", outline.starts[event])
        words = outline.text[outline.starts[event] : outline.ends[event]]
        colon = outline.colon_end(event)
        gap = outline.text[outline.ends[event] : max(colon - 1, outline.ends[event])]
        if self.key != outline.word(event) or self.holder.in_brackets:
            if event in outline.anchors and self.holder.in_brackets:
                raise Refusal("a key with an anchor cannot be moved out of brackets", outline.starts[event])
            writer = Writer(style)
            words = words[: outline.start(event) - outline.starts[event]]
            words += writer.key(self.key, False, old_quote(self.text, event))
        return f"{words}{gap}:"

    def _after_head(self) -> int:
        """Return where the text after the colon or the dash starts."""
        if self.holder.is_mapping:
            return self.text.outline.colon_end(self.holder.keys[self.entry])
        return self.start if self.holder.in_brackets else self.start + 1

    def _shifted(self, start: int, end: int, by: int) -> str:
        """Return a stretch of the text with all lines but the first indented otherwise."""
        page, whole = self.text.page, self.text.outline.text
        if not by:
            return whole[start:end]
        pieces = [whole[start : min(page.next_line(start), end)]]
        for line in page.lines(page.next_line(start), end):
            stop = min(page.next_line(line), end)
            words = whole[line:stop]
            if by > 0:
                pieces.append(words if not words.strip("\r\n") else " " * by + words)
            else:
                blanks = len(words) - len(words.lstrip(" "))
                pieces.append(words[min(-by, blanks) :])
        return "".join(pieces)

    def _unbracketed(self, style: Style, column: int) -> str:
        """Return an entry of brackets as the lines of a block."""
        outline, page = self.text.outline, self.text.page
        head = self._head(style)
        start, end = outline.starts[self.event], outline.end(self.event)
        if outline.is_empty(self.event) and self.event not in outline.anchors:
            return head + self.beside
        if has_comment(outline, self._after_head(), start):
            raise Refusal("the comment between its key and its value has no place outside of brackets", start)
        line = page.line_start(self.start)
        words = self._shifted(start, end, column - (page.indent(line) - line))
        if outline.is_pair(self.event):
            words = f"{{{words}}}"
        return f"{head} {words}{self.beside}"

    def bracketed(self, style: Style, column: int) -> tuple[str, str]:
        """Return it for brackets on a line at a column, and what stands beside it at the end of the line."""
        words, beside = self._bracketed_value(style, column)
        if self.key is None:
            if not words:
                words = "null"
            return words, beside
        writer = Writer(style)
        key = writer.key(self.key, True, self._key_quote())
        return f"{key}: {words or 'null'}", beside

    def _key_quote(self) -> str | None:
        outline = self.text.outline
        if not self.holder.is_mapping:
            return None
        event = self.holder.keys[self.entry]
        if event in outline.anchors or event in outline.aliases:
            raise Refusal("a key with an anchor cannot be moved into brackets", outline.starts[event])
        return old_quote(self.text, event)

    def _bracketed_value(self, style: Style, column: int) -> tuple[str, str]:
        outline, page = self.text.outline, self.text.page
        kind = outline.kinds[self.event]
        start, end = outline.starts[self.event], outline.end(self.event)
        anchor = f"&{outline.anchors[self.event]} " if self.event in outline.anchors else ""
        beside = self.beside
        if not self.holder.in_brackets:
            beside = outline.text[end : page.line_end(end)].rstrip(" \t")
            if self.end > page.line_end(end) or (kind in BLOCKS and beside):
                raise Refusal("its comments have no place inside of brackets", start)
        if has_comment(outline, self._after_head(), start):
            raise Refusal("the comment between its key and its value has no place inside of brackets", start)
        one_line = page.line_start(start) == page.line_start(end)
        if outline.is_empty(self.event):
            return anchor.rstrip(" "), beside
        if kind in BLOCKS or kind in BLOCK_SCALARS or not one_line:
            inside = marks(outline, outline.start(self.event), end)
            if kind in FLOWS and column and self.holder.in_brackets:
                return self._shifted(start, end, column - self.column), beside
            if inside or (anchor and not one_line and kind in BLOCKS):
                raise Refusal("its comments and anchors have no place inside of brackets", start)
            return anchor + Writer(style).flow(self.value), beside
        said = outline.values[self.event]
        if not kind and isinstance(self.value, str) and not is_plain(said or "", True):
            return anchor + Writer(style).scalar(self.value, True), beside
        words = outline.text[start:end]
        return f"{{{words}}}" if self.key is not None and outline.is_pair(self.event) else words, beside
