"""Whether two schemas say the same, word for word, with what they refer to."""

from __future__ import annotations

from .node import REFERENCE, Node, unresolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SCHEMAS = frozenset(("not", "if", "then", "else", "items", "contains", "propertyNames", "additionalProperties"))
_SCHEMAS |= frozenset(("unevaluatedItems", "unevaluatedProperties"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "dependencies/dependentSchemas"))
# What these mean depends on where the reader comes from.
_DYNAMIC = frozenset(("$dynamicRef", "$recursiveRef"))
_DEEPEST = 40  # schemas inside one another: each takes some four calls


class Sameness:
    """Tells whether schemas say the same; descriptions and the like are left out of it."""

    def __init__(self, most: int = 200_000) -> None:
        self._left = most
        self._open: set[tuple[object, object]] = set()
        self._different: set[tuple[object, object]] = set()

    def same(self, one: Node, other: Node, depth: int = 0) -> bool:
        """True when two schemas say the same; False, too, when to find out would take too long."""
        key = (one.key, other.key)
        if key in self._open:
            return True  # a way that leads back to where it began says nothing else
        if key in self._different:
            return False
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return False
        if one.source.draft != other.source.draft:
            return False
        self._open.add(key)
        found = one.words.keys() == other.words.keys() and all(
            self._same_word(one, other, word, depth) for word in one.words
        )
        self._open.discard(key)
        if not found:  # only that stays true whatever was taken for granted on the way
            self._different.add(key)
        return found

    def same_word(self, one: Node, other: Node, word: str) -> bool:
        """True when two schemas say the same under one keyword."""
        return (word in one.words) == (word in other.words) and (
            word not in one.words or self._same_word(one, other, word, 0)
        )

    def _same_word(self, one: Node, other: Node, word: str, depth: int) -> bool:
        here, there = one.words[word], other.words[word]
        if word in _DYNAMIC:
            return False
        if word == REFERENCE:
            if unresolved(one) is not None or unresolved(other) is not None:
                return bool(unresolved(one) == unresolved(other))
            target, aim = one.target(here), other.target(there)
            return target is not None and aim is not None and self.same(target, aim, depth + 1)
        if word in _SCHEMAS:
            return self.same(one.at(here), other.at(there), depth + 1)
        if word in _LISTS and isinstance(here, list) and isinstance(there, list):
            return len(here) == len(there) and all(
                self.same(one.at(left), other.at(right), depth + 1) for left, right in zip(here, there, strict=True)
            )
        if word in _NAMED and isinstance(here, dict) and isinstance(there, dict):
            return here.keys() == there.keys() and all(
                self.same(one.at(here[key]), other.at(there[key]), depth + 1) for key in here
            )
        return equal(here, there)


def equal(one: Any, other: Any) -> bool:
    """True when two values are equal as JSON Schema has it: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(equal(left, right) for left, right in zip(one, other, strict=True))
    return bool(one == other)
