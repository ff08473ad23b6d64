"""``Saved`` and its kin: what a change of configuration files has done."""

from __future__ import annotations

from .events import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from .revision import Revision


class Saved(Event):
    """A change that was made through Setpoint, or with ``dry_run`` would be.

    Arguments: ``revisions`` are the points in the histories of its documents, none for a dry run or when nothing had to
    change; ``differences`` work out the differences of the files as people read them, by path, with secrets masked;
    ``notes`` say what could not be as it should; ``documents`` are those that changed.
    """

    __slots__ = ("_differences", "_diffs", "notes", "revisions")

    revisions: tuple[Revision, ...]
    notes: tuple[str, ...]
    _differences: Mapping[str, Callable[[], str]]
    _diffs: Mapping[str, str] | None

    def __init__(
        self,
        revisions: Sequence[Revision] = (),
        differences: Mapping[str, Callable[[], str]] | None = None,
        notes: Sequence[str] = (),
        *,
        documents: Iterable[str] = (),
        at: float | None = None,
    ) -> None:
        super().__init__(documents, at=at)
        # Differences are worked out when they are asked for: masking secrets costs as much as judging the document.
        self._place(revisions=tuple(revisions), notes=tuple(notes), _differences=dict(differences or {}), _diffs=None)

    @property
    def diffs(self) -> Mapping[str, str]:
        """The differences of the files as people read them, by path, with secrets masked."""
        found = self._diffs
        if found is None:
            found = {file: difference() for file, difference in self._differences.items()}
            self._place(_diffs=found)
        return found

    @property
    def revision(self) -> Revision | None:
        """The revision of the one document that was changed, or of the first of several; None without any."""
        return self.revisions[0] if self.revisions else None

    @property
    def diff(self) -> str:
        """The differences of all files, one after the other; empty when nothing had to change."""
        return "".join(self.diffs.values())

    def with_note(self, note: str) -> Saved:
        """Return the same with one more sentence about what could not be as it should."""
        made = type(self)(self.revisions, self._differences, (*self.notes, note), documents=self.documents, at=self.at)
        made._place(_diffs=self._diffs)
        return made

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: the revisions, without what changed in them."""
        return {
            **super().to_dict(),
            "revisions": [one.to_dict() for one in self.revisions],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(self._differences) or 'nothing'}>"


class Restored(Saved):
    """A document's files have the bytes again that they had at an earlier revision."""

    __slots__ = ()


class Migrated(Saved):
    """A document's files have the shape of another version now."""

    __slots__ = ()


_KINDS = {"rollback": Restored, "migrate": Migrated}


def saved_by(cause: str) -> type[Saved]:
    """Return what a change made for some cause is called."""
    return _KINDS.get(cause, Saved)
