"""Where every value of a YAML document stands: the tree of places, from the same events as the strict road."""

from __future__ import annotations

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ..span import Place
from .yaml_events import parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .yaml_source import Source

_MERGE = "<<"


def places_of(source: Source) -> Place:
    """Return the place of every value in a text that ``yaml_builder.build`` accepts.

    A value's place leaves out its anchor. Collections in brackets end after the bracket, others with their last
    content. A block scalar goes from its ``|`` or ``>`` to the end of its last line. A value that is not written
    has an empty place, right after the ``:`` or ``-``. An alias stands where its ``*name`` is written and has the
    children of what it stands for. Raises ``yaml.YAMLError`` when libyaml cannot read the text.
    """
    text = source.parsed
    get = parser(text).get_event
    anchors: dict[str, Place] = {}
    words: dict[str, str] = {}  # what the anchors of scalars say
    # For each open collection: what was under way around it.
    stack: list[tuple[Any, ...]] = []
    holder: Any = []
    root = holder
    key: str | None = ""  # None is that of a merge
    key_start = key_end = -1  # of the key that waits for its value; -1 when none does
    mapping = in_brackets = False
    begun: Place | None = None
    inherited: set[str] = set()  # keys that came by a merge, which own keys replace
    end = 0  # of the last content of the collection under way
    while True:
        event = get()
        kind = event.__class__
        if kind is ScalarEvent:
            start, end = _scalar_span(text, event)
            if mapping and key_start < 0:
                value = event.value
                if source.restore is not None:
                    value = value.translate(source.restore)
                key, key_start, key_end = value, start, end
                if value == _MERGE and not event.style:
                    key = None
                if event.anchor is not None:
                    anchors[event.anchor] = Place(start, end)
                    words[event.anchor] = value
                continue
            if mapping and start == end and event.anchor is None:
                start = end = _after_colon(text, key_end, start)
            place = Place(start, end, key_start, key_end)
            if event.anchor is not None:
                anchors[event.anchor] = place
                words[event.anchor] = event.value if source.restore is None else event.value.translate(source.restore)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            start = event.start_mark.index
            if event.anchor is not None:
                start = _after_anchor(text, start)
            place = Place(start, start, key_start, key_end)
            if event.anchor is not None:
                anchors[event.anchor] = place
            stack.append((holder, mapping, key, key_start, key_end, begun, in_brackets, inherited))
            mapping = kind is MappingStartEvent
            holder = {} if mapping else []
            key_start = -1
            begun = place
            in_brackets = text[start] in "[{"
            inherited = set()
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            assert begun is not None
            if in_brackets:
                end = event.end_mark.index
            place = begun
            place.end = end
            place.children = holder
            holder, mapping, key, key_start, key_end, begun, in_brackets, inherited = stack.pop()
        elif kind is AliasEvent:
            start, end = event.start_mark.index, event.end_mark.index
            if mapping and key_start < 0:
                key, key_start, key_end = words[event.anchor], start, end
                continue
            place = Place(start, end, key_start, key_end, anchors[event.anchor].children)
        elif kind is StreamEndEvent:
            return root[0] if root else Place(0, 0)
        else:
            continue
        if not mapping:
            holder.append(place)
            continue
        key_start = -1
        if key is None:
            _merge(holder, place, inherited)
        elif key in inherited:
            inherited.discard(key)
            holder[key] = place
        else:
            holder.setdefault(key, place)


def _merge(holder: dict[str, Place], place: Place, inherited: set[str]) -> None:
    """Insert the places of merged entries, which stay where they are written."""
    sources = place.children if isinstance(place.children, list) else [place]
    for source in sources:
        if isinstance(source.children, dict):
            for key, entry in source.children.items():
                if key not in holder:
                    holder[key] = entry
                    inherited.add(key)


def _scalar_span(text: str, event: Any) -> tuple[int, int]:
    """Return where a scalar starts and ends, without its anchor."""
    start, end = event.start_mark.index, event.end_mark.index
    if event.anchor is not None:
        start = min(_after_anchor(text, start), end)
    if event.style in ("|", ">"):
        end = _block_end(text, start, end)
    return start, end


def _after_anchor(text: str, start: int) -> int:
    """Return where the value starts that an anchor stands before: after blanks, line breaks and comments."""
    position = start
    while text[position] not in " \t\r\n,]}":
        position += 1
    while position < len(text):
        if text[position] in " \t\r\n":
            position += 1
        elif text[position] == "#":
            position = _line_end(text, position)
        else:
            break
    return position


def _after_colon(text: str, key_end: int, limit: int) -> int:
    """Return where a value that is not written belongs: after the key's ``:``, or after the key when it has none.

    libyaml tells the place of the next token, ``limit``; up to it there are only blanks, comments and the ``:``.
    """
    position = key_end
    while position < limit:
        if text[position] == ":":
            return position + 1
        position = _line_end(text, position) if text[position] == "#" else position + 1
    return key_end


def _block_end(text: str, start: int, end: int) -> int:
    """Return where the last line of a block scalar ends; libyaml's mark is where the next token's line starts."""
    header_end = _line_end(text, start)
    header = text[start:header_end].split(" ", 1)[0].split("\t", 1)[0]
    if "+" in header:  # blank lines at the end belong to the value
        return max(_without_break(text, end), header_end) if header_end < end else start + len(header)
    last = header_end + len(text[header_end:end].rstrip(" \r\n"))
    if last == header_end:
        last_line_end = start + len(header)
    else:
        last_line_end = _line_end(text, last)
    # A line of nothing but blanks is text where there are more of them than the text is indented.
    rest = text[last_line_end:end]
    if " " not in rest:
        return last_line_end
    lines = text[header_end:end].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")]
    if not indents:
        return last_line_end
    indent = indents[0] if header in ("|", ">", "|-", ">-") else min(indents)
    position = last_line_end
    while position < end:
        line_end = _line_end(text, position)
        if line_end - position > indent:
            last_line_end = line_end
        position = line_end + (2 if text.startswith("\r\n", line_end) else 1)
    return last_line_end


def _line_end(text: str, position: int) -> int:
    """Return where the line ends that an offset stands on, before its line break."""
    while position < len(text) and text[position] not in "\r\n":
        position += 1
    return position


def _without_break(text: str, end: int) -> int:
    if text.startswith("\r\n", end - 2):
        return end - 2
    return end - 1 if text[end - 1] in "\r\n" else end
