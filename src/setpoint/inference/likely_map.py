"""Whether the mappings at a place are records, with keys that somebody thought out, or maps, whose keys are data."""

from __future__ import annotations

from ..secret import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .shape import Shape

# None of these is measured: they are what separates the two in the example documents, with room on both sides.
_FEWEST_ALIKE = 3  # mappings under one roof that have most of their keys in common
_FEWEST_SCALARS = 24  # values of one type: a record of as many switches is rare
_FEWEST_CHANGING = 6  # keys of one type of value of which each mapping has but a few


def is_map(shape: Shape) -> bool:
    """True when the keys at a place look like data: numbered, many, or all with values of one shape.

    A mapping with a key that is a secret's name is a record: its other keys are told apart from the secret.
    """
    if shape.entries is None:
        return True
    count = len(shape.entries)
    if count < 2 or any(map(is_secret_name, shape.entries)):
        return False
    held = [entry.shape for entry in shape.entries.values()]
    kind = _one_kind(held)
    if kind is None:
        return False
    if shape.key_skeleton:
        return True
    met = sum(entry.witnessed for entry in shape.entries.values())
    if shape.witnessed >= 2 and met > 0.5 * shape.witnessed * count:
        return False  # the same keys again and again
    if not _alike(held, kind):
        return False
    if shape.witnessed >= 3 and count >= _FEWEST_CHANGING and 3 * met <= shape.witnessed * count:
        return True
    return count >= (_FEWEST_ALIKE if kind == "object" else _FEWEST_SCALARS)


def _one_kind(shapes: Sequence[Shape]) -> str | None:
    """Return the one kind of value that shapes have, null left out and all numbers being one; None for several."""
    kinds = {"number" if kind == "integer" else kind for shape in shapes for kind in shape.kinds} - {"null"}
    return kinds.pop() if len(kinds) == 1 else None


def _alike(shapes: Sequence[Shape], kind: str) -> bool:
    """True when values of one kind are alike inside, too: lists of one kind, mappings with most keys in common."""
    if kind == "array":
        items = [shape.items for shape in shapes if shape.items is not None and shape.items.kinds]
        return not items or _one_kind(items) is not None
    if kind != "object":
        return True
    known = [shape.entries for shape in shapes if shape.entries]
    if len(known) < _FEWEST_ALIKE:
        return all(shape.entries is None for shape in shapes)
    different = len({key for entries in known for key in entries})
    return 2 * sum(map(len, known)) >= different * len(known)
