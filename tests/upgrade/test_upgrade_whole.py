"""All or nothing: what is refused, and that it leaves everything as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lamps import ROOMS, add_bells, backups, documents, opened

from setpoint.errors import (
    ConfigParseError,
    ConfigValidationError,
    MigrationBlockedError,
    MigrationError,
    UnavailableError,
    Veto,
)


def untouched(home: Path, before: dict[str, bytes]) -> bool:
    """True when the files are as they were, and neither a revision nor a backup was made."""
    with opened() as system:
        recorded = [one for name in ("lamps", "bell-1") for one in system.history(name)]
    return documents(home) == before and recorded == [] and not list((home / ".setpoint" / "backups").glob("*/*"))


def test_an_invalid_document_is_repaired_first(home: Path) -> None:
    """Nobody knows what a migration would make of it; the error has the place, and nothing is changed."""
    file = home / "lamps.yaml"
    file.write_text(file.read_text().replace("0.5", "dim"))
    before = documents(home)
    with pytest.raises(ConfigValidationError) as caught:
        opened().migrate_config("lamps")
    assert caught.value.message.startswith("config/lamps.yaml:8:17: expected a number, found the string 'dim'")
    assert caught.value.message.endswith("lamps is not valid at its version 1.0.0: repair it, then migrate")
    assert untouched(home, before)


def test_a_document_that_cannot_be_parsed_is_told_with_its_place(home: Path) -> None:
    """As everywhere, the line and column come first."""
    (home / "lamps.yaml").write_text("lamps: {\n")
    with pytest.raises(ConfigParseError, match=r"^config/lamps.yaml:2:1: "):
        opened().migrate_config("lamps")


def test_an_invalid_result_names_the_migration_and_the_place(home: Path) -> None:
    """The schema of the target judges what the migrations make, and nothing that it refuses is written."""
    file = home / "migrations" / "lamps" / "rooms.yaml"
    file.write_text(ROOMS.partition("examples")[0].replace("multiply: 100", "multiply: 1000"))
    before = documents(home)
    with pytest.raises(ConfigValidationError) as caught:
        opened().migrate_config("lamps", to_version="2.0.0")
    assert caught.value.message.startswith("after lamps 1.0.0 -> 2.0.0: config/lamps.yaml:6:17: expected at most 100")
    assert caught.value.diagnostics[0].path == "/lamps/desk/brightness"
    assert untouched(home, before)


def test_a_result_of_another_version_is_refused(home: Path) -> None:
    """A function that writes a version of its own does not get away with it."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text('FROM = "2.1.0"\nTO = "3.0.0"\n\n\ndef up(tree):\n    return {"version": "9", "lamps": "none"}\n')
    before = documents(home)
    with pytest.raises(ConfigValidationError, match=r"after lamps 2.1.0 -> 3.0.0"):
        opened().migrate_config("lamps")
    assert untouched(home, before)


def test_what_is_in_the_way_is_told_at_its_line(home: Path) -> None:
    """A key that is there under its new name already blocks the step: file, line, column, migration and step."""
    add_bells(home, 1, broken=1)
    before = documents(home)
    with pytest.raises(MigrationBlockedError) as caught:
        opened().migrate_config("bell-1")
    assert caught.value.message.startswith("config/bell-1.yaml:3:1: ")
    assert "tones.yaml: bell-1 1 -> 2, step 1 of 1" in caught.value.message
    [found] = caught.value.diagnostics
    assert (found.file, found.line, found.column, found.rule) == ("config/bell-1.yaml", 3, 1, "migration-blocked")
    assert untouched(home, before)


def test_what_is_in_the_way_in_a_layer_is_told_in_its_file(layered: Path) -> None:
    """The profile's file has both names; the base has nothing wrong."""
    (layered / "lamps.prod.yaml").write_text("lamps:\n  desk:\n    room: hall\n    room_name: attic\n")
    before = documents(layered)
    with pytest.raises(MigrationBlockedError, match=r"^config/lamps\.prod\.yaml:4:5: "):
        opened().migrate_config("lamps")
    assert untouched(layered, before)


def test_a_function_that_fails_is_told_with_its_file_and_line(home: Path) -> None:
    """What a migration raises never gets out as it is."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text('FROM = "2.1.0"\nTO = "3.0.0"\n\n\ndef up(tree):\n    return tree["lambs"]\n')
    before = documents(home)
    with pytest.raises(MigrationError) as caught:
        opened().migrate_config("lamps")
    assert "hours.py: lamps 2.1.0 -> 3.0.0, step 1 of 1" in caught.value.message
    assert "KeyError" in caught.value.message and "line 6" in caught.value.message
    assert untouched(home, before)


def test_several_documents_are_migrated_together(home: Path) -> None:
    """They are one group on record, and one moment for readers."""
    names = add_bells(home, 2)
    system = opened()
    generation = system.snapshot().generation
    plans = system.migrate([*names, "lamps"])
    assert [plan.document for plan in plans] == ["bell-1", "bell-2", "lamps"]
    assert [list(plan.diffs) for plan in plans] == [[f"config/{name}.yaml"] for name in ("bell-1", "bell-2", "lamps")]
    assert len({system.history(name)[0].group for name in (*names, "lamps")}) == 1
    assert system.snapshot().generation == generation + 1
    assert system.pending_migrations() == []


def test_one_failing_document_keeps_all_as_they_were(home: Path) -> None:
    """The second document cannot be migrated, so the first is not either."""
    add_bells(home, 2, broken=2)
    before = documents(home)
    system = opened()
    with pytest.raises(MigrationBlockedError, match=r"^config/bell-2.yaml:"):
        system.migrate(["bell-1", "bell-2", "lamps"])
    assert untouched(home, before)
    assert system.load_config("bell-1")["version"] == 1


def test_only_the_migration_at_fault_is_named(home: Path) -> None:
    """When the result of one of several documents is refused, the others are not blamed."""
    add_bells(home, 1)
    file = home / "migrations" / "lamps" / "rooms.yaml"
    file.write_text(ROOMS.partition("examples")[0].replace("multiply: 100", "multiply: 1000"))
    with pytest.raises(ConfigValidationError) as caught:
        opened().migrate({"bell-1": None, "lamps": "2.0.0"})
    assert caught.value.message.startswith("after lamps 1.0.0 -> 2.0.0: ")


def test_an_editor_that_is_quicker_is_not_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves between reading and writing: the migration is made on what was left, and one backup remains."""
    from setpoint.upgrade.backup import Backups

    real, saved = Backups.make, []

    def make(self: Backups, *arguments: object) -> str:
        made: str = real(self, *arguments)  # type: ignore[arg-type]
        if not saved:
            saved.append(made)
            file = home / "lamps.yaml"
            file.write_text(file.read_text() + "  door: {room_name: hall}  # just added\n")
        return made

    monkeypatch.setattr(Backups, "make", make)
    system = opened()
    system.migrate_config("lamps", to_version="2.0.0")
    assert "door: {room: hall, dimmable: false}  # just added\n" in (home / "lamps.yaml").read_text()
    [backup] = backups(home)
    assert b"just added" in (backup / "lamps.yaml").read_bytes()
    assert not os.path.exists(saved[0])


def test_a_program_can_refuse_a_migration(home: Path) -> None:
    """on_prepare is asked as for every change; its veto leaves no trace."""
    before = documents(home)
    system = opened()
    system.load_config("lamps")

    @system.on_prepare("lamps")
    def refuse(_changes: object) -> None:
        raise Veto("not now")

    with pytest.raises(Veto, match="not now"):
        system.migrate_config("lamps")
    assert untouched(home, before)
    assert "wattage" in system.load_config("lamps")


def test_where_no_backup_can_be_made_nothing_is_changed(home: Path) -> None:
    """A file lies where the folder of the backups would be."""
    system = opened()
    system.set("lamps.wattage", 13)
    (home / ".setpoint" / "backups").write_text("in the way")
    before = documents(home)
    with pytest.raises(UnavailableError):
        system.migrate_config("lamps")
    assert documents(home) == before
    assert len(system.history("lamps")) == 2
