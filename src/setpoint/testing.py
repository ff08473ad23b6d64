"""The pytest plugin: the fixture ``setpoint_override``. pytest finds it when Setpoint is installed."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Protocol

    from .system import ConfigSystem

    class Overrider(Protocol):
        """What the fixture is."""

        def __call__(self, values: Mapping[str, Any], system: ConfigSystem | None = None) -> ConfigSystem:
            """Lay values over all layers until the test ends, and return the system."""


@pytest.fixture
def setpoint_override() -> Iterator[Overrider]:
    """Return a function that lays values over all layers until the test ends: ``ConfigSystem.override`` for tests.

    ``setpoint_override({"messaging.queue.max_size": 5})`` concerns the process's one system, that of
    ``initialize_enhanced_config()``; ``setpoint_override({...}, system)`` any other. It may be called several times.
    """
    with ExitStack() as stack:

        def override(values: Mapping[str, Any], system: ConfigSystem | None = None) -> ConfigSystem:
            import sys

            chosen = system if system is not None else _the_system()
            caller = sys._getframe(1)
            stack.enter_context(chosen._overriding(values, f"{caller.f_code.co_filename}:{caller.f_lineno}"))
            return chosen

        yield override


def _the_system() -> ConfigSystem:
    """Return the one system of the process; if there is none yet, the one that the program would get."""
    from .errors import UsageError
    from .system import initialize_enhanced_config, initialized_systems

    systems = initialized_systems()
    if len(systems) > 1:
        places = ", ".join(system.path for system in systems)
        raise UsageError(f"this process has several systems ({places}): say which, setpoint_override({{...}}, system)")
    return systems[0] if systems else initialize_enhanced_config()
