"""Killing a script before each call that changes something, and making each such call fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .script import ACKNOWLEDGED, MARK, HarnessError, Run, Stage, must_succeed
from .trace import Call, calls

OPENING = {"open", "openat", "creat"}
WRITING = {"write", "pwrite64", "writev", "pwritev", "pwritev2"}
# Calls that change something on disk, or make it certain, or lock it.
_OTHER_CHANGES = """
    ftruncate truncate fallocate fsync fdatasync sync_file_range msync flock utimensat copy_file_range sendfile
    rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat rmdir mkdir mkdirat
    fchmod chmod fchmodat fchown chown lchown fchownat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""
CHANGING = OPENING | WRITING | set(_OTHER_CHANGES.split())
_ACCESS = {"access", "faccessat", "faccessat2"}
_ATTEMPTS = 4
_PARALLEL = 2


class Outcome:
    """What one disturbed run left behind: its directory (gone when the next one is asked for), and how it ended."""

    def __init__(self, run: Run, point: str, call: Call) -> None:
        self.directory = run.directory
        self.acknowledged = run.acknowledged
        self.exit_code = run.exit_code
        self.stdout = run.stdout
        self.stderr = run.stderr
        self.point = point  # for messages: which call, and what happened to it
        self.call = call

    def __repr__(self) -> str:
        return f"<{self.point}>"


class _Point:
    """The call to disturb: the ``number``-th of its name, ``before`` of which come before the mark."""

    def __init__(self, call: Call, number: int, before: int) -> None:
        self.call = call
        self.number = number
        self.before = before


def kill_points(
    script: str,
    before: Mapping[str, bytes] | Path,
    scratch: Path,
    *,
    stride: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Outcome]:
    """Run a script once for each call that changes something, killed (SIGKILL) as it enters that call.

    What is on disk between two changes is the same at all times, so these are all the states a kill can leave behind,
    but the finished one. The script has one thread and does the same each time. Arguments: ``before`` is the working
    directory to start with, as contents by name or as a directory to copy; ``scratch`` is an empty folder to work in;
    ``stride`` n takes every n-th call only (and the last); ``environment`` are variables for the script.
    """
    stage = Stage(script, before, scratch, environment)

    def disturb(point: _Point, name: str) -> Outcome | None:
        # (strace 6.1 injects no signals with --seccomp-bpf)
        inject = f"{point.call.name}:signal=KILL:when={point.number}"
        run = stage.run(name, ["-e", f"trace={_names({point.call.name} | _ACCESS)}", "-e", f"inject={inject}"])
        seen = [call for call in calls(run.log) if call.name == point.call.name]
        if run.exit_code != -9 or len(seen) != point.number or _number_before_mark(run, point) != point.before:
            return None
        return Outcome(run, f"killed before {point.call.name} {point.number}: {point.call}", point.call)

    yield from _disturbed(stage, disturb, _strided(_points(stage, frozenset(), with_acknowledging=True), stride))


def errno_points(
    script: str,
    before: Mapping[str, bytes] | Path,
    scratch: Path,
    *,
    errnos: Sequence[str] = ("EIO", "ENOSPC", "EROFS", "EACCES"),
    only: Iterable[str] | None = None,
    also: Iterable[str] = (),
    stride: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Outcome]:
    """Run a script once for each call that changes something and each error, with which that one call fails.

    The call does nothing and returns the error; the script goes on as it likes. Acknowledging never fails. Arguments:
    as for ``kill_points``; ``errnos`` are names of errors; ``only`` are names of calls, if not all are to fail;
    ``also`` are names of further ones, such as ``read``.
    """
    stage = Stage(script, before, scratch, environment)
    points = _points(stage, frozenset(also))
    if only is not None:
        points = [point for point in points if point.call.name in set(only)]
    points = _strided(points, stride)
    for errno in errnos:

        def disturb(point: _Point, name: str, errno: str = errno) -> Outcome | None:
            inject = f"{point.call.name}:error={errno}:when={point.number}"
            options = ["--seccomp-bpf", "-e", f"trace={_names({point.call.name} | _ACCESS)}", "-e", f"inject={inject}"]
            run = stage.run(f"{name}-{errno}", options)
            seen = [call for call in calls(run.log) if call.name == point.call.name]
            if [number for number, call in enumerate(seen, 1) if call.injected] != [
                point.number
            ] or _number_before_mark(run, point) != point.before:
                return None
            return Outcome(run, f"{errno} from {point.call.name} {point.number}: {point.call}", point.call)

        yield from _disturbed(stage, disturb, points)


def _disturbed(
    stage: Stage,
    disturb: Callable[[_Point, str], Outcome | None],
    points: Sequence[_Point],
) -> Iterator[Outcome]:
    def one(index: int) -> Outcome:
        for attempt in range(_ATTEMPTS):
            name = f"run{index}-{attempt}"
            outcome = disturb(points[index], name)
            if outcome is not None:
                return outcome
            for left in stage.scratch.glob(f"{name}*"):
                shutil.rmtree(left)
        raise HarnessError(
            f"the script does not do the same each time: no run could be disturbed at {points[index].call}"
        )

    with ThreadPoolExecutor(_PARALLEL) as workers:
        for outcome in workers.map(one, range(len(points))):
            yield outcome
            shutil.rmtree(outcome.directory)


def _points(stage: Stage, also: frozenset[str], with_acknowledging: bool = False) -> list[_Point]:
    """Record an undisturbed run, and return the calls after the mark that change something in the working directory."""
    run = stage.run(
        "recorded", ["--seccomp-bpf", "-y", "-xx", "-s", "4096", "-e", f"trace={_names(CHANGING | _ACCESS | also)}"]
    )
    must_succeed(run)
    counted: dict[str, int] = {}
    before: dict[str, int] | None = None
    points = []
    main = None
    for call in calls(run.log):
        main = call.process if main is None else main
        if call.process == main:
            counted[call.name] = counted.get(call.name, 0) + 1
        if call.name in _ACCESS:
            if MARK in call.texts():
                before = dict(counted)
            continue
        if before is None or not _changes(call, str(run.directory), also, with_acknowledging):
            continue
        if call.process != main:
            raise HarnessError(f"a second thread or process of the script changes something: {call}")
        points.append(_Point(call, counted[call.name], before.get(call.name, 0)))
    if before is None:
        raise HarnessError("the script never calls begin()")
    shutil.rmtree(run.directory)
    return points


def _strided(points: list[_Point], stride: int) -> list[_Point]:
    return points if stride == 1 else [*points[:-1:stride], *points[-1:]]


def _changes(call: Call, directory: str, also: frozenset[str], with_acknowledging: bool) -> bool:
    if call.name in OPENING - also and not any(call.has(flag) for flag in ("O_CREAT", "O_TRUNC", "O_WRONLY", "O_RDWR")):
        return False
    texts, places = call.texts(), call.places()
    if call.name in WRITING or call.name.startswith("read"):
        if texts and texts[0].startswith(ACKNOWLEDGED.decode()):
            return with_acknowledging
        texts = []  # data
    if "xattr" in call.name:
        texts = texts[:1]  # without the attribute's name and value
    if any(_within(place, directory) for place in places):
        return True
    # A relative path belongs to the descriptor beside it, else to the working directory.
    return any(_within(text, directory) or not (text.startswith("/") or places) for text in texts)


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory + "/")


def _number_before_mark(run: Run, point: _Point) -> int:
    """How many calls of the point's name came before the mark in this run (whose texts are not hexadecimal)."""
    number = 0
    for line in run.log.decode("utf-8", "replace").splitlines():
        if f'"{MARK}"' in line:
            return number
        number += f" {point.call.name}(" in line
    return -1


def _names(names: set[str]) -> str:
    return ",".join(f"?{name}" for name in sorted(names))  # "?": not every processor has all of them
