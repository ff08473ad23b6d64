"""``setpoint list``: the documents there are, with nothing parsed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "swarm" / "config"
List = Callable[..., tuple[int, str, str]]


@pytest.fixture
def list_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> List:
    """Run ``setpoint … list`` where ``config`` holds the files given as text by name."""
    monkeypatch.chdir(tmp_path)

    def run(files: dict[str, str], *arguments: str) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / "config" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "config" / name).write_text(text)
        code = main([*arguments, "list"] if "--format" not in arguments else ["list", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_each_document_has_a_line_with_its_files_and_schema(list_: List) -> None:
    """Aligned, the base first, then profiles by name, then the local file; documents may be broken."""
    files = {
        "messaging.yaml": "not: [parsed",
        "messaging.prod.json": "{",
        "messaging.local.toml": "=",
        "messaging.dev.yaml": "",
        "b.json": "",
        "own.toml": "",
        "schemas/own.schema.json": "{}",
    }
    code, out, err = list_(files)
    layered = " + ".join(f"config/messaging{rest}" for rest in (".yaml", ".dev.yaml", ".prod.json", ".local.toml"))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"b          {'config/b.json':<{len(layered)}}  no schema: checked for form only",
        f"messaging  {layered}  schema: built in",
        f"own        {'config/own.toml':<{len(layered)}}  schema: config/schemas/own.schema.json",
    ]


def test_the_example_as_json(list_: List, tmp_path: Path) -> None:
    """Name, files and schema of each document."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    code, out, _ = list_({"mine.yaml": ""}, "--format", "json")
    said = json.loads(out)
    assert (code, said["ok"], said["diagnostics"]) == (0, True, [])
    assert [one["name"] for one in said["documents"]] == [
        "coordinates",
        "discord_channels",
        "messaging",
        "mine",
        "semantic_config",
        "unified_config",
    ]
    assert said["documents"][2] == {"name": "messaging", "files": ["config/messaging.yml"], "schema": "built in"}
    assert said["documents"][3] == {"name": "mine", "files": ["config/mine.yaml"], "schema": None}


def test_clashing_names_are_told_and_exit_with_one(list_: List) -> None:
    """After the documents that are there; in JSON they are diagnostics."""
    files = {"a.yaml": "", "a.json": "", "b.yaml": ""}
    code, out, _ = list_(files)
    assert code == 1
    assert out.startswith("b  config/b.yaml")
    assert "config/a.yaml: error[ambiguous-name]: a.json and a.yaml are both" in out
    said = json.loads(list_(files, "--format", "json")[1])
    assert (said["ok"], [one["rule"] for one in said["diagnostics"]]) == (False, ["ambiguous-name"])


def test_a_name_that_is_none_is_a_warning(list_: List) -> None:
    """The list is fine all the same."""
    code, out, _ = list_({"two words.yaml": "", "b.yaml": ""})
    assert code == 0
    assert "config/two words.yaml: warning[file-name]" in out


def test_an_empty_directory_says_what_it_looks_for(list_: List, tmp_path: Path) -> None:
    """No documents is an answer, not an error."""
    (tmp_path / "config").mkdir()
    code, out, _ = list_({})
    assert (code, out) == (0, "no documents: there is no .yaml, .yml, .json, .jsonc or .toml file here\n")


def test_a_single_file_is_listed(list_: List) -> None:
    """With the name it has as a document."""
    code, out, _ = list_({"s.yaml": "", "other.yaml": ""}, "-c", "config/s.yaml")
    assert (code, out) == (0, "s  config/s.yaml  no schema: checked for form only\n")


def test_a_missing_directory_is_not_found(list_: List) -> None:
    """4, with how to name another."""
    code, out, err = list_({}, "-c", "gone")
    assert (code, out) == (4, "")
    assert err.startswith("setpoint: gone: no such file or directory; name the one that holds your configuration")
