"""What the tests of the desk share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .place import Place, make_place


@pytest.fixture
def new_place(tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Return a function that makes a system full of secrets."""
    made: list[Place] = []

    def make() -> Place:
        made.append(make_place(tmp_path / f"place{len(made)}"))
        return made[-1]

    yield make
    for place in made:
        place.close()


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """A system full of secrets."""
    return new_place()
