"""What the tests of the durable write share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def this_system(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test says itself which side of the seam between operating systems it is about."""
    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
