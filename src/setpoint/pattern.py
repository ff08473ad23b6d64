"""``Pattern``: which places of which documents somebody wants to hear about."""

from __future__ import annotations

from .change import ABSENT, Change, differences
from .errors import UsageError
from .tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from .change import Parts

    # Positions in a pattern that a place has come to, one bit each.
    Reached: TypeAlias = int


class Wildcard:
    """A part of a pattern that stands for keys: ``*`` for any one, ``**`` for any number, also none."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


ONE = Wildcard("*")
ANY = Wildcard("**")
_WILDCARDS = {"*": ONE, "**": ANY}


class Pattern:
    """The places that an address with wildcards means: ``messaging.queue.*``.

    Arguments: ``text`` is the name of a document, and the keys below it, joined by dots. ``*`` is any one document, key
    or index; ``**`` any number of them, also none. A pattern that ends in a key, or is no more than a document, means
    that place and everything below it; one that ends in ``*`` means that level only. A key that holds a dot, a bracket,
    a quote or a star is written as ``["a.b"]``, the index of a list as ``[0]`` or ``.0``.

    Raises ``UsageError`` that shows where the pattern breaks off, and what to write.
    """

    __slots__ = ("_end", "_keys", "_prefix", "_reaches", "document", "text")

    document: str | None
    """The name of the only document that it is about; None when it is about any."""

    def __init__(self, text: str) -> None:
        first, *keys = _parse(text)
        self.text = text
        self.document = first if isinstance(first, str) else None
        # "**" for the document: any document, and from there any number of keys.
        self._keys: tuple[str | Wildcard, ...] = (ANY, *keys) if first is ANY else tuple(keys)
        self._end = 1 << len(self._keys)
        self._reaches = not self._keys or isinstance(self._keys[-1], str)
        prefix: list[str] = []
        for key in self._keys:
            if not isinstance(key, str):
                break
            prefix.append(key)
        self._prefix = tuple(prefix)

    def matches(self, document: str) -> bool:
        """True when it may be about places of the document with this name."""
        return self.document is None or self.document == document

    def select(self, document: str, before: Any, after: Any) -> tuple[Change, ...]:
        """Return the changes between two trees of a document at the places that this pattern means, in their order.

        They are those that ``differences`` finds. Where the pattern goes on inside of what is one change there, such as
        a list, each place that it means and whose value is different has a change of its own.

        Arguments: ``before`` and ``after`` are trees, or ``ABSENT`` when the document came or went.
        """
        if before is after or not self.matches(document):
            return ()
        depth = 0
        for key in self._prefix:
            if not (isinstance(before, dict) and isinstance(after, dict) and key in before and key in after):
                break
            before, after = before[key], after[key]
            if before is after:
                return ()
            depth += 1
        found: list[Change] = []
        for change in differences(document, before, after, self._prefix[:depth]):
            reached = self._walk(change.parts)
            if reached & self._end:
                found.append(change)
            elif reached:
                found.extend(self._inside(change, reached))
        return tuple(found)

    def _walk(self, parts: Parts) -> Reached:
        """Return where a place has come to; at the end as soon as a place above it has, if that means all below."""
        reached = self._settle(1)
        for part in parts:
            if self._reaches and reached & self._end:
                return reached
            reached = self._step(reached, str(part))
            if not reached:
                break
        return reached

    def _step(self, reached: Reached, part: str) -> Reached:
        further = 0
        for position, key in enumerate(self._keys):
            if reached >> position & 1:
                if key is ANY:
                    further |= 1 << position
                elif key is ONE or key == part:
                    further |= 1 << position + 1
        return self._settle(further)

    def _settle(self, reached: Reached) -> Reached:
        """Add the positions behind each ``**`` that was come to: it may stand for nothing."""
        for position, key in enumerate(self._keys):
            if key is ANY and reached >> position & 1:
                reached |= 1 << position + 1
        return reached

    def _inside(self, change: Change, reached: Reached) -> Iterator[Change]:
        """Yield a change for each place inside of one that the pattern means, the topmost only."""
        stack = [(change.parts, reached, change.before, change.after)]
        while stack:
            parts, reached, old, new = stack.pop()
            if reached & self._end:
                if not same(old, new):
                    yield Change(change.document, parts, old, new)
                continue
            below = []
            for part, was, now in _children(old, new):
                further = self._step(reached, str(part))
                if further and was is not now:
                    below.append(((*parts, part), further, was, now))
            stack.extend(reversed(below))

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Pattern) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"


def _children(old: Any, new: Any) -> Iterator[tuple[str | int, Any, Any]]:
    """Yield what is directly inside of two values: in the order of the new one, then what only the old one has.

    An index and a key of the same digits are the same place, because an address writes both alike.
    """
    olds = _inside_of(old)
    known = {str(part): value for part, value in olds}
    for part, now in _inside_of(new):
        yield part, known.pop(str(part), ABSENT), now
    for part, was in olds:
        if str(part) in known:
            yield part, was, ABSENT


def _inside_of(value: Any) -> list[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _parse(text: str) -> list[str | Wildcard]:
    """Return the parts of a pattern. Raises ``UsageError`` at the first character that makes no sense."""
    parts: list[str | Wildcard] = []
    position, end = 0, len(text)
    while position < end:
        if text[position] == "[":
            part, position = _bracketed(text, position)
        else:
            if parts:
                if text[position] != ".":
                    raise _broken(text, position, "expected '.' or '['")
                position += 1
                if position < end and text[position] == "[":
                    raise _broken(text, position, "a '[' follows its key without a dot")
            start = position
            while position < end and text[position] not in ".[":
                position += 1
            part = _bare(text, start, position)
        parts.append(part)
    if not parts or parts[0] == "":
        raise UsageError(
            "the pattern names no document: it starts with a document's name or *, e.g. messaging.queue.max_size"
        )
    return parts


def _bare(text: str, start: int, end: int) -> str | Wildcard:
    key = text[start:end]
    if not key:
        raise _broken(text, start, 'a key is missing here; an empty key is written [""]')
    if "*" in key and key not in _WILDCARDS:
        import json

        quoted = json.dumps(key, ensure_ascii=False)
        raise _broken(text, start + key.index("*"), f"* stands alone between dots; a key with a star is [{quoted}]")
    return _WILDCARDS.get(key, key)


def _bracketed(text: str, start: int) -> tuple[str | Wildcard, int]:
    import json

    part: str | Wildcard
    if text.startswith('["', start):
        try:
            part, position = json.JSONDecoder().raw_decode(text, start + 1)
        except ValueError:
            raise _broken(text, start, 'a quoted key is never closed; it ends with "]') from None
    else:
        close = text.find("]", start)
        position = close if close >= 0 else len(text)
        inside = text[start + 1 : position]
        part = _WILDCARDS.get(inside, inside)
        if part is inside and not (inside.isascii() and inside.isdecimal()):
            raise _broken(text, start + 1, 'between [ and ] goes a list index, * or a "quoted key"')
    if not text.startswith("]", position):
        raise _broken(text, position, "expected ']'")
    return part, position + 1


def _broken(text: str, position: int, reason: str) -> UsageError:
    return UsageError(f"cannot read the pattern {text!r} at character {position + 1}: {reason}")
