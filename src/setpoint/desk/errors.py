"""The errors that only somebody meets who comes to the desk.

::

    SetpointError
    ├── DeniedError          it may be seen, and this may not be done with it    exit code 1
    ├── GoneError            it was there, and is kept no longer                 exit code 4
    └── ConflictError
        └── StaleError       the entity tag is that of an earlier value          exit code 3
"""

from __future__ import annotations

from ..errors import ConflictError, SetpointError


class DeniedError(SetpointError):
    """Whoever asks may not do this. What they may not even read does not exist for them: ``ConfigNotFoundError``."""

    exit_code = 1
    rule = "denied"


class StaleError(ConflictError):
    """The entity tags that were given are not those of what is there now; nothing was written."""

    rule = "stale"


class GoneError(SetpointError):
    """An earlier state that is kept no longer."""

    exit_code = 4
    rule = "gone"
