"""Fixtures of the tests of the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gate_ground import Ground


@pytest.fixture
def make_ground(tmp_path: Path) -> Iterator[Callable[..., Ground]]:
    """Return a function that makes an application; arguments as for ``Ground``."""
    made: list[Ground] = []

    def make(*arguments: object, **settings: object) -> Ground:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Ground(folder, *arguments, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for ground in made:
        ground.close()


@pytest.fixture
def ground(make_ground: Callable[..., Ground]) -> Ground:
    """Return an application with all routes there are."""
    return make_ground()
