"""setpoint.toml and [tool.setpoint]."""

from __future__ import annotations

from pathlib import Path

import pytest

from setpoint.budget import Budget
from setpoint.errors import UsageError
from setpoint.sources.settings import read_settings


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def test_without_a_file_everything_has_a_default(directory: Path) -> None:
    """No settings file is needed."""
    settings = read_settings(str(directory))
    assert (settings.file, settings.budget, settings.subdirectories, settings.prefix) == (
        None,
        Budget(),
        False,
        "SETPOINT",
    )


def test_the_file_beside_the_directory_is_read(directory: Path) -> None:
    """Limits, names, folders of schemas and the prefix come from it; folders are relative to it."""
    (directory.parent / "setpoint.toml").write_text(
        '[limits]\nsize = 1000\ndepth = 5\n[directory]\nsubdirectories = true\n[documents]\nodd = "odd name.yaml"\n'
        '[schemas]\ndirs = ["shapes"]\n[environment]\nprefix = "APP"\n'
    )
    settings = read_settings(str(directory))
    assert settings.budget == Budget(size=1000, depth=5)
    assert settings.subdirectories is True
    assert settings.documents == {"odd": "odd name.yaml"}
    assert settings.schema_dirs == (str(directory.parent / "shapes"),)
    assert settings.prefix == "APP"


def test_pyproject_is_read_where_it_has_our_table(directory: Path) -> None:
    """Other tools' tables are left alone, and setpoint.toml wins."""
    pyproject = directory.parent / "pyproject.toml"
    pyproject.write_text("[tool.other]\nx = 1\n")
    assert read_settings(str(directory)).file is None
    pyproject.write_text("[tool.other]\nx = 1\n[tool.setpoint.limits]\ndepth = 7\n")
    assert read_settings(str(directory)).budget.depth == 7
    (directory.parent / "setpoint.toml").write_text("[limits]\ndepth = 8\n")
    assert read_settings(str(directory)).budget.depth == 8


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("[limits]\nsise = 5\n", "misspelt-key", 2),
        ("[limits]\nsize = -5\n", "too-small", 2),
        ("[limits]\nsize = 'x'\n", "wrong-type", 2),
        ("[limits\n", "syntax", 1),
    ],
)
def test_wrong_settings_are_shown_to_the_line(directory: Path, text: str, rule: str, line: int) -> None:
    """Settings are checked like any document, in both places they may stand."""
    (directory.parent / "setpoint.toml").write_text(text)
    with pytest.raises(UsageError, match=r"settings in .*setpoint\.toml") as caught:
        read_settings(str(directory))
    assert [(found.rule, found.line) for found in caught.value.diagnostics] == [(rule, line)]
    (directory.parent / "setpoint.toml").unlink()
    (directory.parent / "pyproject.toml").write_text(text.replace("[limits", "[tool.setpoint.limits"))
    with pytest.raises(UsageError, match=r"settings in .*pyproject\.toml") as caught:
        read_settings(str(directory))
    assert [(found.rule, found.line) for found in caught.value.diagnostics] == [(rule, line)]
