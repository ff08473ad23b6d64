"""Who makes a change."""

from __future__ import annotations

import os
from functools import cache

AUTHOR_VARIABLE = "SETPOINT_AUTHOR"


def default_author() -> str:
    """Return who is at work: ``SETPOINT_AUTHOR``, else the user's name, else the number of the user."""
    named = os.environ.get(AUTHOR_VARIABLE)
    if named:
        return named
    getuid = getattr(os, "getuid", None)
    if getuid is None:  # Windows
        return os.environ.get("USERNAME") or "unknown"
    return _name_of(getuid())


@cache
def _name_of(user: int) -> str:
    """Return a user's name. It is asked for once: that may read files, or ask a server."""
    try:
        import pwd

        return pwd.getpwuid(user).pw_name
    except (ImportError, KeyError):  # no such database, or the user is not in it (containers)
        return os.environ.get("USERNAME") or f"uid {user}"
