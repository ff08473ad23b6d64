"""Keys that belong to different branches of a union: each is known, but not beside the other."""

from __future__ import annotations

from . import wording
from .problem import Problem
from .unions import telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fault import Fault
    from .view import View


def exclusive(union: Fault, likely: int, fault: Fault, view: View) -> Problem | None:
    """Return the one problem of keys that no branch takes together, or None when that is not what is wrong.

    Arguments: ``fault`` is one of those of the branch ``likely`` of ``union``. Each key that it refuses must be known
    to another branch, one that no discriminating value rules out, and that does not know a key which ``likely`` does.
    """
    holder = view.value(union.path)
    if not fault.unexpected or fault.path != union.path or not isinstance(holder, dict):
        return None
    known = {number: view.branch_keys(union, number) for number in range(len(union.branches))}
    own = [key for key in holder if key in known[likely]]
    apart: dict[str, None] = {}
    for key in fault.unexpected:
        others = [number for number, keys in known.items() if key in keys and not telling(union, number)]
        against = [one for one in own if others and all(one not in known[number] for number in others)]
        if not against:
            return None
        apart.update(dict.fromkeys((*against, key)))
    names = [wording.named(key) for key in holder if key in apart]
    return Problem(
        "forbidden",
        f"the keys {wording.either(names, 'and')} cannot be given together",
        (*union.path, fault.unexpected[0]),
        "key",
        suggestion="remove one of the two" if len(names) == 2 else "keep one of them",
    )
