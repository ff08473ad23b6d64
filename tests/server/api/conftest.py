"""A server for a whole file of tests, and one for a test that changes much."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from living import LivingServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LivingServer]:
    """A server of its own for one test."""
    with LivingServer(tmp_path) as living:
        yield living


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingServer]:
    """A server for tests that only read."""
    with LivingServer(tmp_path_factory.mktemp("reader")) as living:
        yield living
