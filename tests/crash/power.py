"""Cutting the power after each call of a script, and showing what may be on the disk then."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from .disk import Disk
from .replay import RECORDED, Replay
from .script import MARK, HarnessError, Stage, must_succeed
from .trace import Call, calls

_MOST_TEXT = 1 << 24  # bytes of one write that strace shows


class PowerCut:
    """A state of the disk after a power cut: its directory (gone when the next is asked for), how it came about."""

    def __init__(self, directory: Path, acknowledged: tuple[str, ...], point: str) -> None:
        self.directory = directory
        self.acknowledged = acknowledged  # what had been acknowledged by then
        self.point = point  # for messages: after which call, and what was lost

    def __repr__(self) -> str:
        return f"<{self.point}>"


def power_cuts(
    script: str,
    before: Mapping[str, bytes] | Path,
    scratch: Path,
    *,
    cuts: int | None = None,
    seed: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[PowerCut]:
    """Run a script once, and yield states that a power cut at any time may leave, on the disk that ``disk`` describes.

    Arguments: as for ``kill_points``; ``cuts`` is how many states at least, shared out evenly over the calls that
    changed something and drawn with ``seed``; without it 500, or ten times SETPOINT_EXAMPLES if that is more.
    """
    if cuts is None:
        cuts = max(500, 10 * int(os.environ.get("SETPOINT_EXAMPLES", "0")))
    stage = Stage(script, before, scratch, environment)
    names = ",".join(f"?{name}" for name in sorted(RECORDED))
    run = stage.run("recorded", ["--seccomp-bpf", "-y", "-xx", "-s", str(_MOST_TEXT), "-e", f"trace={names}"])
    must_succeed(run)
    recorded = list(calls(run.log))
    if not any(MARK in call.texts() for call in recorded):
        raise HarnessError("the script never calls begin()")
    total = sum(1 for _ in _changes(recorded, stage, run.directory))
    if total == 0:
        raise HarnessError("the script changes nothing, so there is nothing to lose")
    random = Random(seed)
    each = -(-cuts // total)
    with tempfile.TemporaryDirectory(dir=_in_memory()) as folder:
        target = Path(folder) / "cut"
        for number, (call, replay) in enumerate(_changes(recorded, stage, run.directory), 1):
            for _ in range(each):
                story = replay.disk.after_crash(random, target)
                yield PowerCut(target, tuple(replay.acknowledged), f"power cut after change {number}, {call}; {story}")
                shutil.rmtree(target)


def _in_memory() -> str | None:
    """A place for thousands of small directories that need no disk, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _changes(recorded: list[Call], stage: Stage, directory: Path) -> Iterator[tuple[Call, Replay]]:
    replay = Replay(Disk(stage.before), str(directory))
    begun = False
    for call in recorded:
        begun = begun or (call.name.endswith(("access", "accessat", "accessat2")) and MARK in call.texts())
        if replay.apply(call) and begun:
            yield call, replay
