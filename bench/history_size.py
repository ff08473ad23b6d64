"""What the record of revisions costs: bytes on the disk, and time, beside a bare durable file write in the same run.

    python bench/history_size.py [--revisions N] [--rounds N] [--folder DIR]

The document is YAML of about 3 KB in which one number changes. Sizes are of all files of the state directory after
closing, the journal that SQLite keeps included. A bare write is the durable protocol with nothing around it: temporary
file, write, fsync, rename, fsync of the directory. Appends and bare writes are measured in turns, on the file system of
``--folder``; the other times are the median of the rounds, each with a new ``History``, so nothing is remembered.
``CPU`` is what the thread itself used, which other work on the machine does not change. With ``strace`` installed, the
syncs of an append are counted, too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from setpoint.history.entry import Entry
from setpoint.history.history import History

TEXT = b"# how many may wait\nqueue:\n  max_size: %d\n" + b"".join(
    b"key_%d: value %d # and a remark\n" % (i, i * i) for i in range(90)
)
TRACED = """\
import sys
sys.path.insert(0, sys.argv[1])
from history_size import entry
from setpoint.history.history import History
history = History(sys.argv[2])
for number in range(int(sys.argv[3]), int(sys.argv[4])):
    history.append([entry(number)])
"""


def entry(number: int) -> Entry:
    """The document with this number in it."""
    files = {"messaging.yml": TEXT % number}
    return Entry("messaging", files, author="alice", cause="set", reason="more traffic", version="2.1.0")


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def bare_write(folder: Path, data: bytes) -> None:
    descriptor = os.open(folder / "temporary", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    os.replace(folder / "temporary", folder / "file")
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long a call takes, in milliseconds."""
    start = clock()
    work()
    return (clock() - start) * 1000


def show(what: str, value: float, unit: str) -> None:
    print(f"  {what:<35} {value:>10,.2f} {unit}")


def syncs(folder: Path) -> str:
    """How many fsync and fdatasync calls an append makes, and the first one ever."""
    if not shutil.which("strace"):
        return "not counted (no strace)"
    counts = []
    for first, last in ((1, 2), (2, 12)):
        trace = folder / "trace"
        command = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(trace), sys.executable, "-c", TRACED]
        arguments = [str(Path(__file__).parent), str(folder / "traced"), str(first), str(last)]
        subprocess.run([*command, *arguments], check=True)
        counts.append(sum("sync(" in line for line in trace.read_text().splitlines()))
    return f"{counts[1] / 10:g}; {counts[0]} for the first ever, which makes the folder and the file"


def write(state: Path, place: Path, count: int) -> None:
    """Append one revision after the other, and show what they cost."""
    with History(state) as history:
        history.append([entry(1)])
    first = size(state)
    appends, bare = [], []
    with History(state) as history:
        for number in range(2, count + 1):
            appends.append(timed(lambda: history.append([entry(number)])))  # noqa: B023 - called at once
            bare.append(timed(lambda: bare_write(place, TEXT % number)))  # noqa: B023 - called at once
    show("on disk beyond the first revision", (size(state) - first) / (count - 1), "B a revision")
    for path in sorted(state.iterdir()):
        show(f"  {path.name}", path.stat().st_size, "B")
    middle = statistics.median(appends)
    show("append, median", middle, f"ms, {middle / statistics.median(bare):.2f} x a bare durable write")
    show("bare durable write, median", statistics.median(bare), "ms")
    print(f"  {'syncs of an append':<35} {syncs(place):>10}")


def read(state: Path, count: int, rounds: int) -> None:
    """Show what each question costs when nothing is remembered."""

    def median(work: Callable[[History], object], clock: Callable[[], float], times: int = rounds) -> float:
        taken = []
        for _ in range(times):
            with History(state) as history:
                taken.append(timed(lambda: work(history), clock))
        return statistics.median(taken)

    def both(what: str, work: Callable[[History], object]) -> None:
        show(what, median(work, time.perf_counter), f"ms, CPU {median(work, time.thread_time):.2f} ms")

    both(f"revisions(), all {count:,}", lambda history: history.revisions("messaging"))
    both("revisions(limit=20)", lambda history: history.revisions("messaging", limit=20))
    both("files(), the newest", lambda history: history.files("messaging", count))
    numbers = range(1, min(count, 300))
    slowest = max(numbers, key=lambda n: median(lambda history: history.files("messaging", n), time.thread_time, 1))
    both(f"files(), the slowest of 300: {slowest}", lambda history: history.files("messaging", slowest))
    both("verify()", lambda history: history.verify())


def move(state: Path, place: Path) -> None:
    """Show what the acts on the whole record cost."""
    with History(state) as history, History(place / "other") as other:
        taken = timed(lambda: history.export(place / "out"))
        show("export", taken, f"ms, {(place / 'out').stat().st_size:,} B")
        show("import", timed(lambda: other.import_(place / "out")), "ms")
        show("purge that finds nothing", timed(lambda: history.purge(b"never there")), "ms")
        show("prune(keep=100)", timed(lambda: history.prune(keep=100)), "ms")
    show("all files after the prune", size(state), "B")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--revisions", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--folder", default=None)
    told = options.parse_args()
    count = told.revisions
    place = Path(tempfile.mkdtemp(dir=told.folder))
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {count:,} revisions of {len(TEXT):,} B")
    try:
        write(place / "state", place, count)
        read(place / "state", count, told.rounds)
        move(place / "state", place)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
