"""``Call``: a function of the program does the step."""

from __future__ import annotations

from ..budget import Budget
from ..config import thaw
from ..editing.difference import difference
from ..errors import MigrationError, UsageError
from ..tree import MisfitError, survey
from .step import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, TypeAlias

    from ..tree import Tree
    from .step import Draft, Kept

    Function: TypeAlias = Callable[[Any], Any]

# How much a certain document may hold is checked when it is edited.
_WIDEST = Budget(depth=400, nodes=10_000_000)


class Call(Step):
    """A function from tree to tree; its result is applied by difference, so that comments stay here too.

    Arguments: ``up`` is given a plain copy and returns the new tree, which may be the one it was given, changed;
    ``down`` is its twin, or None when there is no way back. Whatever a function raises becomes a ``MigrationError``
    with the file and the line; so does a result that is no tree. A function needs the whole document, so it refuses
    layers.
    """

    __slots__ = ("lower", "raise_")

    declarative: ClassVar[bool] = False

    def __init__(self, up: Function, down: Function | None = None) -> None:
        if not callable(up) or (down is not None and not callable(down)):
            raise UsageError("a step that is a function is called with a tree and returns one")
        self.raise_ = up
        self.lower = down

    @property
    def reversible(self) -> bool:
        """True when the function has a twin."""
        return self.lower is not None

    def __str__(self) -> str:
        return f"the function {_name(self.raise_)}"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        if below is not None:
            raise MigrationError(
                f"{self} needs the whole document, and a layer holds a part of it; migrate the layer by hand, or write"
                " the migration in steps"
            )
        self._apply(draft, self.raise_)
        return {}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:  # noqa: ARG002 - a function keeps nothing
        if self.lower is None:
            raise MigrationError(
                f"{self} has no way back; give it a downward twin, or roll back to the revision before"
            )
        self._apply(draft, self.lower)

    def _apply(self, draft: Draft, function: Function) -> None:
        new = _result(function, draft.tree)
        try:
            draft.operations += difference(draft.tree, new)
        except UsageError as error:  # half of a surrogate pair
            raise MigrationError(
                f"the function {_name(function)} returned what no document can hold: {error}"
            ) from None
        draft.tree = new


def _result(function: Function, tree: Any) -> Any:
    name = f"the function {_name(function)}"
    try:
        new = function(thaw(tree))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code: whatever it raises is reported as its own
        from .failing import told

        text, cause = told(error, getattr(getattr(function, "__code__", None), "co_filename", None), tree)
        raise MigrationError(f"{name} failed: {text}") from cause
    if new is None and tree is not None:
        raise MigrationError(
            f"{name} returned None; it returns the new tree, also when it changed the one it was given"
        )
    try:
        survey(new := thaw(new), _WIDEST)
    except MisfitError as error:
        from ..address import format_address

        place = f" at {format_address(error.path)}" if error.path else ""
        raise MigrationError(f"{name} returned what no document can hold{place}: {error.message}") from None
    except RecursionError:
        raise MigrationError(f"{name} returned a tree that holds itself, or is nested too deep") from None
    if isinstance(tree, dict) and not isinstance(new, dict):
        raise MigrationError(f"{name} returned a {type(new).__name__}, and a document is a mapping")
    return new


def _name(function: Function) -> str:
    name = getattr(function, "__qualname__", None) or type(function).__name__
    module = getattr(function, "__module__", None)
    return f"{module}.{name}" if module and not str(module).startswith("_") else str(name)
