"""What a durable write costs beside the bare system calls, and how much of it is waiting for the device.

Run with: python bench/durable_write.py [DIRECTORY]
The bare baseline makes a temporary file, writes, fsyncs, renames, and fsyncs the directory: what no durable replacement
can do without. Both replace the same bytes, interleaved, in turns whose order changes. Medians count; the ratio is the
median of the turns' ratios, because a device's speed moves. DIRECTORY must be on a real device (default: here): on
tmpfs an fsync costs nothing.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from setpoint.atomic import disk
from setpoint.atomic.write import write_file

SIZES = [400, 3_000, 100_000]  # bytes
ROUNDS = 150


def bare(path: str, data: bytes, spent: dict[str, float]) -> None:
    """The least that is durable, timing its two fsyncs."""
    temporary = path + ".tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    os.write(descriptor, data)
    timed(lambda: os.fsync(descriptor), spent, "file")
    os.close(descriptor)
    os.replace(temporary, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    timed(lambda: os.fsync(folder), spent, "directory")
    os.close(folder)


def timed(call: Callable[[], None], spent: dict[str, float], name: str) -> None:
    start = time.perf_counter()
    call()
    spent[name] = time.perf_counter() - start


def timing_syncs(spent: dict[str, float]) -> Callable[[int], None]:
    """A stand-in for the sync of the room that notes how long the file's (the first) and the directory's took."""

    def sync(descriptor: int) -> None:
        timed(lambda: os.fsync(descriptor), spent, "directory" if "file" in spent else "file")

    return sync


def main() -> None:
    print(f"{platform.python_implementation()} {platform.python_version()}, {ROUNDS} rounds, median")
    real = disk.sync
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as folder:
        for size in SIZES:
            data = [bytes([65 + turn % 2]) * size for turn in range(2)]
            write_file(os.path.join(folder, "ours"), data[1])
            write_file(os.path.join(folder, "bare"), data[1])
            times: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
            for turn in range(ROUNDS):
                for name in ("bare", "ours") if turn % 2 else ("ours", "bare"):
                    spent: dict[str, float] = {}
                    path = os.path.join(folder, name)
                    disk.sync = timing_syncs(spent)
                    start = time.perf_counter()
                    if name == "bare":
                        bare(path, data[turn % 2], spent)
                    else:
                        write_file(path, data[turn % 2], expected=data[1 - turn % 2], root=folder)
                    spent["whole"] = time.perf_counter() - start
                    disk.sync = real
                    times[name].append(spent)
            report(size, times)


def report(size: int, times: dict[str, list[dict[str, float]]]) -> None:
    medians = {
        name: {part: statistics.median(spent[part] for spent in turns) for part in ("whole", "file", "directory")}
        for name, turns in times.items()
    }
    for name, middle in medians.items():
        rest = statistics.median(spent["whole"] - spent["file"] - spent["directory"] for spent in times[name])
        shares = {part: f"{middle[part] / middle['whole']:4.0%}" for part in ("file", "directory")}
        print(
            f"{size:7,} bytes  {name}  {middle['whole'] * 1e6:7.0f} µs: fsync of the file {shares['file']}, "
            f"of the directory {shares['directory']}, the rest {rest * 1e6:4.0f} µs"
        )
    ratio = statistics.median(ours["whole"] / bare["whole"] for ours, bare in zip(*times.values(), strict=True))
    print(f"{'':15} ours is {ratio:.2f} × the bare calls")


if __name__ == "__main__":
    main()
