"""Drawing an excerpt of source with the place underlined, and wrapping words, by columns of a terminal."""

from __future__ import annotations

from ..visible import shown, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from ...diagnostic import Excerpt
    from ..output import Style

    Cells: TypeAlias = list[tuple[str, int]]

DIM = "2"
NARROWEST = 20  # columns of source below which cutting it would leave nothing to see


def draw(excerpt: Excerpt, gutter: int, style: Style, colour: str) -> str:
    """Return the lines of an excerpt, each with its number, and carets below the place that is meant.

    Arguments: ``gutter`` is how many digits the numbers take; ``colour`` is that of the carets. Lines wider than the
    terminal are cut around the carets, since a wrapped line would move away from them.
    """
    rows = [(number, [_cell(character, style.encoding) for character in text]) for number, text in excerpt.lines]
    meant = next((cells for number, cells in rows if number == excerpt.line), [])
    before = _columns(meant, 0, excerpt.start - 1)
    under = max(1, _columns(meant, excerpt.start - 1, excerpt.end - 1))
    room = None if style.width is None else max(style.width - gutter - 5, NARROWEST)
    cut = _cut(before, under, room)
    drawn = ""
    for number, cells in rows:
        text = _window(cells, cut, room, style.encoding).rstrip(" ")
        drawn += f"  {style.paint(f'{number:>{gutter}} |', DIM)} {text}".rstrip(" ") + "\n"
        if number == excerpt.line:
            if room is not None:
                under = max(1, min(under, room - (before - cut)))
            carets = " " * (before - cut) + style.paint("^" * under, colour)
            drawn += f"  {style.paint(' ' * gutter + ' |', DIM)} {carets}\n"
    return drawn


def _cell(character: str, encoding: str) -> tuple[str, int]:
    if character == "\t":
        return " ", 1
    text = shown(character, encoding)
    return text, width(text)


def _columns(cells: Cells, start: int, end: int) -> int:
    """Return the width from one character to another; beyond the line's end each counts as one column."""
    beyond = max(0, end - max(start, len(cells)))
    return sum(columns for _, columns in cells[max(0, start) : max(0, end)]) + beyond


def _cut(before: int, under: int, room: int | None) -> int:
    """Return how many columns to leave out on the left so that the carets can be seen."""
    # The last column may be taken by the mark that something was cut on the right.
    if room is None or before + min(under, room // 2) < room:
        return 0
    return before - room // 3


def _window(cells: Cells, cut: int, room: int | None, encoding: str) -> str:
    """Return the columns of a line from ``cut`` on, at most ``room`` of them, with a mark where something is cut."""
    mark, mark_width = _cell("…", encoding)
    total = sum(columns for _, columns in cells)
    column = 0
    text = ""
    left = cut + mark_width if cut else 0
    right = cut + room if room is not None and total > cut + room else None
    for character, columns in cells:
        if column >= left and (right is None or column + columns <= right - mark_width):
            if cut and not text:
                # A wide character may straddle the cut: what is left of its place stays empty.
                text = mark + " " * (column - left)
            text += character
        column += columns
    if right is not None:
        text += mark
    return text


def wrap(words: list[str], indent: int, limit: int | None) -> list[str]:
    """Return words as lines that fit beside an indentation; a word that is too long has a line of its own."""
    room = None if limit is None else max(limit - indent, NARROWEST)
    lines: list[str] = []
    columns = 0
    for word in words:
        added = width(word)
        if lines and (room is None or columns + 1 + added <= room):
            lines[-1] += f" {word}"
            columns += 1 + added
        else:
            lines.append(word)
            columns = added
    return lines
