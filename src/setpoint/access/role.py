"""What may be done, and the roles that may do it."""

from __future__ import annotations

from ..errors import UsageError

ROLES = ("viewer", "editor", "operator", "admin")
"""The roles, each of which may do all that those before it may."""

VERBS = {"read": "viewer", "observe": "viewer", "change": "editor", "restore": "operator", "administer": "admin"}
"""What may be done, and the first role that may do it.

``read``: values, where they are from, schemas, the record, differences, checks, plans of migrations, events.
``observe``: health, alerts, reports, metrics. ``change``: setting, removing and replacing values. ``restore``: rolling
back, migrating, accepting, reloading. ``administer``: tokens and the audit trail.
"""

# What each role may do.
_ALLOWED = {
    role: frozenset(verb for verb, first in VERBS.items() if ROLES.index(first) <= rank)
    for rank, role in enumerate(ROLES)
}


def verbs_of(role: str) -> frozenset[str]:
    """Return what a role may do. Raises ``UsageError``, with the near names, for one that there is not."""
    found = _ALLOWED.get(role) if isinstance(role, str) else None
    if found is None:
        raise UsageError(f"there is no role {role!r}; the roles are {', '.join(ROLES)}{_meant(role, ROLES)}")
    return found


def checked_verb(verb: str) -> str:
    """Return a verb. Raises ``UsageError`` for one that there is not: a check that can only say no is a mistake."""
    if verb not in VERBS:
        raise UsageError(f"there is no verb {verb!r}; the verbs are {', '.join(VERBS)}")
    return verb


def _meant(text: object, known: tuple[str, ...]) -> str:
    from ..nearness import near

    close = near(text, known) if isinstance(text, str) and len(text) < 100 else []
    return f"; did you mean {close[0]!r}?" if close else ""
