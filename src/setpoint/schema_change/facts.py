"""``Facts``: what schemas that count together say of a value, as far as it can be put into types, values and bounds."""

from __future__ import annotations

from .sameness import equal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .node import Node

# All values, in kinds that do not overlap: a number is an integer (1.0 is one) or a fraction.
KINDS = ("null", "boolean", "integer", "fraction", "string", "array", "object")
NUMBERS = frozenset(("integer", "fraction"))
_ALL = frozenset(KINDS)

# keyword -> the kind it is about; the larger bound counts of those that are least, the smaller of those that are most
LEAST = {"minLength": "string", "minItems": "array", "minProperties": "object"}
MOST = {"maxLength": "string", "maxItems": "array", "maxProperties": "object"}


class Facts:
    """What is known of a value that fits several schemas at once.

    ``kinds`` it can be of; ``values`` it can be, None when they are not listed; ``lower`` and ``upper`` are bounds of
    numbers, each with whether the bound itself is out; ``bounds`` are those of lengths and sizes, by keyword;
    ``required`` are the keys it has if it is a mapping; ``keys`` those that it can have at most, None when any.
    """

    __slots__ = ("bounds", "keys", "kinds", "lower", "required", "upper", "values")

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.kinds: frozenset[str] = _ALL
        self.values: list[Any] | None = None
        self.lower: tuple[Any, bool] | None = None
        self.upper: tuple[Any, bool] | None = None
        self.bounds: dict[str, Any] = {}
        self.required: dict[str, None] = {}
        self.keys: dict[str, None] | None = None
        for node in nodes:
            self._take(node)
        if self.values is not None:
            self.values = [value for value in self.values if kind_of(value) in self.kinds]
            self.kinds &= {kind_of(value) for value in self.values}
        if self.kinds & NUMBERS == {"integer"}:
            self._whole()
        if self.keys is not None:
            self.bounds["maxProperties"] = min(self.bounds.get("maxProperties", len(self.keys)), len(self.keys))
        self.bounds["minProperties"] = max(self.bounds.get("minProperties", 0), len(self.required))

    def _take(self, node: Node) -> None:
        words = node.words
        if "type" in words:
            self.kinds &= kinds_of(words["type"])
        for word in ("enum", "const"):
            if word in words:
                listed = words[word] if word == "enum" else [words[word]]
                if self.values is None:
                    self.values = list(listed)
                else:
                    self.values = [one for one in self.values if any(equal(one, other) for other in listed)]
        for word, is_strict in (("minimum", False), ("exclusiveMinimum", True)):
            if is_number(words.get(word)):
                self.lower = max(self.lower or (words[word], is_strict), (words[word], is_strict))
        for word, is_strict in (("maximum", False), ("exclusiveMaximum", True)):
            if is_number(words.get(word)):
                bound = (words[word], not is_strict)
                self.upper = bound if self.upper is None else min((self.upper[0], not self.upper[1]), bound)
                self.upper = (self.upper[0], not self.upper[1])
        for word in LEAST:
            if is_number(words.get(word)):
                self.bounds[word] = max(self.bounds.get(word, 0), words[word])
        for word in MOST:
            if is_number(words.get(word)):
                self.bounds[word] = min(self.bounds.get(word, words[word]), words[word])
        if isinstance(words.get("required"), list):
            self.required.update(dict.fromkeys(words["required"]))
        if words.get("additionalProperties") is False and not words.get("patternProperties"):
            named = words.get("properties") or {}
            possible = [key for key, said in named.items() if said is not False]
            self.keys = dict.fromkeys(key for key in possible if self.keys is None or key in self.keys)

    def _whole(self) -> None:
        """Draw the bounds of integers to the next integer: above 0 is at least 1."""
        from math import ceil, floor

        if self.lower is not None:
            bound, is_strict = self.lower
            self.lower = (floor(bound) + 1 if is_strict else ceil(bound), False)
        if self.upper is not None:
            bound, is_strict = self.upper
            self.upper = (ceil(bound) - 1 if is_strict else floor(bound), False)

    def listed(self) -> list[Any] | None:
        """Return all values there can be; None when they are not listed, and not just null, true and false."""
        if self.values is None and self.kinds <= {"null", "boolean"}:
            return [value for value in (None, False, True) if kind_of(value) in self.kinds]
        return self.values

    @property
    def is_empty(self) -> bool:
        """True when no value at all can be so."""
        return not self.kinds or self.values == []


def kinds_of(said: Any) -> frozenset[str]:
    """Return the kinds that a ``type`` allows."""
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else KINDS
    return frozenset(kind for name in names for kind in (("integer", "fraction") if name == "number" else (name,)))


def kind_of(value: Any) -> str:
    """Return the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == value // 1 else "fraction"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def is_number(value: Any) -> bool:
    """True for a number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown_kinds(kinds: frozenset[str]) -> str:
    """Return kinds as people name them: ``string or null``."""
    if kinds == _ALL:
        return "anything"
    names = [kind for kind in KINDS if kind in kinds]
    if "fraction" in kinds:
        names = ["number" if kind == "fraction" else kind for kind in names if kind != "integer"]
    return " or ".join(names) or "nothing"
