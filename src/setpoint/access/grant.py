"""``Grant``: a role over some documents."""

from __future__ import annotations

from ..errors import UsageError
from .document_pattern import DocumentPattern
from .role import verbs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Grant:
    """A role over some documents.

    Arguments: ``role`` is one of ``ROLES``; ``documents`` is a name or a pattern (see ``DocumentPattern``), by default
    every document there is and will be. Raises ``UsageError``.
    """

    __slots__ = ("_pattern", "_verbs", "documents", "role")

    def __init__(self, role: str, documents: str = "**") -> None:
        self._verbs = verbs_of(role)
        self._pattern = DocumentPattern(documents)
        self.role = role
        self.documents = documents

    @classmethod
    def parse(cls, text: str) -> Grant:
        """Return the grant that ``ROLE`` or ``ROLE:PATTERN`` means: ``editor:team/*``. Raises ``UsageError``."""
        role, colon, documents = text.partition(":")
        return cls(role, documents) if colon else cls(role)

    @classmethod
    def from_dict(cls, facts: Any) -> Grant:
        """Return the grant that ``to_dict`` gave. Raises ``UsageError``."""
        if not isinstance(facts, dict) or set(facts) != {"role", "documents"}:
            raise UsageError("a grant has a role and documents")
        return cls(facts["role"], facts["documents"])

    @property
    def is_over_all(self) -> bool:
        """True when it is over every document, and so over what concerns the system as a whole."""
        return self._pattern.is_any

    def has(self, verb: str) -> bool:
        """True when its role may do this, to the documents that it is over."""
        return verb in self._verbs

    def allows(self, verb: str, name: str) -> bool:
        """True when it lets one do this to the document of this name."""
        return verb in self._verbs and self._pattern.matches(name)

    def to_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return {"role": self.role, "documents": self.documents}

    def __str__(self) -> str:
        return f"{self.role}:{self.documents}"

    def __repr__(self) -> str:
        return f"Grant({self.role!r}, {self.documents!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Grant):
            return NotImplemented
        return (self.role, self.documents) == (other.role, other.documents)

    def __hash__(self) -> int:
        return hash((self.role, self.documents))
