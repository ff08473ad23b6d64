"""What a system counts, against an independent count of what was done with it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from setpoint import ConfigNotFoundError, ConfigSystem, ConfigValidationError, ConflictError, SetpointError, Veto

THREADS = 4
SCHEMA = {"type": "object", "properties": {"number": {"type": "integer"}}, "additionalProperties": False}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Five documents with a schema."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    for name in "abcde":
        (tmp_path / "config" / f"{name}.yaml").write_text("number: 0\n")
        (tmp_path / "config" / "schemas" / f"{name}.schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path / "config"


def test_random_reads_of_four_threads_are_counted_exactly(home: Path) -> None:
    """100,000 reads, some of documents that do not exist: hits, misses, loads and failures are those that were made."""
    system = ConfigSystem(home, environ={})
    counts: list[Counter[str]] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        mine: Counter[str] = Counter()
        for _ in range(25_000):
            if chance.random() < 0.01:
                with pytest.raises(ConfigNotFoundError):
                    system.load_config("nowhere")
                mine["failed"] += 1
            else:
                system.load_config(chance.choice("abcde"))
                mine["read"] += 1
        counts.append(mine)

    for name in "abcde":
        system.load_config(name)
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sum(counts, Counter())
    found = system.metrics.values()
    assert found["load_failures"] == done["failed"]
    assert found["load_seconds_count"] == found["parse_seconds_count"] == found["validate_seconds_count"] == 5
    assert found["cache_hits"] == done["read"]
    assert found["cache_misses"] == 5 + done["failed"]
    assert found["cache_reads"] == done["read"] + 5 + done["failed"] == 100_005
    assert found["cache_hit_ratio"] == pytest.approx(done["read"] / 100_005)


def test_random_changes_of_four_threads_are_counted_exactly(home: Path) -> None:
    """Edits by cause, conflicts, refusals and commits are those that the callers have seen."""
    system = ConfigSystem(home, environ={})
    counts: list[Counter[str]] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        mine: Counter[str] = Counter()
        for _ in range(20):
            name = chance.choice("abcde")
            kind = chance.choice(("set", "conflict", "invalid"))
            try:
                if kind == "set":
                    system.set(f"{name}.number", chance.randrange(10**9))
                    mine["set"] += 1
                elif kind == "conflict":
                    system.set(f"{name}.number", 1, expect=-1)
                else:
                    system.set(f"{name}.number", "none")
            except ConflictError:
                mine["conflict"] += 1
            except ConfigValidationError:
                mine["invalid"] += 1
        counts.append(mine)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sum(counts, Counter())
    found = system.metrics.values()
    assert done["set"] and done["conflict"] and done["invalid"]
    assert found["edits"] == found["commit_seconds_count"] == done["set"]
    assert system.metrics.counters["edits"].by_label() == {"set": done["set"]}
    assert found["conflicts"] == done["conflict"]
    assert found["edit_failures"] == done["conflict"] + done["invalid"]
    assert found["history_bytes"] > 0


def test_what_was_loaded_is_timed_in_its_parts(home: Path) -> None:
    """Parsing and judging are parts of loading, and a snapshot's documents are loads too."""
    system = ConfigSystem(home, environ={})
    system.load_config("a")
    system.snapshot()
    read = system.metrics.readings()
    assert read["load_seconds"].count == 5
    assert 0 < read["parse_seconds"].sum + read["validate_seconds"].sum <= read["load_seconds"].sum


def test_reloads_are_counted_by_what_became_of_them(home: Path) -> None:
    """Accepted, refused with the rule, and vetoed; what waits for another is not counted as refused."""
    system = ConfigSystem(home, environ={})
    system.snapshot()
    (home / "a.yaml").write_text("number: 1\n")
    system.reload()
    (home / "b.yaml").write_text("number: one\n")
    (home / "c.yaml").write_text("number: 2\n")
    with pytest.raises(ConfigValidationError):
        system.reload()
    found = system.metrics.values()
    assert (found["reloads"], found["reload_seconds_count"]) == (1, 1)
    assert system.metrics.counters["reload_rejections"].by_label() == {"wrong-type": 1}
    assert found["documents_refused"] == 2

    (home / "b.yaml").write_text("number: 3\n")
    system.on_prepare("b", lambda changes: (_ for _ in ()).throw(Veto("no")))
    with pytest.raises(SetpointError):
        system.reload()
    assert system.metrics.values()["reload_vetoes"] == 1


def test_callbacks_are_timed(home: Path) -> None:
    """Each call of a callback is an observation, as long as the call."""
    system = ConfigSystem(home, environ={})
    told = threading.Event()

    def slow(changes: object) -> None:
        time.sleep(0.03)
        told.set()

    system.on_change("a", slow)
    system.set("a.number", 5)
    assert told.wait(10)
    assert system._audience.bus.drain(10)
    read = system.metrics.readings()["callback_seconds"]
    assert read.count == 1
    assert 0.03 <= read.sum < 5
    assert system.metrics.values()["callbacks"] == 1
    system.close()


def test_migrations_are_counted_and_so_are_those_that_fail(tmp_path: Path) -> None:
    """One that is written is one; one that no way leads to is a failure; a plan is neither."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "own.yaml").write_text("version: '1'\nold: 3\n")
    folder = tmp_path / "config" / "schemas"
    folder.mkdir()
    for version, key in (("1", "old"), ("2", "new")):
        schema = {
            "properties": {"version": {"const": version}, key: {"type": "integer"}},
            "required": ["version", key],
            "additionalProperties": False,
        }
        (folder / f"own@{version}.schema.json").write_text(json.dumps(schema))
    system = ConfigSystem(tmp_path / "config", environ={})
    system.add_migration("own", "1", "2", lambda tree: {"version": "2", "new": tree["old"]})
    system.plan_migration("own")
    assert system.metrics.values()["migrations"] == 0
    system.migrate_config("own")
    with pytest.raises(SetpointError):
        system.migrate_config("own", to_version="7")
    found = system.metrics.values()
    assert (found["migrations"], found["migration_failures"]) == (1, 1)
    assert system.metrics.counters["edits"].by_label() == {"migrate": 1}


def test_a_read_of_a_served_document_counts_nothing_but_itself(home: Path) -> None:
    """The road that is taken a million times touches no instrument."""
    system = ConfigSystem(home, environ={})
    system.load_config("a")
    before = {name: value for name, value in system.metrics.values().items() if not name.startswith("cache_")}
    for _ in range(1000):
        system.load_config("a")
    after = {name: value for name, value in system.metrics.values().items() if not name.startswith("cache_")}
    assert after == before
