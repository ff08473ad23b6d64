"""``Plan``: what a migration would do, or has done, to one document."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from .route import Route

    Details: TypeAlias = tuple[Mapping[str, str], Sequence[str]]


class Plan:
    """The way of one document to another version, and what it does to its files.

    Arguments: ``details`` works out the differences by file, and sentences about what a person should look at, when one
    of them is asked for. Once it is done, ``backup`` is the folder with the files of before, and ``revision`` the
    number of the revision that was made: the one before it is the way back.

    ``steps`` are the migrations in their order (``unified_config 1.0.0 -> 2.0.0``); ``pending`` is False when the
    document is at that version already.
    """

    __slots__ = ("_details", "_known", "backup", "document", "from_version", "revision", "steps", "to_version")

    def __init__(
        self, way: Route, details: Callable[[], Details], backup: str | None = None, revision: int | None = None
    ) -> None:
        self.document = way.name
        self.from_version = way.from_version
        self.to_version = way.to_version
        self.steps = tuple(str(hop) for hop in way.hops)
        self.backup = backup
        self.revision = revision
        self._details = details
        self._known: Details | None = None

    @property
    def pending(self) -> bool:
        """True when there is something to do, or was before it was done."""
        return bool(self.steps)

    @property
    def diffs(self) -> Mapping[str, str]:
        """The differences by file, as people read them, with secrets masked."""
        return dict(self._worked_out()[0])

    @property
    def diff(self) -> str:
        """The differences of all files, one after the other."""
        return "".join(self._worked_out()[0].values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should look at: variables with old names, what cannot be brought back."""
        return tuple(self._worked_out()[1])

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON shows it, with each secret masked."""
        return {
            "document": self.document,
            "from": self.from_version,
            "to": self.to_version,
            "steps": list(self.steps),
            "pending": self.pending,
            "diffs": dict(self.diffs),
            "warnings": list(self.warnings),
            "backup": self.backup,
            "revision": self.revision,
        }

    def _worked_out(self) -> Details:
        if self._known is None:
            self._known = self._details()
        return self._known

    def __repr__(self) -> str:
        return f"<Plan of {self.document}: {self.from_version} -> {self.to_version}, {len(self.steps)} steps>"
