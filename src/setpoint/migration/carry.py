"""``carry``: a document through several migrations, up or down, and the stamp of its version with it."""

from __future__ import annotations

from ..config import thaw
from ..editing.operation import Insert, Set, Unset
from ..editing.target import follow
from ..errors import MigrationError
from .kept import damaged
from .parents import made_for, unmake
from .step import Draft, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ..editing.change import Parts
    from ..editing.operation import Operation
    from ..tree import Tree
    from .hop import Hop
    from .step import Kept, Loss


class Carried:
    """What became of a document.

    ``tree`` is new, and ``operations``, done to the tree that was given, make it. ``kept`` is for the way back, one
    record for each migration that was not undone (plain JSON data); ``lost`` is what could not be brought back.
    """

    __slots__ = ("kept", "lost", "operations", "tree")

    def __init__(self, tree: Tree, operations: list[Operation], kept: list[Kept], lost: list[Loss]) -> None:
        self.tree = tree
        self.operations = operations
        self.kept = kept
        self.lost = tuple(lost)


def carry(
    hops: Sequence[Hop],
    tree: Tree,
    *,
    kept: Iterable[Kept] | None = None,
    below: Tree | None = None,
    stamp_at: Parts | None = ("version",),
) -> Carried:
    """Return what migrations, one after the other, make of a document, with its new version written into it.

    Arguments:
        hops: as ``Graph.path`` gives them; none leaves the tree as it is.
        tree: the document, or one layer of it; it is not touched.
        kept: for the way down, what the ways up kept, all records there are in their order; None when nothing is known.
        below: for a layer, what the layers below it make before all this; None for a whole document.
        stamp_at: where the version is written, at the beginning of its mapping if it is new there; None for a layer:
            only the base carries a stamp. On the way down a stamp that was not there before is taken out again.

    Raises ``MigrationBlockedError`` and ``MigrationError`` as ``Migration.raised`` does.
    """
    operations: list[Operation] = []
    records: list[Kept] = []
    lost: list[Loss] = []
    tree = thaw(tree)
    before = None if stamp_at is None else _stamp_of(tree, stamp_at)
    for number, hop in enumerate(hops):
        # A function may look at the version; and a new stamp comes first, so that positions that are kept count it.
        if stamp_at is not None and hop.forward and (not number or not hop.migration.declarative):
            tree = _stamped(tree, hop.from_version, stamp_at, operations)
        if hop.forward:
            outcome = hop.migration.raised(tree, below, stamp_at=stamp_at)
            below = None if below is None else hop.migration.up(below)
            record: Kept = {"from": hop.from_version, "to": hop.to_version, **outcome.kept}
            if before is not None and not number:
                record["stamp"] = before
            records.append(record)
        else:
            outcome = hop.migration.lowered(tree, _kept_of(hop, kept), stamp_at=stamp_at)
        tree = outcome.tree
        operations += outcome.operations
        lost += outcome.lost
    if hops and stamp_at is not None:
        earlier = (_kept_of(hops[-1], kept) or {}).get("stamp")
        if earlier is None:
            tree = _stamped(tree, hops[-1].to_version, stamp_at, operations)
        else:
            tree = _as_before(tree, earlier, stamp_at, operations)
    return Carried(tree, operations, records, lost)


def old_address(hops: Iterable[Hop], parts: Sequence[str | int]) -> Parts | None:
    """Return where an address of before leads after migrations: for a variable that may have an old name.

    It is the same where no step concerns it, None when it is removed. Ways down and functions are not looked into.
    """
    found: Parts | None = tuple(parts)
    for hop in hops:
        if found is not None and hop.forward:
            found = hop.migration.renamed(found)
    return found


def _kept_of(hop: Hop, kept: Iterable[Kept] | None) -> Kept | None:
    """Return what the latest way through a hop in the other direction kept, or None when it is not known."""
    found = None
    for record in kept or ():
        if not isinstance(record, dict):
            raise MigrationError("what was kept of the upgrade for the way back is damaged; migrate down without it")
        if (record.get("from"), record.get("to")) == (hop.to_version, hop.from_version):
            found = record
    return found


def _stamp_of(tree: Tree, at: Parts) -> list[Any]:
    """Return what a document has as its stamp, as it is kept: its value, or what has to be made for it to be there."""
    target = follow(tree, at)
    return ["absent", *(made_for(tree, at) or (None, False))] if target.rest else ["value", target.value]


def _stamped(tree: Tree, version: str, at: Parts, operations: list[Operation]) -> Tree:
    """Return the tree with a version written at a place; a new one stands first in its mapping."""
    draft = Draft(tree)
    target = follow(draft.tree, at)
    if not target.rest:
        stamp = _in_manner_of(target.value, version)
        if type(target.value) is not type(stamp) or target.value != stamp:
            draft.do(Set(at, stamp))
    elif target.value is not None and not isinstance(target.value, dict):
        raise blocked(target.parts, "is no mapping, so the version cannot be written into it")
    elif target.value is not None and len(target.rest) == 1:
        draft.do(Insert(at, version, 0))
    else:
        draft.do(Set(at, version))
    operations += draft.operations
    return draft.tree  # type: ignore[no-any-return]


def _in_manner_of(before: Any, version: str) -> str | int:
    """Return a version as a document writes it: as a number where it wrote a whole number so far, else as text."""
    is_number = type(before) is int and version.isascii() and version.isdecimal() and str(int(version)) == version
    return int(version) if is_number else version


def _as_before(tree: Tree, before: Any, at: Parts, operations: list[Operation]) -> Tree:
    """Return the tree with the stamp that it had before its way up, or without one."""
    draft = Draft(tree)
    there = not follow(draft.tree, at).rest
    match before:
        case ["absent", depth, was_null]:
            if there:
                draft.do(Unset(at))
                unmake(draft, at, depth, was_null)
        case ["value", value]:
            if there:
                draft.do(Set(at, value))
            else:
                return _stamped(tree, value, at, operations)
        case _:
            raise damaged("stamp")
    operations += draft.operations
    return draft.tree  # type: ignore[no-any-return]
