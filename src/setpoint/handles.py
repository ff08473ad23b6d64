"""``Handles``: the objects that a program has bound, made anew when their documents change."""

from __future__ import annotations

from weakref import ref

from .binding.handle import Handle
from .errors import ConfigValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from .candidate import Candidate
    from .config import Config
    from .layers.resolution import Resolution

    Model = TypeVar("Model")


class Handles:
    """The handles of one system that somebody still holds."""

    __slots__ = ("_bound",)

    def __init__(self) -> None:
        self._bound: list[tuple[ref[Handle[Any]], Any]] = []

    def bind(self, name: str, model: Any, config: Config, resolve: Callable[[], Resolution]) -> Handle[Any]:
        """Return a new handle of a document. Raises as ``built`` does; the other arguments are its too."""
        handle = Handle(name, built(config, model, resolve))
        alive = [bound for bound in self._bound if bound[0]() is not None]
        self._bound = [*alive, (ref(handle), model)]
        return handle

    def prepare(self, changed: Mapping[str, Candidate]) -> Callable[[], None]:
        """Make every bound object of changed documents anew, and return what puts them in place.

        Raises as ``built`` does; nothing is in place before the returned function is called.
        """
        made = []
        for bound, model in self._bound:
            handle = bound()
            one = changed.get(handle.name) if handle is not None else None
            if handle is not None and one is not None:
                made.append((handle, built(one.config, model, one.resolve)))

        def finish() -> None:
            for handle, new in made:
                handle._replace(new)

        return finish

    def clear(self) -> None:
        """Forget every handle: they keep what they have."""
        self._bound = []


def built(config: Config, model: Any, resolve: Callable[[], Resolution]) -> Any:
    """Return an object of a model, or one with generated frozen slots when ``model`` is None.

    Arguments: ``resolve`` returns what made the document; it is asked only to tell where in the files what does not
    fit stands. Raises ``ConfigValidationError`` with every problem.
    """
    if model is None:
        from .binding.slots import slots_of

        return slots_of(config)
    from .binding.build import build

    try:
        return build(config, model)
    except ConfigValidationError as error:
        from .layers.judging import located

        found = located(resolve(), error.diagnostics)
        first = found[0]
        where = f"{first.file}:{first.line}:{first.column}: " if first.line is not None else ""
        raise ConfigValidationError(f"{where}{error.message}", found) from None
