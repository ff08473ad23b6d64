"""What each figure of Setpoint is called, what it means, and which way is better."""

from __future__ import annotations

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
UP, DOWN = "up", "down"


class Metric:
    """One figure. Made with its name, kind and help, then unit, ``better`` and label as far as it has them.

    ``kind`` is ``counter``, ``gauge`` or ``histogram``; ``unit`` is that of its value (``seconds``, ``bytes``,
    ``ratio``, ``percent``, or empty for a number of things); ``better`` is ``up``, ``down``, or None where neither is;
    ``label`` is what its parts are told apart by, None when they are not.
    """

    __slots__ = ("better", "help", "kind", "label", "name", "unit")

    def __init__(
        self,
        name: str,
        kind: str,
        what: str,
        *rest: str | None,
    ) -> None:
        unit, better, label = (*rest, *("", None, None)[len(rest) :])
        self.name = name
        self.kind = kind
        self.help = what
        self.unit = unit or ""
        self.better = better
        self.label = label

    def __repr__(self) -> str:
        return f"<Metric {self.name}: {self.kind}>"


_TABLE = (
    # The cache, by its own count.
    Metric("cache_hit_ratio", GAUGE, "part of all reads that were answered from memory, since the start", "ratio", UP),
    Metric("cache_reads", COUNTER, "reads of documents"),
    Metric("cache_hits", COUNTER, "reads that were answered from memory"),
    Metric("cache_cold_hits", COUNTER, "reads of a compressed document in memory"),
    Metric("cache_spill_hits", COUNTER, "reads of a document that had been moved to a state file"),
    Metric("cache_misses", COUNTER, "reads that had to look at files", "", DOWN),
    Metric("cache_evictions", COUNTER, "documents that moved down for lack of room", "", DOWN),
    Metric("cache_invalidations", COUNTER, "documents that were forgotten"),
    Metric("cache_entries", GAUGE, "documents in the cache"),
    Metric("cache_live_entries", GAUGE, "documents in the cache that are ready to be read"),
    Metric("cache_memory_bytes", GAUGE, "memory of the documents in the cache, live ones estimated", "bytes", DOWN),
    Metric("cache_spilled_bytes", GAUGE, "size of the cache's state files", "bytes"),
    Metric("cache_compression_ratio", GAUGE, "size of compressed documents by their size before", "ratio", DOWN),
    # What is served.
    Metric("generation", GAUGE, "how often what is served was replaced, and one"),
    Metric("documents_served", GAUGE, "documents that are served"),
    Metric("documents_refused", GAUGE, "documents whose files are not served as they are", "", DOWN),
    Metric("documents_stale", GAUGE, "documents that are served as they were good last", "", DOWN),
    Metric("stale_seconds", GAUGE, "age of the oldest document that is served as it was good last", "seconds", DOWN),
    Metric("pending_restarts", GAUGE, "values that count only when the program is started again", "", DOWN),
    # What was loaded, changed on the disk, and changed through Setpoint.
    Metric("load_seconds", HISTOGRAM, "loading a document: reading, parsing, judging", "seconds", DOWN),
    Metric("parse_seconds", HISTOGRAM, "parsing the files of a document", "seconds", DOWN),
    Metric("validate_seconds", HISTOGRAM, "merging, completing and validating a document", "seconds", DOWN),
    Metric("load_failures", COUNTER, "documents that could not be loaded", "", DOWN, "rule"),
    Metric("reloads", COUNTER, "documents that changed on the disk and are served as they are now"),
    Metric("reload_seconds", HISTOGRAM, "from seeing a change on the disk to serving it", "seconds", DOWN),
    Metric("reload_rejections", COUNTER, "documents that changed on the disk and were refused", "", DOWN, "rule"),
    Metric("reload_vetoes", COUNTER, "documents that were refused by the program itself", "", DOWN),
    Metric("edits", COUNTER, "changes that were made through Setpoint", "", None, "cause"),
    Metric("edit_failures", COUNTER, "changes through Setpoint that were refused or failed", "", DOWN, "rule"),
    Metric("conflicts", COUNTER, "changes that somebody else's change came before", "", DOWN),
    Metric("commit_seconds", HISTOGRAM, "making a change durable, judging included", "seconds", DOWN),
    Metric("migrations", COUNTER, "documents that were carried to another version in their files"),
    Metric("migration_failures", COUNTER, "migrations that were refused or failed", "", DOWN),
    # How files are followed.
    Metric("watch_running", GAUGE, "1 while changes of files are followed"),
    Metric("watch_polling", GAUGE, "1 while changes are looked for, because the system gives no signals", "", DOWN),
    Metric("watch_signals", COUNTER, "signals of the operating system that something changed"),
    Metric("watch_overflows", COUNTER, "times that signals were lost", "", DOWN),
    Metric("watch_looks", COUNTER, "looks at all files that no signal caused"),
    Metric("watch_found_by_reconcile", COUNTER, "changes that no signal told of", "", DOWN),
    Metric("watch_errors", COUNTER, "failures of whoever follows the files", "", DOWN),
    Metric("watch_files", GAUGE, "files that are followed"),
    Metric("watch_interval_seconds", GAUGE, "time between two looks that no signal caused", "seconds"),
    # Who is told.
    Metric("callbacks", COUNTER, "calls of callbacks that ended"),
    Metric("callback_seconds", HISTOGRAM, "one call of a callback", "seconds", DOWN),
    Metric("callback_errors", COUNTER, "calls of callbacks that raised", "", DOWN),
    Metric("callbacks_slow", COUNTER, "calls of callbacks that took longer than a second", "", DOWN),
    Metric("callbacks_merged", COUNTER, "deliveries that were made one, because too many waited", "", DOWN),
    Metric("callbacks_waiting", GAUGE, "deliveries that wait for a callback", "", DOWN),
    # The record.
    Metric("history_bytes", GAUGE, "size of the record of revisions", "bytes"),
    # What the probes of a monitor found at their last look.
    Metric("health", GAUGE, "0 healthy, 1 degraded, 2 warning, 3 critical", "", DOWN),
    Metric("documents", GAUGE, "documents there are"),
    Metric("documents_invalid", GAUGE, "documents whose files are not valid", "", DOWN),
    Metric("documents_drifted", GAUGE, "documents that are served otherwise than their files are", "", DOWN),
    Metric("documents_unrecorded", GAUGE, "documents that were changed while nothing watched them", "", DOWN),
    Metric("migrations_pending", GAUGE, "documents that are not at the newest version of their migrations", "", DOWN),
    Metric("process_cpu_percent", GAUGE, "processor time of this process, in percent of one core", "percent", DOWN),
    Metric("process_memory_bytes", GAUGE, "memory of this process", "bytes", DOWN),
    Metric("process_descriptors", GAUGE, "open files and sockets of this process", "", DOWN),
    Metric("descriptors_percent", GAUGE, "open files of this process by the most it may have", "percent", DOWN),
    Metric("process_memory_percent", GAUGE, "memory of this process by what there is", "percent", DOWN),
    Metric("machine_cpu_percent", GAUGE, "processor time of the machine that was used", "percent", DOWN),
    Metric(
        "machine_memory_percent", GAUGE, "memory of the machine, or of its container, that is used", "percent", DOWN
    ),
    Metric("disk_free_bytes", GAUGE, "free space where Setpoint keeps its own files", "bytes", UP),
    Metric("disk_used_percent", GAUGE, "used space where Setpoint keeps its own files", "percent", DOWN),
    Metric("probe_seconds", GAUGE, "how long the last look of the probes took", "seconds", DOWN),
)

METRICS: dict[str, Metric] = {one.name: one for one in _TABLE}


def metric_of(name: str) -> Metric | None:
    """Return what a figure means, None for one that is not Setpoint's.

    In a sample a histogram is two figures, the mean and ``NAME_p95``, of what was observed since the sample before.
    """
    found = METRICS.get(name)
    if found is None and name.endswith("_p95"):
        base = METRICS.get(name.removesuffix("_p95"))
        if base is not None:
            return Metric(name, GAUGE, f"95 % took no longer: {base.help}", base.unit, base.better)
    if found is not None and found.kind == HISTOGRAM:
        return Metric(name, GAUGE, f"mean time: {found.help}", found.unit, found.better)
    return found
