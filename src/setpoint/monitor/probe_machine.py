"""``MachineProbe``: what this process and its machine have left: processors, memory, open files."""

from __future__ import annotations

import os
import time
from math import isnan

from .health import CRITICAL, DEGRADED, WARNING, Reason
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .limits import Limits

_SHORTEST = 0.2  # seconds between two looks for their difference to say anything: the kernel counts in steps of 10 ms
_NEARLY_ALL = 98.0  # percent of memory or of descriptors: what comes next may fail
_CGROUP = "/sys/fs/cgroup"


class MachineProbe:
    """Measures with psutil what the operating system says. Processor time is that between two looks."""

    title = "the machine"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: Any = None
        self._pid = 0
        self._before: tuple[float, float, float, float] | None = None  # monotonic, process, busy, all
        self._busy: dict[str, bool] = {}  # whose processor time was scarce at the last look
        self._scarce: dict[str, float | None] = {}  # and how much it was, when it was so for long enough

    def look(self, now: float) -> Found:  # noqa: ARG002
        """Return what is used, and reasons for what is scarce."""
        import psutil

        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._process = psutil.Process()
            self._before = None
        figures = self._processors(psutil)
        figures.update(self._memory(psutil))
        figures.update(self._descriptors())
        return Found(self._reasons(figures), figures)

    def _processors(self, psutil: Any) -> dict[str, float]:
        times = psutil.cpu_times()
        everything = float(sum(times)) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        busy = everything - times.idle - getattr(times, "iowait", 0.0)
        moment = (time.monotonic(), time.process_time(), busy, everything)
        before = self._before
        nothing = {"process_cpu_percent": float("nan"), "machine_cpu_percent": float("nan")}
        if before is None:
            self._before = moment
            return nothing
        seconds = moment[0] - before[0]
        if seconds < _SHORTEST:
            return nothing
        self._before = moment
        passed = moment[3] - before[3]
        return {
            "process_cpu_percent": 100.0 * (moment[1] - before[1]) / seconds,
            "machine_cpu_percent": 100.0 * (moment[2] - before[2]) / passed if passed > 0 else float("nan"),
        }

    def _memory(self, psutil: Any) -> dict[str, float]:
        machine = psutil.virtual_memory()
        mine = float(self._process.memory_info().rss)
        total, used = float(machine.total), float(machine.total - machine.available)
        bound = _container_memory()
        if bound is not None and bound[1] < total:  # this process meets the container's end before the machine's
            used, total = bound
        return {
            "process_memory_bytes": mine,
            "machine_memory_percent": 100.0 * used / total,
            "process_memory_percent": 100.0 * mine / total,
        }

    def _descriptors(self) -> dict[str, float]:
        if not hasattr(self._process, "num_fds"):
            return {}  # Windows has no such number, and no such limit
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        number = float(self._process.num_fds())
        percent = 100.0 * number / most if most not in (0, resource.RLIM_INFINITY) else 0.0
        return {"process_descriptors": number, "descriptors_percent": percent}

    def _reasons(self, figures: dict[str, float]) -> list[Reason]:
        limits, reasons = self._limits, []
        cpu = self._lasting("machine", figures["machine_cpu_percent"], limits.cpu)
        if cpu is not None:
            reasons.append(
                Reason(
                    "cpu",
                    DEGRADED,
                    f"{cpu:.0f} % of the machine's processor time was used since the last look; changes are seen and"
                    " served later than usual",
                    "find what uses it: top, or ps aux --sort=-%cpu",
                )
            )
        own = self._lasting("process", figures["process_cpu_percent"], limits.process_cpu)
        if own is not None:
            reasons.append(
                Reason(
                    "process-cpu",
                    DEGRADED,
                    f"this process used {own:.0f} % of a processor core since the last look",
                    "profile it, for instance with py-spy top",
                )
            )
        memory, mine = figures["machine_memory_percent"], figures["process_memory_percent"]
        size = figures["process_memory_bytes"] / 1e6
        if memory >= limits.memory:
            reasons.append(
                Reason(
                    "memory",
                    CRITICAL if memory >= max(_NEARLY_ALL, limits.memory) else WARNING,
                    f"{memory:.0f} % of the memory of this machine, or of its container, is used",
                    "find what uses it: ps aux --sort=-rss",
                )
            )
        if mine >= limits.process_memory:
            reasons.append(
                Reason(
                    "process-memory",
                    WARNING,
                    f"this process has {mine:.0f} % of the memory there is: {size:,.0f} MB",
                    "max_bytes in the settings bounds what the cache takes of it; get_cache_stats() says how much",
                )
            )
        open_files = figures.get("descriptors_percent", 0.0)
        if open_files >= limits.descriptors:
            reasons.append(
                Reason(
                    "descriptors",
                    CRITICAL if open_files >= max(_NEARLY_ALL, limits.descriptors) else WARNING,
                    f"this process has {figures['process_descriptors']:.0f} files and sockets open, {open_files:.0f} %"
                    " of what it may have; when there are no more, no file can be read",
                    "find what is not closed (ls -l /proc/PID/fd), or raise the limit (ulimit -n)",
                )
            )
        return reasons

    def _lasting(self, whose: str, value: float, limit: float | None) -> float | None:
        """Return processor time that was scarce from one look to the next, twice in a row: one burst is no reason."""
        if limit is None:
            return None
        if not isnan(value):  # else too little time has passed to tell: it is as it was
            before, self._busy[whose] = self._busy.get(whose, False), value >= limit
            self._scarce[whose] = value if before and value >= limit else None
        return self._scarce.get(whose)


def _container_memory() -> tuple[float, float] | None:
    """Return what the container of this process uses of its memory, in bytes; None when it has no bound of its own.

    The files are those of Linux's cgroup v2 (kernel documentation, admin-guide/cgroup-v2, Memory). What the page cache
    holds and could give back is not counted as used.
    """
    try:
        with open(f"{_CGROUP}/memory.max") as file:
            most = file.read().strip()
        if most == "max":
            return None
        with open(f"{_CGROUP}/memory.current") as file:
            used = float(file.read())
        with open(f"{_CGROUP}/memory.stat") as file:
            idle = next((float(line.split()[1]) for line in file if line.startswith("inactive_file ")), 0.0)
        return max(used - idle, 0.0), float(most)
    except (OSError, ValueError):  # not Linux, an older cgroup, or no container
        return None
