"""What the built-in migrations make of ``unified_config``."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from builtin_documents import carried, family, fitting, named

from setpoint.errors import MigrationBlockedError
from setpoint.migration.builtin.monitoring import PERFORMANCE
from setpoint.schemas import builtin as schemas
from setpoint.tree import same


def _unified(version: str) -> Any:
    return copy.deepcopy(named("unified_config", version)[0].tree)


def test_names_become_aliases_and_what_has_no_place_is_put_aside() -> None:
    """The first shape, migrated, in full."""
    found = carried("unified_config", _unified("1.0.0"), "1.0.0", "2.0.0").tree
    assert found["system"] == {
        "name": "Ridge Station",
        "version": "3.4.0",
        "environment": "production",
        "debug": False,
        "log_level": "WARNING",
    }
    assert found["agents"] == {
        "aliases": {"Agent-1": [], "Agent-2": [], "Agent-4": []},
        "coordinates": {"source": "conf/places.json"},
    }
    assert found["messaging"] == {"queue": {"retry_base_delay": 1.5}}
    assert found["runtime"] == {
        "logs": "/var/log/ridge",
        "readings": "/srv/readings",
        "main_log": "/var/log/ridge/main.log",
    }
    assert found["x-v1-agents"] == {
        "count": 3,
        "roles": {"Agent-1": "Reads the wind", "Agent-4": "Keeps the log"},
        "default_mode": "three masts",
        "startup_delay": 2.5,
    }
    assert [key for key in found if key.startswith("x-")] == [
        "x-v1-communication",
        "x-v1-ui",
        "x-v1-performance",
        "x-v1-security",
        "x-v1-testing",
        "x-v1-logging",
        "x-v1-development",
        "x-v1-environment_overrides",
        "x-v1-agents",
    ]


def test_the_thresholds_that_are_written_are_the_defaults_of_the_schema() -> None:
    """Version 2.1.0 adds exactly what its schema would fill in."""
    schema = json.loads(Path(schemas("unified_config")["2.1.0"]).read_text())
    sections = schema["properties"]["performance"]["properties"]
    defaults = {
        name: {key: inner["default"] for key, inner in section["properties"].items()}
        for name, section in sections.items()
    }
    assert same(PERFORMANCE, defaults)
    found = carried("unified_config", _unified("2.0.0"), "2.0.0", "2.1.0").tree
    assert same(found["performance"], PERFORMANCE)


def test_a_migrated_document_does_not_share_the_defaults() -> None:
    """Whoever changes the tree that came back changes nobody else's."""
    found = carried("unified_config", _unified("2.0.0"), "2.0.0", "2.1.0").tree
    found["performance"]["alert_thresholds"]["cpu_percent_max"] = 1
    again = carried("unified_config", _unified("2.0.0"), "2.0.0", "2.1.0").tree
    assert again["performance"]["alert_thresholds"]["cpu_percent_max"] == 90


def test_a_threshold_that_was_changed_since_is_put_aside_and_taken_back() -> None:
    """Version 2.0.0 has no place for it, and it is not thrown away."""
    up = carried("unified_config", _unified("2.0.0"), "2.0.0", "2.1.0")
    up.tree["performance"]["alert_thresholds"]["disk_percent_max"] = 70
    down = carried("unified_config", up.tree, "2.1.0", "2.0.0", kept=up.kept)
    assert "performance" not in down.tree
    assert down.tree["x-v2-1-performance"]["alert_thresholds"]["disk_percent_max"] == 70
    assert fitting("unified_config", down.tree) == ["2.0.0"]
    assert carried("unified_config", down.tree, "2.0.0", "2.1.0").tree == up.tree


def test_the_count_follows_the_names_on_the_way_down() -> None:
    """An agent that came in between is counted; a count that never was the number of names is left alone."""
    tree = _unified("1.0.0")
    up = carried("unified_config", tree, "1.0.0", "2.0.0")
    up.tree["agents"]["aliases"]["Agent-7"] = ["s7"]
    down = carried("unified_config", up.tree, "2.0.0", "1.0.0", kept=up.kept).tree
    assert down["agents"]["names"] == ["Agent-1", "Agent-2", "Agent-4", "Agent-7"]
    assert down["agents"]["count"] == 4
    assert down["x-v2-agents"] == {"aliases": {"Agent-7": ["s7"]}}

    tree["agents"]["count"] = 12
    up = carried("unified_config", tree, "1.0.0", "2.0.0")
    assert carried("unified_config", up.tree, "2.0.0", "1.0.0", kept=up.kept).tree["agents"]["count"] == 12


def test_an_agent_that_left_in_between_takes_no_other_names_back() -> None:
    """Its other names stay aside, and those of the others come back."""
    down = carried("unified_config", _unified("2.0.0"), "2.0.0", "1.0.0").tree
    down["agents"]["names"].remove("Agent-1")
    up = carried("unified_config", down, "1.0.0", "2.0.0").tree
    assert up["agents"]["aliases"] == {"Agent-2": [], "Agent-3": ["valley"]}
    assert up["x-v2-agents"] == {"aliases": {"Agent-1": ["summit", "s1"]}}
    assert fitting("unified_config", up) == ["2.0.0"]


def test_a_document_that_names_no_agent_has_no_list_of_names() -> None:
    """None is made up: the schema of version 1.0.0 says that it is missing."""
    tree = {
        "system": {"name": "x", "version": "1", "environment": "testing"},
        "agents": {"coordinates": {"source": "a.json"}},
    }
    assert fitting("unified_config", tree) == ["2.0.0"]
    found = carried("unified_config", tree, "2.0.0", "1.0.0").tree
    assert "agents" not in found
    messages = [problem.message for problem in family("unified_config").at("1.0.0").problems(found)]
    assert messages == ["the key 'agents' is missing"]
    assert carried("unified_config", found, "1.0.0", "2.0.0").tree == {**tree, "version": "2.0.0", "runtime": {}}


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        ({"names": ["Agent-1", "Agent-1"]}, "agents.names is to be the keys of a mapping; give each agent one name"),
        ({"names": ["Agent-1", 2]}, "agents.names is to be the keys of a mapping; give each agent one name"),
        ({"names": ["Agent-1"], "aliases": {}}, "agents.names is to become agents.aliases, and that is there already"),
    ],
)
def test_names_that_cannot_be_keys_block_the_document(agents: Any, expected: str) -> None:
    """The message names the migration, the step, the place and what to do."""
    with pytest.raises(MigrationBlockedError) as caught:
        carried("unified_config", {"agents": agents}, "1.0.0", "2.0.0")
    assert expected in str(caught.value)
    assert "unified_config 1.0.0 -> 2.0.0" in str(caught.value)
    assert caught.value.diagnostics[0].path == "/agents/names"


def test_performance_that_is_no_mapping_blocks_the_document() -> None:
    """Nothing is put over a value that somebody wrote."""
    with pytest.raises(MigrationBlockedError, match="performance is no mapping"):
        carried("unified_config", {"performance": "fast"}, "2.0.0", "2.1.0")
