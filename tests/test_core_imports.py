"""The documented import paths work from a checkout, in an interpreter of their own."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "swarm" / "config"
MODULES = sorted((ROOT / "src" / "core").glob("*.py"))
MISSION = """\
from src.core.enhanced_config_system import initialize_enhanced_config
config_system = initialize_enhanced_config()
unified_config = config_system.load_config("unified_config")
coordinates = config_system.load_config("coordinates")
print(unified_config.system.name, len(coordinates.agents))
"""


def run(code: str, cwd: Path, *options: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a checkout's root looks like, with a ./config: a copy, so that nothing is written into the repository."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(EXAMPLE, tmp_path / "config")
    return tmp_path


def test_the_documented_lines_work_from_the_root_of_a_checkout(checkout: Path) -> None:
    """With setpoint installed, as written, ./config is loaded."""
    done = run(MISSION, checkout, path=str(checkout / "src"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "Harbour Swarm 8\n", "")


def test_the_documented_lines_work_with_this_checkout(tmp_path: Path) -> None:
    """The root on the path, as when a program runs from it, and the working directory where the config is."""
    shutil.copytree(EXAMPLE, tmp_path / "config")
    done = run(MISSION, tmp_path, path=f"{ROOT}:{ROOT / 'src'}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Harbour Swarm 8\n", "")


def test_migrating_a_document_that_has_arrived_changes_nothing(checkout: Path) -> None:
    """The example has the shape of 2.0.0, and no stamp: it is returned as it is, and its file stays."""
    lines = "".join(MISSION.splitlines(keepends=True)[:3])
    lines += 'migrated = config_system.migrate_config("unified_config", "1.0.0", "2.0.0")\n'
    before = (checkout / "config" / "unified_config.yaml").read_bytes()
    done = run(f"{lines}print(migrated is unified_config)", checkout, path=str(checkout / "src"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    assert (checkout / "config" / "unified_config.yaml").read_bytes() == before
    assert not (checkout / "config" / ".setpoint" / "backups").exists()


def test_both_paths_lead_to_the_same_objects(checkout: Path) -> None:
    """A system made through one import is the system of the other."""
    done = run(
        "import setpoint\n"
        "from src.core import enhanced_config_system as core\n"
        "print(all(getattr(core, name) is getattr(setpoint, name) for name in core.__all__), len(core.__all__))\n"
        "print(core.initialize_enhanced_config() is setpoint.initialize_enhanced_config('./config'))\n"
        "print(isinstance(core.initialize_enhanced_config(), core.EnhancedConfigSystem))",
        checkout,
        path=str(checkout / "src"),
    )
    assert (done.stdout, done.stderr) == ("True 7\nTrue\nTrue\n", "")


def test_without_setpoint_it_says_what_to_install(checkout: Path) -> None:
    """One error, that names the missing package and the command, with nothing chained behind it."""
    done = run(MISSION, checkout, "-S")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(
        "ModuleNotFoundError: setpoint is not installed in this Python; install it from the checkout with:"
        " pip install -e ."
    )
    assert done.stderr.count("Traceback") == 1
    named = run(
        "try:\n    import src.core.enhanced_config_system\nexcept ModuleNotFoundError as error:\n    print(error.name)",
        checkout,
        "-S",
    )
    assert named.stdout == "setpoint\n"


def test_what_setpoint_itself_lacks_is_not_hidden(checkout: Path) -> None:
    """A setpoint that is there but broken is told as it is, not as missing."""
    (checkout / "src" / "setpoint" / "system.py").write_text("import gone_for_good\n")
    done = run("import src.core.enhanced_config_system", checkout, path=str(checkout / "src"))
    assert done.stderr.rstrip().endswith("ModuleNotFoundError: No module named 'gone_for_good'")


def test_without_a_config_directory_the_next_step_is_told(tmp_path: Path) -> None:
    """The error names where it was looked for and what to do."""
    done = run(MISSION, tmp_path, path=f"{ROOT}:{ROOT / 'src'}")
    assert done.returncode == 1
    assert f"ConfigNotFoundError: config: no such directory (looked in {tmp_path}); make one" in done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_the_modules_only_re_export(module: Path) -> None:
    """Under 30 lines each, and nothing in them but imports, names and what to install."""
    text = module.read_text()
    assert len(text.splitlines()) < 30
    allowed = (ast.Expr, ast.Try, ast.Assign)
    assert all(isinstance(node, allowed) for node in ast.parse(text).body)
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
