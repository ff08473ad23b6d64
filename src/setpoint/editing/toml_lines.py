"""The statements of a TOML text: its headers and its ``key = value`` pairs, each with the lines that it stands on.

The text is one that ``formats.decode`` accepts, so the patterns here need only find where things end, not whether
they are right. They do not backtrack. Values are stepped over; ``toml_items`` looks inside those that an edit is about.
"""

from __future__ import annotations

import re

from ..formats.toml_tokens import key_end, key_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\]++|\\.)*+"|'[^']*+')"""
_NAME = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_STRING = (
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}+'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}+"
    r'|"(?:[^"\\]++|\\.)*+"'
    r"|'[^']*+'"
)
_PLAIN = r"""[0-9]{4}-[0-9]{2}-[0-9]{2}[ ][0-9][^\s#,\]}]*+|[^\s\[\]{}"'#,]++"""
_INSIDE = rf"""[^\[\]{{}}"'#]++|{_STRING}|\#[^\n]*+"""
# Brackets in brackets in brackets are matched at once; whatever is nested deeper is counted out.
_FLAT = rf"[\[{{](?:{_INSIDE})*+[\]}}]"
_NESTED = rf"[\[{{](?:{_INSIDE}|{_FLAT})*+[\]}}]"
_VALUE = rf"{_STRING}|{_PLAIN}|{_NESTED}"
_BLANKS = r"(?:[ \t]*+(?:\#[^\n]*+)?+\r?\n)*+"

_STATEMENT = re.compile(
    rf"{_BLANKS}(?P<indent>[ \t]*+)"
    rf"(?:(?P<brackets>\[\[?+)[ \t]*+(?P<header>{_NAME})[ \t]*+\]\]?+"
    rf"|(?P<key>{_NAME})[ \t]*+=[ \t]*+(?P<value>{_VALUE})?+)"
)
_TAIL = re.compile(r"[ \t]*+(#[^\n]*+)?+(?:\r?\n|\Z)")
_VALUE_AT = re.compile(_VALUE)
_BRACKET = re.compile(rf"[\[\]{{}}]|{_STRING}|\#[^\n]*+")
_COMMENT = re.compile(rf"(\#[^\r\n]*+)|{_STRING}")
_PARTS = re.compile(_PART)
GAP: Final = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
NAME: Final = re.compile(_NAME)

PAIR: Final = 0
TABLE_HEADER: Final = 1
ELEMENT_HEADER: Final = 2


class Statement:
    """A header or a pair. Offsets are those of the text.

    ``lead`` is where the blank and comment lines above it begin, ``line`` where its own line does, ``start`` where it
    does itself, ``stop`` where the next line begins. ``name`` to ``name_end`` is its key or the name in its
    brackets, ``value`` to ``end`` the value of a pair; of a header both end at its last bracket. ``comment`` is the
    offset of the comment beside it, or -1. ``section`` is the index of the header above it in the list of all
    statements, -1 before the first; a header is its own. ``parts`` is its name.
    """

    __slots__ = (
        "comment",
        "end",
        "index",
        "kind",
        "lead",
        "line",
        "name",
        "name_end",
        "parts",
        "section",
        "start",
        "stop",
        "value",
    )

    def __init__(self, kind: int, index: int, section: int, lead: int, span: tuple[int, int]) -> None:
        self.kind = kind
        self.index = index
        self.section = section
        self.lead = lead
        self.line, self.start = span
        self.name = self.name_end = self.value = self.end = self.stop = 0
        self.comment = -1
        self.parts: tuple[str, ...] = ()


def statements(text: str) -> list[Statement]:
    """Return the headers and pairs of a text in their order."""
    found: list[Statement] = []
    match = _STATEMENT.match
    tail = _TAIL.match
    position = 0
    section = -1
    index = 0
    while True:
        at = match(text, position)
        if at is None:
            return found
        own = at.span("indent")
        if at["brackets"] is not None:
            section = index
            kind = ELEMENT_HEADER if len(at["brackets"]) == 2 else TABLE_HEADER
            made = Statement(kind, index, section, position, own)
            made.name, made.name_end = at.span("header")
            raw = at["header"]
            made.value = made.end = end = at.end()
        else:
            made = Statement(PAIR, index, section, position, own)
            made.name, made.name_end = at.span("key")
            raw = at["key"]
            made.value, end = at.span("value")
            if end < 0:
                made.value = at.end()
                end = value_end(text, made.value)
            made.end = end
        made.parts = (raw,) if raw.isidentifier() else name_parts(raw)
        rest = tail(text, end)
        assert rest is not None, "the text is not well-formed TOML"
        made.comment = rest.start(1)
        made.stop = position = rest.end()
        found.append(made)
        index += 1


def name_parts(raw: str) -> tuple[str, ...]:
    """Return the parts of a key as it is written: ``a . "b.c"`` gives ``("a", "b.c")``."""
    if '"' not in raw and "'" not in raw:
        return tuple(part.strip(" \t") for part in raw.split("."))
    return tuple(key_text(raw, start, end) for start, end in _spans(raw, 0, len(raw)))


def name_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where each part of the key stands that is written from ``start`` to ``end``."""
    return _spans(text, start, end)


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    position = start
    while position < end:
        if text[position] in " \t.":
            position += 1
            continue
        stop = key_end(text, position)
        spans.append((position, stop))
        position = stop
    return spans


def value_end(text: str, start: int) -> int:
    """Return where the value ends that starts at ``start``."""
    found = _VALUE_AT.match(text, start)
    if found is not None:
        return found.end()
    depth = 0
    for token in _BRACKET.finditer(text, start):
        if token[0] in ("[", "{"):
            depth += 1
        elif token[0] in ("]", "}"):
            depth -= 1
            if not depth:
                return token.end()
    raise AssertionError("the text is not well-formed TOML")


def comment_texts(text: str) -> list[str]:
    """Return every comment of a text as it is written, without its line break."""
    if "#" not in text:
        return []
    return [comment for comment in _COMMENT.findall(text) if comment]


def comment_starts(text: str) -> list[int]:
    """Return the offset of every comment of a text."""
    if "#" not in text:
        return []
    return [found.start() for found in _COMMENT.finditer(text) if found[1] is not None]
