"""A harness that crashes a script in every way it can, and shows what it left behind.

A script is Python source that runs in a process of its own, in a working directory of its own. It calls ``begin()``
when its imports are done, and ``acknowledge(text)`` when it would tell its user that something is done::

    from setpoint.atomic.write import write_file
    begin()
    write_file("a", b"new")
    acknowledge("a")

- ``kill_points`` kills it before each call that changes something;
- ``errno_points`` makes each such call fail;
- ``power_cuts`` cuts the power after each, on a model of a disk that promises as little as a real one.

They need strace (``scripts/system-packages`` installs it) and the right to trace one's own children.
"""

from __future__ import annotations

from .faults import Outcome, errno_points, kill_points
from .power import PowerCut, power_cuts
from .script import HarnessError, run_plain

__all__ = ["HarnessError", "Outcome", "PowerCut", "errno_points", "kill_points", "power_cuts", "run_plain"]
