"""Rows of cells, printed in columns."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def print_rows(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows of equally many cells, each column as wide as its widest cell, and nothing in them acts.

    Arguments: ``right`` are the columns, counted from 0, whose cells end at the same place.
    """
    import sys

    from .output import style_of, write
    from .visible import visible, width

    encoding = style_of(sys.stdout).encoding
    shown = [[visible(cell, encoding) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = []
        for at, (cell, most) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (most - width(cell))
            cells.append(blanks + cell if at in right else cell + blanks)
        write("  ".join(cells).rstrip() + "\n")
