"""What it costs to set one value, durably and on record, beside the bare durable write; and to look back.

Run with: python bench/changing.py [DIRECTORY]
The bare baseline writes the same 3 KB as ``bench/durable_write.py`` does: temporary file, write, fsync, rename, fsync
of the directory. Both run in the same directory, interleaved, in turns whose order changes; medians count, and the
ratio is the median of the turns' ratios. The mean is told too: every 33rd set moves what was recorded from the tail of
the record into its database, which takes some milliseconds. The first set of a system is measured by itself: it knows
nothing of the document and the record yet. DIRECTORY must be on a real device (default: here): on tmpfs an fsync costs
nothing. Then: where the time of a set goes, by timing its parts from outside; its system calls, counted by strace if
that is installed; and ``history()`` and ``rollback()`` over a record of 1,000 revisions.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from setpoint import ConfigSystem

ROUNDS = 150
REVISIONS = 1_000
SCHEMA = """{"type": "object", "properties": {
  "version": {"type": "integer"},
  "queue": {"type": "object", "properties": {"max_size": {"type": "integer", "minimum": 1, "maximum": 1000000}}},
  "routes": {"type": "array", "items": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string"}, "weight": {"type": "integer"}, "hosts": {"type": "array"}}}}}}
"""


def text(number: int) -> str:
    """A YAML document of 3 KB with comments, in which one value is this."""
    routes = "".join(
        f"  # route {index} of the north\n  - name: route-{index}\n    weight: {index}\n"
        f"    hosts: [north-{index}.example, south-{index}.example]\n"
        for index in range(24)
    )
    return f"# how messages travel\nversion: 1\nqueue:\n  max_size: {number}  # items\nroutes:\n{routes}"


def make(folder: str) -> str:
    """Write the configuration directory, and return it."""
    home = os.path.join(folder, "config")
    os.makedirs(os.path.join(home, "schemas"))
    with open(os.path.join(home, "messages.yaml"), "w") as file:
        file.write(text(1))
    with open(os.path.join(home, "schemas", "messages.schema.json"), "w") as file:
        file.write(SCHEMA)
    return home


def bare(path: str, data: bytes) -> None:
    """The least that is durable."""
    temporary = path + ".tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    os.replace(temporary, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Parts:
    """Times some functions, without what was timed inside them."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inside = [0.0]

    def watch(self, owner: Any, name: str, part: str) -> None:
        real = getattr(owner, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            self._inside.append(0.0)
            try:
                return real(*arguments, **named)
            finally:
                whole = time.perf_counter() - start
                own = whole - self._inside.pop()
                self._inside[-1] += whole
                self.spent[part] = self.spent.get(part, 0.0) + own

        setattr(owner, name, watched)


def watch_parts(parts: Parts) -> None:
    """Time the parts of a set: the modules' own names are replaced, since that is where they are looked up."""
    from setpoint.atomic import disk, sweep
    from setpoint.atomic.file_lock import FileLock
    from setpoint.commit.file_change import FileChange
    from setpoint.editing import edit
    from setpoint.history import history
    from setpoint.sources import directory
    from setpoint.transaction import draft, step, verdict

    parts.watch(draft.Draft, "__init__", "read")
    parts.watch(directory, "list_directory", "list")
    parts.watch(edit, "edit_again", "edit and prove")
    parts.watch(step.SetValue, "verify", "resolve and compare")
    parts.watch(verdict, "refuse_worse", "validate")
    parts.watch(FileChange, "make", "write")
    parts.watch(history.History, "append", "record")
    parts.watch(history.History, "latest", "record")
    parts.watch(FileLock, "acquire", "lock")
    parts.watch(sweep, "sweep", "sweep")
    parts.watch(disk, "sync", "fsync file and directory")


def compare(folder: str) -> None:
    home = make(folder)
    path = os.path.join(folder, "bare.yaml")
    with ConfigSystem(home, environ={}) as system:
        for number in range(10):
            system.set("messages.queue.max_size", 10 + number)
            bare(path, text(number).encode())
        times: dict[str, list[float]] = {"bare": [], "set": []}
        for turn in range(ROUNDS):
            data = text(1000 + turn).encode()
            for name in ("bare", "set") if turn % 2 else ("set", "bare"):
                if name == "bare":
                    times[name].append(timed(lambda data=data: bare(path, data)))  # type: ignore[misc]
                else:
                    times[name].append(timed(lambda: system.set("messages.queue.max_size", 1000 + turn)))  # noqa: B023
        middle = {name: statistics.median(turns) for name, turns in times.items()}
        ratio = statistics.median(ours / least for ours, least in zip(times["set"], times["bare"], strict=True))
        print(f"bare durable write of {len(data):,} bytes  {middle['bare'] * 1e3:6.2f} ms")
        print(f"set, durable and on record       {middle['set'] * 1e3:6.2f} ms   {ratio:.2f} × the bare write")
        mean = sum(times["set"]) / sum(times["bare"])
        print(f"  the mean of all turns                     {mean:.2f} × the mean bare write")
        first = []
        for turn in range(ROUNDS // 5):
            with ConfigSystem(home, environ={}) as fresh:
                fresh.load_config("messages")
                once = timed(lambda turn=turn: fresh.set("messages.queue.max_size", 3000 + turn))  # type: ignore[misc]
                first.append(once / timed(lambda: bare(path, data)))
        print(f"  the first set of a system                 {statistics.median(first):.2f} × the bare write")
        parts = Parts()
        watch_parts(parts)
        whole = sum(timed(lambda n=n: system.set("messages.queue.max_size", 5000 + n)) for n in range(ROUNDS))  # type: ignore[misc]
        print(f"where a set of {whole / ROUNDS * 1e3:.2f} ms goes (the mean of {ROUNDS}):")
        for part, spent in sorted(parts.spent.items(), key=lambda one: -one[1]):
            print(f"  {part:25} {spent / ROUNDS * 1e3:6.2f} ms {spent / whole:4.0%}")
        rest = whole - sum(parts.spent.values())
        print(f"  {'the rest':25} {rest / ROUNDS * 1e3:6.2f} ms {rest / whole:4.0%}")


SCRIPT = """
import os, sys
from setpoint import ConfigSystem
with ConfigSystem(sys.argv[1], environ={}) as system:
    for number in range(int(sys.argv[2])):
        system.set("messages.queue.max_size", 10 + number)
"""


def count_calls(folder: str) -> None:
    strace = shutil.which("strace")
    if strace is None:
        print("system calls: strace is not installed")
        return
    home = make(folder)
    counts = []
    for sets in (20, 120):
        log = os.path.join(folder, "log")
        command = [strace, "-f", "-c", "-o", log, sys.executable, "-c", SCRIPT, home, str(sets)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        found = {}
        with open(log) as lines:
            for line in lines:
                fields = line.split()
                if len(fields) >= 5 and fields[0][0].isdigit() and fields[-1] != "total":
                    found[fields[-1]] = int(fields[3])
        counts.append(found)
    each = {name: (number - counts[0].get(name, 0)) / 100 for name, number in counts[1].items()}
    syncs = {name: number for name, number in each.items() if name in ("fsync", "fdatasync")}
    print("waiting for the device, each set: " + ", ".join(f"{number:.1f} {name}" for name, number in syncs.items()))
    print(f"all system calls, each set: {sum(each.values()):.0f}")


def look_back(folder: str) -> None:
    home = make(folder)
    with ConfigSystem(home, environ={}) as system:
        system.load_config("messages")
        for number in range(REVISIONS):
            system.set("messages.queue.max_size", 10 + number)
        listing = statistics.median(timed(lambda: system.history("messages")) for _ in range(20))
        back = [timed(lambda turn=turn: system.rollback("messages", to=2 + 400 * (turn % 2))) for turn in range(20)]  # type: ignore[misc]
    with ConfigSystem(home, environ={}) as fresh:
        first = timed(lambda: fresh.history("messages", limit=20))
    print(f"with {REVISIONS:,} revisions: history() {listing * 1e3:.1f} ms")
    print(f"  its first 20 in a fresh system {first * 1e3:.1f} ms")
    print(f"  rollback() {statistics.median(back) * 1e3:.1f} ms (slowest of 20: {max(back) * 1e3:.1f})")


def main() -> None:
    print(f"{platform.python_implementation()} {platform.python_version()}, {ROUNDS} rounds")
    place = sys.argv[1] if len(sys.argv) > 1 else "."
    for work in (compare, count_calls, look_back):
        with tempfile.TemporaryDirectory(dir=place) as folder:
            work(folder)


if __name__ == "__main__":
    main()
