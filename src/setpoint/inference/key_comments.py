"""Which comments of a text belong to which key.

As for edits: a comment beside an entry belongs to it, and so do the lines of comment right above it, in the same column
and without a blank line between. Those at the top of a file belong to the file, up to the first blank line.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from ..formats import locate
from ..formats.refusal import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from ..span import Place

    Parts: TypeAlias = tuple[str, ...]
    Comments: TypeAlias = Sequence[tuple[int, int]]

_BREAK = re.compile(r"\r\n|\n|\r")
_ONE_BREAK = re.compile(r"[ \t]*(?:\r\n|\n|\r)[ \t]*").fullmatch
_OPENING = re.compile(r"[\"']?[ \t]*:?[ \t]*(?:[&!][^\s,\[\]{}]*[ \t]*)*[\[{|>+-]?[0-9]?[ \t]*").fullmatch


def key_comments(data: bytes, format_name: str) -> dict[Parts, list[list[str]]]:
    """Return the lines of comment above each key and those beside it, as they are written, by the keys that lead there.

    Keys inside of lists have none: what is said of one item need not be true of another.
    Arguments: ``data`` is a document that ``decode`` accepts.
    """
    text = text_of(data)
    if format_name == "toml":
        return _of_toml(text) if "#" in text else {}
    if format_name == "yaml" and "#" in text:
        from ..editing.yaml_marks import comments
        from ..editing.yaml_outline import Outline

        outline = Outline(text)
        return _by_place(text, list(comments(outline, 0, len(text))), locate(data, format_name))
    if format_name == "jsonc" and ("//" in text or "/*" in text):
        from ..editing.json_text import JsonText

        return _by_place(text, JsonText(text).comments, locate(data, format_name))
    return {}


def _by_place(text: str, comments: Comments, root: Place) -> dict[Parts, list[list[str]]]:
    """Return the comments of each key by where the keys stand."""
    starts = [start for start, _ in comments]
    found: dict[Parts, list[list[str]]] = {}
    for parts, place in _keys(root):
        first = bisect_left(starts, place.key_start)
        above = _above(text, comments[:first], place.key_start)
        beside = _beside(text, comments[first], place) if first < len(comments) else []
        if above or beside:
            found[parts] = [above, beside]
    return found


def _keys(root: Place) -> Iterator[tuple[Parts, Place]]:
    """Yield each key outside of lists with its place; one that is written once and read twice comes once."""
    seen: set[int] = set()
    waiting: list[tuple[Parts, Place]] = [((), root)]
    while waiting:
        parts, place = waiting.pop()
        if parts:
            if place.key_start < 0 or place.key_start in seen:
                continue
            seen.add(place.key_start)
            yield parts, place
        if isinstance(place.children, dict):
            waiting += [((*parts, key), below) for key, below in reversed(place.children.items())]


def _above(text: str, comments: Comments, head: int) -> list[str]:
    indent = _indent(text, head)
    if indent is None:
        return []
    found: list[str] = []
    for start, end in reversed(comments):
        if _ONE_BREAK(text, end, head) is None or _indent(text, start) != indent:
            break
        found[:0] = _BREAK.split(text[start:end])
        head = start
    return found if text[:head].strip() or _BREAK.search(text, 0, head) is not None else []


def _indent(text: str, at: int) -> str | None:
    """Return the blanks before an offset in its line; None when something else stands there."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    before = text[start:at]
    return None if before.strip(" \t") else before


def _beside(text: str, comment: tuple[int, int], place: Place) -> list[str]:
    start, end = comment
    if _BREAK.search(text, place.key_end, start) is not None or _BREAK.search(text, start, end) is not None:
        return []
    rest = _BREAK.search(text, end)
    if text[end : rest.start() if rest is not None else len(text)].strip(" \t"):
        return []  # something follows that it may be about
    whole = place.end <= start and not text[place.end : start].strip(" \t,")
    return [text[start:end]] if whole or _OPENING(text, place.key_end, start) is not None else []


def _of_toml(text: str) -> dict[Parts, list[list[str]]]:
    from ..editing.toml_lines import ELEMENT_HEADER, PAIR, statements

    found: dict[Parts, list[list[str]]] = {}
    elements: set[Parts] = set()
    section: Parts = ()
    for one in statements(text):
        if one.kind != PAIR:
            section = one.parts
            if one.kind == ELEMENT_HEADER:
                elements.add(section)
        parts = (*section, *one.parts) if one.kind == PAIR else section
        if any(parts[:length] in elements for length in range(1, len(parts) + 1)):
            continue
        lines: list[str] = []
        beside = [text[one.comment : one.stop].rstrip("\r\n")] if one.comment >= 0 else []
        indent = text[one.line : one.start]
        above = text[one.lead : one.line].splitlines()
        while above and above[-1].lstrip(" \t").startswith("#") and above[-1].startswith(f"{indent}#"):
            lines.insert(0, above.pop())
        if not above and one.lead == 0:
            lines = []  # the file's own
        if lines or beside:
            found.setdefault(parts, [lines, beside])
    return found
