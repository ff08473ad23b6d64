"""Where migrations come from: files in YAML, TOML and Python, the program, and what is built in."""

from __future__ import annotations

import gc
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lamps import add_bells, opened

from setpoint.errors import MigrationError, UsageError
from setpoint.migration.migration import Migration


def test_every_way_to_write_one_leads_on(home: Path) -> None:
    """YAML, TOML and Python files, then a function of the program and a Migration of it."""
    for file in (home / "schemas").iterdir():
        file.unlink()

    def up(tree: dict[str, Any]) -> dict[str, Any]:
        return {**tree, "checked": True}

    system = opened()
    system.add_migration("lamps", "3.0.0", "4.0.0", up)
    system.add_migration(Migration("lamps", "4.0.0", "5.0.0", [{"rename": {"path": "checked", "to": "approved"}}]))
    migrated = system.migrate_config("lamps")
    assert (migrated["version"], migrated["approved"]) == ("5.0.0", True)


def test_what_is_no_migration_is_refused_when_it_is_added(home: Path) -> None:
    """With a sentence, not later."""
    system = opened()
    with pytest.raises(UsageError, match="two versions and a function"):
        system.add_migration("lamps", "3.0.0")
    with pytest.raises(UsageError):
        system.add_migration("lamps", "3.0.0", "4.0.0", "no function")  # type: ignore[arg-type]


def test_a_broken_file_is_told_with_its_place(home: Path) -> None:
    """As named by the user, with line and column; documents themselves are loaded as ever."""
    (home / "migrations" / "lamps" / "rooms.yaml").write_text("from: 1.0.0\nto: 2.0.0\nsteps:\n  - renam: {}\n")
    system = opened()
    assert system.load_config("lamps")["wattage"] == 12
    with pytest.raises(MigrationError, match=r"^config/migrations/lamps/rooms.yaml:4:5: .*did you mean 'rename'\?"):
        system.plan_migration("lamps")


def test_a_folder_that_did_not_change_is_not_read_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are looked at, not opened; one that was touched is read anew, and a new one is found."""
    from setpoint.upgrade import book

    read: list[str] = []
    real = book.read_migration

    def counted(file: str, *arguments: Any, **named: Any) -> Migration:
        read.append(os.path.basename(file))
        return real(file, *arguments, **named)

    monkeypatch.setattr(book, "read_migration", counted)
    for file in (home / "schemas").iterdir():
        file.unlink()
    system = opened()
    system.plan_migration("lamps")
    assert read == ["colors.toml", "hours.py", "rooms.yaml"]
    system.plan_migration("lamps")
    system.migrate_config("lamps", to_version="2.0.0")
    assert len(read) == 3
    (home / "migrations" / "lamps" / "beyond.yaml").write_text("from: 3.0.0\nto: 3.1.0\nsteps: []\n")
    assert system.plan_migration("lamps").to_version == "3.1.0"
    assert len(read) == 7


def test_a_python_file_is_not_run_before_it_is_needed(home: Path) -> None:
    """A plan that does not lead over it leaves it alone."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text(f"open({str(home / 'ran')!r}, 'w').close()\n{file.read_text()}")
    system = opened()
    system.plan_migration("lamps", "2.1.0")
    assert not (home / "ran").exists()
    system.plan_migration("lamps")
    assert (home / "ran").exists()


def test_a_folder_of_its_own_takes_the_place_of_what_is_built_in(home: Path) -> None:
    """A document with a built-in name and other migrations is migrated by these."""
    (home / "unified_config.yaml").write_text("version: 7\ncolour: red\n")
    (home / "schemas" / "unified_config.schema.json").write_text('{"type": "object"}')
    place = home / "migrations" / "unified_config"
    place.mkdir()
    (place / "us.yaml").write_text("from: 7\nto: 8\nsteps: [{rename: {path: colour, to: color}}]\n")
    assert opened().migrate_config("unified_config") == {"version": 8, "color": "red"}


def test_documents_in_folders_have_their_migrations_there(home: Path) -> None:
    """migrations/team/service/ is for the document team/service."""
    (home.parent / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    (home / "team").mkdir()
    (home / "team" / "service.yaml").write_text("version: 1\nport: 80\n")
    place = home / "migrations" / "team" / "service"
    place.mkdir(parents=True)
    (place / "ports.yaml").write_text("from: 1\nto: 2\nsteps: [{convert: {path: port, from: item, to: list}}]\n")
    system = opened()
    assert [plan.document for plan in system.pending_migrations()] == ["lamps", "team/service"]
    assert system.migrate_config("team/service")["port"] == [80]
    assert system.rollback("team/service", to=1).notes


def test_pending_documents_are_found_without_editing_any(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a plan changes is worked out when it is asked for."""
    from setpoint.editing import edit

    add_bells(home, 3)
    system = opened()
    system.migrate_config("bell-2")
    edited: list[str] = []
    real = edit.edit_again

    def counted(*arguments: Any, **named: Any) -> bytes:
        edited.append(named["file"])
        return real(*arguments, **named)

    monkeypatch.setattr(edit, "edit_again", counted)
    plans = system.pending_migrations()
    assert [plan.document for plan in plans] == ["bell-1", "bell-3", "lamps"]
    assert edited == []
    assert "-tone: 3" in plans[1].diff
    assert edited == ["config/bell-3.yaml"]


def test_a_document_that_cannot_be_looked_at_is_not_passed_over(home: Path) -> None:
    """Looking for what is pending raises what is wrong with the first such document."""
    add_bells(home)
    (home / "bell-1.yaml").write_text("version: 1\ntone: [\n")
    with pytest.raises(Exception, match=r"^config/bell-1.yaml:3:1"):
        opened().pending_migrations()


def test_a_version_without_a_schema_is_not_reached_beside_others(home: Path) -> None:
    """Every older version has a schema, so nobody could say whether the result is right; the file to add is named."""
    (home / "migrations" / "lamps" / "beyond.yaml").write_text("from: 3.0.0\nto: 3.1.0\nsteps: []\n")
    with pytest.raises(
        MigrationError, match=r"no schema can judge the result; add schemas/lamps@3\.1\.0\.schema\.json"
    ):
        opened().migrate_config("lamps")


def test_threads_read_python_files_at_the_same_time(home: Path) -> None:
    """CPython 3.11 stumbles when threads take turns in its parser, as they do here; nothing is refused for that."""
    from setpoint.migration.python_file import python_migration

    file = home / "migrations" / "lamps" / "hours.py"
    data = file.read_bytes() + b"\n".join(b"x%d = [[[[[[%d]]]]]]" % (number, number) for number in range(150))

    def read(_: int) -> str:
        return python_migration(data, "lamps", "hours.py", str(file)).to_version

    def take_turns(_phase: str, _facts: dict[str, int]) -> None:
        time.sleep(0.0001)

    threshold = gc.get_threshold()
    gc.callbacks.append(take_turns)
    gc.set_threshold(200)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(read, range(48))) == {"3.0.0"}
    finally:
        gc.callbacks.remove(take_turns)
        gc.set_threshold(*threshold)
