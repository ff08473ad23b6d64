"""``attach``: what a system's rooms have counted by themselves, as figures of its registry."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .following import Following
    from .metrics.registry import Registry

TITLE = "system"


def attach(system: Following) -> Registry:
    """Return the registry of a system, which from now on gives the figures of its rooms whenever it is read."""
    registry = system._serving.meter.registry
    if not registry.has(TITLE):
        from weakref import ref

        known = ref(system)  # the registry belongs to the system, and must not keep it alive

        def figures() -> Mapping[str, float | int | None]:
            there = known()
            return {} if there is None else figures_of(there)

        registry.pull(TITLE, figures)
    return registry


def figures_of(system: Following) -> dict[str, float | int | None]:
    """Return what the cache, the reloads, the watch, the callbacks and the record of a system have counted.

    ``metrics.names`` says what each figure means.
    """
    return {**_cache(system), **_serving(system), **_watch(system), **_callbacks(system), **_record(system)}


def _cache(system: Following) -> dict[str, float | int | None]:
    stats = system._serving.cache.get_stats()
    live, cold = stats["live_bytes"], stats["cold_bytes"]
    assert live is not None and cold is not None
    return {
        "cache_hit_ratio": stats["hit_ratio"],
        "cache_reads": stats["reads"],
        "cache_hits": stats["hits"],
        "cache_cold_hits": stats["cold_hits"],
        "cache_spill_hits": stats["spill_hits"],
        "cache_misses": stats["misses"],
        "cache_evictions": stats["evictions"],
        "cache_invalidations": stats["invalidations"],
        "cache_entries": stats["entries"],
        "cache_live_entries": stats["live_entries"],
        "cache_memory_bytes": live + cold,
        "cache_spilled_bytes": stats["spilled_bytes"],
        "cache_compression_ratio": stats["compression_ratio"],
    }


def _serving(system: Following) -> dict[str, float | int | None]:
    serving = system._serving
    reload, rescue = system._opened_reload, system._rescue
    stale = list(rescue.stale.values()) if rescue is not None else []
    return {
        "generation": serving.generation,
        "documents_served": len(serving.cache),
        "documents_refused": len(reload.refusals.standing) if reload is not None else 0,
        "documents_stale": len(stale),
        "stale_seconds": max((time.time() - one.since for one in stale), default=0.0),
        "pending_restarts": len(system.pending_restart()),
    }


def _watch(system: Following) -> dict[str, float | int | None]:
    follower = system._follower
    if follower is None:
        return {"watch_running": 0, "watch_polling": 0}
    tally = follower.watch.tally
    return {
        "watch_running": int(follower.watch.running),
        "watch_polling": int(tally.backend == "polling"),
        "watch_signals": tally.signals,
        "watch_overflows": tally.overflows,
        "watch_looks": tally.reconciles + tally.polls,
        "watch_found_by_reconcile": tally.found_by_reconcile,
        "watch_errors": tally.errors,
        "watch_files": tally.files,
        "watch_interval_seconds": tally.effective_interval,
    }


def _callbacks(system: Following) -> dict[str, float | int | None]:
    bus = system._audience._bus
    if bus is None:
        names = ("callbacks", "callback_errors", "callbacks_slow", "callbacks_merged", "callbacks_waiting")
        return dict.fromkeys(names, 0)
    stats = bus.stats()
    return {
        "callbacks": stats["delivered"],
        "callback_errors": stats["errors"],
        "callbacks_slow": stats["slow"],
        "callbacks_merged": stats["merged"],
        "callbacks_waiting": stats["waiting"],
    }


def _record(system: Following) -> dict[str, float | int | None]:
    from .history.creation import NAME

    try:
        return {"history_bytes": os.stat(os.path.join(system._state.folder, NAME)).st_size}
    except OSError:  # nothing was recorded yet
        return {"history_bytes": 0}
