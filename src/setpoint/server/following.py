"""What a server serves: every document of a system, followed while its files change, and watched over."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from ..errors import SetpointError
from ..monitor.config_monitor import ConfigMonitor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..system import ConfigSystem


@contextmanager
def followed(system: ConfigSystem) -> Iterator[ConfigMonitor]:
    """While it is entered, every document is served as its files are, and monitored.

    A document that is not valid now is served when it is; until then events, health and its own page say what is wrong.
    Raises as a listing of the directory does.
    """
    bad = []
    with system:
        for name in system.listing().entries:
            try:
                system.load_config(name)
            except SetpointError:  # told by the looks that follow
                bad.append(name)
        system.start_hot_reload()
        names = [*bad, *system.listing().unusable]
        if names:
            with suppress(SetpointError):
                system._reloading.look(names=names)
        monitor = ConfigMonitor(system)
        monitor.start_monitoring()
        try:
            yield monitor
        finally:
            monitor.stop_monitoring()
