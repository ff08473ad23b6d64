"""``Comparison``: showing that whatever fits some schemas fits another one, and saying where it cannot be shown."""

from __future__ import annotations

from . import arrays, mappings, scalars, unions
from .difference import Finding
from .facts import Facts, kinds_of, shown_kinds
from .node import flatten, unresolved
from .sameness import Sameness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from .difference import Parts
    from .node import Node

    Key: TypeAlias = tuple[frozenset[object], object]

# Pairs of schemas that are held against each other, and how deep in the document; about a second at worst.
_MOST_PAIRS = 20_000
_DEEPEST = 60
_MOST_OPEN = 80  # one inside another: each takes some eight calls of Python's thousand
# Keywords that decide about the whole mapping, list or text by rules that are only looked at word for word.
_WHOLE = ("$dynamicRef", "$recursiveRef", "unevaluatedItems", "unevaluatedProperties")
# What is left for `unevaluated…` depends on these beside it.
_EVALUATING = (
    *("properties", "patternProperties", "additionalProperties", "prefixItems", "items", "contains"),
    *("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    *("dependentSchemas", "dependencies/dependentSchemas"),
)
_OPAQUE = ("contentMediaType", "contentEncoding", "dependencies/dependentRequired", "dependencies/dependentSchemas")


class Comparison:
    """One attempt to show that all documents of a schema are among another's.

    Everything it says is safe: where it finds nothing, there is no document that fits the one and not the other. It
    reasons by keywords; what an ``anyOf``, ``oneOf``, ``not`` or condition allows is split into cases where that is
    easy, and else must be said word for word the same. Recursive schemas are taken to hold where they come back to what
    is being shown: a document is finite, so what holds for its parts whenever it holds for theirs holds.
    """

    def __init__(self) -> None:
        self.sameness = Sameness()
        self._open: dict[Key, int] = {}  # what is being shown, and how deep in the document
        self._done: dict[Key, tuple[list[Finding], Parts]] = {}
        self._pairs = 0
        self._returns = 0  # how often something that is still being shown was taken for granted
        self.patterns: dict[tuple[str, str], bool] = {}

    def within(self, have: Sequence[Node], want: Node, parts: Parts) -> list[Finding]:
        """Return what keeps a value that fits all of ``have`` from fitting ``want``; nothing when it surely fits.

        Arguments: ``parts`` lead to the value.
        """
        key = (frozenset(node.key for node in have), want.key)
        if key in self._open:
            if len(parts) == self._open[key]:  # it refers to itself for the same value
                return [Finding("$ref", parts, None, "in a circle", is_open=True)]
            self._returns += 1
            return []
        if key in self._done:
            found, place = self._done[key]
            if len(parts) < len(place):  # the place that is told is the shortest that it was met at
                for one in found:
                    if one.parts[: len(place)] == place:
                        one.parts = parts + one.parts[len(place) :]
                self._done[key] = (found, parts)
            return found
        self._pairs += 1
        if self._pairs > _MOST_PAIRS or len(parts) > _DEEPEST or len(self._open) > _MOST_OPEN:
            return [Finding("schema", parts, None, "this large or deep", is_open=True)]
        returns = self._returns
        self._open[key] = len(parts)
        found = self._within(have, want, parts)
        del self._open[key]
        # What rests on something not shown yet is not kept; a failure is one all the same.
        if found or returns == self._returns:
            self._done[key] = (found, parts)
        return found

    def _within(self, have: Sequence[Node], want: Node, parts: Parts) -> list[Finding]:
        given = flatten(have)
        if given is None:
            return []
        facts = Facts(given)
        if facts.is_empty:
            return []
        wanted = flatten([want])
        if wanted is None:
            return [Finding("forbidden", parts, None, None)]
        found = [one for node in wanted for one in self._against(given, facts, node, parts)]
        told = any(one.keyword == "default" for one in found)  # which is no matter of what the words assert
        if found and not told and any(self.sameness.same(one, want) for one in (*have, *given)):
            return []
        if found:
            cases = unions.cases(given)
            if cases is not None:
                rest, branches = cases
                split = [self.within([*rest, branch], want, parts) for branch in branches]
                found = [one for each in split for one in each]
        return list(dict.fromkeys(found))  # what many places refer to is told once

    def _against(self, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
        """Return what keeps a value from fitting one schema, whose ``allOf`` and ``$ref`` are seen to elsewhere."""
        found: list[Finding] = []
        lost = unresolved(node)
        if lost is not None and not any(unresolved(one) == lost for one in given):
            found.append(Finding("$ref", parts, None, f"{lost!r}, which leads nowhere,", is_open=True))
        if scalars.decided_by_values(given, facts, node, parts, found):
            return found
        if facts.values is None:
            found += self._kinds(given, facts, node, parts)
        shared = facts.kinds & kinds_of(node.words.get("type"))
        groups: tuple[tuple[str, Callable[..., list[Finding]]], ...] = (
            ("integer", scalars.numbers),
            ("fraction", scalars.numbers),
            ("string", scalars.texts),
            ("array", arrays.lists),
            ("object", mappings.mappings),
        )
        done = set()
        for kind, compare in groups:
            if kind in shared and compare not in done:
                done.add(compare)
                found += compare(self, given, facts, node, parts)
        found += unions.unions(self, given, facts, node, parts)
        for word in _WHOLE:
            if word not in node.words or node.words[word] in (True, {}):
                continue
            words = (word, *_EVALUATING)
            if word.startswith("$") or not any(
                all(self.sameness.same_word(one, node, said) for said in words) for one in given
            ):
                found.append(Finding(word, parts, None, None, is_open=True))
        for word in _OPAQUE:
            if word in node.words and not any(self.sameness.same_word(one, node, word) for one in given):
                found.append(Finding(word, parts, None, None, is_open=True))
        return found

    @staticmethod
    def _kinds(given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
        if "type" not in node.words:
            return []
        kinds = kinds_of(node.words["type"])
        missing = facts.kinds - kinds
        # To draft 4 alone, 1.0 is no integer.
        if node.source.draft == 4 and "fraction" not in kinds and any(one.source.draft != 4 for one in given):
            missing |= facts.kinds & {"integer"}
        if not missing:
            return []
        return [Finding("type", parts, shown_kinds(facts.kinds), shown_kinds(kinds))]
