"""A state directory, a history in it whose clock ticks by the second, and short ways to write entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from records import Clock

from setpoint.history.history import History


@pytest.fixture
def clock() -> Clock:
    """The clock of the history."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the history will be; it is not there yet."""
    return tmp_path / ".setpoint"


@pytest.fixture
def history(folder: Path, clock: Clock) -> Iterator[History]:
    """A history that has not been opened yet."""
    with History(folder, clock=clock) as opened:
        yield opened
