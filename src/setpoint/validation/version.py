"""Versions of a document's shape: how they compare, and where a document says which one it has."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    Order: TypeAlias = tuple[tuple[int, int, str], ...]


# After the last part of a version: 2.0.0-beta comes before 2.0.0, and that before 2.0.1.
_RELEASED = (0, 1, "")
_MOST_ORDERS = 1000
_orders: dict[str, Order] = {}


def order(version: str) -> Order:
    """Return what a version is compared by: its parts as numbers, so that 1.10 is newer than 1.9, and 2.0 is 2.0.0.

    What follows a hyphen comes before the version itself (``2.0.0-beta``), unless it is digits (``2024-09``).
    """
    known = _orders.get(version)
    if known is None:
        known = _order(version)
        if len(_orders) < _MOST_ORDERS:  # documents may say anything
            _orders[version] = known
    return known


def _order(version: str) -> Order:
    release, hyphen, before = version.removeprefix("v").partition("-")
    if hyphen and not any(character.isalpha() for character in before):
        release, hyphen = f"{release}.{before.replace('-', '.')}", ""
    parts = [
        (1, int(part), "") if part.isascii() and part.isdecimal() and len(part) < 20 else (0, 0, part)
        for part in release.split(".")
    ]
    while len(parts) > 1 and parts[-1] == (1, 0, ""):
        parts.pop()
    return (*parts, (0, 0, before) if hyphen else _RELEASED)


def major(version: str) -> tuple[int, int, str]:
    """Return the first part of a version: what changes when old readers cannot read it any more."""
    return order(version)[0]


def stamp_of(tree: Any, parts: Sequence[str]) -> str | None:
    """Return the version that a tree says it has at ``parts``, as text; None when it says nothing of the kind."""
    said = tree
    for part in parts:
        if not isinstance(said, dict) or part not in said:
            return None
        said = said[part]
    if isinstance(said, str):
        return said
    if isinstance(said, int | float) and not isinstance(said, bool):
        return str(said)
    return None


def declared(contents: Any, parts: Sequence[str]) -> str | None:
    """Return the only version that a schema allows at ``parts``, or None when it leaves that open."""
    for part in parts:
        below = contents.get("properties") if isinstance(contents, dict) else None
        contents = below.get(part) if isinstance(below, dict) else None
    if not isinstance(contents, dict):
        return None
    allowed = contents.get("enum", [])
    only = contents.get("const", allowed[0] if isinstance(allowed, list) and len(allowed) == 1 else None)
    return only if isinstance(only, str) else None
