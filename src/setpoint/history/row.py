"""One entry of the record as it is stored."""

from __future__ import annotations

from ..revision import Revision
from .chain import Seals, link
from .contents import manifest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .contents import Manifest


class Row:
    """One entry, with its words spelled out."""

    __slots__ = (
        "author",
        "cause",
        "deleted",
        "digest",
        "document",
        "entry",
        "files",
        "hash",
        "number",
        "place",
        "reason",
        "seal",
        "time",
        "version",
    )

    def __init__(
        self,
        *,
        entry: int,
        document: str,
        number: int,
        time: int,
        author: str,
        cause: str,
        version: str | None,
        reason: str | None,
        deleted: int,
        place: int,
        digest: bytes | None,
        seal: bytes,
        linked: bytes = b"",
        files: bytes | None = None,
    ) -> None:
        self.entry = entry
        self.document = document
        self.number = number
        self.time = time
        self.author = author
        self.cause = cause
        self.version = version
        self.reason = reason
        self.deleted = deleted
        self.place = place
        self.digest = digest
        self.seal = seal
        self.hash = linked
        self.files = files

    @property
    def is_purged(self) -> bool:
        """True when its content was taken out because it held a secret."""
        return self.digest is None

    def seals(self) -> Seals | None:
        """What the chain covers of its content and reason, or None when that is damaged."""
        return Seals.of(self.seal, self.digest, self.reason)

    def link(self, before: bytes) -> bytes | None:
        """Return the hash that it must have after an entry with the hash ``before``; None when it is damaged."""
        seals = self.seals()
        if seals is None:
            return None
        return link(
            before,
            seals,
            self.entry,
            self.document,
            self.number,
            self.time,
            self.author,
            self.cause,
            self.version,
            self.deleted,
            self.place,
        )

    def manifest(self) -> Manifest:
        """Return its files. Raises ``DamagedRecordError``."""
        return manifest_of(self.files)

    def revision(self) -> Revision:
        """Return what people see of it."""
        return Revision(
            self.document,
            self.number,
            time=self.time / 1000,
            author=self.author,
            cause=self.cause,
            reason=self.reason,
            version=self.version,
            digest=self.digest.hex() if self.digest is not None else None,
            deleted=bool(self.deleted),
            group=self.entry - self.place,
            entry=self.entry,
            purged=self.is_purged,
        )
