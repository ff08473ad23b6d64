"""What is put into a JSON collection: a new entry, or one that was taken out elsewhere with its comments."""

from __future__ import annotations

import re

from .json_render import Render, scalar_text, string_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .json_collection import Collection
    from .json_removal import Removal
    from .json_style import Style


class NewPiece:
    """A new entry, written for its place."""

    needs_lines = False

    def __init__(self, style: Style, key: str | None, value: Any) -> None:
        self.style = style
        self.key = key
        self.value = value

    def text(self, holder: Collection, index: int, indent: str, by_line: bool) -> tuple[str, str]:
        """Return the entry's text as it stands on a line indented by ``indent``, and what follows its comma."""
        style = self.style
        key = "" if self.key is None else string_text(self.key, style.escapes) + style.colon(holder, index)
        if not isinstance(self.value, (dict, list)):
            return key + scalar_text(self.value, style.escapes), ""
        lines = style.wants_lines(self.value, holder, index, by_line)
        writer = Render(style, style.colon(holder, index), style.separator(holder, index), style.unit(holder))
        return key + writer.value(self.value, indent, lines), ""


class CarriedPiece:
    """An entry that moves: its text and its comments, indented anew."""

    def __init__(self, style: Style, removal: Removal, key: str | None) -> None:
        source, entry = removal.source, removal.entry
        text = source.text
        self.style = style
        self.removal = removal
        self.key = key
        before, after = removal.before, removal.after
        self.lead = text[removal.own_start : entry.start]
        if removal.own_start <= before.comma < entry.start:
            self.lead = text[removal.own_start : before.comma] + text[before.comma + 1 : entry.start].lstrip(" \t")
        self.beside = text[entry.end : removal.own_end]
        if entry.end <= after.comma < removal.own_end:
            self.beside = text[entry.end : after.comma] + text[after.comma + 1 : removal.own_end]
        places = [
            *source.comments_in(removal.own_start, entry.start),
            *source.comments_in(entry.end, removal.own_end),
        ]
        self.needs_lines = any(text.startswith("//", start) or source.has_break(start, end) for start, end in places)
        self.needs_lines = self.needs_lines or source.has_break(removal.own_start, entry.start)
        # What it is like, for the style of a collection that it is the first in.
        self.value = [[None]] if source.plain[entry.value] in "{[" else None

    def text(self, holder: Collection, index: int, indent: str, by_line: bool) -> tuple[str, str]:
        """Return the entry's text as it stands on a line indented by ``indent``, and what follows its comma."""
        source, entry = self.removal.source, self.removal.entry
        old = source.indent(self.removal.own_start)
        head = self._key(holder, index) + source.text[entry.value : entry.end]
        core = _reindented(self.lead + head, old, indent)
        beside = _reindented(self.beside, old, indent)
        return (core, beside) if by_line else (core + beside, "")

    def _key(self, holder: Collection, index: int) -> str:
        """Return what stands before the value at the new place: its key, the colon, and comments that stood there."""
        source, entry = self.removal.source, self.removal.entry
        key = "" if self.key is None else string_text(self.key, self.style.escapes)
        if self.removal.holder.is_list:
            return key + self.style.colon(holder, index) if self.key is not None else ""
        end = source.end_of(entry.start)
        if self.key is not None:
            written = source.text[entry.start : end] if self.key == entry.key else key
            return written + source.text[end : entry.value]
        places = source.comments_in(end, entry.value)
        if not places:
            return ""
        colon = source.plain.index(":", end)
        above = source.text[end:colon].strip(" \t")
        return above + " " * bool(above) + source.text[colon + 1 : entry.value].lstrip(" \t")


def _reindented(text: str, old: str, new: str) -> str:
    """Return a text with another indentation from its second line on; blank lines stay as they are."""
    if old == new or ("\n" not in text and "\r" not in text):
        return text
    return re.sub(rf"(\r\n|\n|\r(?!\n)){re.escape(old)}(?![\r\n])", lambda found: found[1] + new, text)
