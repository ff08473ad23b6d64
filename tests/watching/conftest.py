"""What the tests of watching share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from setpoint.watching.places import Places

from .witness import Witness


@pytest.fixture
def witness() -> Iterator[Callable[..., Witness]]:
    """Makes watches that run until the test ends, which they must survive without an error."""
    made: list[Witness] = []

    def make(places: Places | Callable[[], Places], **rhythm: float) -> Witness:
        one = Witness(places, **rhythm)
        made.append(one)
        one.watch.start()
        assert one.watch.look(30)  # the one at the start is over
        return one

    yield make
    for one in made:
        assert one.watch.stop()
        assert one.watch.tally.errors == 0


@pytest.fixture(params=["signals", "polling"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to see: what the system tells, and looking."""
    if request.param == "polling":
        monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    else:
        monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory of configuration."""
    folder = tmp_path / "config"
    folder.mkdir()
    return folder
