"""What lies over a document: files of profiles, the file of this machine, variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from lamps import HOURS, LAMPS, VERSIONS, documents, opened, schema

from setpoint.errors import MigrationError


def test_files_of_layers_are_carried_along(layered: Path) -> None:
    """Steps change the profile's file and this machine's own as they change the base, in one go."""
    system = opened()
    plan = system.plan_migration("lamps")
    assert list(plan.diffs) == ["config/lamps.yaml", "config/lamps.prod.yaml", "config/lamps.local.yaml"]
    system.migrate_config("lamps")
    now = documents(layered)
    assert now["lamps.prod.yaml"] == b"lamps:\n  desk:\n    brightness: 70  # dark there\n"
    assert now["lamps.local.yaml"] == b"lamps: {desk: {room: attic}}\n"
    assert system.load_config("lamps")["lamps"]["desk"]["room"] == "attic"
    assert opened(profile="prod").load_config("lamps")["lamps"]["desk"]["brightness"] == 70


def test_files_of_layers_come_back_as_they_were(layered: Path) -> None:
    """Down again each has its bytes, and nothing is said to be lost that no layer ever held."""
    before = documents(layered)
    system = opened()
    system.migrate_config("lamps")
    [plan] = system.migrate({"lamps": "1.0.0"})
    assert documents(layered) == before
    assert plan.warnings == ()


def test_a_layer_gets_no_default_that_the_base_has(layered: Path) -> None:
    """A lamp that only the profile has gets the default there; one that the base has does not."""
    (layered / "lamps.prod.yaml").write_text("lamps:\n  desk: {brightness: 0.7}\n  door: {room_name: hall}\n")
    opened().migrate_config("lamps")
    assert documents(layered)["lamps.prod.yaml"] == (
        b"lamps:\n  desk: {brightness: 70}\n  door: {room: hall, dimmable: false}\n"
    )


def test_a_function_is_refused_where_layers_are(layered: Path) -> None:
    """It needs the whole document; the files are named, and nothing is changed."""
    (layered / "migrations" / "lamps" / "hours.py").write_text(HOURS)
    (layered / "schemas" / "lamps@3.0.0.schema.json").write_text(schema("3.0.0", VERSIONS["3.0.0"]))
    before = documents(layered)
    with pytest.raises(MigrationError) as caught:
        opened().migrate_config("lamps")
    assert "lamps 2.1.0 -> 3.0.0: this migration is a function of whole documents" in caught.value.message
    assert "config/lamps.prod.yaml, config/lamps.local.yaml" in caught.value.message
    assert documents(layered) == before
    assert opened().migrate_config("lamps", to_version="2.1.0")["version"] == "2.1.0"


def test_variables_with_old_names_are_reported(layered: Path) -> None:
    """Only a person can rename them; their values are not told."""
    environ = {
        "SETPOINT_LAMPS__LAMPS__DESK__BRIGHTNESS": "0.1",
        "SETPOINT_LAMPS__LAMPS__DESK__HEIGHT": "0.123",
        "SETPOINT_LAMPS__WATTAGE": "999",
    }
    plan = opened(environ=environ).plan_migration("lamps")
    assert set(plan.warnings) == {
        "SETPOINT_LAMPS__LAMPS__DESK__HEIGHT: it sets lamps.lamps.desk.height, which is lamps.lamps.desk.place.height"
        " in 2.1.0; rename the variable",
        "SETPOINT_LAMPS__WATTAGE: it sets lamps.wattage, which 2.1.0 does not have any more; remove the variable",
    }
    assert "999" not in str(plan.to_dict()) and "0.123" not in str(plan.to_dict())


def test_a_rollback_takes_the_file_of_this_machine_along(layered: Path) -> None:
    """It is never on record, so it is carried by the migrations to the version that comes back."""
    before = documents(layered)
    system = opened()
    system.migrate_config("lamps")
    saved = system.rollback("lamps", to=1)
    assert documents(layered) == before
    assert "config/lamps.local.yaml" in saved.diffs
    assert "lamps is at version 1.0.0 again; migrate=True (--migrate) carries it to 2.1.0" in saved.notes


def test_a_rollback_that_migrates_leaves_the_file_of_this_machine(layered: Path) -> None:
    """What it says is of the newest version already, and is not converted a second time."""
    (layered / "lamps.local.yaml").write_text("lamps: {desk: {brightness: 0.9}}\n")
    system = opened()
    system.migrate_config("lamps")
    migrated = documents(layered)
    assert migrated["lamps.local.yaml"] == b"lamps: {desk: {brightness: 90}}\n"
    system.set("lamps.lamps.desk.room", "hall")
    saved = system.rollback("lamps", to=1, migrate=True)
    assert documents(layered) == migrated
    assert [one.cause for one in saved.revisions] == ["rollback", "migrate"]
    assert [one.version for one in system.history("lamps")][:2] == ["2.1.0", "1.0.0"]
    assert system.load_config("lamps")["lamps"]["desk"]["room"] == "study"


def test_what_a_rollback_migrated_goes_down_as_it_was(layered: Path) -> None:
    """The bytes it brought back are on record, and the way down finds in them what the upgrade removed."""
    (layered / "lamps.yaml").write_bytes((layered / "lamps.yaml").read_bytes().replace(b"12", b"7"))
    before = documents(layered)
    system = opened()
    system.migrate_config("lamps")
    system.migrate_config("lamps", to_version="1.0.0")
    system.set("lamps.wattage", 9)
    system.migrate_config("lamps")
    system.rollback("lamps", to=1, migrate=True)
    system.migrate_config("lamps", to_version="1.0.0")
    assert documents(layered) == before


def test_a_broken_file_of_this_machine_can_be_rolled_back_by_force(layered: Path) -> None:
    """It cannot be carried, so it stays as it is; everything else comes back."""
    system = opened()
    system.migrate_config("lamps")
    (layered / "lamps.local.yaml").write_text("lamps: [\n")
    system.rollback("lamps", to=1, force=True)
    assert (layered / "lamps.yaml").read_text() == LAMPS
    assert (layered / "lamps.local.yaml").read_text() == "lamps: [\n"
