"""``Difference``: one thing that two schemas say differently, and the words for it."""

from __future__ import annotations

from ..address import format_address, pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Parts: TypeAlias = tuple[str, ...]

BREAKING = "breaking"  # a document that was valid may be invalid now
UNKNOWN = "unknown"  # it cannot be told, which counts as breaking
WIDENED = "widened"  # only more documents are valid

ANY_KEY = "*"
ANY_ITEM = "[]"


class Finding:
    """A keyword of a narrower schema that does not follow from a wider one.

    Arguments: ``keyword`` is JSON Schema's; ``parts`` lead to the values that it is about, ``*`` for any key and ``[]``
    for any item; ``have`` and ``want`` are what the two say, None where they say nothing; ``is_open`` says that it
    could not be found out.
    """

    __slots__ = ("have", "is_open", "keyword", "parts", "want")

    def __init__(
        self, keyword: str, parts: Parts, have: str | None, want: str | None, *, is_open: bool = False
    ) -> None:
        self.keyword = keyword
        self.parts = parts
        self.have = have
        self.want = want
        self.is_open = is_open


class Difference:
    """One thing that two schemas say differently.

    ``kind`` is ``breaking``, ``unknown`` or ``widened``; ``parts`` lead to the values that it is about, ``*`` for any
    key and ``[]`` for any item; ``keyword`` is JSON Schema's; ``message`` says what was and what is.
    """

    __slots__ = ("keyword", "kind", "message", "parts")

    def __init__(self, kind: str, parts: Parts, keyword: str, message: str) -> None:
        self.kind = kind
        self.parts = parts
        self.keyword = keyword
        self.message = message

    @property
    def place(self) -> str:
        """The values that it is about, as people write an address: ``queue.max_size``, ``hosts[].port``."""
        if not self.parts:
            return "(the document)"
        text = ""
        for part in self.parts:
            inside = part if part in (ANY_KEY, ANY_ITEM) else format_address((part,))
            text += inside if not text or inside.startswith("[") else f".{inside}"
        return text

    def to_dict(self) -> dict[str, str]:
        """Return it as the command line's JSON shows it; ``path`` is a JSON Pointer with ``*`` for any key or item."""
        path = pointer("*" if part == ANY_ITEM else part for part in self.parts)
        return {"kind": self.kind, "path": path, "keyword": self.keyword, "message": self.message}

    def __repr__(self) -> str:
        return f"<Difference {self.kind} {self.place}: {self.message}>"


def narrowed(finding: Finding) -> Difference:
    """Return what the new schema asks for and the old one did not."""
    kind = UNKNOWN if finding.is_open else BREAKING
    message = _message(finding.keyword, finding.have, finding.want, is_narrower=True)
    if finding.is_open:
        message += ": whether everything still fits cannot be told"
    return Difference(kind, finding.parts, finding.keyword, message)


def widened(finding: Finding) -> Difference:
    """Return what the old schema asked for and the new one does not; the finding is of the new within the old."""
    message = _message(finding.keyword, finding.want, finding.have, is_narrower=False)
    if finding.is_open:
        message += ": it may allow more"
    return Difference(WIDENED, finding.parts, finding.keyword, message)


def _message(keyword: str, old: str | None, new: str | None, *, is_narrower: bool) -> str:
    subject = new if is_narrower else old
    if keyword == "required":
        return f"the key {subject} is required now" if is_narrower else f"the key {subject} need not be there any more"
    if keyword == "enum":
        if subject is not None:  # one of the two lists nothing
            return f"only {subject} is allowed now" if is_narrower else f"more than {subject} is allowed now"
        return f"{old} is no longer allowed" if is_narrower else f"{new} is allowed now"
    if keyword == "forbidden":
        return "this is no longer allowed" if is_narrower else "this is allowed now"
    if keyword == "default":
        return f"the key {subject} is required, and its default is gone"
    if old is None:
        return f"{keyword} {new} is new" if new is not None else f"{keyword} differs"
    return f"{keyword} {old} is gone" if new is None else f"{keyword} was {old}, and is {new}"
