"""``Sampler``: one look at everything: the health of a system, and a sample of its figures."""

from __future__ import annotations

import time

from .health import HEALTHY, Health
from .limits import Limits
from .probe import isolated
from .probe_callbacks import CallbacksProbe
from .probe_documents import DocumentsProbe
from .probe_history import HistoryProbe
from .probe_machine import MachineProbe
from .probe_migrations import MigrationsProbe
from .probe_serving import ServingProbe
from .probe_state import StateProbe
from .probe_watching import WatchingProbe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..metrics.histogram import Reading
    from ..system import ConfigSystem
    from .probe import Probe

TITLE = "probes"


class Sampler:
    """Asks every probe, and reads every figure.

    Arguments: ``limits`` say what is scarce; ``clock`` tells the time in seconds since 1970.

    ``documents``, ``watching`` and ``state`` are the probes that somebody has to tell something.
    """

    def __init__(
        self, system: ConfigSystem, limits: Limits | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        limits = limits if limits is not None else Limits()
        self.documents = DocumentsProbe(system)
        self._migrations = MigrationsProbe(system, self.documents)
        self.watching = WatchingProbe(system)
        self.state = StateProbe(system, limits)
        self.probes: list[Probe] = [
            self.documents,
            ServingProbe(system),
            self.watching,
            HistoryProbe(system),
            self.state,
            MachineProbe(limits),
            CallbacksProbe(system, limits),
            self._migrations,
        ]
        self._system = system
        self._clock = clock
        self._seen: dict[tuple[str, str], float] = {}  # when each reason was first seen
        self._status = HEALTHY
        self._since = clock()
        self._figures: dict[str, float] = {}
        self._readings: Mapping[str, Reading] = {}

    @property
    def unjudged(self) -> int:
        """How many documents the last look left to the next one."""
        return self.documents.unjudged + self._migrations.unjudged

    def look(self) -> tuple[Health, dict[str, float]]:
        """Return the health of the system now, and a sample: figures by name, NaN where there is none.

        A histogram is two figures of a sample: the mean, and as ``NAME_p95`` what 95 % take at most, of what was
        observed since the sample before.
        """
        now, began = self._clock(), time.perf_counter()
        found = [isolated(probe, now) for probe in self.probes]
        reasons = [reason for one in found for reason in one.reasons]
        seen = {}
        for one in reasons:
            key = (one.rule, one.subject)
            seen[key] = min(self._seen.get(key, now), now)
            if one.since is None:
                one.since = seen[key]
        self._seen = seen
        documents = {name: number for one in found for name, number in one.documents.items()}
        health = Health(reasons, at=now, since=self._since, documents=documents)
        if health.status != self._status:
            self._status = health.status
            self._since = health.since = now
        self._figures = {name: number for one in found for name, number in one.figures.items()}
        self._figures |= {"health": float(health.level), "probe_seconds": time.perf_counter() - began}
        return health, self._sample()

    def figures(self) -> dict[str, float]:
        """Return what the probes measured at the last look."""
        return dict(self._figures)

    def _sample(self) -> dict[str, float]:
        registry = self._system.metrics
        sample = registry.pulled()
        sample.update({name: float(one.total) for name, one in list(registry.counters.items())})
        readings = registry.readings()
        for name, reading in readings.items():
            before = self._readings.get(name)
            sample[name] = reading.mean(before)
            sample[f"{name}_p95"] = reading.quantile(0.95, before)
        self._readings = readings
        sample.update(self._figures)
        return sample
