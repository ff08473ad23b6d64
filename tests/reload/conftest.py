"""What the tests of hot reload share."""

from __future__ import annotations

import pytest

from setpoint.watching import inotify


@pytest.fixture(params=["signals", "polling"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to see: what the system tells, and looking."""
    if request.param == "polling":
        monkeypatch.setattr(inotify, "open_inotify", lambda: None)
    return str(request.param)
