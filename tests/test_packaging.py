"""The wheel: what is in it, and that it works when it is all there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import setpoint

ROOT = Path(__file__).parents[1]
NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv*", ".hypothesis", ".*_cache", "__pycache__", "results", "dist", "build", ".setpoint"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the checkout with the build backend that is installed, without a network."""
    checkout = tmp_path_factory.mktemp("built") / "checkout"
    shutil.copytree(ROOT, checkout, ignore=NOT_OURS)
    out = checkout.parent / "wheels"
    command = [sys.executable, "-m", "pip", "wheel", str(checkout), "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "-w", str(out)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    """The wheel's files as an installer lays them out."""
    target = wheel.parents[1] / "unpacked"
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(target)
    return target


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def distribution(requirement: str) -> str:
    """The name of what is required: ``PyYAML>=6.0.2,<7`` gives ``pyyaml``."""
    found = re.match(r"[\w-]+", requirement)
    assert found is not None
    return found[0].lower()


def run(unpacked: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the unpacked wheel's command, where neither the checkout nor its working directory can be found."""
    # The environment's own packages stay: the dependencies are there. What is on PYTHONPATH comes before them.
    return subprocess.run(
        [sys.executable, "-P", "-m", "setpoint", *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_wheel_holds_the_package_and_nothing_else(unpacked: Path) -> None:
    """Every module and data file of src/setpoint, the example, the metadata: no tests, no src/core, no leftovers."""
    checkout = unpacked.parent / "checkout"
    package = {
        f"setpoint/{name}"
        for name in files_below(checkout / "src" / "setpoint")
        if "__pycache__" not in name and not name.endswith(".pyc")
    }
    example = {f"setpoint/examples/swarm/{name}" for name in files_below(checkout / "examples" / "swarm")}
    info = f"setpoint-{setpoint.__version__}.dist-info"
    metadata = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert files_below(unpacked) == package | example | metadata
    assert "setpoint/py.typed" in package
    assert {"setpoint/examples/swarm/config/messaging.yml"} <= example


def test_the_wheel_holds_every_built_in_schema(unpacked: Path) -> None:
    """Those of all five kinds, in every version, and that of the settings."""
    found = {path.name for path in (unpacked / "setpoint" / "schemas").glob("*.schema.json")}
    assert found == {
        "coordinates@1.0.0.schema.json",
        "coordinates@2.0.0.schema.json",
        "discord_channels.schema.json",
        "messaging.schema.json",
        "semantic_config.schema.json",
        "settings.schema.json",
        "unified_config@1.0.0.schema.json",
        "unified_config@2.0.0.schema.json",
        "unified_config@2.1.0.schema.json",
    }


def test_the_metadata_says_what_the_project_says(unpacked: Path) -> None:
    """Name, version, the oldest Python, the dependencies, the licence, and the page for the index."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    info = unpacked / f"setpoint-{setpoint.__version__}.dist-info"
    said = Parser().parsestr((info / "METADATA").read_text())
    assert (said["Name"], said["Version"], said["Requires-Python"]) == ("setpoint", setpoint.__version__, ">=3.11")
    assert said["License-Expression"] == "MIT"
    needed = {distribution(line) for line in said.get_all("Requires-Dist", ()) if "extra ==" not in line}
    assert needed == {distribution(line) for line in project["dependencies"]}
    assert (ROOT / "README.md").read_text().splitlines()[0] in said.get_payload()
    assert "setpoint = setpoint.cli.main:main" in (info / "entry_points.txt").read_text()


def test_the_version_is_said_once(unpacked: Path, tmp_path: Path) -> None:
    """The project's file, the package and the command agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == setpoint.__version__
    assert run(unpacked, tmp_path, "--version").stdout == f"setpoint {setpoint.__version__}\n"


def test_the_demo_finds_its_example_in_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    """The package is not beside any checkout here, and the tour runs all the same."""
    done = run(unpacked, tmp_path, "demo", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["steps"][0]["told"][0].startswith("documents: coordinates, discord_channels, messaging")
    script = "from setpoint.example import example_directory; print(example_directory())"
    where = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert where.stdout.strip() == str(unpacked / "setpoint" / "examples" / "swarm" / "config")
    assert files_below(tmp_path) == set()


def test_the_wheel_checks_a_directory_with_its_own_schemas(unpacked: Path, tmp_path: Path) -> None:
    """A misspelt key of a built-in kind is found with the schema from the wheel."""
    (tmp_path / "config").mkdir()
    text = (ROOT / "examples" / "swarm" / "config" / "messaging.yml").read_text()
    (tmp_path / "config" / "messaging.yml").write_text(text.replace("max_size", "max_szie"))
    done = run(unpacked, tmp_path, "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[misspelt-key]: unknown key 'max_szie'" in done.stdout
