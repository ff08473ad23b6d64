"""The pytest plugin, in pytest runs of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a text in a folder that has a configuration."""
    (folder / "config").mkdir()
    (folder / "config" / "a.yaml").write_text("number: 1\n")
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_fixture_lies_over_all_layers_until_the_test_ends(tmp_path: Path) -> None:
    """For the process's system, before and after the program asks for it, and for any other one."""
    done = run(
        tmp_path,
        """
import setpoint

def test_the_process(setpoint_override):
    assert setpoint_override({"a.number": 5}) is setpoint.initialize_enhanced_config()
    setpoint_override({"a.more": 6})
    system = setpoint.initialize_enhanced_config()
    assert system.load_config("a") == {"number": 5, "more": 6}
    site = system.explain("a.number").origins[0].call_site
    assert site.endswith("test_it.py:5"), site

def test_the_next():
    assert setpoint.initialize_enhanced_config().load_config("a") == {"number": 1}

def test_another(setpoint_override):
    mine = setpoint.ConfigSystem("config")
    assert setpoint_override({"a.number": 7}, mine) is mine
    assert mine.load_config("a").number == 7
    assert setpoint.initialize_enhanced_config().load_config("a").number == 1
""",
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ('setpoint_override({"a": 5})', "a document is a mapping"),
        ('setpoint_override({"b.number": 5})', "no document 'b'"),
        (
            "import os, setpoint; os.mkdir('other'); setpoint.initialize_enhanced_config();"
            " setpoint.initialize_enhanced_config('other'); setpoint_override({'a.number': 5})",
            "say which",
        ),
    ],
)
def test_a_wrong_override_says_what_is_wrong(tmp_path: Path, tests: str, message: str) -> None:
    """The test fails with the reason."""
    done = run(tmp_path, f"def test_it(setpoint_override):\n    {tests}\n")
    assert done.returncode == 1
    assert message in done.stdout
