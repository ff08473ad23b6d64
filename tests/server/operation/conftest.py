"""Servers for these tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint.access import Grant, TokenBook
from setpoint.example import example_directory
from setpoint.state import State

sys.path.insert(0, str(Path(__file__).parent))
from served_process import Served
from small_server import Small, hello


@pytest.fixture
def small() -> Iterator[Callable[..., Small]]:
    """Make small servers, which end with the test."""
    made: list[Small] = []

    def make(app: Any = hello, **options: Any) -> Small:
        made.append(Small(app, **options))
        return made[-1]

    yield make
    for one in made:
        one.end()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the example's configuration directory."""
    shutil.copytree(example_directory(), tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def serve(directory: Path) -> Iterator[Callable[..., Served]]:
    """Start ``setpoint serve`` on the example; it ends with the test."""
    made: list[Served] = []

    def start(*arguments: str, **options: Any) -> Served:
        made.append(Served(directory, "--port", "0", *arguments, **options))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.end()


@pytest.fixture
def token(directory: Path) -> str:
    """A token that may do everything."""
    return TokenBook(State(str(directory), {}).folder).new("root", [Grant("admin")])
