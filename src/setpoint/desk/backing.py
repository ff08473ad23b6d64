"""``Backing``: what all desks of one system share."""

from __future__ import annotations

from .generations import Generations
from .masks import Masks
from .shelves import Shelves
from .tags import Tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..audit.audit_trail import AuditTrail
    from ..monitor.config_monitor import ConfigMonitor
    from ..system import ConfigSystem


class Backing:
    """What stands behind the desks of one system.

    Arguments: ``system`` is what is read and changed; ``monitor`` watches over it, one that looks only when it is asked
    without it; ``audit`` is the trail of who did or tried what, None for none; ``key`` are at least 16 random bytes
    that make entity tags, which hold as long as it does. Raises ``UsageError`` for a shorter one.

    ``audit_trouble`` says that something was done and could not be put on the trail, None when all was.
    """

    __slots__ = ("_monitor", "audit", "audit_trouble", "failed", "generations", "masks", "shelves", "system", "tags")

    def __init__(
        self,
        system: ConfigSystem,
        *,
        monitor: ConfigMonitor | None = None,
        audit: AuditTrail | None = None,
        key: bytes,
    ) -> None:
        self.system = system
        self._monitor = monitor
        self.audit = audit
        self.audit_trouble: str | None = None
        self.tags = Tags(key)
        self.masks = Masks(system)
        self.generations = Generations()
        self.shelves = Shelves(system, self.masks, self.tags, self.generations)
        self.failed: set[str] = set()  # documents that could not be loaded when they were last asked for

    @property
    def monitor(self) -> ConfigMonitor:
        """What watches over the system."""
        if self._monitor is None:
            from ..monitor.config_monitor import ConfigMonitor

            self._monitor = ConfigMonitor(self.system)
        return self._monitor

    def __repr__(self) -> str:
        return f"<Backing of {self.system.path!r}>"
