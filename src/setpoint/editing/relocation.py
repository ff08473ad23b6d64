"""What was renamed, and what was moved: keys that vanished from a tree, found again where others appeared."""

from __future__ import annotations

from ..nearness import near
from ..tree import canonical
from .likeness import LIKE, is_telling, likeness, says_something

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .change import Parts

# More keys than this are not compared each with each.
_MOST_COMPARED = 64

# Where more than this was renamed or moved, it is another document.
_MOST_FOUND = 1000

# A collection that changed its key, its place and its content is known again from here on.
_VERY_LIKE = 0.75


class _Node:
    """One value of a subtree that vanished or appeared, with its path through mappings."""

    __slots__ = ("broken", "order", "parent", "parts", "token", "value", "whole")

    def __init__(self, parts: Parts, value: Any, parent: _Node | None, order: int) -> None:
        self.parts = parts
        self.value = value
        self.parent = parent
        self.order = order
        self.token = canonical(value)
        self.whole = False  # found again, with all that is in it
        self.broken = False  # something in it was found again

    def is_free(self) -> bool:
        """True when neither the value, nor something in it, nor something around it was found again."""
        up: _Node | None = self
        while up is not None:
            if up.whole:
                return False
            up = up.parent
        return not self.broken


def relocations(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[Parts, Parts]]:
    """Return what was renamed or moved, as paths before and after, in an order in which it can be done.

    Only mappings that lie in each other are looked at; lists and what is in them are single values here. A value is
    known again when it is equal and says something, nothing else that vanished or appeared is equal to it, and it has
    kept its key or is telling by itself; in the same mapping, also when it stands in the same place among its
    neighbours, or is nearly equal, or has nearly the same name.
    """
    gone, come = _nodes(old, new), _nodes(new, old)
    if not gone or not come:
        return []
    found: list[tuple[_Node, _Node]] = []
    for source, target in _in_place(old, new, gone, come):
        _take(found, source, target)
    for source, target in _alike(gone, come):
        _take(found, source, target)
    for source, target in _equal(gone, come):
        _take(found, source, target)
    if len(found) > _MOST_FOUND:
        return []
    found.sort(key=lambda pair: pair[1].order)
    return [(source.parts, target.parts) for source, target in found]


def _take(found: list[tuple[_Node, _Node]], source: _Node, target: _Node) -> None:
    if not source.is_free() or not target.is_free():
        return
    found.append((source, target))
    for node in (source, target):
        node.whole = True
        up = node.parent
        while up is not None:
            up.broken = True
            up = up.parent


def _nodes(one: dict[str, Any], other: dict[str, Any]) -> list[_Node]:
    """Return every value below keys that ``one`` has and ``other`` has not, at the same path, parents first."""
    nodes: list[_Node] = []
    pairs: list[tuple[Parts, dict[str, Any], dict[str, Any]]] = [((), one, other)]
    while pairs:
        parts, mapping, counterpart = pairs.pop()
        for key, value in mapping.items():
            at = (*parts, key)
            if key not in counterpart:
                _add(nodes, _Node(at, value, None, len(nodes)))
            elif type(value) is dict and type(counterpart[key]) is dict:
                pairs.append((at, value, counterpart[key]))
    return nodes


def _add(nodes: list[_Node], node: _Node) -> None:
    todo = [node]
    while todo:
        node = todo.pop()
        node.order = len(nodes)
        nodes.append(node)
        if type(node.value) is dict:
            todo += [_Node((*node.parts, key), value, node, 0) for key, value in reversed(list(node.value.items()))]


def _by_holder(nodes: list[_Node]) -> dict[Parts, list[_Node]]:
    """Return the topmost nodes by the mapping they stand in."""
    holders: dict[Parts, list[_Node]] = {}
    for node in nodes:
        if node.parent is None:
            holders.setdefault(node.parts[:-1], []).append(node)
    return holders


def _in_place(
    old: dict[str, Any], new: dict[str, Any], gone: list[_Node], come: list[_Node]
) -> Iterator[tuple[_Node, _Node]]:
    """Yield keys that took the place of another in the same mapping, with the same value or nearly the same name."""
    appeared = _by_holder(come)
    for parts, sources in _by_holder(gone).items():
        targets = appeared.get(parts, ())
        if not targets or len(sources) > _MOST_COMPARED or len(targets) > _MOST_COMPARED:
            continue
        before, after = _neighbours(old, new, parts), _neighbours(new, old, parts)
        for source in sources:
            key = str(source.parts[-1])
            equal = [node for node in targets if node.token == source.token]
            there = [node for node in equal if after[str(node.parts[-1])] == before[key]]
            if says_something(source.value) and len(there) == 1 and len(_twins(sources, source)) == 1:
                yield source, there[0]
                continue
            names = near(key, [str(node.parts[-1]) for node in equal])
            if len(names) == 1 and len(near(names[0], [str(node.parts[-1]) for node in sources])) == 1:
                yield source, next(node for node in equal if node.parts[-1] == names[0])


def _twins(nodes: list[_Node], node: _Node) -> list[_Node]:
    return [other for other in nodes if other.token == node.token]


def _neighbours(one: dict[str, Any], other: dict[str, Any], parts: Parts) -> dict[str, tuple[str | None, int]]:
    """Return for each key of a mapping the last key before it that both have, and how many stand in between."""
    for part in parts:
        one, other = one[str(part)], other[str(part)]
    found: dict[str, tuple[str | None, int]] = {}
    last: str | None = None
    since = 0
    for key in one:
        if key in other:
            last, since = key, 0
        else:
            found[key] = (last, since)
            since += 1
    return found


def _equal(gone: list[_Node], come: list[_Node]) -> Iterator[tuple[_Node, _Node]]:
    """Yield values that vanished here and appeared there, largest first, when they are unmistakable."""
    vanished: dict[bytes, list[_Node]] = {}
    appeared: dict[bytes, list[_Node]] = {}
    for nodes, by_token in ((gone, vanished), (come, appeared)):
        for node in nodes:
            by_token.setdefault(node.token, []).append(node)
    tokens = [token for token in vanished if token in appeared]
    tokens.sort(key=len, reverse=True)
    for token in tokens:
        sources = [node for node in vanished[token] if node.is_free()]
        targets = [node for node in appeared[token] if node.is_free()]
        if not sources or not targets or not says_something(sources[0].value):
            continue
        if len(sources) == len(targets) == 1 and (
            sources[0].parts[-1] == targets[0].parts[-1] or is_telling(sources[0].value)
        ):
            yield sources[0], targets[0]
            continue
        if len(sources) * len(targets) > _MOST_COMPARED**2:
            continue
        # Equal values under several keys: those that kept their key are not mistaken.
        for source in sources:
            namesakes = [node for node in targets if node.parts[-1] == source.parts[-1]]
            rivals = [node for node in sources if node.parts[-1] == source.parts[-1]]
            if len(namesakes) == len(rivals) == 1:
                yield source, namesakes[0]


def _alike(gone: list[_Node], come: list[_Node]) -> Iterator[tuple[_Node, _Node]]:
    """Yield collections of which most is equal, best first: renamed or moved, and perhaps changed inside."""
    sources = [node for node in gone if node.parent is None and node.is_free() and type(node.value) in (dict, list)]
    targets = [node for node in come if node.parent is None and node.is_free() and type(node.value) in (dict, list)]
    if len(sources) > _MOST_COMPARED or len(targets) > _MOST_COMPARED:
        return
    ranked = []
    for source in sources:
        for target in targets:
            score = likeness(source.value, target.value)
            same_key = source.parts[-1] == target.parts[-1]
            if score >= LIKE and (same_key or source.parts[:-1] == target.parts[:-1] or score > _VERY_LIKE):
                ranked.append((score + same_key, source, target))
    for score, source, target in sorted(ranked, key=lambda rank: -rank[0]):
        rivals = [one for one in ranked if one[0] == score and (one[1] is source or one[2] is target)]
        if len(rivals) == 1:  # else it could be either
            yield source, target
