"""``Decoded``: the bytes of a document that were decoded before, with what came out of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget
    from ..tree import Tree


class Decoded(bytes):
    """Bytes that ``decode`` has read without a warning, so that it need not read the same object again.

    Arguments: ``tree`` is what came out, which nobody changes any more; ``format_name`` and ``budget`` are those it was
    decoded with: for others it is decoded anew. ``source`` is what was found out about the text for editing it, if that
    is known: a ``editing.change.Source``.
    """

    source: object
    tree: Tree
    format_name: str
    budget: Budget

    def __new__(cls, data: bytes, tree: Tree, format_name: str, budget: Budget) -> Decoded:
        made = super().__new__(cls, data)
        made.source = None
        made.tree = tree
        made.format_name = format_name
        made.budget = budget
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (bytes, (bytes(self),))
