"""A configuration directory to migrate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lamps import close_all, make


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    """Let go of the systems that a test has opened."""
    yield
    close_all()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory ``config``, in the working directory, with lamps up to version 3.0.0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SETPOINT_AUTHOR", "tester")
    return make(tmp_path / "config")


@pytest.fixture
def layered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same up to version 2.1.0, with files of a profile and of this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SETPOINT_AUTHOR", "tester")
    folder = make(tmp_path / "config", newest="2.1.0")
    (folder / "lamps.prod.yaml").write_text("lamps:\n  desk:\n    brightness: 0.7  # dark there\n")
    (folder / "lamps.local.yaml").write_text("lamps: {desk: {room_name: attic}}\n")
    return folder
