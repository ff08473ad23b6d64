"""Finding the built-in schemas by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gallery
import pytest

from setpoint.schemas import builtin, builtin_names, settings_schema


def test_the_five_kinds_are_built_in() -> None:
    """The names are those of the kinds, in alphabetical order."""
    assert builtin_names() == ("coordinates", "discord_channels", "messaging", "semantic_config", "unified_config")


def test_versions_come_oldest_first() -> None:
    """A kind with versions has one schema for each; a kind without has one under None."""
    assert list(builtin("unified_config")) == ["1.0.0", "2.0.0", "2.1.0"]
    assert list(builtin("coordinates")) == ["1.0.0", "2.0.0"]
    assert [list(builtin(name)) for name in ("messaging", "discord_channels", "semantic_config")] == [[None]] * 3


@pytest.mark.parametrize(("alias", "name"), [("discord", "discord_channels"), ("semantic", "semantic_config")])
def test_an_alias_leads_to_the_same_schemas(alias: str, name: str) -> None:
    """A document may go by the short name of its kind."""
    assert builtin(alias) == builtin(name)
    assert alias not in builtin_names()


@pytest.mark.parametrize("name", ["", "Messaging", "messaging.production", "settings", "../messaging", "unified"])
def test_any_other_name_has_none(name: str) -> None:
    """Only the exact names count, and the settings are no kind of document."""
    assert builtin(name) == {}


def test_every_path_is_an_absolute_file() -> None:
    """What is returned can be opened from any directory."""
    for name in builtin_names():
        assert all(Path(path).is_absolute() and Path(path).is_file() for path in builtin(name).values())
    assert Path(settings_schema()).is_file()


def test_every_schema_file_belongs_to_a_name() -> None:
    """No schema lies in the folder that nobody can find."""
    folder = Path(settings_schema()).parent
    assert {path.name for path in folder.glob("*.json")} == {path.name for path in gallery.SCHEMA_FILES.values()}
    assert {f"{label}.schema.json" for label in gallery.SCHEMA_FILES} == {path.name for path in folder.glob("*.json")}


def test_a_callers_change_does_not_reach_the_next() -> None:
    """Each call returns a dict of its own."""
    builtin("messaging").clear()
    assert builtin("messaging")


def test_looking_up_a_name_imports_nothing_heavy() -> None:
    """A program that only asks which kinds there are loads neither a parser nor a validator."""
    code = (
        "import sys; from setpoint.schemas import builtin; builtin('messaging');"
        "print(sorted({'json', 're', 'yaml', 'jsonschema_rs', 'pathlib', 'typing'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=_environment()
    )
    assert done.stdout.strip() == "[]"


def _environment() -> dict[str, str]:
    # -S leaves out site-packages, whose own start-up files import things; the package is then found here.
    import setpoint

    return {"PYTHONPATH": str(Path(setpoint.__file__).parents[1])}
