"""A configuration directory to change."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from changing_home import make


@pytest.fixture
def home_in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same without a disk below it, where that can be had: for what would wait for it thousands of times."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("SETPOINT_AUTHOR", "tester")
        yield make(Path(folder) / "config")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory ``config``, in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SETPOINT_AUTHOR", "tester")
    return make(tmp_path / "config")
