"""Trying migrations out: on the examples they carry, and on any documents, up and down again."""

from __future__ import annotations

from ..diagnostic import Diagnostic
from ..editing.apply import apply
from ..editing.difference import difference
from ..editing.unordered import same_but_for_order
from ..errors import MigrationBlockedError, MigrationError
from ..tree import same
from .carry import carry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..tree import Tree
    from .graph import Graph
    from .hop import Hop
    from .migration import Migration

_MOST_TOLD = 3  # differences that a message names


def check_examples(migration: Migration) -> list[Diagnostic]:
    """Return what is wrong with the examples of a migration: nothing, when each comes out as it says.

    ``before`` must become ``after`` on the way up, key order aside, and, where there is a way down, come back exactly.
    Raises ``MigrationError`` when the migration itself cannot be read.
    """
    found: list[Diagnostic] = []
    for number, example in enumerate(migration.examples, 1):
        where = f"{migration}, example {number}"
        try:
            up = migration.raised(example["before"])
            if not same_but_for_order(up.tree, example["after"]):
                message = f"{where} does not come out as it says: {_told(example['after'], up.tree)}"
                found.append(_finding(message, migration))
            if not migration.reversible:
                continue
            down = migration.lowered(up.tree, up.kept).tree
        except MigrationError as error:
            found.append(_finding(f"example {number}: {error.message}", migration))
            continue
        if not same(down, example["before"]):
            message = f"{where} does not come back as it was: {_told(example['before'], down)}"
            found.append(_finding(message, migration))
    return found


class RoundTrips:
    """What came of trying a graph's migrations on documents.

    ``findings`` say what is wrong; ``checked`` is how many documents went through a migration, ``blocked`` how many
    could not, since something in them was in the way: where all of them are, nothing was shown.
    """

    __slots__ = ("blocked", "checked", "findings")

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.checked = 0
        self.blocked = 0


def round_trips(graph: Graph, trees: Mapping[str, Iterable[Tree]]) -> RoundTrips:
    """Try every migration upward on documents of its version, and its way back.

    Each must give the same result twice, through its operations as well, and leave the document it was given as it
    was; where there is a way back, that must lead to the very same tree, and up again to the same result. At its target
    a document has nothing pending. One finding is reported for each kind of failure of a migration.

    Arguments: ``trees`` are documents by version, as the migrations spell it; those of other versions are left out.
    """
    trips = RoundTrips()
    for hop in graph.upward():
        told: set[str] = set()
        for tree in trees.get(hop.from_version, ()):
            try:
                message = _failure(graph, hop, tree)
            except MigrationBlockedError:
                trips.blocked += 1
                continue
            except MigrationError as error:
                message = ("fails", error.message)
            trips.checked += 1
            if message is not None and message[0] not in told:
                told.add(message[0])
                text = f"{hop.migration} {message[0]}: {message[1]}"
                trips.findings.append(
                    Diagnostic("migration-round-trip", text, file=hop.migration.file, document=graph.document)
                )
    return trips


def _failure(graph: Graph, hop: Hop, tree: Tree) -> tuple[str, str] | None:
    """Return what is wrong with one hop on one document: what, and where it shows."""
    from ..config import thaw

    tree = thaw(tree)
    before = thaw(tree)
    up = carry([hop], tree)
    again = carry([hop], tree)
    if not same(tree, before):
        return "changes the document it is given", _told(before, tree)
    if not same(again.tree, up.tree):
        return "gives another result each time", _told(up.tree, again.tree)
    applied = apply(tree, up.operations)
    if not same(applied, up.tree):
        return "gives operations that come to something else", _told(up.tree, applied)
    back = graph.back(hop)
    if back is None:
        return None
    down = carry([back], up.tree, kept=up.kept)
    # Where a key stood no function can know; the steps keep it.
    if not (same if hop.migration.declarative and back.migration.declarative else same_but_for_order)(
        down.tree, before
    ):
        return "does not lead back to the document", _told(before, down.tree)
    second = carry([hop], down.tree)
    if not same_but_for_order(second.tree, up.tree):
        return "gives another result after its way back", _told(up.tree, second.tree)
    return None


def _told(wanted: Tree, found: Tree) -> str:
    """Say how a tree differs from what was wanted, without what goes by a secret's name."""
    steps = [str(operation) for operation in difference(wanted, found)]
    more = f" and {len(steps) - _MOST_TOLD} more" if len(steps) > _MOST_TOLD else ""
    return f"what was expected differs by {', '.join(steps[:_MOST_TOLD])}{more}"


def _finding(message: str, migration: Migration) -> Diagnostic:
    return Diagnostic("migration-example", message, file=migration.file, document=migration.document)
