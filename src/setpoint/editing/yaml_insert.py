"""An entry put into a YAML text, in the style of what is around it."""

from __future__ import annotations

from .change import Refusal
from .yaml_marks import has_comment
from .yaml_outline import BLOCKS
from .yaml_remove import bracket_lead
from .yaml_replace import last_text, put, put_block, stands_alone
from .yaml_writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from .splice import Splice
    from .yaml_entries import Entries
    from .yaml_habits import Style
    from .yaml_spots import Spot
    from .yaml_text import YamlText

    class Piece(Protocol):
        """An entry that is to be put somewhere.

        ``comments`` are those that stand above it, without their indentation. ``is_carried`` says that it comes with
        text from elsewhere, ``ends_in_block`` that this ends with a block scalar, ``keeps_breaks`` with one to which
        blank lines after it would belong; ``closes_itself`` that the last text in it ends without a line break.
        """

        comments: list[str]
        ends_in_block: bool
        is_carried: bool
        closes_itself: bool
        keeps_breaks: bool

        def block(self, style: Style, column: int, blocks: bool) -> str:
            """Return its lines at a column, the first one not indented; ``blocks`` allows block scalars."""
            ...

        def bracketed(self, style: Style, column: int) -> tuple[str, str]:
            """Return it for brackets on a line at a column, and what stands beside it at the end of the line."""
            ...


class NewPiece:
    """A new entry; ``key`` is None in a list."""

    __slots__ = ("closes_itself", "comments", "ends_in_block", "is_carried", "keeps_breaks", "key", "value")

    def __init__(self, key: str | None, value: Any) -> None:
        self.comments: list[str] = []
        self.is_carried = False
        self.closes_itself = not last_text(value).endswith("\n")
        self.ends_in_block = self.keeps_breaks = False  # what it writes is chosen to fit
        self.key = key
        self.value = value

    def block(self, style: Style, column: int, blocks: bool) -> str:
        """Return its lines at a column, the first one not indented."""
        entry = [self.value] if self.key is None else {self.key: self.value}
        return Writer(style, blocks).block(entry, column)

    def bracketed(self, style: Style, column: int) -> tuple[str, str]:  # noqa: ARG002 - it has one line
        """Return it for brackets; nothing stands beside it."""
        writer = Writer(style)
        value = writer.flow(self.value)
        return value if self.key is None else f"{writer.key(self.key, True)}: {value}", ""


def inserted(text: YamlText, spot: Spot, slot: int, piece: Piece, is_list: bool) -> list[Splice]:
    """Return the splices that put a piece before the entry numbered ``slot`` of the collection at a spot."""
    outline = text.outline
    number = spot.value
    if number < 0 or not outline.kinds[number]:  # null
        return _first(text, spot, piece, is_list)
    holder = text.spots.holder(spot)
    if holder.is_pair:
        raise Refusal("a pair without braces cannot take another key", outline.starts[number])
    if not len(holder):
        if (spot.holder is not None and spot.holder.in_brackets) or has_comment(outline, *holder.brackets()):
            return _into_empty_brackets(text, holder, piece)
        return _first(text, spot, piece, is_list)
    if outline.kinds[number] in BLOCKS:
        return _into_block(text, holder, slot, piece)
    return _into_brackets(text, holder, slot, piece)


def _first(text: YamlText, spot: Spot, piece: Piece, is_list: bool) -> list[Splice]:
    """Return the splices that put a piece into what was empty, in block style."""
    style = text.habits.near(spot.holder, spot.entry)
    style.value_column = -1
    if spot.holder is not None and spot.holder.in_brackets:
        words, _ = piece.bracketed(style, 0)
        if piece.comments:
            raise Refusal("its comments have no place inside of brackets")
        return put(text, spot, f"[{words}]" if is_list else f"{{{words}}}")
    lead = piece.comments
    below = bool(lead)
    if piece.is_carried and spot.value >= 0 and text.outline.kinds[spot.value]:
        end = text.outline.end(spot.value)
        if has_comment(text.outline, end, text.page.line_end(end)):  # which would come to stand in the middle of it
            if stands_alone(text, spot):
                raise Refusal("the comment beside its new place is in the way", end)
            below = True

    def block(column: int) -> str:
        return "\n".join([*lead, piece.block(style, column, True)]).replace("\n", f"\n{' ' * column}", len(lead))

    return put_block(text, spot, block, is_list, style, below=below)


def _into_block(text: YamlText, holder: Entries, slot: int, piece: Piece) -> list[Splice]:
    page = text.page
    column = holder.column()
    pad = " " * column
    style = text.habits.near(holder, slot)
    blank = "\n" if _is_spaced(text, holder, slot) else ""
    if slot == 0 and holder.is_compact(0):
        start = holder.start(0)
        lines = _lines(piece, style, column, True)
        if not piece.comments:
            return [text.cut(start, start, f"{lines[column:]}\n{pad}")]
        return [text.cut(page.blanks_before(start), start, f"\n{lines}\n{pad}")]
    if slot == 0:
        at = holder.lead(0)
        _check_breaks(text, piece, at)
        lines = _lines(piece, style, column, not text.would_swallow(at, column + 1))
        return [text.cut(at, at, f"{lines}\n{blank}")]
    end = holder.tail(slot - 1)
    at = page.next_line(end)
    _check_breaks(text, piece, at)
    if at == end or page.line_end(end) == at:  # the last line has no line break
        if piece.keeps_breaks:
            raise Refusal("it ends with a block scalar ('|+'), and nothing ends the last line of the text", at)
        lines = _lines(piece, style, column, piece.closes_itself)
        # Readers disagree about the last line break of a block scalar that the text does not have.
        return [text.cut(at, at, f"\n{blank}{lines}" + ("\n" if piece.ends_in_block else ""))]
    lines = _lines(piece, style, column, not text.would_swallow(end, column + 1))
    return [text.cut(at, at, f"{blank}{lines}\n")]


def _check_breaks(text: YamlText, piece: Piece, at: int) -> None:
    """Raise ``Refusal`` for a piece that would take the blank lines for its own that stand where it is to go."""
    if (piece.keeps_breaks and text.page.is_blank(at)) or (piece.ends_in_block and text.would_swallow(at, 1)):
        raise Refusal("it ends with a block scalar, which would take what follows at its new place for its own", at)


def _lines(piece: Piece, style: Style, column: int, blocks: bool) -> str:
    """Return a piece's comments and lines, all of them indented."""
    pad = " " * column
    return "".join(f"{pad}{comment}\n" for comment in piece.comments) + pad + piece.block(style, column, blocks)


def _is_spaced(text: YamlText, holder: Entries, slot: int) -> bool:
    """True when a blank line stands between all entries around."""
    outline, page = text.outline, text.page
    if slot and outline.keeps_breaks(outline.last_leaf(holder.values[slot - 1])):
        return False
    low, high = max(0, slot - 8), min(len(holder), slot + 8)
    if high - low < 2:
        return False
    for entry in range(low + 1, high):
        start = holder.start(entry)
        lines = page.lines(page.next_line(holder.end(entry - 1)), page.line_start(start))
        if not any(page.is_blank(line) for line in lines):
            return False
    return True


def _into_empty_brackets(text: YamlText, holder: Entries, piece: Piece) -> list[Splice]:
    page = text.page
    opened, closed = holder.brackets()
    style = text.habits.near(holder, 0)
    line = page.line_start(closed)
    if line <= opened:
        if piece.comments:
            raise Refusal("its comments have no place inside of brackets on one line", opened)
        words, beside = piece.bracketed(style, 0)
        if beside:
            raise Refusal("its comment has no place inside of brackets on one line", opened)
        padding = style.padding if holder.is_mapping else style.list_padding
        return [text.cut(opened + 1, closed, f"{padding}{words}{padding}")]
    if not page.starts_line(closed):
        raise Refusal("the closing bracket does not start its line", closed)
    column = page.column(closed) + style.step
    return [text.cut(line, line, _bracket_lines(piece, style, column, "") + "\n")]


def _bracket_lines(piece: Piece, style: Style, column: int, comma: str) -> str:
    pad = " " * column
    words, beside = piece.bracketed(style, column)
    lead = "".join(f"{pad}{comment}\n" for comment in piece.comments)
    return f"{lead}{pad}{words}{comma}{beside}"


def _into_brackets(text: YamlText, holder: Entries, slot: int, piece: Piece) -> list[Splice]:
    page = text.page
    opened, _ = holder.brackets()
    style = text.habits.near(holder, slot)
    near = slot - 1 if slot else 0
    start, end = holder.start(near), holder.end(near)
    comma = holder.comma(near)
    if page.starts_line(start) and page.line_start(start) > opened:
        column = page.column(start)
        if slot == 0:
            at = bracket_lead(holder, 0, opened)
            return [text.cut(at, at, _bracket_lines(piece, style, column, ",") + "\n")]
        stop = comma + 1 if comma >= 0 else end
        line_end = page.line_end(stop)
        if not page.text[stop:line_end].split("#")[0].strip(" \t"):
            after = "," if comma >= 0 else ""
            lines = _bracket_lines(piece, style, column, after)
            at = page.next_line(stop)
            made = [text.cut(at, at, lines + "\n")]
            return made if comma >= 0 else [text.cut(end, end, ","), *made]
        if slot == len(holder) and comma < 0:
            return [text.cut(end, end, ",\n" + _bracket_lines(piece, style, column, ""))]
    if piece.comments:
        raise Refusal("its comments have no place inside of brackets on one line", opened)
    words, beside = piece.bracketed(style, 0)
    if beside:
        raise Refusal("its comment has no place inside of brackets on one line", opened)
    gap = " "
    if len(holder) > 1:
        first = holder.comma(0)
        gap = page.text[first + 1 : holder.start(1)]
        gap = gap if not gap.strip(" ") else " "
    if slot < len(holder):
        at = holder.start(slot)
        return [text.cut(at, at, f"{words},{gap}")]
    if comma >= 0:
        return [text.cut(comma + 1, comma + 1, f"{gap}{words},")]
    if text.outline.is_empty(holder.values[near]) and page.text[end : end + 1] == " ":
        end += 1
    return [text.cut(end, end, f",{gap}{words}")]
