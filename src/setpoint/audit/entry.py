"""``AuditEntry``: one thing that somebody did, or tried."""

from __future__ import annotations

import re

from ..errors import UsageError
from ..revision import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

ACTIONS = (
    "set",
    "unset",
    "replace",
    "transaction",
    "rollback",
    "migrate",
    "accept",
    "reload",
    "sign-in",
    "sign-out",
    "token-new",
    "token-revoke",
)
"""What can be on record."""

OUTCOMES = ("begun", "done", "refused", "failed", "denied")
"""How it can have gone: ``begun`` before it was tried; ``denied`` when it was not allowed, and so not begun."""

_LONGEST = 2000  # characters of a text that are kept
_MOST_NAMES = 10_000  # documents, and revisions, of one entry
_LATEST = 253_402_300_799.0  # seconds: the end of the year 9999, and of RFC 3339
# The text of a token. It does not belong here; whoever puts it into a message by mistake does no harm.
_TOKEN = re.compile(r"(sp_[0-9a-f]{12}_)[A-Za-z0-9_-]{20,}")


class AuditEntry:
    """One thing that somebody did, or tried.

    Arguments:
        number: its place in the trail, from 1.
        time: in seconds since 1970.
        who: the principal's name; what anybody may have sent who is not known is no name.
        token: the id of the token that they came with, or None.
        address: where the request came from, or None.
        request: the id of the request, or None.
        action: one of ``ACTIONS``; outcome: one of ``OUTCOMES``.
        documents: the names of the documents concerned.
        detail: what is to be said besides, one sentence.
        revisions: the revisions that it made, as ``(document, number)``.

    Texts of more than 2,000 characters are kept up to there, and end in ``…``. The secret in the text of a token is
    left out wherever one stands.
    """

    __slots__ = (
        "action",
        "address",
        "detail",
        "documents",
        "number",
        "outcome",
        "request",
        "revisions",
        "time",
        "token",
        "who",
    )

    def __init__(
        self,
        number: int,
        *,
        time: float,
        who: str,
        token: str | None,
        address: str | None,
        request: str | None,
        action: str,
        documents: Iterable[str] = (),
        outcome: str,
        detail: str = "",
        revisions: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.number = number
        self.time = time
        self.who = _text("who", who)
        self.token = None if token is None else _text("token", token)
        self.address = None if address is None else _text("address", address)
        self.request = None if request is None else _text("request", request)
        self.action = _one_of("action", action, ACTIONS)
        self.documents = tuple(_text("document", name) for name in documents)
        self.outcome = _one_of("outcome", outcome, OUTCOMES)
        self.detail = _text("detail", detail)
        self.revisions = tuple((_text("document", name), _count(number)) for name, number in revisions)
        if max(len(self.documents), len(self.revisions)) > _MOST_NAMES:
            raise UsageError(f"an entry of the audit trail names at most {_MOST_NAMES:,} documents")
        if _count(number) < 1 or not isinstance(time, (int, float)) or not 0 <= time <= _LATEST:
            raise UsageError("an entry of the audit trail has a number from 1, and a time in seconds since 1970")

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON shows it; the time is RFC 3339 in UTC."""
        return {
            "number": self.number,
            "time": rfc3339(self.time),
            "who": self.who,
            "token": self.token,
            "address": self.address,
            "request": self.request,
            "action": self.action,
            "documents": list(self.documents),
            "outcome": self.outcome,
            "detail": self.detail,
            "revisions": [{"document": name, "number": number} for name, number in self.revisions],
        }

    def __repr__(self) -> str:
        return f"<AuditEntry {self.number}: {self.action} {self.outcome}, by {self.who!r}>"

    def _facts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, AuditEntry) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._facts())


def _text(what: str, value: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"the {what} of an entry of the audit trail is a text, not {type(value).__name__}")
    if len(value) > _LONGEST:
        value = f"{value[:_LONGEST]}…"
    return _TOKEN.sub(r"\1********", value) if "sp_" in value else value


def _one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UsageError(f"there is no {what} {value!r} in the audit trail; there are {', '.join(known)}")
    return value


def _count(value: int) -> int:
    if type(value) is not int:
        raise UsageError(f"a number in the audit trail is an integer, not {type(value).__name__}")
    return value
