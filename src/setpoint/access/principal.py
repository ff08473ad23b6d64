"""``Principal``: somebody who is known, and what they may do."""

from __future__ import annotations

from .document_pattern import DocumentPattern
from .role import checked_verb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .grant import Grant


class Principal:
    """Somebody who is known, and what they may do. What no grant allows is not allowed.

    Arguments: ``name`` goes on record as the author of what they do; ``grants`` are theirs; ``token`` is the id of
    the token that they came with, None without one; ``reveals`` are patterns of the documents whose secret values they
    may see, where they may read at all. Raises ``UsageError`` for a pattern that makes no sense.
    """

    __slots__ = ("_reveals", "grants", "key", "name", "token")

    key: Hashable
    """Equal for principals of equal rights, whoever they are: what one may be shown, the other may be shown."""

    def __init__(
        self, name: str, grants: Iterable[Grant], *, token: str | None = None, reveals: Iterable[str] = ()
    ) -> None:
        self.name = name
        self.grants = tuple(grants)
        self.token = token
        self._reveals = tuple(map(DocumentPattern, reveals))
        self.key = (frozenset(self.grants), frozenset(self._reveals))

    def may(self, verb: str, document: str) -> bool:
        """True when they may do this to the document of this name. Raises ``UsageError`` for no verb."""
        checked_verb(verb)
        return any(grant.allows(verb, document) for grant in self.grants)

    def may_anywhere(self, verb: str) -> bool:
        """True when they may do this to some documents, whether there are such or not."""
        checked_verb(verb)
        return any(grant.has(verb) for grant in self.grants)

    def may_everywhere(self, verb: str) -> bool:
        """True when they may do this to every document, by one grant over ``**``: what concerns the whole system."""
        checked_verb(verb)
        return any(grant.is_over_all and grant.has(verb) for grant in self.grants)

    def reveals(self, document: str) -> bool:
        """True when they may see the secret values of a document, and may read it at all."""
        return any(pattern.matches(document) for pattern in self._reveals) and self.may("read", document)

    def __repr__(self) -> str:
        return f"<Principal {self.name!r}: {', '.join(map(str, self.grants)) or 'nothing'}>"
