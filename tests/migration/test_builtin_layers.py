"""The built-in migrations, on the layers of a document."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from builtin_documents import VERSIONS, carried, named

from setpoint.errors import MigrationBlockedError
from setpoint.merge import merge

# What a profile may say over the first example of its kind at version 1.0.0.
LAYERS: list[tuple[str, Any]] = [
    ("unified_config", {"system": {"environment": "testing", "debug_mode": True}}),
    ("unified_config", {"communication": {"retry_delay": 0.1, "message_timeout": 5}}),
    ("unified_config", {"agents": {"roles": {"Agent-2": "Rests"}, "startup_delay": 0}}),
    ("unified_config", {"agents": {"count": 4, "names": ["Agent-1", "Agent-2", "Agent-3", "Agent-4"]}}),
    ("unified_config", {"paths": {"agent_coords": "test/places.json", "logs": "log"}}),
    ("unified_config", {"performance": {"cache_ttl": 1}, "logging": {"console_enabled": True}}),
    ("unified_config", {"ui": {"layout_modes": {"one mast": {"width": 10, "height": 10, "agents": ["Agent-1"]}}}}),
    ("unified_config", {"x-own": [1]}),
    ("coordinates", {"agents": {"Agent-1": {"chat_input_coordinates": [1, 2]}, "Agent-2": {"active": True}}}),
    ("coordinates", {"agents": {"Agent-9": {"chat_input_coordinates": [1, 2]}}}),
    ("coordinates", {"validation_rules": {"max_x": 640, "require_positive": False}}),
    ("coordinates", {"fallback_behavior": {"on_coordinate_failure": "wait", "inbox_delivery": False}}),
    ("coordinates", {"coordinate_system": {"note": "in the test hall"}}),
]


@pytest.mark.parametrize(("kind", "layer"), LAYERS)
def test_a_layer_is_migrated_to_what_the_whole_document_would_be(kind: str, layer: Any) -> None:
    """Base and layer migrated, and then merged, are the document merged, and then migrated."""
    base, newest = named(kind, "1.0.0")[0].tree, VERSIONS[kind][-1]
    before = copy.deepcopy(layer)
    carried_layer = carried(kind, layer, "1.0.0", newest, below=base, stamp_at=None)
    assert layer == before
    merged = merge([carried(kind, base, "1.0.0", newest).tree, carried_layer.tree])
    assert merged == carried(kind, merge([base, layer]), "1.0.0", newest).tree


@pytest.mark.parametrize(("kind", "layer"), LAYERS)
def test_a_layer_comes_back_as_it_was(kind: str, layer: Any) -> None:
    """Nothing is planted in it, and what was put aside is where it was."""
    base, newest = named(kind, "1.0.0")[0].tree, VERSIONS[kind][-1]
    up = carried(kind, layer, "1.0.0", newest, below=base, stamp_at=None)
    assert carried(kind, up.tree, newest, "1.0.0", kept=up.kept, stamp_at=None).tree == layer


def test_a_layer_gets_no_defaults() -> None:
    """Thresholds, dates and stamps are the base's to have."""
    base = named("unified_config", "1.0.0")[0].tree
    assert carried("unified_config", {}, "1.0.0", "2.1.0", below=base, stamp_at=None).tree == {}
    base = named("coordinates", "1.0.0")[0].tree
    assert carried("coordinates", {}, "1.0.0", "2.0.0", below=base, stamp_at=None).tree == {}


def test_a_layer_that_takes_agents_away_is_refused() -> None:
    """A list replaced the base's list; a mapping would be merged with it, and the agents would be back."""
    base = named("unified_config", "1.0.0")[0].tree
    with pytest.raises(MigrationBlockedError, match=r"agents\.names leaves out Agent-1, Agent-4") as caught:
        carried("unified_config", {"agents": {"names": ["Agent-2"]}}, "1.0.0", "2.0.0", below=base, stamp_at=None)
    assert caught.value.diagnostics[0].path == "/agents/names"


def test_a_second_place_of_the_base_shows_through_a_layer() -> None:
    """Where the base has put a second place aside, a layer that moves the first one leaves the second alone."""
    base = carried("coordinates", named("coordinates", "2.0.0")[0].tree, "2.0.0", "1.0.0").tree
    layer = {"agents": {"Agent-1": {"chat_input_coordinates": [1, 2]}}}
    found = carried("coordinates", layer, "1.0.0", "2.0.0", below=base, stamp_at=None)
    assert found.tree == layer
