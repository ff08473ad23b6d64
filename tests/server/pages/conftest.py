"""A dashboard for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dashboard_ground import Dashboard


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A server with the planted documents, running as long as the module's tests do."""
    with Dashboard(tmp_path_factory.mktemp("dashboard")) as running:
        yield running
