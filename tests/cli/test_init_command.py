"""``setpoint init``: a directory that is there already is taken over, and nothing in it changes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint.cli.main import main


class Folder:
    """A directory of configuration in a working directory of its own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.config = home / "config"
        self._capsys = capsys

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def bytes(self) -> dict[str, bytes]:
        found = {str(path.relative_to(self.home)): path.read_bytes() for path in self.home.rglob("*") if path.is_file()}
        return dict(sorted(found.items()))

    def init(self, *arguments: str) -> tuple[int, str]:
        code = main(["init", *arguments])
        shown = self._capsys.readouterr()
        assert shown.err == "" or code in (2, 4, 5)
        return code, shown.out + shown.err

    def facts(self, *arguments: str) -> dict[str, Any]:
        main(["init", *arguments, "--format", "json"])
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Folder:
    """An empty ``config``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    return Folder(tmp_path, capsys)


def test_a_directory_is_taken_over(folder: Folder) -> None:
    """Settings, schemas and a check; no file that was there is another."""
    folder.write(
        {"app.yaml": "# Ours.\n\n# How many.\nsize: 5\n", "app.prod.yaml": "more: true\n", "db.toml": 'host = "a"\n'}
    )
    before = folder.bytes()
    code, said = folder.init()
    assert code == 0
    after = folder.bytes()
    assert {name: after[name] for name in before} == before
    assert sorted(after.keys() - before.keys()) == [
        "config/schemas/app.schema.json",
        "config/schemas/db.schema.json",
        "setpoint.toml",
    ]
    schema = json.loads(after["config/schemas/app.schema.json"])
    assert schema["properties"] == {
        "size": {"type": "integer", "description": "How many."},
        "more": {"type": "boolean"},
    }
    assert schema["required"] == ["size"]
    assert tomllib.loads(after["setpoint.toml"].decode()) == {}
    assert "2 documents in config" in said
    assert "ok: 2 documents" in said
    assert said[said.index("next:") :].count("\n  setpoint ") == 3


def test_a_file_whose_name_cannot_be_written_down_is_only_told(folder: Folder) -> None:
    """Bytes that are no text, and a line break: the settings stay well-formed."""
    folder.write({"app.yaml": "a: 1\n", "bad\udcff.yaml": "a: 1\n", "x\n[limits]\ndepth=1.yaml": "a: 1\n"})
    code, said = folder.init()
    assert code == 0
    assert said.count("warning[file-name]") >= 2
    assert tomllib.loads((folder.home / "setpoint.toml").read_text()) == {}


def test_the_working_directory_can_be_adopted(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings lie beside it, where they are read, and the path says so."""
    folder.write({"my app.yaml": "a: 1\n"})
    monkeypatch.chdir(folder.config)
    code, said = folder.init(".")
    assert code == 0
    assert "wrote ./../setpoint.toml" in said
    assert tomllib.loads((folder.home / "setpoint.toml").read_text()) == {"documents": {"my_app": "my app.yaml"}}


def test_a_second_time_there_is_nothing_to_do(folder: Folder) -> None:
    """And nothing is written."""
    folder.write({"app.yaml": "size: 5\n"})
    folder.init()
    before = folder.bytes()
    code, said = folder.init()
    assert code == 0
    assert "wrote" not in said
    assert folder.bytes() == before


def test_a_dry_run_shows_every_file_and_writes_none(folder: Folder) -> None:
    """With what would be in it."""
    folder.write({"app.yaml": "size: 5\n"})
    before = folder.bytes()
    code, said = folder.init("--dry-run")
    assert code == 0
    assert folder.bytes() == before
    assert "would write setpoint.toml:\n# Settings of Setpoint" in said
    assert 'would write config/schemas/app.schema.json:\n{\n  "$schema"' in said
    files = folder.facts("--dry-run")["files"]
    assert [file["path"] for file in files] == ["setpoint.toml", "config/schemas/app.schema.json"]
    assert json.loads(files[1]["content"])["properties"] == {"size": {"type": "integer"}}
    assert not any(file["written"] for file in files)
    assert folder.bytes() == before


def test_without_schemas_only_the_settings_are_written(folder: Folder) -> None:
    """The documents are checked for their form."""
    folder.write({"app.yaml": "size: 5\n"})
    code, said = folder.init("--no-schemas")
    assert code == 0
    assert "config/app.yaml  (no schema)" in said
    assert [name for name in folder.bytes() if name != "config/app.yaml"] == ["setpoint.toml"]


def test_names_that_clash_are_told_and_mended(folder: Folder) -> None:
    """Two files for one name, layers without a base, and names that are none: all become documents."""
    folder.write(
        {
            "app.json": '{"a": 1}',
            "app.yaml": "b: 1\n",
            "logging.config.yaml": "c: 1\n",
            "my file.yaml": "d: 1\n",
            "one.prod.yaml": "e: 1\n",
            "one.test.yaml": "e: 2\n",
        }
    )
    code, said = folder.init()
    assert "error[ambiguous-name]" in said
    assert "error[layer-without-base]" in said
    assert "warning[file-name]" in said
    assert code == 0
    assert tomllib.loads((folder.home / "setpoint.toml").read_text()) == {
        "documents": {
            "app_yaml": "app.yaml",
            "logging_config": "logging.config.yaml",
            "one_prod": "one.prod.yaml",
            "my_file": "my file.yaml",
            "one_test": "one.test.yaml",
        }
    }
    assert "ok: 6 documents" in said


def test_settings_that_are_there_stay_and_are_told_what_they_lack(folder: Folder) -> None:
    """In setpoint.toml and in pyproject.toml."""
    folder.write({"app.json": '{"a": 1}', "app.yaml": "b: 1\n"})
    settings = folder.home / "setpoint.toml"
    settings.write_text("[limits]\ndepth = 50\n")
    code, said = folder.init()
    assert code == 1  # the clash is still there
    assert settings.read_text() == "[limits]\ndepth = 50\n"
    assert "setpoint.toml is there, and stays as it is" in said
    assert '\napp_yaml = "app.yaml"  # ' in said
    settings.unlink()
    (folder.home / "pyproject.toml").write_text("[tool.setpoint.limits]\ndepth = 50\n")
    assert "pyproject.toml is there, and stays as it is" in folder.init()[1]
    assert not settings.exists()


def test_a_file_that_cannot_be_parsed_is_told_with_its_place(folder: Folder) -> None:
    """The others are adopted; the exit code says that something is wrong."""
    folder.write({"bad.yaml": "a: 1\na: 2\n", "good.yaml": "a: 1\n"})
    code, said = folder.init()
    assert code == 1
    assert "config/bad.yaml:2:1: error[duplicate-key]" in said
    assert (folder.config / "schemas" / "good.schema.json").exists()
    assert not (folder.config / "schemas" / "bad.schema.json").exists()
    facts = folder.facts()
    assert facts["ok"] is False
    assert [(one["file"], one["line"], one["rule"]) for one in facts["diagnostics"]] == [
        ("config/bad.yaml", 2, "duplicate-key")
    ]


def test_an_empty_directory_says_how_to_begin(folder: Folder) -> None:
    """And writes nothing."""
    code, said = folder.init()
    assert code == 0
    assert "there is no document in config yet. To begin, put a file there" in said
    assert folder.bytes() == {}


def test_a_single_file_is_taken_over(folder: Folder) -> None:
    """Its settings and its schema lie beside it."""
    (folder.home / "app.yaml").write_text("size: 5\n")
    code, said = folder.init("app.yaml")
    assert code == 0
    assert list(folder.bytes()) == ["app.yaml", "schemas/app.schema.json", "setpoint.toml"]
    assert "setpoint -c app.yaml check" in said


def test_documents_in_folders_below_are_found(folder: Folder) -> None:
    """Where none lies above the settings say so; else it is only told."""
    folder.write({"team/a.yaml": "x: 1\n", "team/b.yaml": "x: 2\n"})
    code, said = folder.init()
    assert code == 0
    assert tomllib.loads((folder.home / "setpoint.toml").read_text()) == {"directory": {"subdirectories": True}}
    assert (folder.config / "schemas" / "team" / "a.schema.json").exists()
    assert "ok: 2 documents" in said


def test_folders_below_documents_are_left_to_the_settings(folder: Folder) -> None:
    """Nobody asked for them."""
    folder.write({"app.yaml": "x: 1\n", "team/a.yaml": "x: 1\n"})
    _, said = folder.init()
    assert "1 document in config" in said
    assert "1 more files lie in folders below" in said


def test_a_built_in_schema_is_enough(folder: Folder) -> None:
    """No other is inferred for a document that has one."""
    folder.write({"discord_channels.json": '{"a": {"name": "a"}}'})
    _, said = folder.init()
    assert "(schema: built in)" in said
    assert not (folder.config / "schemas").exists()


def test_no_secret_is_shown_or_written(folder: Folder) -> None:
    """Neither in the schema nor in what is said, in a dry run or not."""
    folder.write({"app.yaml": "db:\n  # was hunter2-old\n  password: hunter2-new\n  port: 1 # not hunter2-new\n"})
    _, said = folder.init("--dry-run")
    said += json.dumps(folder.facts("--dry-run"))
    said += folder.init()[1]
    assert "hunter2" not in said
    schema = json.loads((folder.config / "schemas" / "app.schema.json").read_text())
    assert schema["properties"]["db"]["properties"]["password"] == {"type": "string", "x-setpoint-secret": True}


def test_a_directory_that_is_not_there_is_not_found(folder: Folder) -> None:
    """4, as everywhere."""
    code, said = folder.init("nowhere")
    assert code == 4
    assert "nowhere: no such file or directory" in said


def test_wrong_settings_are_told(folder: Folder) -> None:
    """2, with their place; nothing is written."""
    folder.write({"app.yaml": "x: 1\n"})
    (folder.home / "setpoint.toml").write_text("[limits]\ndept = 1\n")
    code, said = folder.init()
    assert code == 2
    assert "setpoint.toml:2:1: error[misspelt-key]" in said
    assert not (folder.config / "schemas").exists()


def test_the_example_is_taken_over(setpoint: Callable[..., Any], tmp_path: Path) -> None:
    """Every document has a built-in schema, so only the settings are written."""
    ran = setpoint("init")
    assert ran.code == 0
    assert "wrote setpoint.toml" in ran.out
    assert not (tmp_path / "config" / "schemas").exists()
