"""Signing in and out: from a token that somebody typed to the session of their browser."""

from __future__ import annotations

from .authentication import unknown_caller
from .sessions import cookie

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..access import Principal
    from ..desk import Backing
    from .authentication import Authentication
    from .call import Call
    from .sessions import Session, Sessions


class Signing:
    """Begins and ends the sessions of browsers, and has both on the audit trail.

    Arguments: ``authentication`` knows tokens; ``sessions`` are those there are; ``backing`` has the trail; ``clock``
    tells seconds since 1970.
    """

    __slots__ = ("_authentication", "_backing", "_clock", "_sessions")

    def __init__(
        self, authentication: Authentication, sessions: Sessions, backing: Backing, clock: Callable[[], float]
    ) -> None:
        self._authentication = authentication
        self._sessions = sessions
        self._backing = backing
        self._clock = clock

    async def sign_in(self, call: Call, token: str) -> tuple[Session, str]:
        """Begin a session; see ``Call.sign_in``. Raises ``UnavailableError`` when it cannot be put on the trail."""
        principal = self._authentication.sign_in(token, call.address)
        if principal is None:
            await self._record(call, None, "sign-in", "denied")
            raise unknown_caller("the token is not valid: it is misspelt, has expired or was revoked", invalid=True)
        await self._record(call, principal, "sign-in", "done")
        if call.session is not None:
            self._sessions.end(call.session)
        text, session = self._sessions.begin(principal)
        return session, cookie(text, max(0, int(session.expires - self._clock())), call.is_secure)

    async def sign_out(self, call: Call) -> str:
        """End the session; see ``Call.sign_out``."""
        if call.session is not None:
            self._sessions.end(call.session)
            await self._record(call, call.session.principal, "sign-out", "done")
        return cookie("", 0, call.is_secure)

    async def _record(self, call: Call, principal: Principal | None, action: str, outcome: str) -> None:
        audit = self._backing.audit
        if audit is not None:
            await call.run(
                audit.append,
                who=principal.name if principal is not None else "",
                token=principal.token if principal is not None else None,
                address=call.address,
                request=call.request_id,
                action=action,
                outcome=outcome,
            )
