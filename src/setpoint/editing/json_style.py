"""How a JSON text is written: what a new piece of it looks like when its neighbours do not say."""

from __future__ import annotations

import re
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .json_collection import Collection, Entry
    from .json_text import JsonText

_SAMPLE = 16 * 1024  # characters that are looked at to learn the habits of a file
_NEIGHBOURS = 16  # entries to each side that are looked at to learn the habits of a collection

_habit = re.compile(
    r'"(?:[^"\\]++|\\.)*+"(?P<colon>[ \t]*+:[ \t]*+)?'
    r"|(?P<bracket>[{\[])(?P<pad>[ \t\r\n]*+)(?=(?P<first>[^\s}\]]))"
    r"|,(?P<gap>[ \t]*+)(?=[^\s])"
)
_first_indent = re.compile(r"[\r\n]([ \t]++)[^\s]").search
_escaped_text = re.compile(r"\\u(?:00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])").search


class Style:
    """The habits of one text, found out when they are asked for."""

    def __init__(self, source: JsonText) -> None:
        self.source = source
        self._counts: dict[tuple[str, str], int] | None = None
        self._escapes: bool | None = None

    @property
    def escapes(self) -> bool:
        """True when the text writes characters beyond ASCII as ``\\u`` escapes."""
        if self._escapes is None:
            text = self.source.text
            self._escapes = "\\u" in text and text.isascii() and _escaped_text(text) is not None
        return self._escapes

    @property
    def is_one_line(self) -> bool:
        """True when the whole text is one line."""
        return not self.source.has_break(0, len(self.source.text.rstrip()))

    @property
    def lists_in_line(self) -> bool:
        """True when lists of single values stand on one line as a rule."""
        return self._count("list", "one line") > self._count("list", "lines")

    def pad(self, bracket: str) -> str:
        """Return what stands inside the brackets of a collection on one line: a blank or nothing."""
        return self._most(bracket, "")

    def colon(self, holder: Collection | None, index: int = 0) -> str:
        """Return the colon with the blanks around it, as the entries near ``index`` of ``holder`` have it."""
        if holder is not None and not holder.is_list:
            source = self.source
            near = [
                (len(blanks), blanks)
                for entry in _near(holder, index)
                if (blanks := _colon_of(source, entry)).strip() == ":"
                and not source.has_break(entry.start, entry.value)
            ]
            if near:
                return min(near)[1]  # longer ones are there to align values
        return self._most("colon", ": ")

    def separator(self, holder: Collection | None, index: int = 0) -> str:
        """Return the blanks behind a comma on one line, as the entries near ``index`` of ``holder`` have it."""
        if holder is not None:
            for entry, following in pairwise(_near(holder, index)):
                blanks = self.source.text[entry.comma + 1 : following.start]
                if not blanks.strip(" "):
                    return blanks
        return self._most("comma", " " if self.colon(holder, index).endswith(" ") else "")

    def unit(self, holder: Collection | None) -> str:
        """Return the blanks by which an entry of ``holder`` is indented deeper than its line."""
        source = self.source
        while holder is not None:
            entries = holder.entries
            if entries and source.has_break(holder.start, entries[0].start):
                outer, inner = source.indent(holder.start), source.indent(entries[0].start)
                if inner.startswith(outer):
                    return inner[len(outer) :]
            for entry in entries[:_NEIGHBOURS]:
                if source.plain[entry.value] in "{[" and source.has_break(entry.value, entry.end):
                    outer = source.indent(entry.value)
                    inner = source.indent(source.skip_white(entry.value + 1))
                    if inner.startswith(outer) and inner != outer:
                        return inner[len(outer) :]
            holder = holder.holder
        found = _first_indent(source.plain)
        return "  " if found is None else found[1]

    def wants_lines(self, value: object, holder: Collection | None, index: int, by_line: bool) -> bool:
        """True when ``value`` should be written on several lines as an entry near ``index`` of ``holder``."""
        bracket = "[" if isinstance(value, list) else "{"
        if holder is not None:
            source = self.source
            first = max(0, index - _NEIGHBOURS)
            for _, entry in sorted(enumerate(_near(holder, index), first), key=lambda pair: abs(pair[0] - index)):
                if source.plain[entry.value] == bracket and source.skip_white(entry.value + 1) < entry.end - 1:
                    return source.has_break(entry.value, entry.end)
        if bracket == "[" and by_line and self.is_list_in_line(value):
            return False
        return by_line

    def is_list_in_line(self, value: object) -> bool:
        """True when ``value`` is a list of single values, and such lists stand on one line here."""
        if not isinstance(value, list) or any(isinstance(item, (dict, list)) and item for item in value):
            return False
        return self.lists_in_line

    def _most(self, kind: str, otherwise: str) -> str:
        counts = self._habits()
        found = [(count, what) for (of, what), count in counts.items() if of == kind]
        return max(found)[1] if found else otherwise

    def _count(self, kind: str, what: str) -> int:
        return self._habits().get((kind, what), 0)

    def _habits(self) -> dict[tuple[str, str], int]:
        """Return how often each way to write something was met."""
        if self._counts is None:
            counts: dict[tuple[str, str], int] = {}
            for found in _habit.finditer(self.source.plain, 0, _SAMPLE):
                what = _habit_of(found)
                if what is not None:
                    counts[what] = counts.get(what, 0) + 1
            self._counts = counts
        return self._counts


def _habit_of(found: re.Match[str]) -> tuple[str, str] | None:
    if found["bracket"] is not None:
        pad = found["pad"]
        if found["bracket"] == "[" and found["first"] not in "{[":
            return ("list", "one line" if not pad.strip(" \t") else "lines")
        return (found["bracket"], pad) if pad in ("", " ") else None
    if found["gap"] is not None:
        return ("comma", found["gap"]) if found["gap"] in ("", " ") else None
    colon = found["colon"]
    return ("colon", colon) if colon is not None and len(colon) <= 3 else None


def _colon_of(source: JsonText, entry: Entry) -> str:
    """Return what stands between a key and its value."""
    end = source.end_of(entry.start)
    return source.text[end : entry.value]


def _near(holder: Collection, index: int) -> list[Entry]:
    return holder.entries[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS]
