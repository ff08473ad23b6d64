"""``setpoint schema``: the schemas of documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from setpoint.cli.main import main
from setpoint.schemas import builtin, builtin_names

SCHEMAS = [
    (name if version is None else f"{name}@{version}", path)
    for name in builtin_names()
    for version, path in builtin(name).items()
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a configuration."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("name", "path"), SCHEMAS, ids=[name for name, _ in SCHEMAS])
def test_a_built_in_schema_is_shown_anywhere(name: str, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, complete, without a configuration directory."""
    assert main(["schema", "show", name]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(Path(path).read_text())


def test_without_a_version_the_newest_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """unified_config is at 2.1.0."""
    main(["schema", "show", "unified_config"])
    newest = capsys.readouterr().out
    main(["schema", "show", "unified_config@2.1.0"])
    assert capsys.readouterr().out == newest


def test_a_directorys_own_schema_is_shown_for_its_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In place of the built-in one, also where it is written in YAML."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    (tmp_path / "config" / "schemas" / "messaging.schema.yaml").write_text("required: [own]\n")
    assert main(["schema", "show", "messaging"]) == 0
    assert json.loads(capsys.readouterr().out) == {"required": ["own"]}
    assert main(["-c", "elsewhere", "schema", "show", "messaging"]) == 0
    ((_, path),) = builtin("messaging").items()
    assert json.loads(capsys.readouterr().out) == json.loads(Path(path).read_text())


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("mesaging", 4, "no schema for 'mesaging'; did you mean 'messaging'?"),
        ("xyzzy", 4, "no schema for 'xyzzy'; there are coordinates, "),
        ("unified_config@9.9.9", 4, "9.9.9"),
        ("", 4, "no schema for ''"),
    ],
)
def test_an_unknown_schema_is_not_found(name: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the near names, or those there are; the same in JSON."""
    assert main(["schema", "show", name]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert main(["schema", "show", name, "--format", "json"]) == code
    assert json.loads(capsys.readouterr().out)["error"]["exit_code"] == code


def test_a_schema_that_cannot_be_read_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2, with the place in the schema's file."""
    (tmp_path / "config" / "schemas").mkdir(parents=True)
    (tmp_path / "config" / "schemas" / "d.schema.json").write_text('{"type": }')
    assert main(["schema", "show", "d"]) == 2
    assert "config/schemas/d.schema.json:1:10: error[syntax]" in capsys.readouterr().err


def test_a_wrong_verb_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The choices are named."""
    assert main(["schema", "shwo", "messaging"]) == 2
    assert "show" in capsys.readouterr().err
