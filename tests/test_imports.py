"""Importing: nothing starts, nothing heavy is loaded, every public name is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import setpoint

HEAVY = ("yaml", "yamlrocks", "orjson", "jsonschema_rs", "json", "tomllib", "logging", "dataclasses", "argparse", "re")


def loaded_after(code: str) -> set[str]:
    """Names of the modules in a fresh interpreter after running some code, beyond those it starts with."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=PATH)
    return set(done.stdout.split())


PATH = {"PYTHONPATH": ":".join(path for path in sys.path if path)}


def test_importing_loads_nothing_else() -> None:
    """`import setpoint` loads no parser, no schema engine and no other module of the package."""
    loaded = loaded_after("import setpoint")
    assert {name for name in loaded if name.startswith("setpoint.")} == set()
    assert not loaded & set(HEAVY)


def test_making_a_system_loads_no_parser(tmp_path: object) -> None:
    """Opening a directory without settings parses nothing."""
    loaded = loaded_after(f"import setpoint; setpoint.ConfigSystem({str(tmp_path)!r})")
    assert not loaded & {"yaml", "yamlrocks", "orjson", "jsonschema_rs", "tomllib"}


@pytest.mark.parametrize("name", setpoint.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    """Each name in __all__ is there."""
    assert getattr(setpoint, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public says so."""
    with pytest.raises(AttributeError, match="no attribute 'ConfigManager'"):
        _ = setpoint.ConfigManager  # type: ignore[attr-defined]
