"""What the built-in migration makes of ``coordinates``."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from builtin_documents import DAY, carried, named

from setpoint.migration.builtin import builtin


def _coordinates(version: str, index: int = 0) -> Any:
    return copy.deepcopy(named("coordinates", version)[index].tree)


def test_an_agent_gets_its_second_place_where_the_first_is() -> None:
    """That is where the first message went so far; it stands behind the other."""
    found = carried("coordinates", _coordinates("1.0.0"), "1.0.0", "2.0.0").tree
    assert list(found["agents"]["Agent-1"].items())[:2] == [
        ("chat_input_coordinates", [120, 300]),
        ("onboarding_input_coords", [120, 300]),
    ]
    assert list(found["agents"]["Agent-4"]) == ["description", "chat_input_coordinates", "onboarding_input_coords"]


def test_a_second_place_of_its_own_is_put_aside_and_taken_back() -> None:
    """Version 1.0.0 has one place an agent, and the other is not thrown away."""
    tree = _coordinates("2.0.0")
    down = carried("coordinates", tree, "2.0.0", "1.0.0").tree
    assert down["x-v2-agents"] == {"Agent-1": {"onboarding_input_coords": [-900, 120]}}
    assert carried("coordinates", down, "1.0.0", "2.0.0").tree == tree


def test_the_bounds_go_together_only_when_all_four_are_there() -> None:
    """Version 2.0.0 has all sides or none, so that some of them are put aside."""
    whole = carried("coordinates", _coordinates("1.0.0"), "1.0.0", "2.0.0").tree
    assert whole["validation_rules"] == {"coordinate_bounds": {"min_x": 0, "min_y": 0, "max_x": 1280, "max_y": 1024}}
    part = carried("coordinates", _coordinates("1.0.0", 1), "1.0.0", "2.0.0").tree
    assert part["validation_rules"] == {}
    assert part["x-v1-validation_rules"] == {"max_x": 640}


def test_coordinates_may_be_negative_where_there_are_several_screens() -> None:
    """The rule says the same as the property, the other way round."""
    for version, key in (("1.0.0", True), ("1.0.0", False)):
        tree = {"agents": {}, "validation_rules": {"require_positive": key}}
        found = carried("coordinates", tree, version, "2.0.0").tree
        assert found["coordinate_system"] == {"multi_monitor_support": not key}


def test_a_date_that_is_there_stays() -> None:
    """Only where there is none, the day of the migration is written, behind what else the file says of itself."""
    assert carried("coordinates", _coordinates("1.0.0", 1), "1.0.0", "2.0.0").tree["last_updated"] == "2025-11-02"
    found = carried("coordinates", _coordinates("1.0.0"), "1.0.0", "2.0.0").tree
    assert list(found)[:4] == ["description", "version", "last_updated", "coordinate_system"]
    assert found["last_updated"] == DAY


def test_a_date_that_was_written_since_stays_on_the_way_down() -> None:
    """The first shape has a place for it, too."""
    up = carried("coordinates", _coordinates("1.0.0"), "1.0.0", "2.0.0")
    up.tree["last_updated"] = "2026-04-02"
    assert carried("coordinates", up.tree, "2.0.0", "1.0.0", kept=up.kept).tree["last_updated"] == "2026-04-02"


def test_the_day_is_the_present_one_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken when the migrations are made, in UTC, and does not move while they are used."""
    monkeypatch.setattr(time, "gmtime", lambda: time.struct_time((2031, 5, 9, 23, 59, 59, 4, 129, 0)))
    (migration,) = builtin("coordinates")
    monkeypatch.undo()
    assert migration.up({"agents": {}})["last_updated"] == "2031-05-09"  # type: ignore[call-overload, index]
    (given_day,) = builtin("coordinates", "2026-03-01")
    assert given_day.up({"agents": {}})["last_updated"] == "2026-03-01"  # type: ignore[call-overload, index]
