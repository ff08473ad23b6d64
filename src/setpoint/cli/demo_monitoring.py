"""The part of ``setpoint demo`` that reports what the demo has just done."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .demo import Tour

_READS = 1_000
_SHOWN = {"cache_hit_ratio", "cache_reads", "commit_seconds", "load_seconds", "reload_seconds", "reload_rejections"}


def monitor(tour: Tour) -> None:
    """Read a while, and tell how the system is, with figures that were counted on the way."""
    import logging

    from ..monitor.config_monitor import ConfigMonitor

    logging.getLogger("setpoint").addHandler(logging.NullHandler())  # the alerts are part of what is told
    system = tour.system
    watch = ConfigMonitor(system)

    def reads() -> str:
        watch.start_monitoring(interval=30)
        try:
            for _ in range(_READS):
                system.load_config("messaging")
            watch.look()
            return watch.generate_health_report(hours=1)
        finally:
            watch.stop_monitoring()

    report = tour.timed(f"Read {_READS:,} times, and say how it is", reads)
    counted = system.get_cache_stats()
    hits, misses = counted["hits"], counted["misses"]
    if hits is None or hits < _READS:
        raise AssertionError("the demo's reads were not counted")
    tour.tell(f"{hits:,} of {hits + (misses or 0):,} reads since the documents were loaded came from memory")
    tour.tell(*_shortened(report), "The whole of it: setpoint report, or --html FILE for a page with charts.")


def _shortened(report: str) -> list[str]:
    """Return the lines of a report without the figures that say little after a few seconds."""
    lines = [line for line in report.splitlines() if line.strip()]
    head = next(number for number, line in enumerate(lines) if line.split()[0] == "metric")
    return [*lines[: head + 1], *(line for line in lines[head + 1 :] if line.split()[0] in _SHOWN)]
