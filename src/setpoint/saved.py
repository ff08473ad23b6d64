"""``Saved``: what a change of configuration files has done."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .revision import Revision


class Saved:
    """A change that was made, or with ``dry_run`` would be.

    Arguments: ``revisions`` are the points in the histories of its documents, none for a dry run or when nothing had to
    change; ``differences`` work out the differences of the files as people read them, by path, with secrets masked;
    ``notes`` say what could not be as it should.
    """

    __slots__ = ("_differences", "_diffs", "notes", "revisions")

    def __init__(
        self,
        revisions: Sequence[Revision] = (),
        differences: Mapping[str, Callable[[], str]] | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.revisions = tuple(revisions)
        self.notes = tuple(notes)
        # Worked out when they are asked for: masking secrets costs as much as judging the document.
        self._differences = dict(differences or {})
        self._diffs: dict[str, str] | None = None

    @property
    def diffs(self) -> dict[str, str]:
        """The differences of the files as people read them, by path, with secrets masked."""
        if self._diffs is None:
            self._diffs = {file: difference() for file, difference in self._differences.items()}
        return self._diffs

    @property
    def revision(self) -> Revision | None:
        """The revision of the one document that was changed, or of the first of several; None without any."""
        return self.revisions[0] if self.revisions else None

    @property
    def diff(self) -> str:
        """The differences of all files, one after the other; empty when nothing had to change."""
        return "".join(self.diffs.values())

    def __repr__(self) -> str:
        return f"<Saved {', '.join(self._differences) or 'nothing'}>"
