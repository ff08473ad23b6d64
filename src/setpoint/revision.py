"""``Revision``: one numbered point in a document's history."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Revision:
    """Who changed a document, when and why: everything about a point in its history but the content.

    Arguments:
        document, number: the document's name, and the revision's number: 1, 2, 3 … for each document, without gaps.
        time: when it was recorded, in seconds since 1970 UTC, exact to a millisecond. The order of revisions is their
            number, never their time: a clock may go back.
        author, cause, reason: who; by what kind of act (``set``, ``rollback``, ``found`` …); and why, or None.
        version: the version of the document's shape, or None.
        digest: SHA-256 in hexadecimal of the names and bytes of its files; equal contents have equal digests. None when
            the content was purged.
        deleted: True when the document was removed.
        group: the same number for all documents that were recorded together.
        entry: its place in the whole record, over all documents.
        purged: True when its content was taken out of the record because it held a secret.

    Frozen: nothing can be assigned.
    """

    __slots__ = (
        "author",
        "cause",
        "deleted",
        "digest",
        "document",
        "entry",
        "group",
        "number",
        "purged",
        "reason",
        "time",
        "version",
    )

    author: str
    cause: str
    deleted: bool
    digest: str | None
    document: str
    entry: int
    group: int
    number: int
    purged: bool
    reason: str | None
    time: float
    version: str | None

    def __init__(
        self,
        document: str,
        number: int,
        *,
        time: float,
        author: str,
        cause: str,
        reason: str | None = None,
        version: str | None = None,
        digest: str | None = None,
        deleted: bool = False,
        group: int = 0,
        entry: int = 0,
        purged: bool = False,
    ) -> None:
        place = object.__setattr__
        place(self, "document", document)
        place(self, "number", number)
        place(self, "time", time)
        place(self, "author", author)
        place(self, "cause", cause)
        place(self, "reason", reason)
        place(self, "version", version)
        place(self, "digest", digest)
        place(self, "deleted", deleted)
        place(self, "group", group)
        place(self, "entry", entry)
        place(self, "purged", purged)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Revision is what happened: its {name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Revision is what happened: its {name} cannot be removed")

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON shows it; the time is RFC 3339 in UTC."""
        return {
            "document": self.document,
            "number": self.number,
            "time": rfc3339(self.time),
            "author": self.author,
            "cause": self.cause,
            "reason": self.reason,
            "version": self.version,
            "digest": self.digest,
            "deleted": self.deleted,
            "group": self.group,
            "entry": self.entry,
            "purged": self.purged,
        }

    def __repr__(self) -> str:
        text = f"<Revision {self.number} of {self.document}: {self.cause} by {self.author} at {rfc3339(self.time)}"
        return text + (", deleted" if self.deleted else "") + (", purged" if self.purged else "") + ">"

    def _facts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Revision):
            return NotImplemented
        return self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.document, self.number, self.digest))

    def __reduce__(self) -> tuple[object, ...]:
        return (_revision, ({name: getattr(self, name) for name in self.__slots__},))


def _revision(facts: dict[str, Any]) -> Revision:
    return Revision(facts.pop("document"), facts.pop("number"), **facts)


def rfc3339(seconds: float) -> str:
    """Return a time in seconds since 1970 as RFC 3339 in UTC, with milliseconds: ``2026-03-13T08:30:00.250Z``."""
    from time import gmtime

    whole, thousandths = divmod(round(seconds * 1000), 1000)
    moment = gmtime(whole)
    return (
        f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}"
        f"T{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}.{thousandths:03}Z"
    )
