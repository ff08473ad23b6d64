"""Who makes a change."""

from __future__ import annotations

import os

AUTHOR_VARIABLE = "SETPOINT_AUTHOR"


def default_author() -> str:
    """Return who is at work: ``SETPOINT_AUTHOR``, else the user's name, else the number of the user."""
    named = os.environ.get(AUTHOR_VARIABLE)
    if named:
        return named
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # no such database (Windows), or the user is not in it (containers)
        getuid = getattr(os, "getuid", None)
        return os.environ.get("USERNAME") or (f"uid {getuid()}" if getuid is not None else "unknown")
