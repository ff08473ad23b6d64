"""``setpoint status``: how the configuration is, why, and how those are that watch over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint import ConfigMonitor, ConfigSystem
from setpoint.cli.main import main

Status = Callable[..., tuple[int, str, str]]


@pytest.fixture
def status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Status:
    """Run ``setpoint status`` where ``config`` holds the files given as text by name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()

    def run(files: dict[str, str], *arguments: str) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / "config" / name).write_text(text)
        code = main(["status", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_all_is_well(status: Status, tmp_path: Path) -> None:
    """One line and exit code 0, and nothing is written."""
    assert status({"a.yaml": "x: 1\n", "b.json": "{}"}) == (0, "healthy: 2 documents, all valid\n", "")
    assert sorted(path.name for path in (tmp_path / "config").iterdir()) == ["a.yaml", "b.json"]


def test_what_is_wrong_and_what_to_do(status: Status) -> None:
    """Exit code 1, with the place, since when, and the next step."""
    code, out, err = status({"a.yaml": "x: [\n", "b.json": "{}"})
    first, reason, advice = out.splitlines()
    assert (code, err) == (1, "")
    assert first == "critical: 2 documents, 1 invalid"
    assert reason.startswith("  critical invalid, since 20")
    assert "a is not valid, and loading it fails: config/a.yaml:2:1: the text ends inside a bracket" in reason
    assert advice == "    'setpoint check' says everything that is wrong, to the line"


def test_as_json(status: Status) -> None:
    """One object with the health, the programs and the open alerts; what is not known is null."""
    code, out, _ = status({"a.yaml": "x: 1\n"}, "--format", "json")
    said = json.loads(out)
    assert (code, said["ok"], said["diagnostics"], said["programs"], said["alerts"]) == (0, True, [], [], [])
    assert said["health"]["status"] == "healthy"
    assert said["health"]["documents"]["total"] == 1
    assert said["health"]["metrics"]["cache_hit_ratio"] is None


def test_the_programs_that_watch_are_shown_with_how_they_are(status: Status, tmp_path: Path) -> None:
    """One that serves something else than the files say is not healthy, though all files are good: exit code 1."""
    (tmp_path / "config" / "a.yaml").write_text("x: 1\n")
    system = ConfigSystem(tmp_path / "config", environ={})
    system.load_config("a")
    monitor = ConfigMonitor(system)
    monitor.start_monitoring(300)
    try:
        code, out, _ = status({})
        assert (code, out.splitlines()[0]) == (0, "healthy: 1 document, all valid")
        assert "watched by " in out and ": healthy, 0 s ago" in out
        code, out, _ = status({"a.yaml": "x: 2\n"})
        assert code == 0
        monitor.look()
        code, out, _ = status({})
        assert code == 1
        assert out.splitlines()[0] == "healthy: 1 document, all valid"
        assert ": degraded, " in out
        assert "1 open alert: 'setpoint alerts' shows them" in out
        code, out, _ = status({}, "--format", "json")
        said = json.loads(out)
        assert (code, said["ok"], said["programs"][0]["status"], said["alerts"][0]["rule"]) == (
            1, False, "degraded", "drift",
        )  # fmt: skip
    finally:
        monitor.stop_monitoring()
        system.close()
    code, out, _ = status({})
    assert (code, "watched by" in out) == (0, False)


def test_what_comes_from_a_file_cannot_act_on_the_terminal(status: Status) -> None:
    """A hostile key is shown as what it is."""
    code, out, _ = status({"a.yaml": '"\\e[31m": 1\n"\\e[31m": 2\n'})
    assert code == 1
    assert "\x1b" not in out


def test_a_directory_that_is_not_there(status: Status, tmp_path: Path) -> None:
    """Exit code 4, and what to do."""
    code, out, err = status({}, "-c", "nowhere")
    assert (code, out) == (4, "")
    assert "nowhere: no such file or directory" in err
