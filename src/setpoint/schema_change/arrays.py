"""What schemas say of lists."""

from __future__ import annotations

from .difference import ANY_ITEM, Finding
from .facts import is_number
from .scalars import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .comparison import Comparison
    from .difference import Parts
    from .facts import Facts
    from .node import Node


def lists(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return what keeps lists from fitting."""
    found = sizes("array", facts, node, parts)
    if (
        node.words.get("uniqueItems") is True
        and facts.values is None
        and facts.bounds.get("maxItems", 2) > 1
        and not any(one.words.get("uniqueItems") is True for one in given)
    ):
        found.append(Finding("uniqueItems", parts, None, "true"))
    found += _items(comparison, given, facts, node, parts)
    if "contains" in node.words and not _contains_follows(comparison, given, node):
        held = any("contains" in one.words for one in given)
        found.append(Finding("contains", parts, None, None if held else "(an item of that kind)", is_open=held))
    return found


def _items(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    if "items" not in node.words and "prefixItems" not in node.words:
        return []
    found: list[Finding] = []
    first = max(len(one.words.get("prefixItems", ())) for one in (*given, node))
    most = facts.bounds.get("maxItems")
    for index in range(first):
        if most is None or most > index:
            found += _at(comparison, given, node, index, (*parts, str(index)))
    if most is None or most > first:
        found += _at(comparison, given, node, first, (*parts, ANY_ITEM))
    return found


def _at(comparison: Comparison, given: Sequence[Node], node: Node, index: int, parts: Parts) -> list[Finding]:
    want = _item(node, index)
    if want is None:
        return []
    have = [item for one in given if (item := _item(one, index)) is not None]
    return comparison.within(have, want, parts)


def _item(node: Node, index: int) -> Node | None:
    """Return the schema of a list's item; None where it says nothing of it."""
    first = node.words.get("prefixItems", ())
    if index < len(first):
        return node.at(first[index])
    return node.at(node.words["items"]) if "items" in node.words else None


def _contains_follows(comparison: Comparison, given: Sequence[Node], node: Node) -> bool:
    least, most = _times(node)
    if least == 0 and most is None:
        return True
    for one in given:
        if "contains" in one.words and comparison.sameness.same_word(one, node, "contains"):
            fewest, highest = _times(one)
            if fewest >= least and (most is None or (highest is not None and highest <= most)):
                return True
    return False


def _times(node: Node) -> tuple[float, float | None]:
    least, most = node.words.get("minContains", 1), node.words.get("maxContains")
    return (least if is_number(least) else 1), (most if is_number(most) else None)
