"""``Masks``: what is secret in a document, and the document without it."""

from __future__ import annotations

from ..errors import SetpointError
from ..secret import MASK
from ..validation.masking import masked, secret_by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    from ..system import ConfigSystem

    Parts: TypeAlias = tuple[str | int, ...]

_EVERYTHING: frozenset[Parts] = frozenset({()})
# A shorter secret is not looked for in texts: "on" or "1" would be masked everywhere. As for diagnostics.
_TELLING = 5


class Masks:
    """Knows what is secret in the documents of a system.

    Secret is what any version of a document's schema marks so, and what goes by a secret's name. Of a document whose
    schema cannot be read everything is.
    """

    __slots__ = ("_system",)

    def __init__(self, system: ConfigSystem) -> None:
        self._system = system

    def secrets(self, name: str, *trees: Any) -> frozenset[Parts]:
        """Return the places of secrets in trees of a document, whatever version each of them is of."""
        try:
            family = self._system._serving.made_with(name).family(name)
            if family is None:
                return frozenset(parts for tree in trees for parts in secret_by_name(tree))
            return frozenset(parts for tree in trees for parts in family.secret_parts(tree))
        except SetpointError:  # nobody knows what is secret in it
            return _EVERYTHING

    def masked(self, name: str, tree: Any) -> Any:
        """Return a copy of a whole tree of a document with its secrets masked."""
        return masked(tree, (), self.secrets(name, tree))

    def masked_at(self, name: str, parts: Parts, value: Any, known: Iterable[Parts] = ()) -> Any:
        """Return a value that stands at a place of a document with what is secret there masked.

        Arguments: ``known`` are places of secrets besides, such as those of the whole document.
        """
        tree = planted(parts, value)
        return masked(tree, parts, {*known, *self.secrets(name, tree)})


def planted(parts: Parts, value: Any) -> Any:
    """Return a tree that has a value at ``parts`` and nothing beside it."""
    for part in reversed(parts):
        value = [*[None] * part, value] if isinstance(part, int) else {part: value}
    return value


def is_inside(parts: Parts, secrets: Iterable[Parts]) -> bool:
    """True when a place is that of a secret, or lies in one."""
    known = frozenset(secrets)
    return any(parts[:length] in known for length in range(len(parts) + 1))


def words_of(tree: Any, secrets: Iterable[Parts]) -> set[str]:
    """Return the texts and numbers that are secret in a tree and so long that they tell something."""
    from ..address import lookup

    found: set[str] = set()
    waiting = [lookup(tree, parts) for parts in secrets]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            found |= {value, *value.split("\n")}
        elif value is not None and not isinstance(value, bool):
            found.add(str(value))
    return {word for word in found if len(word) >= _TELLING and word.strip()}


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return an expression for any of some words, the longest first; None when there are none."""
    import re

    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def scrubbed(data: Any, pattern: re.Pattern[str] | None) -> Any:
    """Return plain data in whose texts every match of a pattern is masked."""
    if pattern is None:
        return data
    if isinstance(data, str):
        return pattern.sub(MASK, data)
    if isinstance(data, dict):
        return {scrubbed(key, pattern): scrubbed(item, pattern) for key, item in data.items()}
    if isinstance(data, list):
        return [scrubbed(item, pattern) for item in data]
    return data
