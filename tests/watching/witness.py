"""A watch with somebody who keeps what it is told."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path

from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.seen import Seen
from setpoint.watching.watch import Watch

# The looks without a signal come more often than by default, so that the tests need not wait a second for each.
QUICK = {"interval": 0.04, "quiet": 0.15, "poll_interval": 0.02, "poll_quiet": 0.05}

# No look but the one at the start and those that are asked for: what is told was told by a signal. And what is not
# complete is waited for longer than any machine pauses in the middle of a save.
BY_SIGNALS = {"interval": 1000.0, "quiet": 60.0, "patience": 600.0}

_times = itertools.count(1_000_000)


def put(file: Path, text: str) -> None:
    """Replace a file in one step, so that nobody can find it half written, by an old one: nothing is waited for."""
    new = file.resolve().parent.parent / f"new {file.name}"
    new.write_text(text)
    stamp = next(_times)
    os.utime(new, (stamp, stamp))
    new.replace(file)


def until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Wait for something to become true, and return whether it did."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


class Witness:
    """Watches some places and keeps what it is told; like a program would, it reads each file it is told of."""

    def __init__(self, places: Places | Callable[[], Places], **rhythm: float) -> None:
        self.seen: list[Seen] = []
        self.contents: dict[str, list[bytes | None]] = {}
        self.react: Callable[[Seen], object] = lambda seen: None
        ask = places if callable(places) else lambda: places
        self.watch = Watch(ask, self._on_change, rhythm=Rhythm(**(QUICK | rhythm)))

    def _on_change(self, seen: Seen) -> None:
        self.seen.append(seen)
        for path in seen.changed | seen.new | seen.gone:
            try:
                data = Path(path).read_bytes()
            except OSError:
                data = None
            self.contents.setdefault(path, []).append(data)
        self.react(seen)

    def last(self, path: Path | str) -> bytes | str | None:
        """Return what was last read of a file: None when it was gone, 'nothing' when nothing was told."""
        found = self.contents.get(str(path))
        return found[-1] if found else "nothing"

    def has(self, path: Path | str, data: bytes | None, seconds: float = 30.0) -> bool:
        return until(lambda: self.last(path) == data, seconds)

    def looks(self, count: int = 2) -> bool:
        """Have everything looked at some more times, so that whatever is there to be told was told."""
        return all(self.watch.look(30) for _ in range(count))

    def told(self, path: Path | str) -> int:
        return sum(str(path) in seen.paths for seen in self.seen)
