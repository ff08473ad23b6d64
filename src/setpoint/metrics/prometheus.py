"""The figures of a system in the text format that Prometheus scrapes.

Needs the package ``prometheus-client`` (``pip install 'setpoint[metrics]'``). Names begin with ``setpoint_``, counters
end with ``_total``; a figure whose unit is known ends with it.
"""

from __future__ import annotations

from math import isnan

from ..errors import UnavailableError
from .names import COUNTER, HISTOGRAM, METRICS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Protocol

    from .histogram import Reading
    from .names import Metric
    from .registry import Registry

    class Measured(Protocol):
        """What has figures: a ``ConfigSystem``."""

        @property
        def metrics(self) -> Registry:
            """The figures."""
            ...


PREFIX = "setpoint_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_UNITS = {"seconds", "bytes", "ratio", "percent"}


class Collector:
    """A collector for a registry of ``prometheus_client``: ``REGISTRY.register(setpoint.metrics.collector(system))``.

    Arguments: ``system`` has the figures; ``labels`` are put on each of them.
    """

    def __init__(self, system: Measured, labels: Mapping[str, str] | None = None) -> None:
        self._system = system
        self._labels = dict(labels or {})

    def describe(self) -> list[Any]:
        """Return nothing: the names need not be known before the first scrape."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield a family for each figure that there is."""
        registry = self._system.metrics
        pulled = registry.pulled()
        readings = registry.readings()
        counters = dict(registry.counters)
        for metric in METRICS.values():
            if metric.kind == HISTOGRAM:
                if metric.name in readings:
                    yield self._histogram(metric, readings[metric.name])
            elif metric.name in counters:
                by_label = counters[metric.name].by_label()
                yield self._counter(metric, by_label if metric.label else {}, counters[metric.name].total)
            elif metric.name in pulled and not isnan(pulled[metric.name]):
                yield self._single(metric, pulled[metric.name])

    def _histogram(self, metric: Metric, reading: Reading) -> Any:
        from prometheus_client.core import HistogramMetricFamily

        family = HistogramMetricFamily(_name(metric), metric.help, labels=list(self._labels))
        below, buckets = 0, []
        for bound, count in zip((*reading.bounds, float("inf")), reading.counts, strict=True):
            below += count
            buckets.append(("+Inf" if bound == float("inf") else repr(bound), below))
        family.add_metric(list(self._labels.values()), buckets, reading.sum)
        return family

    def _counter(self, metric: Metric, by_label: Mapping[str, int], total: float) -> Any:
        from prometheus_client.core import CounterMetricFamily

        keys = [*self._labels, *([metric.label] if metric.label else [])]
        family = CounterMetricFamily(_name(metric), metric.help, labels=keys)
        if metric.label:
            for label, number in by_label.items():
                family.add_metric([*self._labels.values(), label], number)
        else:
            family.add_metric(list(self._labels.values()), total)
        return family

    def _single(self, metric: Metric, value: float) -> Any:
        from prometheus_client.core import GaugeMetricFamily

        if metric.kind == COUNTER:
            return self._counter(metric, {}, value)
        family = GaugeMetricFamily(_name(metric), metric.help, labels=list(self._labels))
        family.add_metric(list(self._labels.values()), value / 100 if metric.unit == "percent" else value)
        return family


def collector(system: Measured, labels: Mapping[str, str] | None = None) -> Collector:
    """Return a collector of a system's figures for a registry of ``prometheus_client``.

    Arguments: ``labels`` are put on each figure, as when a program has several systems. Raises ``UnavailableError``
    when ``prometheus-client`` is not installed.
    """
    _check_installed()
    return Collector(system, labels)


def prometheus_text(system: Measured, labels: Mapping[str, str] | None = None) -> str:
    """Return a system's figures in the text format that Prometheus scrapes. Arguments and errors as for ``collector``.

    The format: https://prometheus.io/docs/instrumenting/exposition_formats/
    """
    _check_installed()
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(system, labels))
    return generate_latest(registry).decode()


def _check_installed() -> None:
    from importlib.util import find_spec

    if find_spec("prometheus_client") is None:
        raise UnavailableError(
            "figures for Prometheus need the package prometheus-client: pip install 'setpoint[metrics]'"
        )


def _name(metric: Metric) -> str:
    # promtool wants the unit at the end of a name, in base units.
    name = metric.name
    if metric.unit == "percent":
        name = f"{name.removesuffix('_percent')}_ratio"
    if metric.unit in _UNITS and metric.unit != "percent" and not name.endswith(f"_{metric.unit}"):
        name = f"{name}_{metric.unit}"
    return f"{PREFIX}{name}"
