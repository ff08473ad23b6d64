"""From version to version: one hop, several, up and down, and the ways that are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lamps import LAMPS, LAMPS_2, VERSIONS, add_bells, backups, documents, make, opened, schema

from setpoint.errors import ConfigNotFoundError, ConfigValidationError, MigrationError


def test_one_hop_keeps_every_comment(home: Path) -> None:
    """The file is edited, not written anew: comments, order and quotes stay, and what moves takes comments along."""
    system = opened()
    migrated = system.migrate_config("lamps", "1.0.0", "2.0.0", reason="new rooms")
    assert (home / "lamps.yaml").read_text() == LAMPS_2
    assert migrated["lamps"]["desk"]["place"] == {"height": 0.7}
    assert system.load_config("lamps") is migrated
    newest, found = system.history("lamps")
    assert (newest.cause, newest.version, newest.reason, newest.author) == ("migrate", "2.0.0", "new rooms", "tester")
    assert (found.cause, found.version) == ("found", "1.0.0")


def test_several_hops_are_one_change(home: Path) -> None:
    """Without a target, the newest version is reached over all versions between, as one revision."""
    text = LAMPS + "    on: 7\n    off: 22\n"
    (home / "lamps.yaml").write_text(text)
    system = opened()
    plan = system.plan_migration("lamps")
    assert plan.steps == ("lamps 1.0.0 -> 2.0.0", "lamps 2.0.0 -> 2.1.0", "lamps 2.1.0 -> 3.0.0")
    assert (plan.from_version, plan.to_version, plan.pending) == ("1.0.0", "3.0.0", True)
    assert documents(home)["lamps.yaml"].decode() == text
    migrated = system.migrate_config("lamps")
    assert (migrated["version"], migrated["lamps"]["desk"]["color"]) == ("3.0.0", ["red"])
    assert migrated["lamps"]["desk"]["hours"] == {"on": 7, "off": 22}
    assert len(system.history("lamps")) == 2
    assert "# upstairs" in (home / "lamps.yaml").read_text()


def test_a_way_down_leads_to_the_very_same_bytes(home: Path) -> None:
    """Nobody changed the file since, so that even the comment of a key that was removed is there again."""
    system = opened()
    system.migrate_config("lamps")
    migrated = system.migrate_config("lamps", to_version="1.0.0")
    assert (home / "lamps.yaml").read_text() == LAMPS
    assert migrated["wattage"] == 12
    assert [one.version for one in system.history("lamps")] == ["1.0.0", "3.0.0", "1.0.0"]


def test_a_way_down_goes_back_over_several_ways_up(home: Path) -> None:
    """The versions were reached one by one, and the bytes of the first are found all the same."""
    system = opened()
    for version in VERSIONS:
        system.migrate_config("lamps", to_version=version)
    system.migrate_config("lamps", to_version="1.0.0")
    assert (home / "lamps.yaml").read_text() == LAMPS


def test_a_way_down_keeps_what_was_changed_since(home: Path) -> None:
    """The record says what the upgrade has removed; what somebody wrote since stays, with its comment."""
    system = opened()
    system.migrate_config("lamps", to_version="2.1.0")
    system.set("lamps.lamps.desk.brightness", 80)
    file = home / "lamps.yaml"
    file.write_text(file.read_text() + "  door: {room: hall}  # new\n")
    system.reload()
    [plan] = system.migrate({"lamps": "1.0.0"})
    assert plan.warnings == ()
    assert system.load_config("lamps").to_dict() == {
        "wattage": 12,
        "lamps": {
            "desk": {"room_name": "study", "height": 0.7, "brightness": 0.8, "color": "red"},
            "door": {"room_name": "hall"},
        },
    }
    text = file.read_text()
    assert "door: {room_name: hall}  # new\n" in text
    assert "# upstairs" in text and "# measured from the floor\n    height" in text


def test_a_way_down_without_a_record_says_what_is_lost(home: Path) -> None:
    """A document that was never migrated here goes down as far as its steps can, and the rest is named."""
    (home / "lamps.yaml").write_text(LAMPS_2)
    system = opened()
    [plan] = system.migrate({"lamps": "1.0.0"})
    assert [one for one in plan.warnings if "wattage" in one] == [
        "config/lamps.yaml: wattage: was removed by the upgrade, and what it held is not known any more"
    ]
    assert "wattage" not in system.load_config("lamps")


def test_at_the_target_nothing_is_written(home: Path) -> None:
    """A document that is there already is returned: the file is not touched, and no state is made."""
    (home / "lamps.yaml").write_text(LAMPS_2)
    before = os.stat(home / "lamps.yaml")
    system = opened()
    assert system.migrate_config("lamps", "1.0.0", "2.0.0", reason="again")["version"] == "2.0.0"
    after = os.stat(home / "lamps.yaml")
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert system.history("lamps") == ()
    assert backups(home) == []
    plan = system.plan_migration("lamps", "2.0.0")
    assert (plan.pending, plan.diff, plan.steps) == (False, "", ())


def test_the_version_that_is_given_counts_with_a_warning(home: Path) -> None:
    """A document that fits an older version as well can be taken for one."""
    (home / "lamps.yaml").write_text("version: 2.1.0\nlamps: {desk: {room: study, on: 7, off: 22}}\n")
    system = opened()
    [plan] = system.migrate({"lamps": "3.0.0"}, from_versions={"lamps": "2.0.0"})
    assert plan.steps == ("lamps 2.0.0 -> 2.1.0", "lamps 2.1.0 -> 3.0.0")
    assert plan.warnings == ("lamps is at 2.1.0 by what it says; it is taken to be at 2.0.0, as was asked",)
    assert system.load_config("lamps")["lamps"]["desk"]["hours"] == {"on": 7, "off": 22}


def test_a_document_that_says_its_version_is_not_migrated_twice(home: Path) -> None:
    """It would fit the first version too; but it says that it is there, so the same call again does nothing."""
    add_bells(home)
    system = opened()
    system.migrate_config("bell-1", "1", "2")
    before = documents(home)
    system.migrate_config("bell-1", "1", "2")
    assert documents(home) == before
    assert len(system.history("bell-1")) == 2


def test_a_version_that_does_not_fit_is_refused(home: Path) -> None:
    """What is no document of that version is not migrated from it."""
    before = documents(home)
    with pytest.raises(MigrationError, match=r"it is at 1\.0\.0, and does not fit the schema of 2\.1\.0"):
        opened().migrate_config("lamps", "2.1.0", "3.0.0")
    assert documents(home) == before
    assert not (home / ".setpoint" / "backups").exists()


def test_a_newer_minor_version_is_loaded_and_has_nothing_pending(home: Path) -> None:
    """Somebody else is ahead by a little: a warning, and no migration."""
    (home / "lamps.yaml").write_text("version: 3.1.0\nlamps: {}\n")
    system = opened()
    [warning] = system.validate_all_configs()["lamps"]
    assert (warning.rule, warning.severity) == ("newer-version", "warning")
    assert system.load_config("lamps")["version"] == "3.1.0"
    assert system.pending_migrations() == []


def test_a_newer_major_version_is_refused(home: Path) -> None:
    """It is neither loaded nor migrated, and the error draws what is known."""
    (home / "lamps.yaml").write_text("version: 4.0.0\nlamps: {}\n")
    system = opened()
    with pytest.raises(ConfigValidationError, match=r"version '4\.0\.0' of lamps is not known"):
        system.load_config("lamps")
    with pytest.raises(MigrationError, match="newer than any that is known") as caught:
        system.migrate_config("lamps", to_version="2.0.0")
    assert "1.0.0 <-> 2.0.0 <-> 2.1.0 <-> 3.0.0" in caught.value.message


def test_a_missing_link_is_drawn(home: Path) -> None:
    """Between two migrations there is one that nobody wrote."""
    (home / "migrations" / "lamps" / "colors.toml").unlink()
    with pytest.raises(MigrationError) as caught:
        opened().migrate_config("lamps")
    assert "a link is missing" in caught.value.message
    assert "1.0.0 <-> 2.0.0" in caught.value.message and "2.1.0 <-> 3.0.0" in caught.value.message
    assert opened().migrate_config("lamps", to_version="2.0.0")["version"] == "2.0.0"


def test_two_heads_are_drawn(home: Path) -> None:
    """Two people wrote a newest version: somebody must say which."""
    (home / "migrations" / "lamps" / "mine.yaml").write_text("from: 2.1.0\nto: 2.5.0\nsteps: []\n")
    with pytest.raises(MigrationError) as caught:
        opened().plan_migration("lamps")
    assert "there are 2 newest versions, 2.5.0, 3.0.0" in caught.value.message
    assert opened().plan_migration("lamps", "3.0.0").to_version == "3.0.0"


def test_two_migrations_of_one_edge_are_named(home: Path) -> None:
    """Both files are in the error."""
    (home / "migrations" / "lamps" / "twice.yaml").write_text("from: 1.0.0\nto: 2.0.0\nsteps: []\n")
    with pytest.raises(MigrationError, match=r"config/migrations/lamps/rooms.yaml and config/.*/twice.yaml"):
        opened().plan_migration("lamps")


def test_no_way_back_is_said(home: Path) -> None:
    """A function without a twin goes up only; the error names it, and what is left to do."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text(file.read_text().partition("def down")[0])
    system = opened()
    system.migrate_config("lamps")
    with pytest.raises(MigrationError, match=r"no way leads back from 3.0.0 to 1.0.0: .*hours.py has no way down"):
        system.migrate_config("lamps", to_version="1.0.0")
    assert system.load_config("lamps")["version"] == "3.0.0"


def test_what_is_not_there_cannot_be_migrated(home: Path) -> None:
    """A name that is near is offered; a document without migrations is told what to do."""
    add_bells(home)
    system = opened()
    with pytest.raises(ConfigNotFoundError) as caught:
        system.migrate_config("lamp")
    assert caught.value.near == ("lamps",)
    (home / "plain.yaml").write_text("a: 1\n")
    system = opened()
    with pytest.raises(MigrationError, match="put one into migrations/plain/"):
        system.migrate_config("plain")


def test_a_document_with_one_schema_has_no_judge_of_its_past(home: Path) -> None:
    """Where only the newest shape has a schema, an old document is migrated though that schema refuses it."""
    for file in (home / "schemas").iterdir():
        file.unlink()
    (home / "schemas" / "lamps.schema.json").write_text(schema("3.0.0", VERSIONS["3.0.0"]))
    system = opened()
    with pytest.raises(ConfigValidationError):
        system.load_config("lamps")
    assert system.plan_migration("lamps").from_version == "1.0.0"
    assert system.migrate_config("lamps")["version"] == "3.0.0"
    assert system.pending_migrations() == []


def test_a_first_version_without_a_schema_is_where_nothing_else_fits(home: Path) -> None:
    """Nobody kept the oldest schema: a document that says nothing, and that no schema accepts, is of that version."""
    (home / "schemas" / "lamps@1.0.0.schema.json").unlink()
    system = opened()
    assert system.plan_migration("lamps").from_version == "1.0.0"
    assert system.migrate_config("lamps")["version"] == "3.0.0"


def test_documents_without_any_schema_go_by_what_they_say(home: Path) -> None:
    """The version is read at /version and written there: as a number, where it was one."""
    add_bells(home)
    system = opened()
    system.migrate_config("bell-1")
    assert (home / "bell-1.yaml").read_text() == "# bell 1\nversion: 2\npitch: 1  # as tuned\n"
    assert [one.version for one in system.history("bell-1")] == ["2", None]
    system.migrate_config("bell-1", to_version="1")
    assert (home / "bell-1.yaml").read_text() == "# bell 1\nversion: 1\ntone: 1  # as tuned\n"


@pytest.mark.parametrize("ending", ["json", "jsonc", "toml"])
def test_every_format_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """JSON, JSON with comments and TOML are edited as faithfully, up and down."""
    monkeypatch.chdir(tmp_path)
    home = make(tmp_path / "config")
    (home / "lamps.yaml").unlink()
    lamp = '{"room_name": "study", "height": 0.7, "color": "red"}'
    text = {
        "json": f'{{\n  "lamps": {{\n    "desk": {lamp}\n  }}\n}}\n',
        "jsonc": f'{{\n  // by the door\n  "lamps": {{\n    "desk": {lamp} // old\n  }}\n}}\n',
        "toml": '# all lamps\n[lamps.desk]\nroom_name = "study"  # upstairs\nheight = 0.7\ncolor = "red"\n',
    }[ending]
    (home / f"lamps.{ending}").write_text(text)
    system = opened()
    desk = system.migrate_config("lamps")["lamps"]["desk"]
    assert desk == {"room": "study", "color": ["red"], "place": {"height": 0.7}, "dimmable": False}
    now = (home / f"lamps.{ending}").read_text()
    assert all(comment in now for comment in ("by the door", "old", "all lamps", "upstairs") if comment in text)
    system.migrate_config("lamps", to_version="1.0.0")
    assert (home / f"lamps.{ending}").read_text() == text


def test_a_single_file_is_migrated(home: Path) -> None:
    """A system of one file has its migrations and schemas beside it."""
    system = opened(home / "lamps.yaml")
    assert [plan.document for plan in system.pending_migrations()] == ["lamps"]
    assert system.migrate_config("lamps")["version"] == "3.0.0"
    assert len(backups(home)) == 1
