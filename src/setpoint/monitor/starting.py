"""``start_config_monitoring``: the one monitor of a system, running."""

from __future__ import annotations

import weakref

from .config_monitor import ConfigMonitor, default_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..system import ConfigSystem

_monitors: weakref.WeakValueDictionary[int, ConfigMonitor] = weakref.WeakValueDictionary()


def start_config_monitoring(interval: float | None = None, system: ConfigSystem | None = None) -> ConfigMonitor:
    """Return the monitor of a system, running; the same one each time.

    Arguments: ``interval`` as for ``ConfigMonitor.start_monitoring``; one that runs keeps its own without it.
    ``system`` as for ``ConfigMonitor``.
    """
    wanted = system if system is not None else default_system()
    monitor = _monitors.get(id(wanted))
    if monitor is None or monitor.system is not wanted:
        # setdefault: two threads that race get the same monitor.
        monitor = _monitors.setdefault(id(wanted), ConfigMonitor(wanted))
    if not monitor.running or interval not in (None, monitor.interval):
        monitor.start_monitoring(interval)
    return monitor
