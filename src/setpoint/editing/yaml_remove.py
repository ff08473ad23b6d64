"""An entry taken out of a YAML text, with the lines and comments that belong to it."""

from __future__ import annotations

from .change import Refusal
from .yaml_marks import has_comment
from .yaml_outline import BLOCK_SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .splice import Splice
    from .yaml_entries import Entries
    from .yaml_spots import Spot
    from .yaml_text import YamlText


def removed(text: YamlText, spot: Spot) -> list[Splice]:
    """Return the splices that take the entry at a spot out of its collection."""
    holder, entry = spot.holder, spot.entry
    assert holder is not None
    assert spot.above is not None
    if holder.in_brackets:
        return _from_brackets(text, holder, entry)
    if len(holder) == 1:
        return _emptied(text, spot.above, holder)
    if holder.is_compact(entry):
        return _compact(text, holder)
    return [text.cut(*lines_of(text, holder, entry))]


def lines_of(text: YamlText, holder: Entries, entry: int) -> tuple[int, int]:
    """Return the lines of an entry that go with it, and the blank lines that must not stay.

    Blank lines above and below would become one run, so the one below goes; at the end of the text the one above.
    """
    page = text.page
    first, last = holder.lead(entry), holder.tail(entry)
    start, end = first, page.next_line(last)
    above = first
    while above > 0 and holder.is_above(page.line_above(above), entry) and page.is_blank(page.line_above(above)):
        above = page.line_above(above)
    below = end
    while page.is_blank(below):
        below = page.next_line(below)
    swallows = bool(entry) and _swallows(text, holder, entry, end)
    if swallows:
        end = below
        at = page.indent(end)
        if page.text[at : at + 1] == "#" and at - end > holder.column():
            raise Refusal("the comment after it would become part of the text before it; indent that less first", at)
    elif below >= len(page.text):
        start = above
    elif below > end and (above < first or _opens(text, entry, first)):
        end = below
    # Readers disagree about the last line break of a block scalar that the text does not have.
    ended = page.text[-1:] in ("\n", "\r") or (entry > 0 and _ends_in_block(text, holder.values[entry - 1]))
    if end == len(page.text) and start and not ended:
        start = page.without_break(start)  # what is the last line now ends as the text did
        end = len(page.text)
    return start, end


def _opens(text: YamlText, entry: int, line: int) -> bool:
    """True for the first entry of a collection, directly below what it belongs to, or at the top of the text."""
    return entry == 0 and (line == 0 or not text.page.is_comment(text.page.line_above(line)))


def _swallows(text: YamlText, holder: Entries, entry: int, at: int) -> bool:
    """True when the entry before ends with a block scalar that would take the blank lines at an offset for its own."""
    value = holder.values[entry - 1]
    if not _ends_in_block(text, value):
        return False
    return text.outline.keeps_breaks(text.outline.last_leaf(value)) or text.would_swallow(at, 1)


def _ends_in_block(text: YamlText, value: int) -> bool:
    """True for a value that ends with a block scalar."""
    return text.outline.kinds[text.outline.last_leaf(value)] in BLOCK_SCALARS


def _emptied(text: YamlText, above: Spot, holder: Entries) -> list[Splice]:
    """Return the splices that make an empty collection of one from which the only entry goes."""
    page = text.page
    empty = "{}" if holder.is_mapping else "[]"
    start, tail = holder.start(0), holder.tail(0)
    if not page.starts_line(start):
        return [text.cut(start, tail, empty)]
    if above.holder is None:
        lead = holder.lead(0)
        return [text.cut(lead, tail, page.text[page.line_start(start) : start] + empty)]
    at = above.holder.opening(above.entry)
    first, last = lines_of(text, holder, 0)
    if first <= at:  # the last line break of the text goes, and with it the line of what is above
        return [text.cut(at, last, f" {empty}")]
    return [text.cut(at, at, f" {empty}"), text.cut(first, last)]


def _compact(text: YamlText, holder: Entries) -> list[Splice]:
    """Return the splices that take out the first entry of a collection that starts on the line of a dash."""
    page = text.page
    start, tail, following = holder.start(0), holder.tail(0), holder.start(1)
    if has_comment(text.outline, tail, following):
        return [text.cut(page.blanks_before(start), tail)]
    return [text.cut(start, following)]


def _from_brackets(text: YamlText, holder: Entries, entry: int) -> list[Splice]:
    """Return the splices that take an entry out of brackets, with its comma or that of the entry before."""
    outline, page = text.outline, text.page
    if holder.is_pair:
        raise Refusal("a pair without braces cannot lose its only key", outline.starts[holder.number])
    start, end = holder.start(entry), holder.end(entry)
    comma = holder.comma(entry)
    stop = comma + 1 if comma >= 0 else end
    is_last = entry == len(holder) - 1
    opened, closed = holder.brackets()
    if (
        len(holder) == 1
        and not has_comment(outline, opened, start)
        and not has_comment(outline, page.line_end(stop), closed)
    ):
        return [text.cut(opened + 1, closed)]
    line_end = page.line_end(stop)
    if page.starts_line(start) and not page.text[stop:line_end].split("#")[0].strip(" \t"):
        made = [text.cut(bracket_lead(holder, entry, opened), page.next_line(line_end))]
        if is_last and entry and comma < 0:
            before = holder.comma(entry - 1)
            made.insert(0, text.cut(before, before + 1))
        return made
    if not is_last:
        following = holder.start(entry + 1)
        if page.line_start(following) == page.line_start(end):
            return [text.cut(start, following)]
        return [text.cut(page.blanks_before(start), stop)]
    if entry == 0:
        return [text.cut(start, stop)]
    before = holder.comma(entry - 1)
    if has_comment(outline, before, start):
        made = [text.cut(start, stop)]
        return made if comma >= 0 else [text.cut(before, before + 1), *made]
    return [text.cut(before + 1, stop)] if comma >= 0 else [text.cut(before, end)]


def bracket_lead(holder: Entries, entry: int, opened: int) -> int:
    """Return the line where an entry in brackets starts with the comments directly above it."""
    page = holder.page
    start = holder.start(entry)
    line = first = page.line_start(start)
    floor = holder.comma(entry - 1) if entry else opened
    while line > 0:
        above = page.line_above(line)
        at = page.indent(above)
        if above <= floor or page.text[at : at + 1] != "#" or at - above != start - first:
            break
        line = above
    return line
