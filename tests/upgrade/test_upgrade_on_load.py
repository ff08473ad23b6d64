"""What becomes of a document of an older version when it is loaded: nothing, carried in memory, or written."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lamps import HOURS, LAMPS, LAMPS_2, VERSIONS, add_bells, backups, documents, opened, schema

from setpoint import Change, ConfigSystem
from setpoint.errors import UsageError


def test_never_loads_it_as_it_is_and_tells(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The old shape is valid by its own schema; whoever listens learns what to do."""
    with caplog.at_level(logging.INFO, "setpoint.migration"):
        config = opened().load_config("lamps")
    assert config["wattage"] == 12
    [record] = caplog.records
    assert record.getMessage() == (
        "lamps is at version 1.0.0, and 3.0.0 is the newest; 'setpoint migrate lamps --plan' shows the way there"
    )
    assert record.levelname == "INFO"
    assert not (home / ".setpoint").exists()


def test_never_says_nothing_about_the_newest_version(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """There is nothing to do."""
    (home / "lamps.yaml").write_text("version: 3.0.0\nlamps: {}\n")
    with caplog.at_level(logging.INFO, "setpoint.migration"):
        opened().load_config("lamps")
    assert caplog.records == []


def test_in_memory_serves_the_newest_version(home: Path) -> None:
    """The program reads the new shape; no file is touched, and nothing is made."""
    before = documents(home)
    system = opened(migrate_on_load="in-memory")
    config = system.load_config("lamps")
    assert (config["version"], config["lamps"]["desk"]["color"]) == ("3.0.0", ["red"])
    assert documents(home) == before
    assert not (home / ".setpoint").exists()
    assert len(system.snapshot()) == 1


def test_in_memory_carries_layers_and_overrides(layered: Path) -> None:
    """The file of this machine is carried too, and an override has the new name."""
    system = opened(migrate_on_load="in-memory", profile="prod")
    desk = system.load_config("lamps")["lamps"]["desk"]
    assert (desk["room"], desk["brightness"]) == ("attic", 70)
    with system.override({"lamps.lamps.desk.room": "hall"}):
        assert system.load_config("lamps")["lamps"]["desk"]["room"] == "hall"
    assert system.load_config("lamps")["lamps"]["desk"]["room"] == "attic"


def test_explain_says_that_a_text_was_carried(home: Path) -> None:
    """The line is one of the text as it is carried, which the file on the disk does not have."""
    system = opened(migrate_on_load="in-memory")
    system.load_config("lamps")
    origin = system.explain("lamps.lamps.desk.place.height").origin
    assert origin.file == "config/lamps.yaml (as of 3.0.0)"
    assert origin.line is not None and origin.value == 0.7


def test_the_settings_say_it_as_well(home: Path) -> None:
    """[migration] on_load counts where the program says nothing."""
    (home.parent / "setpoint.toml").write_text('[migration]\non_load = "in-memory"\n')
    assert opened().load_config("lamps")["version"] == "3.0.0"
    assert "version" not in opened(migrate_on_load="never").load_config("lamps")


def test_another_policy_is_refused(home: Path) -> None:
    """The error lists what there is."""
    with pytest.raises(UsageError, match="never"):
        opened(migrate_on_load="always")


def test_write_upgrades_the_files_once(home: Path) -> None:
    """The first load migrates them, with backup and revision; the next one finds nothing to do."""
    config = opened(migrate_on_load="write").load_config("lamps")
    assert config["version"] == "3.0.0"
    now = documents(home)
    assert now["lamps.yaml"].startswith(b"# Asked for by the fire brigade.\nversion: 3.0.0\n")
    [folder] = backups(home)
    assert (folder / "lamps.yaml").read_text() == LAMPS
    system = opened(migrate_on_load="write")
    assert system.load_config("lamps") == config
    assert (documents(home), len(backups(home))) == (now, 1)
    assert [one.cause for one in system.history("lamps")] == ["migrate", "found"]


def test_programs_that_start_together_upgrade_once(home: Path) -> None:
    """Four processes load the old file at the same time: each reads the new shape, and one of them has written it."""
    code = """
import sys
from setpoint import ConfigSystem
system = ConfigSystem("config", environ={}, migrate_on_load="write")
sys.stdin.readline()
print(system.load_config("lamps")["version"])
"""
    command = [sys.executable, "-W", "error", "-c", code]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in started] == ["3.0.0\n"] * 4
    assert [one.cause for one in opened().history("lamps")] == ["migrate", "found"]
    assert len(backups(home)) == 1


def test_threads_that_load_together_upgrade_once(home: Path) -> None:
    """The same within one process."""
    system = opened(migrate_on_load="write")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: system.load_config("lamps")["version"], range(16)))
    assert found == ["3.0.0"] * 16
    assert len(system.history("lamps")) == 2 and len(backups(home)) == 1


def test_write_carries_in_memory_what_cannot_be_written(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody may write backups: the program reads the new shape all the same, and a warning says why."""
    opened().set("lamps.wattage", 13)
    (home / ".setpoint" / "backups").write_text("in the way")
    before = documents(home)
    config = opened(migrate_on_load="write").load_config("lamps")
    assert config["version"] == "3.0.0"
    assert documents(home) == before
    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("lamps could not be migrated in its files when it was loaded: ")


def test_what_cannot_be_carried_is_loaded_as_it_is(layered: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A function cannot carry layers: the old shape is served, and one warning names the migration."""
    (layered / "migrations" / "lamps" / "hours.py").write_text(HOURS)
    (layered / "schemas" / "lamps@3.0.0.schema.json").write_text(schema("3.0.0", VERSIONS["3.0.0"]))
    system = opened(migrate_on_load="in-memory")
    assert system.load_config("lamps")["wattage"] == 12
    system.explain("lamps.wattage")
    [record] = caplog.records
    assert "lamps 2.1.0 -> 3.0.0: this migration is a function" in record.getMessage()


def test_documents_without_migrations_are_loaded_as_ever(home: Path) -> None:
    """Neither policy concerns them."""
    (home / "plain.yaml").write_text("a: 1\n")
    for policy in ("in-memory", "write"):
        assert opened(migrate_on_load=policy).load_config("plain") == {"a": 1}
    assert not (home / ".setpoint").exists()


@pytest.mark.parametrize("policy", ["in-memory", "write"])
def test_a_reload_carries_an_old_file_in_memory(home: Path, policy: str) -> None:
    """A file of the old version that is put in place is served in the new one."""
    (home / "lamps.yaml").write_text("version: 3.0.0\nlamps: {desk: {room: study}}\n")
    system = opened(migrate_on_load=policy)
    handle = system.bind("lamps")
    (home / "lamps.yaml").write_text(LAMPS)
    system.reload()
    assert handle.current.lamps.desk.place.height == 0.7
    assert (home / "lamps.yaml").read_text() == LAMPS
    assert "(as of 3.0.0)" in str(system.explain("lamps.lamps.desk.room"))


def test_hot_reload_carries_an_old_file_in_memory(home: Path) -> None:
    """The same, when the file is noticed: callbacks get addresses of the new shape."""
    (home / "lamps.yaml").write_text("version: 3.0.0\nlamps: {desk: {room: attic}}\n")
    seen: list[Change] = []
    noticed = threading.Event()
    with ConfigSystem("config", environ={}, migrate_on_load="in-memory") as system:
        system.load_config("lamps")

        @system.on_change("lamps.**")
        def changed(changes: tuple[Change, ...]) -> None:
            seen.extend(changes)
            noticed.set()

        system.start_hot_reload()
        (home / "lamps.yaml.new").write_text(LAMPS)
        (home / "lamps.yaml.new").replace(home / "lamps.yaml")
        assert noticed.wait(10)
        assert system.load_config("lamps")["lamps"]["desk"]["color"] == ["red"]
        assert "(as of 3.0.0)" in str(system.explain("lamps.lamps.desk.color"))
    assert any("lamps.desk.room" in str(change) for change in seen)
    assert not any("room_name" in str(change) for change in seen)


def test_what_was_found_is_on_record_as_it_was(home: Path) -> None:
    """The bytes are of the old version, whatever is served; so a way down later finds in them what a way up removed."""
    (home / "lamps.yaml").write_text("version: 3.0.0\nlamps: {desk: {room: attic}}\n")
    with ConfigSystem("config", environ={}, migrate_on_load="in-memory") as system:
        system.load_config("lamps")
        (home / "lamps.yaml").write_text(LAMPS)
        system.reload()
        assert system.history("lamps")[0].version != "3.0.0"
        system.migrate_config("lamps")
        system.migrate_config("lamps", to_version="1.0.0")
    assert (home / "lamps.yaml").read_text() == LAMPS


def test_a_migration_of_another_document_serves_what_is_carried(home: Path) -> None:
    """Writing one document leaves the other served in its new shape, though its file is old."""
    add_bells(home)
    system = opened(migrate_on_load="in-memory")
    assert system.load_config("lamps")["version"] == "3.0.0"
    system.migrate_config("bell-1")
    assert system.load_config("lamps")["version"] == "3.0.0"
    system.migrate_config("lamps", to_version="2.0.0")
    assert (home / "lamps.yaml").read_text() == LAMPS_2
    assert system.load_config("lamps")["version"] == "3.0.0"
