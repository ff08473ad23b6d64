"""What tests of the monitor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from monitored import Monitored


@pytest.fixture
def monitored(tmp_path: Path) -> Iterator[Callable[..., Monitored]]:
    """Make a system with a monitor; everything ends with the test."""
    made: list[Monitored] = []

    def make(top: Path = tmp_path, **options: Any) -> Monitored:
        made.append(Monitored(top, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are seen by signals where there are some: polling is a reason by itself, and has its own test."""
    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
