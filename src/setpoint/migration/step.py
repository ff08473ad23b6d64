"""``Step``: one thing a migration does to a document, and its way back.

A step works out *operations* on a tree (``setpoint.editing``): a rename is a ``Rename`` and a move a ``Move``, so that,
done to a file, comments go along with their values. ``up`` and ``down`` are what those operations make of the tree.

What is **kept** on the way up is what the way down cannot know: removed values, what stood where a default could be
set, originals of conversions, positions among other keys. It is plain JSON data, finds its places by path, and is
``{}`` for most documents. With it, up and then down gives back the very same tree, key order included; keys that were
added in between are carried down as well. Without it (``None``), down does what can be done, and ``lost`` says what
could not.
"""

from __future__ import annotations

from ..address import format_address
from ..config import thaw
from ..editing.lowering import changes_of
from ..editing.outcome import outcome, value_at
from ..errors import MigrationBlockedError
from .pattern import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, ClassVar, TypeAlias

    from ..editing.change import Parts
    from ..editing.operation import Operation
    from ..tree import Tree

    Kept: TypeAlias = dict[str, Any]


class Loss:
    """Something that a way down could not bring back: the place in the tree it gives, and why."""

    __slots__ = ("message", "parts")

    def __init__(self, parts: Sequence[str | int], message: str) -> None:
        self.parts: Parts = tuple(parts)
        self.message = message

    def __str__(self) -> str:
        return f"{format_address(self.parts) or 'the document'}: {self.message}"

    def __repr__(self) -> str:
        return f"<Loss {self}>"


class Outcome:
    """What a step, or a migration, makes of a tree.

    ``tree`` is new; ``operations``, done to the tree that was given, make it; ``kept`` is for the way back (``{}`` when
    nothing is needed; on the way down always ``{}``); ``lost`` is what a way down could not bring back.
    """

    __slots__ = ("kept", "lost", "operations", "tree")

    def __init__(
        self, tree: Tree, operations: Iterable[Operation], kept: Kept | None = None, lost: Iterable[Loss] = ()
    ) -> None:
        self.tree = tree
        self.operations = list(operations)
        self.kept: Kept = kept or {}
        self.lost = tuple(lost)


class Draft:
    """A tree on which operations are done one after the other. The tree that was given is never changed."""

    __slots__ = ("lost", "operations", "stamp_at", "tree")

    def __init__(self, tree: Tree, stamp_at: Parts | None = None) -> None:
        self.tree: Any = thaw(tree)
        self.stamp_at = stamp_at
        self.operations: list[Operation] = []
        self.lost: list[Loss] = []

    def do(self, operation: Operation) -> None:
        """Do an operation that makes sense for the tree as it is now.

        What a step has taken out of the tree before stays as it was: the tree is a new one after each operation.
        """
        for change in changes_of(self.tree, operation):
            self.tree = outcome(self.tree, change)
        self.operations.append(operation)

    def places(self, parts: Sequence[str | None]) -> list[tuple[Parts, Any]]:
        """Return every place that parts of a pattern lead to in the tree as it is now, with its value."""
        return list(places(self.tree, parts, self.stamp_at))

    def at(self, parts: Parts) -> Any:
        """Return the value at a place that exists."""
        return value_at(self.tree, parts)

    def lose(self, parts: Sequence[str | int], message: str) -> None:
        """Note that something could not be brought back."""
        self.lost.append(Loss(parts, message))


class Step:
    """One thing a migration does: ``Rename``, ``Move``, ``SetDefault``, ``Remove``, ``Convert``, or ``Call``.

    Steps are frozen in use: nothing in them changes once they are made. ``str(step)`` says what it does.
    """

    __slots__ = ()

    # True when it can also be done to a layer: a profile's or the machine's own file, which holds a part of a document.
    declarative: ClassVar[bool] = True

    @property
    def reversible(self) -> bool:
        """True when there is a way down."""
        return True

    def raised(self, tree: Tree, below: Tree | None = None, *, stamp_at: Parts | None = None) -> Outcome:
        """Return what the step makes of a tree on the way up.

        Arguments: ``below`` is None for a whole document. For a layer, which holds only what it changes, it is what
        the layers below it make *before* this step; then nothing is planted that is theirs to have. ``stamp_at`` is
        where the version stands, which no ``*`` in a pattern stands for.
        Raises ``MigrationBlockedError`` when something in the tree is in the way, ``MigrationError`` when the step
        itself fails.
        """
        draft = Draft(tree, stamp_at)
        kept = self._raise(draft, None if below is None else thaw(below))
        return Outcome(draft.tree, draft.operations, kept)

    def lowered(self, tree: Tree, kept: Kept | None = None, *, stamp_at: Parts | None = None) -> Outcome:
        """Return what the step makes of a tree on the way down.

        Arguments: ``kept`` is what ``raised`` kept, or None when that is not known any more; ``stamp_at`` as there.
        Raises as ``raised``, and ``MigrationError`` when there is no way down or ``kept`` is damaged.
        """
        draft = Draft(tree, stamp_at)
        self._lower(draft, kept)
        return Outcome(draft.tree, draft.operations, None, draft.lost)

    def up(self, tree: Tree) -> Tree:
        """Return the tree that the step makes of a whole document; the one given is not touched."""
        return self.raised(tree).tree

    def down(self, tree: Tree, kept: Kept | None = None) -> Tree:
        """Return the tree that the way down makes; see ``lowered``."""
        return self.lowered(tree, kept).tree

    def operations(self, tree: Tree) -> list[Operation]:
        """Return the operations that make ``up(tree)`` of a tree."""
        return self.raised(tree).operations

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards: the same where the step does not concern it, None when
        it is removed."""
        return tuple(parts)

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        raise NotImplementedError

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        raise NotImplementedError


def blocked(parts: Sequence[str | int], message: str) -> MigrationBlockedError:
    """Return the error for a document in which something is in the way of a step; ``message`` follows the place."""
    from ..address import pointer
    from ..diagnostic import Diagnostic

    text = f"{format_address(parts) or 'the document'} {message}"
    return MigrationBlockedError(text, [Diagnostic("migration-blocked", text, path=pointer(parts))])
