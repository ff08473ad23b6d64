"""The mappings that are made because something is put into them, and taken away again."""

from __future__ import annotations

from ..editing.operation import Set, Unset
from ..editing.target import follow
from .kept import damaged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..editing.change import Parts
    from ..tree import Tree
    from .step import Draft


def made_for(tree: Tree, parts: Parts) -> tuple[int, bool] | None:
    """Return what has to be made before something can stand at ``parts``; None when its mapping is there.

    That is how many parts lead to the topmost mapping that is made, and whether a null stands there now.
    """
    target = follow(tree, parts[:-1])
    if target.value is None:
        return len(target.parts), True
    return (len(target.parts) + 1, False) if target.rest else None


def unmake(draft: Draft, parts: Parts, depth: Any, was_null: Any) -> None:
    """Take away the mappings around a place that are empty again, as far up as ``made_for`` said they were made.

    Arguments: ``depth`` and ``was_null`` are what it said; a ``depth`` of None means that nothing was made. Raises
    ``MigrationError`` where they cannot be.
    """
    if depth is None:
        return
    if type(depth) is not int or not 0 <= depth < len(parts) or type(was_null) is not bool:
        raise damaged("made")
    for length in range(len(parts) - 1, depth - 1, -1):
        target = follow(draft.tree, parts[:length])
        if target.rest or not isinstance(target.value, dict) or target.value:
            return
        if length == depth and was_null:
            draft.do(Set(parts[:length], None))
        elif length:
            draft.do(Unset(parts[:length]))
