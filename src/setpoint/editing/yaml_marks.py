"""The comments, anchors and aliases of a YAML text: what no edit may lose."""

from __future__ import annotations

from bisect import bisect_right

from .yaml_outline import ALIAS, BLOCK_SCALARS, SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .yaml_outline import Outline


def comments(outline: Outline, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give where the comments start and end that start between two offsets.

    A ``#`` is a comment unless it stands inside a scalar: nothing else of an accepted text can hold one.
    """
    page = outline.page
    at = page.text.find("#", start, end)
    while at >= 0:
        inside = _scalar_end(outline, at)
        if inside > at:
            at = page.text.find("#", inside, end)
            continue
        stop = page.line_end(at)
        yield at, stop
        at = page.text.find("#", stop, end)


def _scalar_end(outline: Outline, at: int) -> int:
    """Return where the scalar ends in which an offset stands, or -1 when it stands in none."""
    number = bisect_right(outline.starts, at) - 1
    if number < 0 or outline.ends[number] <= at or outline.kinds[number] not in SCALARS:
        return -1
    if number in outline.anchors and at < outline.start(number):
        return -1
    if outline.kinds[number] in BLOCK_SCALARS and at < outline.page.line_end(outline.start(number)):
        return -1
    return outline.ends[number]


def has_comment(outline: Outline, start: int, end: int) -> bool:
    """True when a comment starts between two offsets."""
    return any(True for _ in comments(outline, start, end))


def marks(outline: Outline, start: int, end: int) -> list[str]:
    """Return every comment, anchor (``&name``) and alias (``*name``) that starts between two offsets, in order."""
    found = [(at, outline.text[at:stop]) for at, stop in comments(outline, start, end)]
    if outline.anchors or outline.aliases:
        for number, name in outline.anchors.items():
            if start <= outline.starts[number] < end:
                found.append((outline.starts[number], f"&{name}"))
        for number in outline.aliases:
            if start <= outline.starts[number] < end:
                found.append((outline.starts[number], f"{ALIAS}{outline.values[number]}"))
        found.sort()
    return [mark for _, mark in found]
