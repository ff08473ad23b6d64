"""What Prometheus scrapes: every figure, well formed, with the values that the registry has."""

from __future__ import annotations

from math import inf
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from setpoint import ConfigSystem, ConfigValidationError
from setpoint.metrics import collector, prometheus_text
from setpoint.metrics.names import COUNTER, HISTOGRAM, METRICS


@pytest.fixture
def system(tmp_path: Path) -> ConfigSystem:
    """A system with which something of everything was done."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    (tmp_path / "config" / "a.yaml").write_text("n: 1\n")
    (tmp_path / "config" / "schemas" / "a.schema.json").write_text('{"properties": {"n": {"type": "integer"}}}')
    system = ConfigSystem(tmp_path / "config", environ={})
    for _ in range(3):
        system.load_config("a")
    system.set("a.n", 2)
    (tmp_path / "config" / "a.yaml").write_text("n: none\n")
    with pytest.raises(ConfigValidationError):
        system.reload()
    return system


def values_of(text: str) -> dict[str, float]:
    return {
        "".join([sample.name, *(f"|{key}={value}" for key, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_figure_is_there_with_its_value(system: ConfigSystem) -> None:
    """Counters end with _total, units with their name, and labels tell parts apart."""
    found = values_of(prometheus_text(system))
    stats = system.get_cache_stats()
    assert found["setpoint_cache_reads_total"] == stats["reads"] >= 3
    assert found["setpoint_cache_hits_total"] == stats["hits"] >= 2
    assert found["setpoint_cache_hit_ratio"] == stats["hit_ratio"]
    assert found["setpoint_edits_total|cause=set"] == 1
    assert found["setpoint_reload_rejections_total|rule=wrong-type"] == 1
    assert found["setpoint_load_seconds_count"] == 1
    assert found["setpoint_documents_refused"] == 1
    assert not any(name.endswith("_percent") for name in found)


def test_buckets_add_up(system: ConfigSystem) -> None:
    """Each bucket holds those below it, the last one all, and the sum is the histogram's."""
    families = {family.name: family for family in text_string_to_metric_families(prometheus_text(system))}
    read = system.metrics.readings()["parse_seconds"]
    buckets = [
        (float(sample.labels["le"]), sample.value)
        for sample in families["setpoint_parse_seconds"].samples
        if sample.name.endswith("_bucket")
    ]
    assert [bound for bound, _ in buckets] == [*read.bounds, inf]
    assert [number for _, number in buckets] == [sum(read.counts[: at + 1]) for at in range(len(buckets))]
    assert buckets[-1][1] == read.count


def test_labels_tell_two_systems_apart(system: ConfigSystem) -> None:
    """Two collectors go into one registry of a program, next to what it has already."""
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Counter("own", "of the program", registry=registry).inc()
    registry.register(collector(system, {"system": "one"}))
    registry.register(collector(system, {"system": "two"}))
    found = values_of(prometheus_client.generate_latest(registry).decode())
    assert found["own_total"] == 1
    reads = system.get_cache_stats()["reads"]
    assert found["setpoint_cache_reads_total|system=one"] == found["setpoint_cache_reads_total|system=two"] == reads
    assert found["setpoint_edits_total|cause=set|system=one"] == 1


def test_the_figures_of_the_probes_are_there_once_a_monitor_looked(system: ConfigSystem) -> None:
    """What a monitor measures is scraped too, percent as a ratio; what is not known is left out."""
    from setpoint import ConfigMonitor

    assert "setpoint_process_memory_bytes" not in values_of(prometheus_text(system))
    ConfigMonitor(system).get_health_status()
    found = values_of(prometheus_text(system))
    assert found["setpoint_process_memory_bytes"] > 1_000_000
    assert 0 < found["setpoint_machine_memory_ratio"] < 1
    assert "setpoint_machine_cpu_ratio" not in found
    assert found["setpoint_health"] == 2


def test_each_figure_says_what_it_is(system: ConfigSystem) -> None:
    """Everything that is counted has its line in the table of names, and everything in it a help."""
    from setpoint import ConfigMonitor

    monitor = ConfigMonitor(system)
    monitor.get_health_status()
    system.start_hot_reload()
    try:
        sample = monitor.get_health_status(refresh=True)["metrics"]
    finally:
        system.close()
    assert {name.removesuffix("_p95") for name in sample} == set(METRICS)
    registry = system.metrics
    assert set(registry.counters) <= {one.name for one in METRICS.values() if one.kind == COUNTER}
    assert set(registry.histograms) == {one.name for one in METRICS.values() if one.kind == HISTOGRAM}
    assert all(one.label == METRICS[name].label for name, one in registry.counters.items())
    assert all(one.help and one.help == one.help.strip() for one in METRICS.values())


def test_without_the_package_it_says_what_to_install(system: ConfigSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next step is in the message."""
    import importlib.util

    from setpoint import UnavailableError

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'setpoint\[metrics\]'"):
        prometheus_text(system)
