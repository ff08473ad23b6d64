"""``Denials``: what somebody tried to do and may not, put on the audit trail before they are told."""

from __future__ import annotations

import math

from .problem import Problem
from .rate import Rate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..desk import Backing
    from .application import Application
    from .exchange import Exchange
    from .route import Route

# A line on the trail is kept for good: whoever is refused again and again is held up instead of filling the disk.
DENIED_PER_MINUTE = 60

# What a path ends with -> what the trail calls it; what is not here changes nothing.
_ACTIONS = {
    ("PUT", "{name}"): "replace",
    ("PUT", "{pointer:path}"): "set",
    ("DELETE", "{pointer:path}"): "unset",
    ("POST", "{pointer:path}"): "set",
    ("POST", "edit"): "set",
    ("POST", "{number}"): "rollback",
    ("POST", "{name}"): "migrate",
    ("POST", "rollback"): "rollback",
    ("POST", "accept"): "accept",
    ("POST", "migration"): "migrate",
    ("POST", "transactions"): "transaction",
    ("POST", "reload"): "reload",
}


def action_of(route: Route) -> str | None:
    """Return what the trail calls what a route does, None for one that changes nothing."""
    return _ACTIONS.get((route.method, route.path.rpartition("/")[2]))


class Denials:
    """Puts on the audit trail what was refused at the gate. Arguments: ``backing`` has the trail."""

    __slots__ = ("_backing", "_rate")

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._rate = Rate(DENIED_PER_MINUTE, 60)

    async def record(self, application: Application, exchange: Exchange) -> None:
        """Put one request on the trail that was refused. Raises ``Problem`` (429) for too many of one caller."""
        route, principal, audit = exchange.route, exchange.principal, self._backing.audit
        assert route is not None
        if audit is None or principal is None:
            return
        action = action_of(route)
        if action is None:
            return
        wait = self._rate.take(principal.token or principal.name)
        if wait:
            seconds = max(1, math.ceil(wait))
            raise Problem(
                429,
                "too-many-tries",
                f"too much was tried that is not allowed; try again in {seconds} s",
                headers=[("Retry-After", str(seconds))],
            )
        name = exchange.parameters.get("name")
        await application.run(
            audit.append,
            who=principal.name,
            token=principal.token,
            address=exchange.address,
            request=exchange.request,
            action=action,
            documents=(name[:200],) if name is not None else (),
            outcome="denied",
        )
