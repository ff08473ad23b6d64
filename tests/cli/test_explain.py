"""``setpoint explain`` and ``get --layers``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from setpoint.cli.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "a.yaml").write_text("port: 1\npassword: hunter2\n")
    (tmp_path / "config" / "a.prod.yaml").write_text("port: 2\n")
    monkeypatch.setenv("SETPOINT_A__PORT", "3")
    return tmp_path


@pytest.mark.parametrize("command", [["explain"], ["get", "--layers"]])
def test_the_winner_and_the_shadowed_values_are_shown(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Layer by layer, with their places."""
    assert main(["--profile", "prod", *command, "a.port"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a.port = 3",
        "  from environment variable SETPOINT_A__PORT",
        "  shadows 2 from profile prod: config/a.prod.yaml:1:1",
        "  shadows 1 from base: config/a.yaml:1:1",
    ]


def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, secrets masked."""
    assert main(["explain", "a", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True
    assert [one["layer"] for one in found["origins"]] == ["environment", "base"]
    assert "hunter2" not in json.dumps(found)


def test_check_looks_at_this_machine_only_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--resolved adds the local files, .env and the environment, and names variables that nothing knows."""
    monkeypatch.setenv("SETPOINT_A__PROT", "3")
    monkeypatch.setenv("SETPOINT_B__PORT", "3")
    assert main(["check", "--strict"]) == 0
    assert main(["check", "--strict", "--resolved"]) == 1
    out = capsys.readouterr().out
    assert "SETPOINT_A__PROT" in out
    assert "SETPOINT_B__PORT" in out
    assert out.count("unknown-variable") == 2


def test_what_is_not_there_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4, with the near name."""
    assert main(["explain", "a.prot"]) == 4
    assert "did you mean 'port'" in capsys.readouterr().err
