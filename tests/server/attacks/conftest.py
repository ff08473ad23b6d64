"""A real server to be attacked: a directory full of secrets, and whoever may do little with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "operation"))
sys.path.insert(0, str(Path(__file__).parent))
from besieged import Besieged


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    """A server for the tests of one file, which leave it as it was."""
    one = Besieged(tmp_path_factory.mktemp("besieged"))
    yield one
    one.end()


@pytest.fixture
def new_besieged(tmp_path: Path) -> Iterator[Callable[[], Besieged]]:
    """Return a function that starts a server of a test's own."""
    made: list[Besieged] = []

    def make() -> Besieged:
        made.append(Besieged(tmp_path / f"place{len(made)}"))
        return made[-1]

    yield make
    for one in made:
        one.end()
