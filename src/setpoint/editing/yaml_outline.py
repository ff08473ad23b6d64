"""A YAML text as an edit sees it: its events in columns, and where each value starts and ends."""

from __future__ import annotations

import re
from bisect import bisect_left

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ..formats.yaml_events import parser
from ..formats.yaml_source import Source as SourceText
from .yaml_page import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .splice import Splice

# The kinds of events. A scalar's is how it is written: "" for plain, a quote, or the | or > of a block scalar.
ALIAS, BLOCK_MAPPING, BLOCK_LIST, FLOW_MAPPING, FLOW_LIST, END = "*", "m", "s", "{", "[", "."
SCALARS = frozenset(("", "'", '"', "|", ">"))
BLOCK_SCALARS = frozenset("|>")
MAPPINGS = frozenset((BLOCK_MAPPING, FLOW_MAPPING))
LISTS = frozenset((BLOCK_LIST, FLOW_LIST))
BLOCKS = frozenset((BLOCK_MAPPING, BLOCK_LIST))
FLOWS = frozenset((FLOW_MAPPING, FLOW_LIST))
COLLECTIONS = MAPPINGS | LISTS

MERGE = "<<"

# What may stand between two tokens.
_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII).fullmatch


class Outline:
    """The events of one text, each known by its number, its index in ``kinds``, ``starts``, ``ends`` and ``values``.

    ``values`` holds what scalars and aliases say. ``partners`` leads from the start of a collection to its end and
    back, ``anchors`` from an event to its anchor's name; ``aliases`` are in order. ``root`` is the event of the whole
    value, -1 in a text without any. ``opened`` is where the ``---`` ends (-1 without), ``closed`` where the ``...``
    starts (the end of the text without). Offsets are those of the text.
    """

    __slots__ = (
        "_named",
        "aliases",
        "anchors",
        "closed",
        "ends",
        "kinds",
        "opened",
        "page",
        "partners",
        "root",
        "starts",
        "text",
        "values",
    )

    def __init__(self, text: str) -> None:
        source = SourceText(text)
        self.text = text
        self.page = Page(source.parsed[: len(text)])
        self.partners: dict[int, int] = {}
        self.anchors: dict[int, str] = {}
        self.aliases: list[int] = []
        self._named: dict[str, list[int]] | None = None  # the events that each anchor's name was given to
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[str | None] = []
        self.opened = -1
        self.closed = len(text)
        self._read(source)
        self.root = 0 if self.kinds else -1

    def _read(self, source: SourceText) -> None:
        """Take down every event. One loop: it runs once for every key and every value."""
        get = parser(source.parsed).get_event
        restore, partners, anchors = source.restore, self.partners, self.anchors
        kind_is, start_is, end_is, value_is = (
            self.kinds.append,
            self.starts.append,
            self.ends.append,
            self.values.append,
        )
        number = -1
        stack: list[int] = []
        while True:
            event: Any = get()
            kind = event.__class__
            if kind is ScalarEvent:
                number += 1
                kind_is(event.style or "")
                start_is(event.start_mark.index)
                end_is(event.end_mark.index)
                value_is(event.value if restore is None else event.value.translate(restore))
                if event.anchor is not None:
                    anchors[number] = event.anchor
                continue
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                number += 1
                stack.append(number)
                if kind is MappingStartEvent:
                    kind_is(FLOW_MAPPING if event.flow_style else BLOCK_MAPPING)
                else:
                    kind_is(FLOW_LIST if event.flow_style else BLOCK_LIST)
                if event.anchor is not None:
                    anchors[number] = event.anchor
                value_is(None)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                number += 1
                begun = stack.pop()
                partners[begun] = number
                partners[number] = begun
                kind_is(END)
                value_is(None)
            elif kind is AliasEvent:
                number += 1
                self.aliases.append(number)
                kind_is(ALIAS)
                value_is(event.anchor)
            elif kind is DocumentStartEvent:
                if event.explicit:
                    self.opened = event.end_mark.index
                continue
            elif kind is DocumentEndEvent:
                if event.explicit:
                    self.closed = event.start_mark.index
                continue
            elif kind is StreamEndEvent:
                return
            else:
                continue
            start_is(event.start_mark.index)
            end_is(event.end_mark.index)

    def after(self, splice: Splice, text: str) -> Outline | None:
        """Return the outline of a text in which one plain word took the place of another; None for any other splice.

        A word is of letters, digits, ``_``, ``.`` and ``-``, and starts with a letter or digit: wherever one is a plain
        scalar, so is another, and all events are the same but for what this one says and how far the later ones moved.
        """
        starts, ends = self.starts, self.ends
        number = bisect_left(starts, splice.start)
        while number < len(starts) and starts[number] == splice.start and self.kinds[number]:
            number += 1  # a collection that begins with it
        if (
            number == len(starts)
            or (starts[number], ends[number]) != (splice.start, splice.end)
            or self.values[number] != self.text[splice.start : splice.end]
            or self.page.text != self.text
            or not (_WORD(self.text, splice.start, splice.end) and _WORD(splice.text))
        ):
            return None
        end, further = splice.end, len(splice.text) - (splice.end - splice.start)
        made = Outline.__new__(Outline)
        made.text = text
        made.page = Page(text)
        made.partners, made.anchors, made.aliases, made._named = self.partners, self.anchors, self.aliases, self._named
        made.kinds, made.root, made.opened = self.kinds, self.root, self.opened
        made.closed = self.closed + further
        made.values = self.values.copy()
        made.values[number] = splice.text
        if not further:
            made.starts, made.ends = starts, ends
        else:
            made.starts = [place if place < end else place + further for place in starts]
            made.ends = [place if place < end else place + further for place in ends]
        return made

    def last(self, number: int) -> int:
        """Return the number of a value's last event: its own, or the end of the collection."""
        return self.partners.get(number, number)

    def children(self, number: int) -> Iterator[tuple[int, int]]:
        """Give the key and the value of every entry of a collection; the key is -1 in a list."""
        stop = self.partners[number]
        partners = self.partners
        is_mapping = self.kinds[number] in MAPPINGS
        at = number + 1
        while at < stop:
            key = -1
            if is_mapping:
                key = at
                at += 1
            yield key, at
            at = partners.get(at, at) + 1

    def word(self, number: int) -> str:
        """Return what a key says; one that is an alias says what its anchor does."""
        if self.kinds[number] == ALIAS:
            number = self.anchored(number)
        value = self.values[number] if number >= 0 else None
        return value or ""

    def is_merge(self, key: int) -> bool:
        """True for a key that merges: ``<<`` without quotes."""
        return not self.kinds[key] and self.values[key] == MERGE

    def anchored(self, alias: int) -> int:
        """Return the event that an alias stands for, or -1 where there is none."""
        if self._named is None:
            self._named = {}
            for number, name in self.anchors.items():  # in order
                self._named.setdefault(name, []).append(number)
        numbers = self._named.get(self.values[alias] or "", [])
        index = bisect_left(numbers, alias)
        return numbers[index - 1] if index else -1

    def uses(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Give each alias that stands for one of the events from first to last, and which."""
        for alias in self.aliases:
            number = self.anchored(alias)
            if first <= number <= last:
                yield alias, number

    def space_end(self, at: int) -> int:
        """Return where the next token starts: after blanks, line breaks and comments."""
        found = _SPACE.match(self.page.text, at)
        return found.end() if found is not None else at

    def anchor_end(self, number: int) -> int:
        """Return where the anchor of a value ends, or where the value starts when it has none."""
        name = self.anchors.get(number)
        return self.starts[number] + (1 + len(name) if name is not None else 0)

    def start(self, number: int) -> int:
        """Return where a value starts, its anchor left out."""
        start = self.starts[number]
        if number in self.anchors:
            after = self.space_end(self.anchor_end(number))
            if self.kinds[number] in SCALARS and after > self.ends[number]:
                return self.ends[number]
            return after
        return start

    def is_empty(self, number: int) -> bool:
        """True for a null that is not written."""
        return not self.kinds[number] and not self.values[number]

    def colon_end(self, key: int) -> int:
        """Return where the ``:`` after a key ends, or where the key ends when it has none."""
        at = self.space_end(self.ends[key])
        return at + 1 if self.page.text[at : at + 1] == ":" else self.ends[key]

    def end(self, number: int) -> int:
        """Return where a value ends: after its last character, the line break of a block scalar left out."""
        kinds = self.kinds
        kind = kinds[number]
        while kind in BLOCKS:  # it ends where its last value does
            number = self.partners[number] - 1
            kind = kinds[number]
            if kind == END:
                number = self.partners[number]
                kind = kinds[number]
        if kind in FLOWS:
            inside = self.partners[number]
            if self.is_pair(number):
                return self.end(inside - 1 if kinds[inside - 1] != END else self.partners[inside - 1])
            return self.ends[inside]
        if kind in BLOCK_SCALARS:
            return self._block_end(number)
        if not kind and not self.values[number] and number not in self.anchors:
            return self._unwritten(number)
        return self.ends[number]

    def is_pair(self, number: int) -> bool:
        """True for the mapping of one pair in brackets of a list: ``[a: 1]``."""
        return self.kinds[number] == FLOW_MAPPING and self.page.text[self.start(number)] != "{"

    def _unwritten(self, number: int) -> int:
        """Return where a null that is not written belongs: after its ``:`` or ``-``."""
        at = self.starts[number]
        before = number - 1
        # libyaml tells the place of the next token where the value is one of a mapping in brackets.
        if before >= 0 and (self.kinds[before] in SCALARS or self.kinds[before] == ALIAS):
            colon = self.colon_end(before)
            if colon <= at and not self.page.text[self.ends[before] : at].strip(" \t\r\n:"):
                return colon
        return at

    def header_end(self, number: int) -> int:
        """Return where the ``|`` or ``>`` of a block scalar ends, with its indicators."""
        at = self.start(number) + 1
        text = self.page.text
        while text[at : at + 1] in ("+", "-", *"123456789"):
            at += 1
        return at

    def _block_end(self, number: int) -> int:
        """Return where the last line of a block scalar ends; libyaml's mark is where the next token's line starts."""
        page, mark = self.page, min(self.ends[number], len(self.page.text))
        header = self.header_end(number)
        header_line = page.line_end(header)
        if mark <= header_line:
            return header
        if "+" in page.text[self.start(number) : header]:  # blank lines at the end belong to the value
            return max(page.without_break(mark), header_line)
        last = header_line + len(page.text[header_line:mark].rstrip(" \r\n"))
        if last == header_line:
            return header
        found = page.line_end(last)
        # A line of nothing but blanks is text where there are more of them than the text is indented.
        if " " in page.text[found:mark]:
            indent = min(
                page.indent(line) - line for line in page.lines(page.next_line(header), mark) if not page.is_blank(line)
            )
            for line in page.lines(page.next_line(found), mark):
                if page.line_end(line) - line > indent:
                    found = page.line_end(line)
        return found

    def keeps_breaks(self, number: int) -> bool:
        """True for a block scalar to which the blank lines after it belong: ``|+``."""
        return (
            self.kinds[number] in BLOCK_SCALARS and "+" in self.page.text[self.start(number) : self.header_end(number)]
        )

    def last_leaf(self, number: int) -> int:
        """Return the last scalar, alias or collection in brackets inside a value."""
        while self.kinds[number] in BLOCKS:
            number = self.partners[number] - 1
            if self.kinds[number] == END:
                number = self.partners[number]
        return number
