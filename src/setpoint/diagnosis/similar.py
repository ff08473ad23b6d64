"""Keys of open mappings that are suspiciously like a known key that is not there."""

from __future__ import annotations

from ..diagnostic import WARNING
from ..nearness import distance
from . import wording
from .knowledge import Knowledge
from .likeness import Comparisons, word
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    from ..tree import Tree
    from .knowledge import Resolve
    from .spot import Spot

    Parts: TypeAlias = tuple[str | int, ...]

# Shorter names are too often one letter apart by chance.
_SHORTEST = 4


def near_misses(
    tree: Tree, contents: Any, resolve: Resolve, base_uri: str, *, spoken: Iterable[Parts] = ()
) -> list[Problem]:
    """Return a warning for each key that an open mapping allows, but that was probably meant to be another.

    Such a key is unknown, and one letter off a known key that is absent, or the same in another style (``maxSize`` for
    ``max_size``); where the schema lets users choose the names, only the latter counts.

    Arguments as for ``diagnose``; ``spoken`` are the parts of mappings that an error speaks about already.
    """
    knowledge = Knowledge(contents, resolve, base_uri)
    silent = frozenset(spoken)
    comparisons = Comparisons()
    found: list[Problem] = []
    waiting: list[tuple[Any, Spot, Parts]] = [(tree, knowledge.root, ())]
    while waiting:
        holder, spot, parts = waiting.pop()
        if isinstance(holder, dict):
            if parts not in silent:
                found += _in_mapping(holder, spot, parts, comparisons)
            entries: list[tuple[Any, Any]] = list(holder.items())
        else:
            entries = list(enumerate(holder)) if isinstance(holder, list) else []
        waiting += [
            (value, spot.child(part), (*parts, part))
            for part, value in reversed(entries)
            if isinstance(value, dict | list)
        ]
    return found


def _in_mapping(holder: dict[str, Any], spot: Spot, parts: Parts, comparisons: Comparisons) -> list[Problem]:
    unknown = [key for key in holder if key not in spot.known]
    absent = [key for key in spot.known if key not in holder] if unknown else []
    if not absent:
        return []
    words = {word(one): one for one in reversed(absent)}
    candidates = [one for one in absent if len(one) >= _SHORTEST]
    found = []
    for key in unknown:
        if spot.by_pattern(key):
            continue
        meant = words.get(word(key)) if word(key) else None
        if meant is None and not spot.is_map and len(key) >= _SHORTEST and comparisons.spend(len(candidates)):
            meant = next((one for one in candidates if distance(key, one, 1) == 1), None)
        if meant is not None:
            found.append(
                Problem(
                    "similar-key",
                    f"the key {wording.named(key)} is not known here, but {wording.named(meant)} is",
                    (*parts, key),
                    "key",
                    severity=WARNING,
                    suggestion=f"did you mean {wording.named(meant)}?",
                    note=spot.child(meant).description,
                )
            )
    return found
