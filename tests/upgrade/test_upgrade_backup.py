"""Backups and the ways back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from lamps import LAMPS, backups, documents, opened

from setpoint.errors import ConflictError, UnavailableError
from setpoint.upgrade.backup import Backups


def test_a_backup_holds_the_exact_bytes_of_all_files(layered: Path) -> None:
    """Also of the file of this machine, which is never on record; copied back, everything is as it was."""
    before = documents(layered)
    [plan] = opened().migrate({"lamps": None})
    [folder] = backups(layered)
    assert plan.backup == str(folder)
    assert folder.name.endswith("Z-1.0.0-to-2.1.0")
    assert documents(folder) == before
    assert {os.stat(path).st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert os.stat(folder).st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        shutil.copy(path, layered / path.name)
    assert documents(layered) == before


def test_a_plan_makes_no_backup(home: Path) -> None:
    """It writes nothing at all: not even the state directory is made."""
    plan = opened().plan_migration("lamps")
    assert plan.pending and plan.backup is None and plan.revision is None
    assert not (home / ".setpoint").exists()


def test_the_newest_backups_stay(home: Path) -> None:
    """The settings say how many; the oldest go when one more migration is done."""
    (home.parent / "setpoint.toml").write_text("[migration]\nbackups = 3\n")
    system = opened()
    for _ in range(3):
        system.migrate_config("lamps", to_version="2.0.0")
        system.migrate_config("lamps", to_version="1.0.0")
    ways = [folder.name.partition("Z-")[2] for folder in backups(home)]
    assert ways == ["2.0.0-to-1.0.0", "1.0.0-to-2.0.0", "2.0.0-to-1.0.0"]


def test_two_backups_of_one_moment_are_both_kept(tmp_path: Path) -> None:
    """A clock that stands still overwrites nothing."""
    keeper = Backups(str(tmp_path), keep=1, clock=lambda: 1_700_000_000.25)
    first = keeper.make("lamps", {"lamps.yaml": b"1"}, "1-to-2")
    second = keeper.make("lamps", {"sub/lamps.yaml": b"2"}, "1-to-2")
    assert os.path.basename(first) == "20231114T221320.250Z-1-to-2"
    assert [Path(first, "lamps.yaml").read_bytes(), Path(second, "sub/lamps.yaml").read_bytes()] == [b"1", b"2"]
    keeper.prune("lamps")
    assert keeper.of("lamps") == [second]


def test_backups_of_a_document_in_a_folder_are_not_those_of_the_folders_name(tmp_path: Path) -> None:
    """The documents "team" and "team/20240101T000000": pruning the one leaves the other alone."""
    keeper = Backups(str(tmp_path), keep=1)
    inner = keeper.make("team/20240101T000000", {"team/20240101T000000.yaml": b"1"}, "1-to-2")
    outer = keeper.make("team", {"team.yaml": b"1"}, "1-to-2")
    keeper.prune("team")
    assert (keeper.of("team"), keeper.of("team/20240101T000000")) == ([outer], [inner])


def test_a_version_with_odd_letters_makes_a_plain_folder(tmp_path: Path) -> None:
    """What a version says cannot lead out of the folder."""
    keeper = Backups(str(tmp_path))
    made = Path(keeper.make("lamps", {"lamps.yaml": b"1"}, "../1 to\n2"))
    assert made.parent == tmp_path / "backups" / "lamps"


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """One file cannot be written, so the copies of the others go as well."""
    keeper = Backups(str(tmp_path))
    with pytest.raises(UnavailableError):
        keeper.make("lamps", {"a": b"1", "a/b": b"2"}, "1-to-2")
    assert keeper.of("lamps") == []


def test_a_failed_migration_does_not_push_out_good_backups(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves the file at every attempt: a conflict in the end, and the one copy that counts is still there."""
    (home.parent / "setpoint.toml").write_text("[migration]\nbackups = 1\n")
    system = opened()
    system.migrate_config("lamps", to_version="2.0.0")
    good = backups(home)
    real, made = Backups.make, []

    def make(self: Backups, *arguments: Any) -> str:
        with (home / "lamps.yaml").open("a") as file:
            file.write(f"# {len(made)}\n")
        made.append(real(self, *arguments))
        return made[-1]

    monkeypatch.setattr(Backups, "make", make)
    with pytest.raises(ConflictError):
        system.migrate_config("lamps")
    assert len(made) == 5
    assert backups(home) == good
    assert (home / "lamps.yaml").read_text().endswith("# 3\n# 4\n")


def test_a_rollback_returns_the_bytes(home: Path) -> None:
    """And says that the document is at an older version again."""
    system = opened()
    system.migrate_config("lamps")
    saved = system.rollback("lamps", to=1)
    assert (home / "lamps.yaml").read_text() == LAMPS
    assert saved.notes == ("lamps is at version 1.0.0 again; migrate=True (--migrate) carries it to 3.0.0",)
    assert system.load_config("lamps")["wattage"] == 12


def test_a_rollback_to_an_older_version_can_be_migrated_at_once(home: Path) -> None:
    """What comes back and what is made of it are two revisions of one moment; readers see only the result."""
    system = opened()
    migrated = system.migrate_config("lamps")
    system.set("lamps.lamps.desk.room", "hall")
    generation = system.snapshot().generation
    saved = system.rollback("lamps", to=1, migrate=True, reason="the old lamps")
    assert [(one.cause, one.version) for one in saved.revisions] == [("rollback", "1.0.0"), ("migrate", "3.0.0")]
    assert len({one.group for one in saved.revisions}) == 1
    assert saved.notes == ()
    assert system.load_config("lamps") == migrated
    assert system.snapshot().generation == generation + 1
    assert system.record().files("lamps", saved.revisions[0].number) == {"lamps.yaml": LAMPS.encode()}


def test_a_rollback_within_a_version_offers_nothing(home: Path) -> None:
    """There is nothing to migrate."""
    system = opened()
    system.migrate_config("lamps")
    system.set("lamps.lamps.desk.room", "hall")
    assert system.rollback("lamps", to=2).notes == ()
    assert system.rollback("lamps", to=3, migrate=True).notes == ()
    assert system.load_config("lamps")["lamps"]["desk"]["room"] == "hall"


def test_looking_at_a_rollback_that_migrates_writes_nothing(home: Path) -> None:
    """The difference is that of both."""
    system = opened()
    system.migrate_config("lamps")
    system.set("lamps.lamps.desk.room", "hall")
    before = documents(home)
    saved = system.rollback("lamps", to=1, migrate=True, dry_run=True)
    assert "-    room: hall" in saved.diff.replace("'", "") and saved.revisions == ()
    assert documents(home) == before
