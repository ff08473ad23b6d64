"""``Done``: what a change has done, as it is told to whoever made it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Done(dict[str, "Any"]):
    """What a change has done or, as a dry run, would do: plain data, whose entries are attributes too.

    Arguments: ``documents`` are the names of those that changed; ``revisions`` the points in their histories, as JSON
    shows them; ``diff`` is the difference of their files, with secrets masked; ``notes`` say what could not be as it
    should; ``generation`` is the number of the system's state since; ``etags`` are the entity tags of the documents as
    wholes, by name.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        documents: Iterable[str] = (),
        revisions: Iterable[dict[str, Any]] = (),
        diff: str = "",
        notes: Iterable[str] = (),
        generation: int,
        etags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            documents=list(documents),
            revisions=list(revisions),
            diff=diff,
            notes=list(notes),
            generation=generation,
            etags=dict(etags or {}),
        )

    @property
    def documents(self) -> list[str]:
        """The names of the documents that changed."""
        found: list[str] = self["documents"]
        return found

    @property
    def revisions(self) -> list[dict[str, Any]]:
        """The revisions that were made, as JSON shows them."""
        found: list[dict[str, Any]] = self["revisions"]
        return found

    @property
    def diff(self) -> str:
        """The difference of the files, with secrets masked."""
        found: str = self["diff"]
        return found

    @property
    def notes(self) -> list[str]:
        """What could not be as it should, in sentences."""
        found: list[str] = self["notes"]
        return found

    @property
    def generation(self) -> int:
        """The number of the system's state since."""
        found: int = self["generation"]
        return found

    @property
    def etags(self) -> dict[str, str]:
        """The entity tags of the documents as wholes, by name."""
        found: dict[str, str] = self["etags"]
        return found
