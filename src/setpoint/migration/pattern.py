"""Patterns: addresses in which ``*`` stands for every key of a mapping, or every item of a list, on one level."""

from __future__ import annotations

from ..address import parse
from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..editing.change import Parts


class Pattern:
    """An address that may hold ``*``: ``agents.*.timeout``, ``servers.*``, ``agents["a.b"].*``.

    ``parts`` are its keys, None where a ``*`` stands. A key that is itself a star is quoted: ``["*"]``. A number is an
    index where a list stands, and a key where a mapping does.
    Raises ``UsageError`` for what is no address, and for a ``*`` that is only a part of a key.
    """

    __slots__ = ("parts", "text")

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise UsageError(f"a pattern is an address like 'agents.*.timeout', not {text!r}")
        self.text = text
        self.parts: tuple[str | None, ...] = tuple(
            None if bare and part == "*" else part for part, bare in zip(parse(text), _bareness(text), strict=True)
        )
        for part, bare in zip(parse(text), _bareness(text), strict=True):
            if bare and "*" in part and part != "*":
                raise UsageError(
                    f'the pattern {text!r}: a * stands for a whole key; {part!r} as it is would be written ["{part}"]'
                )

    @property
    def stars(self) -> int:
        """How many ``*`` it has."""
        return self.parts.count(None)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def filled(self, bound: Sequence[str | int]) -> Parts:
        """Return the address with a key or index in the place of each ``*``."""
        rest = iter(bound)
        return tuple(next(rest) if part is None else part for part in self.parts)

    def bound(self, parts: Sequence[str | int]) -> tuple[str | int, ...] | None:
        """Return what each ``*`` stands for where an address begins with this pattern; None where it does not."""
        if len(parts) < len(self.parts):
            return None
        found = []
        for mine, part in zip(self.parts, parts, strict=False):
            if mine is None:
                found.append(part)
            elif mine != str(part):
                return None
        return tuple(found)


def places(tree: Any, parts: Sequence[str | None], hidden: Parts | None = None) -> Iterator[tuple[Parts, Any]]:
    """Yield every place of a tree that parts of a pattern lead to, in the order of the tree, with its value.

    Arguments: ``hidden`` is a place that no ``*`` stands for: where the version is written.
    """
    if not parts:
        yield (), tree
        return
    for part, value in _entries(tree, parts[0]):
        if parts[0] is None and hidden == (part,):
            continue
        further = hidden[1:] if hidden and hidden[0] == part else None
        for below, found in places(value, parts[1:], further):
            yield (part, *below), found


def _entries(holder: Any, part: str | None) -> list[tuple[str | int, Any]]:
    if isinstance(holder, dict):
        if part is None:
            return list(holder.items())
        return [(part, holder[part])] if part in holder else []
    if isinstance(holder, list):
        if part is None:
            return list(enumerate(holder))
        index = int(part) if part.isascii() and part.isdecimal() and len(part) < 20 else len(holder)
        return [(index, holder[index])] if index < len(holder) else []
    return []


def _bareness(text: str) -> list[bool]:
    """Return, for each part of an address that can be read, whether it is written without brackets."""
    import json

    found = []
    position = 0
    while position < len(text):
        if text.startswith('["', position):
            _, position = json.JSONDecoder().raw_decode(text, position + 1)
            position += 1
            found.append(False)
        elif text[position] == "[":
            position = text.index("]", position) + 1
            found.append(False)
        else:
            position += text[position] == "."
            while position < len(text) and text[position] not in ".[":
                position += 1
            found.append(True)
    return found
