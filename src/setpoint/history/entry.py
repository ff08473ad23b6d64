"""``Entry``: what is to be recorded of one document."""

from __future__ import annotations

from ..errors import UsageError
from .contents import MOST_FILES
from .delta import LARGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 10_000  # characters of any text: a reason is a sentence or a few


class Entry:
    """What is to be recorded of one document.

    Arguments:
        document: its name.
        files: the name of each of its files, relative to the configuration directory, and the exact bytes.
        author, cause, reason: who; by what kind of act (``found``, ``set``, ``rollback`` …); and why, or None.
        version: the version of the document's shape, or None.
        deleted: True when the document was removed.

    Raises ``UsageError`` for an empty name or cause, a text that is too long or cannot be written as UTF-8, a file name
    that leads out of the directory, more than 1,000 files, or a file of more than 64 MiB.
    """

    __slots__ = ("author", "cause", "deleted", "document", "files", "reason", "version")

    def __init__(
        self,
        document: str,
        files: Mapping[str, bytes],
        *,
        author: str,
        cause: str,
        reason: str | None = None,
        version: str | None = None,
        deleted: bool = False,
    ) -> None:
        self.document = checked_text("document", document)
        self.author = checked_text("author", author)
        self.cause = checked_text("cause", cause)
        self.reason = None if reason is None else checked_text("reason", reason, empty=True)
        self.version = None if version is None else checked_text("version", version, empty=True)
        self.deleted = bool(deleted)
        self.files = {checked_text("file name", name): bytes(files[name]) for name in sorted(files)}
        if len(self.files) > MOST_FILES:
            raise UsageError(f"{document}: a revision has at most {MOST_FILES} files, not {len(self.files)}")
        for name, content in self.files.items():
            if not is_relative(name):
                raise UsageError(f"{document}: {name!r} is no name of a file inside the configuration directory")
            if len(content) > LARGEST:
                raise UsageError(f"{document}: {name} has {len(content):,} bytes; at most {LARGEST:,} can be recorded")

    def __repr__(self) -> str:
        return f"Entry({self.document!r}, {list(self.files)!r}, cause={self.cause!r})"


def is_relative(name: str) -> bool:
    """True for the name of a file that lies inside the directory it is relative to, on every operating system."""
    parts = name.replace("\\", "/").split("/")
    drive = len(name) > 1 and name[1] == ":"
    return not drive and "\0" not in name and not any(part in ("", ".", "..") for part in parts)


def checked_text(what: str, value: str, *, empty: bool = False) -> str:
    """Return a text that can be recorded. Raises ``UsageError``, naming ``what`` it is."""
    if not isinstance(value, str):
        raise UsageError(f"the {what} of a revision is a text, not {type(value).__name__}")
    if not value and not empty:
        raise UsageError(f"the {what} of a revision is empty")
    if len(value) > _LONGEST:
        raise UsageError(f"the {what} of a revision has {len(value):,} characters; at most {_LONGEST:,} are recorded")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the {what} of a revision holds half of a surrogate pair, which is no character") from None
    return value
