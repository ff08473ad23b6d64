"""Documents behind their newest version: counted, told of after a while, and no reason to be unwell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from monitored import Monitored

from setpoint import ConfigSystem
from setpoint.upgrade.journey import Upgrade

Make = Callable[..., Monitored]
MIGRATION = "from: '1'\nto: '2'\nsteps:\n  - set_default: {path: number, value: 5}\n"


def stamped(one: Monitored, *names: str) -> None:
    """Make documents without a schema at version 1, each with a migration to 2."""
    for name in names:
        (one.home / f"{name}.yaml").write_text("version: '1'\n")
        folder = one.home / "migrations" / name
        folder.mkdir(parents=True)
        (folder / "two.yaml").write_text(MIGRATION)


def pending(one: Monitored) -> float:
    return one.pass_interval()["metrics"]["migrations_pending"]  # type: ignore[no-any-return]


def opened(one: Monitored) -> list[dict[str, Any]]:
    return [alert for alert in one.monitor.get_alerts() if alert["state"] == "open"]


def test_documents_that_wait_for_a_migration_are_counted(monitored: Make) -> None:
    """As many as the system itself says wait, and they are healthy: the schema of their version accepts them."""
    one = monitored()
    stamped(one, "c", "d")
    one.start(follow=False)
    health = one.monitor.get_health_status()
    assert health["metrics"]["migrations_pending"] == len(one.system.pending_migrations()) == 2
    assert health["documents"]["behind"] == 2
    assert health["reasons"] == []
    one.system.migrate_config("c")
    assert pending(one) == 1
    one.system.migrate(["d"])
    assert pending(one) == len(one.system.pending_migrations()) == 0


def test_a_migration_that_is_new_a_changed_file_and_one_that_goes_count_at_the_next_look(monitored: Make) -> None:
    """Nothing else tells of it: no document has changed."""
    one = monitored()
    stamped(one, "c")
    one.start(follow=False)
    assert pending(one) == 1
    folder = one.home / "migrations"
    (folder / "c" / "two.yaml").rename(folder / "two.yaml")
    assert pending(one) == 0
    (folder / "two.yaml").rename(folder / "c" / "two.yaml")
    assert pending(one) == 1
    one.write("c", "version: '2'\nnumber: 5\n")
    assert pending(one) == 0
    one.system.add_migration("c", "2", "3", lambda tree: tree)
    assert pending(one) == 1


def test_a_look_judges_again_only_what_has_changed(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look asks for the way of no document, and one after a change for that of one."""
    one = monitored()
    stamped(one, "c", "d", "e")
    one.start(follow=False)
    asked: list[str] = []
    way = Upgrade.way

    def counted(self: Upgrade, workspace: Any, name: str, *rest: Any, **more: Any) -> Any:
        asked.append(name)
        return way(self, workspace, name, *rest, **more)

    monkeypatch.setattr(Upgrade, "way", counted)
    assert pending(one) == 3
    assert asked == []
    one.write("d", "version: '2'\n")
    assert pending(one) == 2
    assert asked == ["d"]


def test_what_a_look_has_no_time_for_is_left_to_the_next(monitored: Make) -> None:
    """It is said how many these are, and the monitor looks again at once because of them."""
    one = monitored()
    stamped(one, "c", "d")
    sampler = one.monitor._sampler
    sampler.documents.seconds = -1.0
    sampler.look()
    assert sampler.unjudged == 4
    sampler.documents.seconds = float("inf")
    assert sampler.look()[1]["migrations_pending"] == 2
    assert sampler.unjudged == 0


def test_one_alert_of_low_severity_after_ten_minutes(monitored: Make) -> None:
    """Whoever brings migrations is about to run them: then it is never told of. What it says names the command."""
    one = monitored()
    stamped(one, "c", "d")
    one.start(follow=False)
    for _ in range(19):
        one.pass_interval()
    assert opened(one) == []
    for _ in range(2):
        one.pass_interval()
    (alert,) = opened(one)
    assert (alert["rule"], alert["severity"]) == ("migration-pending", "low")
    assert alert["message"] == "2 documents are not at the newest version"
    assert "setpoint migrate --all" in alert["advice"]
    one.system.migrate(["c", "d"])
    for _ in range(4):
        one.pass_interval()
    assert opened(one) == []


@pytest.mark.parametrize("how", ["in-memory", "write"])
def test_a_program_that_migrates_by_itself_is_not_told_to(monitored: Make, how: str) -> None:
    """It carries documents to the newest version when it loads them; the figure is there all the same."""
    one = monitored(migrate_on_load=how)
    stamped(one, "c")
    one.monitor.start_monitoring(300)
    for _ in range(25):
        health = one.pass_interval()
    assert health["metrics"]["migrations_pending"] == 1
    assert "migration-pending" not in [alert["rule"] for alert in opened(one)]


def test_settings_bring_the_alert_back(tmp_path: Path) -> None:
    """For a program that migrates in memory, whoever wants to know that files are old says so."""
    (tmp_path / "setpoint.toml").write_text("[monitor.alerts.migration-pending]\nenabled = true\nfor = 0\n")
    one = Monitored(tmp_path, migrate_on_load="in-memory")
    try:
        stamped(one, "c")
        one.start(follow=False)
        assert [alert["rule"] for alert in opened(one)] == ["migration-pending"]
    finally:
        one.close()


def test_a_migration_that_cannot_be_read_degrades(monitored: Make) -> None:
    """With its place; the other documents are looked at, and it is over once the file is repaired."""
    one = monitored()
    stamped(one, "c", "d")
    one.start(follow=False)
    (one.home / "migrations" / "c" / "two.yaml").write_text("from: '1'\nstep: []\n")
    reason = one.becomes("degraded", "migration-unclear")["migration-unclear"]
    assert reason["documents"] == ["c"]
    assert "migrations/c/two.yaml:" in reason["message"]
    assert one.monitor.get_health_status()["metrics"]["migrations_pending"] == 1
    (one.home / "migrations" / "c" / "two.yaml").write_text(MIGRATION)
    one.is_healthy()


def test_a_version_that_no_migration_knows_degrades_and_is_said_in_one_line(monitored: Make) -> None:
    """No way leads from it, so nobody knows whether it is behind; the drawing of all versions is left out."""
    one = monitored()
    stamped(one, "c")
    one.start(follow=False)
    one.write("c", "version: '0.9'\n")
    one.system.reload()
    reason = one.becomes("degraded", "migration-unclear")["migration-unclear"]
    assert "0.9" in reason["message"] and "\n" not in reason["message"]
    one.write("c", "version: '2'\n")
    one.system.reload()
    one.is_healthy()


def test_a_document_that_is_not_valid_is_one_fault(monitored: Make) -> None:
    """That a migration of it could not be planned is said by nobody."""
    one = monitored()
    stamped(one, "c")
    one.start(follow=False)
    one.write("c", "version: [\n")
    one.becomes("warning", "invalid")


def test_looking_runs_no_migration(monitored: Make) -> None:
    """A Python file is the program's own code: its versions are read, and it is not run."""
    one = monitored()
    (one.home / "c.yaml").write_text("version: '1'\n")
    folder = one.home / "migrations" / "c"
    folder.mkdir(parents=True)
    (folder / "two.py").write_text(
        "FROM, TO = 0, 0\nFROM = '1'\nTO = '2'\nopen(__file__ + '.ran', 'w')\n\n\ndef up(tree):\n    return tree\n"
    )
    assert one.monitor.get_health_status()["metrics"]["migrations_pending"] == 1
    assert [file.name for file in folder.iterdir()] == ["two.py"]


def test_a_system_without_migrations_has_none_pending(tmp_path: Path) -> None:
    """Of a single file too."""
    (tmp_path / "a.yaml").write_text("version: '1'\n")
    from setpoint import ConfigMonitor

    with ConfigSystem(tmp_path / "a.yaml", environ={}) as system:
        assert ConfigMonitor(system).get_health_status()["metrics"]["migrations_pending"] == 0
