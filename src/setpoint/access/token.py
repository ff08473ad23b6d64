"""``Token``: what is known of one token, which is never its secret."""

from __future__ import annotations

from ..errors import UsageError
from ..keeping.private import is_time
from .document_pattern import DocumentPattern
from .grant import Grant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

ID_DIGITS = 12  # hexadecimal
_LONGEST_NAME = 200
_MOST_GRANTS = 200

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"


class Token:
    """What is known of one token.

    Arguments: ``id`` are 12 hexadecimal digits, by which it is named in the audit trail; ``name`` is who holds it;
    ``grants`` and ``reveals`` are what it lets one do and see. ``created``, ``expires`` and ``revoked`` are seconds
    since 1970; the last two are None for one that does not expire and one that was not revoked. Raises ``UsageError``
    for what no token has.
    """

    __slots__ = ("created", "expires", "grants", "id", "name", "reveals", "revoked")

    def __init__(
        self,
        id: str,  # noqa: A002 - it is what the contract with the other rooms calls it
        name: str,
        grants: Iterable[Grant],
        *,
        reveals: Iterable[str] = (),
        created: float,
        expires: float | None = None,
        revoked: float | None = None,
    ) -> None:
        self.id = id
        self.name = checked_name(name)
        self.grants = tuple(grants)
        self.reveals = tuple(DocumentPattern(text).text for text in reveals)
        self.created = created
        self.expires = expires
        self.revoked = revoked
        if not is_id(id):
            raise UsageError(f"the id of a token are {ID_DIGITS} hexadecimal digits")
        if not self.grants or len(self.grants) + len(self.reveals) > _MOST_GRANTS:
            raise UsageError(f"a token has at least one grant, and at most {_MOST_GRANTS} with what it reveals")
        if not all(is_time(moment) for moment in (created, *filter(_is_given, (expires, revoked)))):
            raise UsageError("a time of a token is in seconds since 1970")

    def status(self, now: float) -> str:
        """Return ``valid``, ``expired`` or ``revoked``, at a time in seconds since 1970."""
        if self.revoked is not None:
            return REVOKED
        return EXPIRED if self.expires is not None and now >= self.expires else VALID

    def with_revoked(self, moment: float) -> Token:
        """Return it as one that was revoked at a time."""
        return Token(
            self.id,
            self.name,
            self.grants,
            reveals=self.reveals,
            created=self.created,
            expires=self.expires,
            revoked=moment,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "name": self.name,
            "grants": [grant.to_dict() for grant in self.grants],
            "reveals": list(self.reveals),
            "created": self.created,
            "expires": self.expires,
            "revoked": self.revoked,
        }

    @classmethod
    def from_dict(cls, facts: Any) -> Token:
        """Return the token that ``to_dict`` gave. Raises ``UsageError``."""
        wanted = {"id", "name", "grants", "reveals", "created", "expires", "revoked"}
        if not isinstance(facts, dict) or set(facts) != wanted:
            raise UsageError(f"a token has {', '.join(sorted(wanted))}")
        if not isinstance(facts["grants"], list) or not isinstance(facts["reveals"], list):
            raise UsageError("the grants of a token, and what it reveals, are lists")
        rest = {key: facts[key] for key in ("reveals", "created", "expires", "revoked")}
        return cls(facts["id"], facts["name"], map(Grant.from_dict, facts["grants"]), **rest)

    def __repr__(self) -> str:
        return f"<Token {self.id} of {self.name!r}>"


def is_id(text: object) -> bool:
    """True for what the id of a token looks like."""
    return isinstance(text, str) and len(text) == ID_DIGITS and all(digit in "0123456789abcdef" for digit in text)


def checked_name(name: str) -> str:
    """Return the name of somebody who holds a token. Raises ``UsageError``.

    It goes on record, into logs and onto screens, so that nothing in it may act or look like another name: no line
    breaks, terminal escapes or turns of direction.
    """
    if not isinstance(name, str) or not name.strip() or name != name.strip() or not name.isprintable():
        raise UsageError(f"{name!r} cannot be who holds a token: it is a name in printable characters, e.g. deploy-bot")
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"the name of a token has at most {_LONGEST_NAME} characters, not {len(name):,}")
    if is_id(name):
        raise UsageError(f"{name!r} looks like the id of a token; choose another name, e.g. deploy-bot")
    return name


def _is_given(moment: float | None) -> bool:
    return moment is not None
