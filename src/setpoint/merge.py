"""Layers of one document made into one tree, and which layer brought what.

Mappings merge, lists replace (or are appended where ``appends`` says so), and anything else, null included,
replaces. Later trees win.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from .tree import Tree

    Parts: TypeAlias = tuple[str | int, ...]
    Appends: TypeAlias = Callable[[Parts], bool]


class Items(dict[int, "Any"]):
    """Some items of a list, by index: what a layer holds that changes items and leaves the rest of the list alone.

    It is laid over a list; items beyond the list's end, and items over anything but a list, have no effect.
    """

    __slots__ = ()


class Contribution:
    """What one layer has at a place: its number in the list of trees, the parts inside its tree, and the value."""

    __slots__ = ("layer", "parts", "value")

    def __init__(self, layer: int, parts: Parts, value: Any) -> None:
        self.layer = layer
        self.parts = parts
        self.value = value

    def __repr__(self) -> str:
        return f"Contribution({self.layer}, {self.parts!r}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Contribution):
            return NotImplemented
        return (self.layer, self.parts, self.value) == (other.layer, other.parts, other.value)

    def __hash__(self) -> int:
        return hash((self.layer, self.parts))


def replaces(_parts: Parts) -> bool:
    """Say for every place that lists replace: the rule where no schema says otherwise."""
    return False


def merge(trees: Sequence[Tree], appends: Appends = replaces) -> Tree:
    """Return one tree made of several, the last one winning.

    Arguments: ``appends(parts)`` is true where a list is put behind the one below it. No tree is changed, and what
    only one tree has is shared with the result, not copied.
    """
    merged, *rest = trees
    for tree in rest:
        merged = _over(merged, tree, (), appends)
    return merged


def _over(low: Any, high: Any, parts: Parts, appends: Appends) -> Any:
    kind = type(high)
    if kind is dict and type(low) is dict:
        if not low or not high:
            return low or high
        merged = dict(low)
        for key, value in high.items():
            merged[key] = _over(low[key], value, (*parts, key), appends) if key in low else value
        return merged
    if kind is Items:
        if type(low) is not list:
            return low
        patched = list(low)
        for index, value in high.items():
            if 0 <= index < len(patched):
                patched[index] = _over(patched[index], value, (*parts, index), appends)
        return patched
    if kind is list and type(low) is list and appends(parts):
        return low + high
    return high


def contributions(
    trees: Sequence[Tree], parts: Sequence[str | int], appends: Appends = replaces
) -> tuple[list[Contribution], list[Contribution]]:
    """Return what makes the value at ``parts`` of the merged tree, and what it shadows; the highest layer first each.

    A merged mapping, an appended list, or a list some items of which are changed, is made by several layers. Shadowed
    is what other layers have at the very same keys; the items of a list that was replaced as a whole are not listed,
    for they are no earlier values of its successor's items. Nothing makes a value that is not there.

    Arguments: as for ``merge``; a list index in ``parts`` may be text.
    """
    making, shadowed = _settle([Contribution(layer, (), tree) for layer, tree in enumerate(trees)], [], (), appends)
    at: Parts = ()
    for part in parts:
        if any(type(one.value) is list for one in making):
            index = int(part) if isinstance(part, int) or part.isdecimal() else -1
            at = (*at, index)
            making, shadowed = _settle(_items(making, index), [], at, appends)
        else:
            at = (*at, str(part))
            making, shadowed = _settle(_entries(making, at[-1]), _entries(shadowed, at[-1]), at, appends)
    return making[::-1], sorted(shadowed, key=lambda one: -one.layer)


def _entries(holders: Sequence[Contribution], key: str | int) -> list[Contribution]:
    return [
        Contribution(one.layer, (*one.parts, key), one.value[key])
        for one in holders
        if type(one.value) is dict and key in one.value
    ]


def _items(holders: Sequence[Contribution], index: int) -> list[Contribution]:
    """Return what the layers of one list have for an item; each list starts where the one before it ended."""
    found = []
    length = 0
    for one in holders:
        if type(one.value) is list:
            if length <= index < length + len(one.value):
                found.append(Contribution(one.layer, (*one.parts, index - length), one.value[index - length]))
            length += len(one.value)
        elif 0 <= index < length and index in one.value:
            found.append(Contribution(one.layer, (*one.parts, index), one.value[index]))
    return found


def _settle(
    candidates: Sequence[Contribution], shadowed: list[Contribution], parts: Parts, appends: Appends
) -> tuple[list[Contribution], list[Contribution]]:
    """Return which candidates, given lowest first, make the value at ``parts``, and all that are shadowed."""
    making: list[Contribution] = []
    for one in candidates:
        kind = type(one.value)
        below = type(making[0].value) if making else None
        if kind is Items:
            # Items never bring a list of their own.
            making = [*making, one] if below is list else making
        elif (kind is dict and below is dict) or (kind is list and below is list and appends(parts)):
            making = [*making, one]
        else:
            shadowed = [*shadowed, *making]
            making = [one]
    return making, shadowed


def plant(tree: dict[str, Any], parts: Parts, value: Any, below: Tree) -> bool:
    """Set one value in the tree of a layer, and return False where another value of the layer is in the way.

    Arguments: ``tree`` is changed; ``below`` is what the layers below make: where it has a list, and the layer has
    none of its own, an item is set with ``Items``. Set short places before the long ones inside them.
    """
    holder: Any = tree
    under: Any = below
    for depth, part in enumerate(parts):
        if type(holder) is list:
            if not isinstance(part, int) or part >= len(holder):
                return False
        elif isinstance(part, int) != (type(holder) is Items):
            return False
        if depth == len(parts) - 1:
            holder[part] = value
            return True
        under = _below(under, part)
        if type(holder) is not list and part not in holder:
            holder[part] = Items() if type(under) is list else {}
        holder = holder[part]
        if not isinstance(holder, dict | list):
            return False
    return False


def _below(tree: Any, part: str | int) -> Any:
    if type(tree) is dict:
        return tree.get(part)
    if type(tree) is list and isinstance(part, int) and 0 <= part < len(tree):
        return tree[part]
    return None
