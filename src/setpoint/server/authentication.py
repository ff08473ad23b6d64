"""Who calls: by a bearer token, by a session's cookie, or nobody that is known."""

from __future__ import annotations

import math

from .problem import Problem
from .rate import Rate, network_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..access import Principal, TokenBook
    from .sessions import Session, Sessions

# Wrong tokens: nobody finds 256 random bits by trying, so this only keeps the noise down. Right ones are never held up.
WRONG_PER_MINUTE = 30
WRONG_PER_MINUTE_OVER_ALL = 600
SIGN_INS_PER_MINUTE = 10
_LONGEST = 512
_ANYBODY = "*"


class Authentication:
    """Finds out who calls.

    Arguments: ``tokens`` are those that are valid; ``sessions`` those of browsers; ``clock`` is monotonic, in seconds.
    """

    __slots__ = ("_over_all", "_sessions", "_sign_ins", "_tokens", "_wrong")

    def __init__(self, tokens: TokenBook, sessions: Sessions) -> None:
        self._tokens = tokens
        self._sessions = sessions
        self._wrong = Rate(WRONG_PER_MINUTE, 60)
        self._over_all = Rate(WRONG_PER_MINUTE_OVER_ALL, 60)
        self._sign_ins = Rate(SIGN_INS_PER_MINUTE, 60)

    def bearer(self, authorization: bytes, address: str) -> Principal:
        """Return who holds the token of an ``Authorization`` header. Raises ``Problem``: 401, or 429 after too many."""
        scheme, _, text = authorization.partition(b" ")
        principal = None
        if scheme.lower() == b"bearer" and len(text) < _LONGEST:
            # Whatever it is made of: a text that is no token is found nowhere.
            principal = self._tokens.find(text.strip(b" ").decode("latin-1"))
        if principal is None:
            self._check_wrong(address)
            raise unknown_caller("the token is not valid: it is misspelt, has expired or was revoked", invalid=True)
        return principal

    def session(self, cookies: bytes, secure: bool) -> Session | None:
        """Return the valid session of a ``Cookie`` header, None when there is none."""
        return self._sessions.find(cookies, secure)

    def sign_in(self, text: str, address: str) -> Principal | None:
        """Return who holds a token that was typed in, None for a wrong one. Raises ``Problem`` (429) after too many."""
        wait = self._sign_ins.take(network_of(address))
        if wait:
            raise _too_many(wait)
        principal = self._tokens.find(text.strip()) if len(text) < _LONGEST else None
        if principal is None:
            self._check_wrong(address)
        return principal

    def _check_wrong(self, address: str) -> None:
        wait = self._wrong.take(network_of(address)) or self._over_all.take(_ANYBODY)
        if wait:
            raise _too_many(wait)


def unknown_caller(detail: str, *, invalid: bool = False) -> Problem:
    """Return the answer to somebody who is not known (RFC 6750, section 3)."""
    challenge = 'Bearer realm="setpoint"' + (', error="invalid_token"' if invalid else "")
    return Problem(401, "not-known", detail, headers=[("WWW-Authenticate", challenge)])


def _too_many(wait: float) -> Problem:
    seconds = max(1, math.ceil(wait))
    return Problem(
        429,
        "too-many-tries",
        f"too many wrong tokens or sign-ins; try again in {seconds} s",
        headers=[("Retry-After", str(seconds))],
    )


def is_known(headers: Mapping[bytes, bytes]) -> bool:
    """True when a request brings something that says who it is."""
    return b"authorization" in headers or b"cookie" in headers
