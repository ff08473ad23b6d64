"""What every test shares."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# More examples when there is time for them: SETPOINT_EXAMPLES=5000 ./scripts/test
settings.register_profile(
    "setpoint",
    max_examples=int(os.environ.get("SETPOINT_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("setpoint")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("SETPOINT_") and name not in ("SETPOINT_EXAMPLES", "SETPOINT_YAML", "SETPOINT_PORTABLE"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_system_goes_on() -> Iterator[None]:
    """What a test made for the whole process follows no files after it."""
    yield
    module = sys.modules.get("setpoint.system")
    if module is not None:
        for system in module.initialized_systems():
            system.close()
