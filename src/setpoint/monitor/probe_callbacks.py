"""``CallbacksProbe``: whether those who asked to be told are told."""

from __future__ import annotations

from .health import DEGRADED, WARNING, Reason, listed
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..system import ConfigSystem
    from .limits import Limits


class CallbacksProbe:
    """Looks for callbacks that take long or raise, and for what waits for them."""

    title = "callbacks"

    def __init__(self, system: ConfigSystem, limits: Limits) -> None:
        self._system = system
        self._limits = limits
        self._before: dict[str, int] | None = None

    def look(self, now: float) -> Found:
        """Return what waits, what takes long now, and what has raised or was slow since the last look."""
        bus = self._system._audience._bus
        if bus is None:
            return Found()
        stats = bus.stats()
        reasons = []
        running = bus.running()
        slow = [(name, seconds) for name, seconds in running if seconds >= self._limits.slow]
        if slow:
            longest = max(seconds for _, seconds in slow)
            reasons.append(
                Reason(
                    "callback-slow",
                    WARNING,
                    f"running for {longest:.1f} s: {listed(sorted({name for name, _ in slow}))}; what comes next for it"
                    " waits",
                    "find out what the callback waits for; others are called meanwhile",
                    since=now - longest,
                )
            )
        elif self._before is not None and stats["slow"] > self._before["slow"]:
            reasons.append(
                Reason(
                    "callback-slow",
                    DEGRADED,
                    f"{stats['slow'] - self._before['slow']} calls of callbacks were slow since the last look",
                    "the logger setpoint.callbacks says which",
                )
            )
        if stats["waiting"] > self._limits.backlog:
            reasons.append(
                Reason(
                    "callback-backlog",
                    WARNING,
                    f"{stats['waiting']} deliveries wait for callbacks",
                    "make the callbacks quicker, or have them do their work in a thread of their own",
                )
            )
        before = self._before
        if before is not None and stats["errors"] > before["errors"]:
            reasons.append(
                Reason(
                    "callback-failed",
                    DEGRADED,
                    f"{stats['errors'] - before['errors']} calls of callbacks raised since the last look",
                    "the logger setpoint.callbacks says which, and where",
                )
            )
        self._before = stats
        return Found(reasons)
