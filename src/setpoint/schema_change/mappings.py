"""What schemas say of mappings: their keys, and the values under them."""

from __future__ import annotations

from .difference import ANY_KEY, Finding
from .scalars import shown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .comparison import Comparison
    from .difference import Parts
    from .facts import Facts
    from .node import Node


def mappings(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return what keeps mappings from fitting."""
    found = [
        Finding("required", parts, None, repr(key))
        for key in node.words.get("required", ())
        if key not in facts.required and facts.values is None  # else each was judged
    ]
    found += sizes("object", facts, node, parts)
    found += _named(comparison, given, facts, node, parts)
    found += _unnamed(comparison, given, facts, node, parts)
    found += _names(comparison, given, facts, node, parts)
    found += _dependent(comparison, given, facts, node, parts)
    return found


def _table(node: Node, word: str) -> Mapping[str, Any]:
    held = node.words.get(word)
    return held if isinstance(held, dict) else {}


def _named(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Compare the values of keys that any of the schemas names."""
    found: list[Finding] = []
    keys = dict.fromkeys([*_table(node, "properties"), *(key for one in given for key in _table(one, "properties"))])
    for key in keys:
        if facts.keys is not None and key not in facts.keys:
            continue
        wanted = _of_key(comparison, node, key)
        if not wanted:
            continue
        have = [inside for one in given for inside in _of_key(comparison, one, key)]
        for want in wanted:
            found += comparison.within(have, want, (*parts, key))
    for key in node.words.get("required", ()):
        # Defaults are filled in before a document is judged, so this one was never missed.
        defaults = [said for one in given if isinstance(said := _table(one, "properties").get(key), dict)]
        now = _table(node, "properties").get(key)
        if any("default" in said for said in defaults) and not (isinstance(now, dict) and "default" in now):
            found.append(Finding("default", parts, repr(key), repr(key)))
    return found


def _of_key(comparison: Comparison, node: Node, key: str) -> list[Node]:
    """Return the schemas that one schema has for the value under a key."""
    found = []
    named = _table(node, "properties")
    if key in named:
        found.append(node.at(named[key]))
    found += [
        node.at(said)
        for pattern, said in _table(node, "patternProperties").items()
        if _matches(comparison, pattern, key)
    ]
    if not found and "additionalProperties" in node.words:
        found.append(node.at(node.words["additionalProperties"]))
    return found


def _matches(comparison: Comparison, pattern: str, key: str) -> bool:
    """True when a key fits an expression, by the engine that judges documents."""
    known = comparison.patterns.get((pattern, key))
    if known is None:
        from ..validation.schema import Schema

        known = comparison.patterns[pattern, key] = Schema({"pattern": pattern}).compile().is_valid(key)
    return known


def _unnamed(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Compare the values of keys that none of the schemas names: those of a pattern, and all others."""
    if facts.keys is not None:
        return []
    found: list[Finding] = []
    patterns = _table(node, "patternProperties")
    for pattern, said in patterns.items():
        for have in _choices(given, pattern, ()):
            found += comparison.within(have, node.at(said), (*parts, ANY_KEY))
    if "additionalProperties" in node.words:
        for have in _choices(given, None, patterns):
            found += comparison.within(have, node.at(node.words["additionalProperties"]), (*parts, ANY_KEY))
    return list(dict.fromkeys(found))


def _choices(
    given: Sequence[Node], pattern: str | None, without: Mapping[str, Any] | tuple[()]
) -> Iterator[list[Node]]:
    """Yield the schemas that may count together for a key that no schema names; one of the lists is true of each key.

    Arguments: ``pattern`` is one that the key fits, ``without`` are patterns that it does not fit.
    """
    sure: list[Node] = []
    split: list[list[Node]] = []
    for node in given:
        patterns = _table(node, "patternProperties")
        if pattern is not None and pattern in patterns:
            sure.append(node.at(patterns[pattern]))
            continue
        others = [node.at(said) for other, said in patterns.items() if other not in without]
        rest = node.at(node.words.get("additionalProperties", True))
        if others:
            split.append([rest, *others])
        else:
            sure.append(rest)
    if split:
        # Of several schemas with patterns of their own one is gone through; what the others ask for is left out.
        yield from ([*sure, choice] for choice in split[0])
    else:
        yield sure


def _names(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Compare what keys may look like."""
    if "propertyNames" not in node.words:
        return []
    have = [one.at(one.words["propertyNames"]) for one in given if "propertyNames" in one.words]
    have.append(node.made({"type": "string"}))
    if facts.keys is not None:
        have.append(node.made({"enum": list(facts.keys)}))
    found = comparison.within(have, node.at(node.words["propertyNames"]), parts)
    return [
        Finding(
            "propertyNames",
            parts,
            f"{one.keyword} {one.have}" if one.have else None,
            f"{one.keyword} {one.want}" if one.want else "narrower",
            is_open=one.is_open,
        )
        for one in found
    ]


def _dependent(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Compare what keys ask for beside themselves."""
    found: list[Finding] = []
    for key, others in _table(node, "dependentRequired").items():
        if facts.keys is not None and key not in facts.keys:
            continue
        held = {other for one in given for other in _table(one, "dependentRequired").get(key, ())}
        missing = [other for other in others if other not in held and other not in facts.required and other != key]
        if missing:
            found.append(Finding("dependentRequired", parts, None, f"{shown(missing)} for {key!r}"))
    for key, said in _table(node, "dependentSchemas").items():
        if facts.keys is not None and key not in facts.keys:
            continue
        have = [one.at(inside) for one in given if (inside := _table(one, "dependentSchemas").get(key)) is not None]
        with_key = node.made({"required": [key]})
        found += [
            Finding(f"dependentSchemas/{one.keyword}", one.parts, one.have, one.want, is_open=one.is_open)
            for one in comparison.within([*given, *have, with_key], node.at(said), parts)
        ]
    return found
