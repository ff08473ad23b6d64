"""Sessions: a browser that signed in with a token goes on with a cookie."""

from __future__ import annotations

import hmac
import os
import re
import time
from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from ..access import Principal

    class Holding(Protocol):
        """What sessions ask of the tokens."""

        def holds(self, token_id: str) -> bool:
            """True when the token is still valid."""
            ...


COOKIE = b"setpoint"
SECURE_COOKIE = b"__Host-setpoint"  # browsers take this one by TLS only, from this very host, for all paths
_MOST = 10_000
_ID = re.compile(rb"[0-9a-f]{64}")
_MOST_TRIED = 4


class Session:
    """One browser that signed in.

    Attributes: ``principal`` is who; ``csrf`` is the text that its forms and writes must bring along; ``expires`` in
    seconds since 1970.
    """

    __slots__ = ("csrf", "digest", "expires", "principal")

    def __init__(self, principal: Principal, csrf: str, digest: bytes, expires: float) -> None:
        self.principal = principal
        self.csrf = csrf
        self.digest = digest
        self.expires = expires

    def is_confirmed_by(self, text: str | None) -> bool:
        """True for the text that only pages of this session know."""
        return text is not None and hmac.compare_digest(text.encode("utf-8", "replace"), self.csrf.encode("ascii"))


class Sessions:
    """All sessions of this process, in memory: 256-bit random ids, of which only the SHA-256 is kept.

    Arguments: ``tokens`` know whether the token that a session began with is still valid: the session ends with it;
    ``hours`` is how long one lasts at most; ``clock`` tells seconds since 1970. There are at most 10,000: the oldest
    goes then.
    """

    __slots__ = ("_clock", "_known", "_tokens", "hours")

    def __init__(self, tokens: Holding, hours: float = 12, clock: Callable[[], float] = time.time) -> None:
        self._tokens = tokens
        self._clock = clock
        self._known: dict[bytes, Session] = {}
        self.hours = hours

    def begin(self, principal: Principal) -> tuple[str, Session]:
        """Return the id of a new session, which only the browser keeps, and the session."""
        text = os.urandom(32).hex()
        session = Session(principal, os.urandom(32).hex(), _digest(text.encode()), self._clock() + self.hours * 3600)
        if len(self._known) >= _MOST:
            self._sweep()
        self._known[session.digest] = session
        return text, session

    def find(self, cookies: bytes, secure: bool) -> Session | None:
        """Return the valid session of a ``Cookie`` header, None when there is none in it."""
        for text in ids_in(cookies, secure):
            session = self._known.get(_digest(text))
            if session is None:
                continue
            token = session.principal.token
            if session.expires > self._clock() and token is not None and self._tokens.holds(token):
                return session
            self.end(session)
        return None

    def end(self, session: Session) -> None:
        """Forget a session."""
        self._known.pop(session.digest, None)

    def is_live(self, session: Session) -> bool:
        """True while the session was not ended and has not expired, and its token is valid."""
        token = session.principal.token
        return (
            self._known.get(session.digest) is session
            and session.expires > self._clock()
            and token is not None
            and self._tokens.holds(token)
        )

    def __len__(self) -> int:
        return len(self._known)

    def _sweep(self) -> None:
        now = self._clock()
        for session in [one for one in self._known.values() if one.expires <= now]:
            self.end(session)
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]


def cookie(text: str, seconds: int, secure: bool) -> str:
    """Return the ``Set-Cookie`` header's value for the id of a session; 0 seconds take the cookie back."""
    name = (SECURE_COOKIE if secure else COOKIE).decode()
    end = "; Secure" if secure else ""
    return f"{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{end}"


def ids_in(cookies: bytes, secure: bool) -> list[bytes]:
    """Return what may be ids of sessions in a ``Cookie`` header: a few, as other paths or hosts may plant more."""
    wanted = SECURE_COOKIE if secure else COOKIE
    found = []
    for piece in cookies.split(b";"):
        name, _, text = piece.strip().partition(b"=")
        if name == wanted and _ID.fullmatch(text):
            found.append(text)
            if len(found) == _MOST_TRIED:
                break
    return found


def _digest(text: bytes) -> bytes:
    return sha256(text).digest()
