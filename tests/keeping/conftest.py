"""What the tests of last known good and of acceptance share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def this_system(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test says itself which side of the seam between operating systems it is about."""
    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A configuration directory with a state directory in it."""
    (tmp_path / "config" / ".setpoint").mkdir(parents=True, mode=0o700)
    return tmp_path / "config"


@pytest.fixture
def state(root: Path) -> Path:
    """The state directory."""
    return root / ".setpoint"
