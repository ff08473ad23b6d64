"""What monitoring costs."""

from __future__ import annotations

from time import perf_counter

from .figure import COUNT, Figure
from .timing import Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .ground import Ground

_READS = 300_000
_ROUNDS = 5


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of a look at the health, a report, and reading while it goes on."""
    from ..monitor.config_monitor import ConfigMonitor

    with ground.system() as system:
        system.snapshot()
        system.start_hot_reload()
        with ConfigMonitor(system) as monitor:
            looks = Times.of(monitor.look, 20)
            reports = Times.of(lambda: monitor.get_performance_report(hours=24), 5)
            with_it, without = [], []
            for _ in range(_ROUNDS):
                monitor.start_monitoring(interval=1)
                with_it.append(_reading(ground, system.load_config))
                monitor.stop_monitoring()
                without.append(_reading(ground, system.load_config))
    yield Figure.slowest(f"health of {len(ground.files)} documents", looks, detail="every probe, its sample kept")
    yield Figure.slowest("report over 24 hours", reports)
    yield Figure(
        "reads a second with monitoring",
        _READS / min(with_it),
        COUNT,
        detail=f"{min(with_it) / min(without) - 1:+.1%} of time beside none, best of {_ROUNDS}, a look every second",
        against="without",
        baseline=_READS / min(without),
    )


def _reading(ground: Ground, load: Callable[[str], Any]) -> float:
    names = list(ground.files)
    began = perf_counter()
    for _ in range(_READS // len(names)):
        for name in names:
            load(name)
    return perf_counter() - began
