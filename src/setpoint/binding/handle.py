"""``Handle``: where a program always finds the newest good object of one document."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, NoReturn, TypeVar

    Model = TypeVar("Model")
else:
    Model = "Model"

    class Generic:
        """Stands in for ``typing.Generic``: a handle costs no import of ``typing``."""

        __slots__ = ()

        def __class_getitem__(cls, model):
            from types import GenericAlias

            return cls if cls is Generic else GenericAlias(cls, model)


class Handle(Generic[Model]):
    """The newest good object of one document.

    ``current`` is a plain attribute: reading it takes no lock, and whoever keeps what it gave reads one state
    throughout. ``name`` is the document's. Only the system that made a handle puts a newer object into it.
    """

    __slots__ = ("__weakref__", "current", "name")

    current: Model
    name: str

    def __init__(self, name: str, current: Model) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "current", current)

    def _replace(self, new: Model) -> None:
        """Put a newer object in place of the current one: one reference is swapped, so readers see either."""
        object.__setattr__(self, "current", new)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError("a handle is not assigned to: change the configuration, and `current` follows")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError("a handle is not assigned to: change the configuration, and `current` follows")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(
            f"a handle of {self.name!r} cannot be pickled or copied: it belongs to the system of this process; "
            "hand on handle.current, or bind again there"
        )

    def __repr__(self) -> str:
        # Not the object: a model's own repr may show a secret.
        return f"<Handle of {self.name!r}: {type(self.current).__name__}>"
