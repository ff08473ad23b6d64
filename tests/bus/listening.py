"""What the tests of the bus share: waiting for something, and children of this process."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable

PATIENCE = 60.0  # seconds until a test gives up; nothing depends on how soon something happens


def until(condition: Callable[[], object]) -> bool:
    """Wait for something that another thread does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def bus_threads() -> list[threading.Thread]:
    """The threads of all buses of this process."""
    return [thread for thread in threading.enumerate() if thread.name == "setpoint-callbacks"]


def in_child(work: Callable[[], bool]) -> int:
    """Run in a forked child and return its exit status: 0 when the work returned True."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python says that threads and fork do not mix
        child = os.fork()
    if child == 0:
        signal.alarm(30)  # a child that hangs dies of it
        status = 1
        try:
            status = 0 if work() else 1
        except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
