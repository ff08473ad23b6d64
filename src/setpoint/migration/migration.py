"""``Migration``: what leads from one version of a document's shape to another, and back where that is possible."""

from __future__ import annotations

from ..errors import MigrationError, UsageError
from .step import Outcome, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ..editing.change import Parts
    from ..editing.operation import Operation
    from ..tree import Tree
    from .call import Function
    from .step import Kept, Loss


class Migration:
    """One edge of the graph of versions.

    Arguments:
        document: the name of the document, or of the kind of document, that it is for.
        from_version, to_version: the versions; the way from the first to the second is *up*.
        steps: what it does, in order: ``Rename``, ``Move``, ``SetDefault``, ``Remove``, ``Convert``, ``Call``, the same
            as a file declares it (``{"rename": {"path": "system.debug_mode", "to": "debug"}}``), or a function.
        up, down: instead of steps, a function from tree to tree and, if there is a way back, its twin.
        examples: ``{"before": tree, "after": tree}``, without the version's stamp; ``check_examples`` runs them.
        description: one sentence, for people.
        file: where it is written, as messages name it.

    Raises ``UsageError`` when that makes no migration. The stamp of the version is not written here: ``carry`` writes
    it for each migration alike.
    """

    __slots__ = ("_examples", "_steps", "description", "document", "file", "from_version", "to_version")

    def __init__(
        self,
        document: str,
        from_version: str,
        to_version: str,
        steps: Sequence[Step | Mapping[str, Any] | Function] = (),
        *,
        up: Function | None = None,
        down: Function | None = None,
        examples: Iterable[Mapping[str, Any]] = (),
        description: str = "",
        file: str | None = None,
    ) -> None:
        self.document = _text("document", document)
        self.from_version = _text("from version", from_version)
        self.to_version = _text("to version", to_version)
        if from_version == to_version:
            raise UsageError(f"a migration leads to another version, not from {from_version} to itself")
        self.description = description
        self.file = file
        self._steps = checked_steps(steps, up, down)
        self._examples = checked_examples(examples)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What it does, in order."""
        return self._steps

    @property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """Its examples, each with ``before`` and ``after``."""
        return self._examples

    @property
    def reversible(self) -> bool:
        """True when every step has a way down."""
        return all(step.reversible for step in self.steps)

    @property
    def declarative(self) -> bool:
        """True when layers can be carried along: no step is a function."""
        return all(step.declarative for step in self.steps)

    def __str__(self) -> str:
        return f"{self.document} {self.from_version} -> {self.to_version}"

    def __repr__(self) -> str:
        return f"<Migration {self}>"

    def raised(self, tree: Tree, below: Tree | None = None, *, stamp_at: Parts | None = None) -> Outcome:
        """Return what the migration makes of a tree on the way up.

        Arguments: ``below`` is None for a whole document; for a layer (a profile's file) it is what the layers below
        it make, before this migration. A layer is given no defaults that the layers below have for it.
        ``stamp_at`` is where the version stands, which no ``*`` in a pattern stands for.
        Raises ``MigrationBlockedError`` when something in the tree is in the way, ``MigrationError`` when a step fails;
        both name the migration and the step.
        """
        operations: list[Operation] = []
        kept: list[Kept] = []
        for number, step in enumerate(self.steps, 1):
            try:
                outcome = step.raised(tree, below, stamp_at=stamp_at)
                below = None if below is None else step.up(below)
            except MigrationError as error:
                raise self._told(error, number) from error.__cause__
            tree = outcome.tree
            operations += outcome.operations
            kept.append(outcome.kept)
        return Outcome(_copied(tree, self.steps), operations, {"steps": kept} if any(kept) else {})

    def lowered(self, tree: Tree, kept: Kept | None = None, *, stamp_at: Parts | None = None) -> Outcome:
        """Return what the migration makes of a tree on the way down.

        Arguments: ``kept`` is what ``raised`` kept, or None when that is not known any more; then ``lost`` of the
        outcome says what could not be brought back. Raises as ``raised``, and when a step has no way down.
        """
        operations: list[Operation] = []
        lost: list[Loss] = []
        of_steps = self._of_steps(kept)
        for number in range(len(self.steps), 0, -1):
            try:
                outcome = self.steps[number - 1].lowered(tree, of_steps[number - 1], stamp_at=stamp_at)
            except MigrationError as error:
                raise self._told(error, number) from error.__cause__
            tree = outcome.tree
            operations += outcome.operations
            lost += outcome.lost
        return Outcome(_copied(tree, self.steps), operations, None, lost)

    def up(self, tree: Tree) -> Tree:
        """Return the tree that the migration makes of a whole document; the one given is not touched."""
        return self.raised(tree).tree

    def down(self, tree: Tree, kept: Kept | None = None) -> Tree:
        """Return the tree that the way down makes; see ``lowered``."""
        return self.lowered(tree, kept).tree

    def operations(self, tree: Tree) -> list[Operation]:
        """Return the operations that make ``up(tree)`` of a tree; done to its file, they keep the comments."""
        return self.raised(tree).operations

    def renamed(self, parts: Sequence[str | int]) -> Parts | None:
        """Return where an address of before leads afterwards, for a variable that may have an old name.

        It is the same where no step concerns it, and None when it is removed. What functions do is not known.
        """
        found: Parts | None = tuple(parts)
        for step in self.steps:
            if found is not None:
                found = step.renamed(found)
        return found

    def _of_steps(self, kept: Kept | None) -> list[Kept | None]:
        if not kept or "steps" not in kept:
            return [None if kept is None else {} for _ in self.steps]
        found = kept.get("steps")
        if (
            not isinstance(found, list)
            or len(found) != len(self.steps)
            or not all(isinstance(one, dict) for one in found)
        ):
            raise MigrationError(
                f"{self}: what was kept of the upgrade does not fit these {len(self.steps)} steps: the migration was"
                " changed since; migrate down without it, or roll back"
            )
        return list(found)

    def _told(self, error: MigrationError, number: int) -> MigrationError:
        """Return the error of a step with the migration and the step named in it."""
        place = f"{self.file}: " if self.file else ""
        which = f"step {number} of {len(self.steps)} ({self.steps[number - 1]})"
        found = [one.replace(document=self.document) for one in error.diagnostics]
        return type(error)(f"{place}{self}, {which}: {error.message}", found)


def _copied(tree: Tree, steps: Sequence[Step]) -> Tree:
    from ..config import thaw

    whole: Tree = tree if steps else thaw(tree)  # every step has made a copy
    return whole


def _text(what: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise UsageError(f"the {what} of a migration is a text, not {value!r}")
    return value


def checked_steps(steps: Sequence[Any], up: Function | None, down: Function | None) -> tuple[Step, ...]:
    """Return the steps that declarations, functions and steps make. Raises ``UsageError`` for what makes none."""
    from .call import Call
    from .declaration import step_of

    found: list[Step] = []
    if not isinstance(steps, list | tuple):
        raise UsageError("the steps of a migration are a list")
    for number, step in enumerate(steps, 1):
        if isinstance(step, Step):
            found.append(step)
        elif callable(step):
            found.append(Call(step))
        else:
            try:
                found.append(step_of(step))
            except UsageError as error:
                raise UsageError(f"step {number}: {error}") from None
    if found and (up is not None or down is not None):
        raise UsageError("a migration has steps, or functions up and down, not both; Call makes a step of a function")
    if up is not None:
        found.append(Call(up, down))
    if not found and down is not None:
        raise UsageError("a migration that has a function down has one up as well")
    return tuple(found)


def checked_examples(examples: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    """Return plain copies of examples. Raises ``UsageError`` for what is none."""
    from ..config import thaw

    found: list[dict[str, Any]] = []
    for number, example in enumerate(examples, 1):
        if not isinstance(example, dict) or set(example) != {"before", "after"}:
            raise UsageError(f"example {number}: an example has before and after, each a document")
        found.append(thaw(example))
    return tuple(found)
