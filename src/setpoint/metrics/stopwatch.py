"""How long this thread has spent on something, added up where it happens and read where it matters."""

from __future__ import annotations

from threading import local


class Stopwatch(local):
    """Seconds of one thread. Whoever wants to know how long a part of a call took compares before and after."""

    seconds = 0.0


parsing = Stopwatch()
