"""The desk: the one place where it is decided what somebody may read of a system and do with it.

``Desk`` is what handlers of requests talk to. Each of its methods checks, masks what may not be seen, and puts on the
audit trail what is done.
"""

from __future__ import annotations

from .backing import Backing
from .client import Client
from .desk import Desk
from .done import Done
from .errors import DeniedError, GoneError, StaleError
from .held import Held

__all__ = ["Backing", "Client", "DeniedError", "Desk", "Done", "GoneError", "Held", "StaleError"]
