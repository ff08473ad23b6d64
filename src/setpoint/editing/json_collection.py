"""The mappings and lists of a JSON text, whose entries are read when they are asked for."""

from __future__ import annotations

import re

from .change import Refusal
from .json_gap import Gap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .json_text import JsonText

_key = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t\r\n]*+:[ \t\r\n]*+').match
_after = re.compile(r"()[ \t\r\n]*+([,\]}])[ \t\r\n]*+").match
_simple = re.compile(
    r'("[^"\\]*+(?:\\.[^"\\]*+)*+"|[\w.+-]++)[ \t\r\n]*+([,\]}])[ \t\r\n]*+'
).match  # a value that is no collection, and what is behind it


class Entry:
    """One entry of a collection: ``start`` is its key's offset, or its value's in a list.

    ``end`` is where its value ends and ``comma`` the offset of the comma behind it, -1 while unknown or when there
    is none; ``inside`` is its value read as a collection, once that was asked for.
    """

    __slots__ = ("comma", "end", "inside", "key", "start", "value")

    def __init__(self, key: str | int, start: int, value: int) -> None:
        self.key = key
        self.start = start
        self.value = value
        self.end = self.comma = -1
        self.inside: Collection | None = None


class Collection:
    """A mapping or a list, whose entries are read when they are asked for."""

    __slots__ = ("_at", "_by_key", "_close", "_entries", "holder", "is_list", "part", "source", "start")

    def __init__(self, source: JsonText, start: int, holder: Collection | None, part: str | int = "") -> None:
        self.source = source
        self.start = start
        self.holder = holder
        self.part = part  # its key or index in ``holder``
        self.is_list = source.plain[start] == "["
        self._entries: list[Entry] = []
        self._by_key: dict[str | int, Entry] = {}
        self._at = source.skip_white(start + 1)  # where the next entry starts
        self._close = self._at if source.plain[self._at] in "]}" else -1

    @property
    def entries(self) -> list[Entry]:
        """All entries."""
        self._read(None)
        return self._entries

    @property
    def close(self) -> int:
        """The offset of the closing bracket."""
        self._read(None)
        return self._close

    def find(self, part: str | int) -> Entry:
        """Return the entry with this key or index; its end may be unknown yet. Raises ``Refusal`` if there is none."""
        found = self._by_key.get(part) or self._read(part)
        if found is None:
            raise Refusal(f"there is nothing at {part!r} here", self.start)
        return found

    def index(self, part: str | int) -> int:
        """Return which of the entries has this key or index."""
        return part if isinstance(part, int) else self.entries.index(self.find(part))

    def end_of(self, entry: Entry) -> int:
        """Return where the value of an entry ends."""
        if entry.end < 0:
            # Those that were opened inside are finished from the innermost out: they know where they stopped.
            opened = []
            inside = entry.inside
            while inside is not None:
                opened.append(inside)
                inside = inside.unfinished()
            for inside in reversed(opened):
                inside._read(None)
            entry.end = self.source.end_of(entry.value) if entry.inside is None else entry.inside.close + 1
        return entry.end

    def unfinished(self) -> Collection | None:
        """Return the collection inside this one that was opened, and not read to its end yet."""
        if self._close >= 0 or not self._entries or self._entries[-1].end >= 0:
            return None
        return self._entries[-1].inside

    def child(self, part: str | int) -> Collection:
        """Return the value of an entry as a collection."""
        entry = self.find(part)
        if entry.inside is None:
            if self.source.plain[entry.value] not in "{[":
                raise Refusal(f"the value of {part!r} is a single value, so there is nothing inside it", entry.value)
            entry.inside = Collection(self.source, entry.value, self, part)
        return entry.inside

    def gap(self, index: int) -> Gap:
        """Return what stands before the entry ``index``; the one behind the last is before the closing bracket."""
        entries = self.entries
        left = entries[index - 1] if index > 0 else None
        right = entries[index] if index < len(entries) else None
        start = self.start + 1 if left is None else left.end
        end = self._close if right is None else right.start
        comma = -1
        if left is not None:
            comma = left.comma if right is not None else self._last_comma(start)
        return Gap(self.source, start, end, comma, after_entry=left is not None, before_entry=right is not None)

    def _last_comma(self, start: int) -> int:
        """Return the offset of the comma behind the last entry, -1 when there is none."""
        source = self.source
        if source.plain is source.text:
            return -1
        for comment_start, comment_end in [*source.comments_in(start, self._close), (self._close, 0)]:
            comma = source.text.find(",", start, comment_start)
            if comma >= 0:
                return comma
            start = comment_end
        return -1

    def _read(self, wanted: str | int | None) -> Entry | None:
        """Read on until the entry ``wanted`` has begun, or to the end."""
        plain = self.source.plain
        entries, by_key = self._entries, self._by_key
        is_list = self.is_list
        at = self._at
        last = entries[-1] if entries else None
        while self._close < 0:
            if last is not None and last.comma < 0:
                found = _simple(plain, last.value) if last.end < 0 and last.inside is None else None
                if found is not None:
                    last.end = found.end(1)
                else:
                    found = _after(plain, self.end_of(last))
                    assert found is not None  # the text is well-formed
                if found[2] != ",":
                    self._close = found.start(2)
                    return None
                last.comma = found.start(2)
                at = self._at = found.end()
            if is_list:
                last = Entry(len(entries), at, at)
            else:
                found = _key(plain, at)
                assert found is not None
                key = found[1]
                if "\\" in key:
                    import json

                    key = json.loads(f'"{key}"')
                last = Entry(key, at, found.end())
            entries.append(last)
            by_key[last.key] = last
            if wanted is not None and last.key == wanted:
                return last
        return None
