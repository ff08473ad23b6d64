"""Events: what happened to documents, for whoever listens. Plain frozen data, named by past participles."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

    from .change import Change
    from .diagnostic import Diagnostic


class Event:
    """Something that happened.

    Arguments: ``documents`` are the names it is about; ``at`` is when, in seconds since 1970 UTC, now unless given.

    Frozen. Neither ``repr`` nor ``to_dict`` holds a value of a configuration.
    """

    __slots__ = ("at", "documents")

    at: float
    documents: tuple[str, ...]

    def __init__(self, documents: Iterable[str] = (), *, at: float | None = None) -> None:
        self._place(documents=tuple(documents), at=time.time() if at is None else at)

    @property
    def kind(self) -> str:
        """The event's name in small letters, e.g. ``reloaded``."""
        return type(self).__name__.lower()

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: the kind of event, when, and the documents' names; subclasses add to it."""
        return {"event": self.kind, "at": self.at, "documents": list(self.documents)}

    def _place(self, **facts: object) -> None:
        """Set attributes, which only the making of an event does."""
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    def _notes(self) -> Iterable[str]:
        """Return what ``repr`` says beside the documents."""
        return ()

    def __repr__(self) -> str:
        facts = [*([", ".join(self.documents)] if self.documents else []), *self._notes()]
        return f"<{' '.join([type(self).__name__, '; '.join(facts)]).strip()}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is what happened: its {name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is what happened: its {name} cannot be removed")


class Reloaded(Event):
    """Documents have new content, and it is served.

    Arguments: ``generation`` is the number of the snapshot that has it; ``seconds`` is how long it took from seeing the
    change to serving it; ``changes`` works out what is different, and is called when it is asked for, at most once;
    ``cause`` is ``files`` when they were found changed, ``override``, or what changed them: ``set``, ``rollback``, …
    """

    __slots__ = ("_changes", "cause", "generation", "seconds")

    cause: str
    generation: int
    seconds: float
    _changes: Callable[[], Iterable[Change]] | tuple[Change, ...]

    def __init__(
        self,
        documents: Iterable[str],
        generation: int,
        seconds: float,
        changes: Callable[[], Iterable[Change]] | Sequence[Change] = (),
        *,
        cause: str = "files",
        at: float | None = None,
    ) -> None:
        super().__init__(documents, at=at)
        worked_out = changes if callable(changes) else tuple(changes)
        self._place(generation=generation, seconds=seconds, cause=cause, _changes=worked_out)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is different, in order; worked out when it is first asked for."""
        found = self._changes
        if not isinstance(found, tuple):
            found = tuple(found())
            self._place(_changes=found)  # lets go of the trees that it was worked out from
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: where something changed, never from what to what."""
        return {
            **super().to_dict(),
            "generation": self.generation,
            "cause": self.cause,
            "seconds": self.seconds,
            "changes": [
                {"document": one.document, "address": one.address, "path": one.pointer, "kind": one.kind}
                for one in self.changes
            ],
        }

    def _notes(self) -> Iterable[str]:
        return (f"generation {self.generation}", f"{self.seconds * 1000:.1f} ms")


class Rejected(Event):
    """New content was refused, and what was served before is served on.

    Arguments: ``documents`` are those that were refused; ``diagnostics`` say what is wrong with them, and ``message``
    in one sentence; ``held`` are the others that changed at the same moment, and wait for these.
    """

    __slots__ = ("diagnostics", "held", "message")

    diagnostics: tuple[Diagnostic, ...]
    held: tuple[str, ...]
    message: str

    def __init__(
        self,
        documents: Iterable[str],
        diagnostics: Iterable[Diagnostic] = (),
        message: str = "",
        held: Iterable[str] = (),
        *,
        at: float | None = None,
    ) -> None:
        super().__init__(documents, at=at)
        self._place(diagnostics=tuple(diagnostics), message=message, held=tuple(held))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            **super().to_dict(),
            "message": self.message,
            "held": list(self.held),
            "diagnostics": [one.to_dict() for one in self.diagnostics],
        }

    def _notes(self) -> Iterable[str]:
        count = len(self.diagnostics)
        found = (f"{count} problem{'' if count == 1 else 's'}",) if count else ()
        return (*found, f"held: {', '.join(self.held)}") if self.held else found


class Orphaned(Event):
    """The files of documents are gone, and what they held is served on."""

    __slots__ = ()


class Skipped(Event):
    """Events that were dropped because their reader was slower than they came.

    Arguments: ``number`` is how many; the oldest went first.
    """

    __slots__ = ("number",)

    number: int

    def __init__(self, number: int, *, at: float | None = None) -> None:
        super().__init__((), at=at)
        self._place(number=number)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {**super().to_dict(), "number": self.number}

    def _notes(self) -> Iterable[str]:
        return (f"{self.number} event{'' if self.number == 1 else 's'}",)
