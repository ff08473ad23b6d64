"""A bus for each test, closed at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from listening import PATIENCE, bus_threads, until

from setpoint.bus.bus import Bus


@pytest.fixture
def bus() -> Iterator[Bus]:
    """A bus that leaves no thread behind."""
    made = Bus()
    yield made
    made.close(PATIENCE)
    assert until(lambda: not bus_threads())
