"""A value of a YAML text replaced by another; what stands around it stays."""

from __future__ import annotations

from .yaml_outline import ALIAS, BLOCK_SCALARS, BLOCKS, FLOWS, LISTS
from .yaml_plain import is_plain_string
from .yaml_writer import Writer, block_scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .splice import Splice
    from .yaml_habits import Style
    from .yaml_spots import Spot
    from .yaml_text import YamlText

# Folded text is wrapped as wide as its longest line was, but not narrower than this many characters.
_NARROWEST = 60

_CASES = {"True": str.title, "False": str.title, "TRUE": str.upper, "FALSE": str.upper}


def replaced(text: YamlText, spot: Spot, value: Any) -> list[Splice]:
    """Return the splices that put a value in the place of the one at a spot."""
    style = text.habits.near(spot.holder, spot.entry)
    if spot.holder is not None and spot.holder.in_brackets:
        return put(text, spot, _inline(text, spot, value, style))
    if not value or not isinstance(value, dict | list):
        block = _block_text(text, spot, value, style) if isinstance(value, str) else None
        if block is None:
            return put(text, spot, _inline(text, spot, value, style))
        head, _, tail = block.partition("\n")
        return put(text, spot, head, tail)
    if is_filled_in_brackets(text, spot.value):
        return put(text, spot, _in_brackets(text, spot, value, style))
    blocks = not (last_text(value).endswith("\n") and _ends_unended(text, spot))
    return put_block(
        text, spot, lambda column: Writer(style, blocks).block(value, column), isinstance(value, list), style
    )


def last_text(value: Any) -> str:
    """Return the last text in a value, or nothing where it ends otherwise."""
    while value and isinstance(value, dict | list):
        value = value[-1] if isinstance(value, list) else value[next(reversed(value))]
    return value if isinstance(value, str) else ""


def _ends_unended(text: YamlText, spot: Spot) -> bool:
    """True when a value ends in the last line of a text that has no line break there.

    Readers disagree about whether a block scalar would end with one.
    """
    page = text.page
    end = text.outline.end(spot.value) if spot.value >= 0 else len(page.text)
    return page.line_end(end) == len(page.text)


def is_filled_in_brackets(text: YamlText, number: int) -> bool:
    """True for a collection in brackets that is not empty."""
    outline = text.outline
    return number >= 0 and outline.kinds[number] in FLOWS and outline.partners[number] > number + 1


def put_block(
    text: YamlText, spot: Spot, block: Any, is_list: bool, style: Style, *, below: bool = False
) -> list[Splice]:
    """Return the splices that put the lines of a block collection in the place of the value at a spot.

    Arguments: ``block`` gives the lines for a column, the first one not indented; ``below`` says that they must not
    start on the line of a dash.
    """
    outline, page = text.outline, text.page
    holder = spot.holder
    kind = outline.kinds[spot.value] if spot.value >= 0 else ""
    in_place = stands_alone(text, spot)
    if kind in BLOCKS and (holder is None or (kind in LISTS) == is_list):
        column = text.spots.entries(spot.value).column()
    elif in_place:
        column = page.column(outline.start(spot.value))
    elif holder is None:
        column = 0
    elif holder.is_mapping:
        column = holder.column() + (style.list_step if is_list else style.step)
    else:
        column = holder.column() + 2
        if _stands_behind_dash(text, spot):
            column = page.column(outline.start(spot.value))
        in_place = spot.value not in outline.anchors and (kind not in BLOCKS or _is_compact(text, spot.value))
        in_place = in_place and not below
    lines: str = block(column)
    if in_place or (kind in BLOCKS and holder is None):
        head, _, tail = lines.partition("\n")
        return put(text, spot, head, tail)
    return put(text, spot, "", " " * column + lines)


def _stands_behind_dash(text: YamlText, spot: Spot) -> bool:
    """True for an item that is written on the line of its dash, without an anchor."""
    outline, page = text.outline, text.page
    assert spot.holder is not None
    if outline.is_empty(spot.value) or spot.value in outline.anchors:
        return False
    return page.line_start(outline.start(spot.value)) == page.line_start(spot.holder.dash(spot.entry))


def _is_compact(text: YamlText, number: int) -> bool:
    return text.spots.entries(number).is_compact(0)


def stands_alone(text: YamlText, spot: Spot) -> bool:
    """True for a single value, or one in brackets, on a line that starts with it."""
    outline = text.outline
    if spot.value < 0 or outline.kinds[spot.value] in BLOCKS or outline.is_empty(spot.value):
        return False
    return text.page.starts_line(outline.start(spot.value))


def opening(text: YamlText, spot: Spot) -> int:
    """Return where the value at a spot can start: after its key's colon, its dash, its anchor."""
    if spot.holder is not None:
        return spot.holder.opening(spot.entry)
    outline = text.outline
    if spot.value in outline.anchors:
        return outline.anchor_end(spot.value)
    return max(outline.opened, 0)


def put(text: YamlText, spot: Spot, head: str, tail: str = "") -> list[Splice]:
    """Return the splices that put text in the place of the value at a spot.

    Arguments: ``head`` stands on the line where the value starts, ``tail`` on the lines after it; what stands beside
    the value stays beside the head.
    """
    outline, page = text.outline, text.page
    number = spot.value
    if number < 0 or (spot.holder is None and outline.is_empty(number)):
        return _put_into_nothing(text, "\n".join(filter(None, (head, tail))))
    kind = outline.kinds[number]
    tail = "\n" + tail if tail else ""
    if kind in BLOCKS:
        return _put_for_block(text, spot, head, tail)
    start, end = outline.start(number), outline.end(number)
    at = opening(text, spot)
    if not head:
        start = at
    if kind in BLOCK_SCALARS:
        header = outline.header_end(number)
        return _joined(text, [(start, header, head), (page.line_end(header), max(end, page.line_end(header)), tail)])
    if outline.is_empty(number):
        assert spot.holder is not None
        at = spot.holder.end(spot.entry)
        if spot.holder.in_brackets and spot.holder.is_mapping and not spot.holder.has_colon(spot.entry):
            head = ": " + head
        elif head and page.text[at : at + 1] == " " and (spot.holder.in_brackets or page.is_blank_from(at)):
            at += 1
        elif head:
            head = " " + head
        return _joined(text, [(at, at, head), (page.line_end(at), page.line_end(at), tail)])
    return _joined(text, [_behind_dash(text, spot, start, end, head), (page.line_end(end), page.line_end(end), tail)])


def _behind_dash(text: YamlText, spot: Spot, start: int, end: int, head: str) -> tuple[int, int, str]:
    """Return a stretch that becomes ``head``; where that is nothing, no tab may come to follow a dash."""
    page = text.page
    if head or spot.holder is None or spot.holder.is_mapping or page.text[end : end + 1] != "\t":
        return start, end, head
    return start, page.indent(end), " "


def _put_for_block(text: YamlText, spot: Spot, head: str, tail: str) -> list[Splice]:
    """Return the splices that put text in the place of a block collection."""
    outline, page = text.outline, text.page
    entries = text.spots.entries(spot.value)
    start = entries.start(0)
    last = len(entries) - 1
    end = entries.tail(last) if spot.holder is None else spot.holder.tail(spot.entry)
    at = opening(text, spot)
    if spot.holder is None and page.starts_line(start):
        return [text.cut(start, end, head + tail)]
    if page.starts_line(start):
        line_end = page.line_end(at)
        return _joined(text, [(at, at, " " + head if head else ""), (line_end, end, tail)])
    stop = outline.end(spot.value)
    start = start if head else at
    if page.line_start(start) == page.line_start(stop):
        line_end = page.line_end(stop)
        return _joined(text, [_behind_dash(text, spot, start, stop, head), (line_end, line_end, tail)])
    return [text.cut(start, end, head + tail)]


def _joined(text: YamlText, stretches: list[tuple[int, int, str]]) -> list[Splice]:
    """Return splices for stretches, those that touch made one, those that do nothing left out."""
    made: list[tuple[int, int, str]] = []
    for start, end, words in stretches:
        if made and made[-1][1] == start:
            made[-1] = (made[-1][0], end, made[-1][2] + words)
        elif start < end or words:
            made.append((start, end, words))
    return [text.cut(*stretch) for stretch in made]


def _put_into_nothing(text: YamlText, words: str) -> list[Splice]:
    """Return the splices that put a value into a document that has none: at its end."""
    whole = text.page.text
    at = text.outline.closed
    before = "\n" if at and whole[at - 1] not in "\r\n" else ""
    ended = not whole or whole[-1] in "\r\n" or at < len(whole)
    return [text.cut(at, at, before + words + ("\n" if ended else ""))]


def old_quote(text: YamlText, number: int) -> str | None:
    """Return how the text at an event is quoted, "" for plain; None when it is no text."""
    kind = text.outline.kinds[number] if number >= 0 else ALIAS
    if kind in ("'", '"'):
        return kind
    said = text.outline.values[number] if not kind else None
    return "" if said and is_plain_string(said) else None


def _inline(text: YamlText, spot: Spot, value: Any, style: Style) -> str:
    """Return a value on one line, written as the one before it is."""
    outline = text.outline
    in_brackets = spot.holder is not None and spot.holder.in_brackets
    writer = Writer(style)
    if value and isinstance(value, dict | list):
        return writer.flow(value)
    if isinstance(value, bool) and spot.value >= 0 and not outline.kinds[spot.value]:
        case = _CASES.get(outline.values[spot.value] or "")
        if case is not None:
            return case(str(value))
    return writer.scalar(value, in_brackets, old_quote(text, spot.value))


def _block_text(text: YamlText, spot: Spot, value: str, style: Style) -> str | None:
    """Return text of several lines as a block scalar where it is to be one, else None."""
    outline, page = text.outline, text.page
    number = spot.value
    kind = outline.kinds[number] if number >= 0 else ALIAS
    column = spot.holder.column() if spot.holder is not None else -1
    indent = max(column, 0) + max(style.step, 1)
    sign = "|"
    width = 0
    end = outline.end(number) if number >= 0 else len(page.text)
    if kind in BLOCK_SCALARS:
        header = outline.header_end(number)
        if "\n" not in value and page.text[header - 1] != "-":
            return None
        sign = kind
        lines = [line for line in page.lines(page.next_line(header), end) if not page.is_blank(line)]
        if lines and header < end:
            indent = min(page.indent(line) - line for line in lines)
            said = outline.values[number] or ""
            if len(lines) > len([line for line in said.split("\n") if line]):  # it is wrapped
                width = max(_NARROWEST, max(page.line_end(line) - line for line in lines) - indent)
    elif "\n" not in value or old_quote(text, number):
        return None
    if value.endswith("\n") and _ends_unended(text, spot):
        return None
    if text.would_swallow(page.line_end(end), indent):
        return None
    following = page.next_line(end)
    keep = following < len(page.text) and not page.is_blank(following)
    return block_scalar(value, indent, column, sign, keep=keep, width=width)


def _in_brackets(text: YamlText, spot: Spot, value: Any, style: Style) -> str:
    """Return a collection in brackets, one entry a line where the one before it is written so."""
    page = text.page
    entries = text.spots.entries(spot.value)
    style = text.habits.near(entries, 0) if entries.is_mapping == isinstance(value, dict) else style
    writer = Writer(style)
    start, end = entries.brackets()
    first = entries.start(0)
    if page.line_start(first) == page.line_start(start) or not page.starts_line(end):
        return writer.flow(value)
    pad, close = page.column(first) * " ", page.column(end) * " "
    if isinstance(value, dict):
        lines = [f"{writer.key(key, True)}: {writer.flow(below)}" for key, below in value.items()]
    else:
        lines = [writer.flow(below) for below in value]
    comma = "," if entries.comma(len(entries) - 1) >= 0 else ""
    brackets = "{}" if isinstance(value, dict) else "[]"
    return brackets[0] + "\n" + pad + f",\n{pad}".join(lines) + f"{comma}\n{close}" + brackets[1]
