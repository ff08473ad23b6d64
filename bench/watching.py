"""How soon a change is seen, and what watching costs, beside a bare inotify loop in the same run.

Run with: python bench/watching.py [--samples 300] [--seconds 15] [--only latency|many|pauses]
Latency: another process saves a file and notes the time just before close() or rename(); the watching process notes the
time when it is told. Bare and watch take turns in blocks of 25. The bare loop is poll(2) and read(2) on an inotify
descriptor that hears IN_CLOSE_WRITE and IN_MOVED_TO of one directory.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from setpoint.budget import DEFAULT_BUDGET
from setpoint.platform import add_inotify_watch, open_inotify
from setpoint.reading import key_of, read_with_key
from setpoint.watching.content import Content
from setpoint.watching.inotify import InotifySignals
from setpoint.watching.places import Places
from setpoint.watching.watch import Watch

BLOCK = 25
TEXT = b"number: %06d\n" * 220  # 3 KB
SETTLED = 38.0  # seconds after which a file's times are believed, and it is not read once more to be sure
CLOSE_WRITE, MOVED_TO = 0x08, 0x80


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--only", choices=("latency", "many", "pauses"))
    parser.add_argument("--child", nargs="+")
    arguments = parser.parse_args()
    if arguments.child:
        child(*arguments.child)
        return
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    if arguments.only in (None, "latency"):
        latency(arguments.samples)
    if arguments.only in (None, "many"):
        many(arguments.seconds)
    if arguments.only in (None, "pauses"):
        pauses()


def start_child(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--child", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def child(what: str, folder: str, *more: str) -> None:
    if what == "bare":
        bare_loop(folder)
    elif what == "watch":
        watching(folder)
    elif what == "many":
        many_watched(folder, float(more[0]))
    else:
        many_bare(folder, float(more[0]))


# -- latency


def bare_loop(folder: str) -> None:
    descriptor = open_inotify()
    assert descriptor is not None
    add_inotify_watch(descriptor, folder, CLOSE_WRITE | MOVED_TO)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    print("ready", flush=True)
    while True:
        poll.poll()
        os.read(descriptor, 65536)
        print(time.perf_counter_ns(), flush=True)


def watching(folder: str) -> None:
    places = Places([f"{folder}/app.yaml"], [folder], lambda name: name.endswith(".yaml"))
    watch = Watch(lambda: places, lambda _: print(time.perf_counter_ns(), flush=True))
    watch.start()
    print("ready", flush=True)
    sys.stdin.read()


def save(file: str, number: int, way: str) -> int:
    """Save a file, and return when its writer was done but for the last call."""
    outside = os.path.dirname(os.path.dirname(file)) + "/outside"
    target = file if way == "close" else outside
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(descriptor, TEXT.replace(b"%06d", b"%06d" % number))
    if way == "close":
        begun = time.perf_counter_ns()
        os.close(descriptor)
        return begun
    os.close(descriptor)
    begun = time.perf_counter_ns()
    os.rename(outside, file)
    return begun


def latency(samples: int) -> None:
    print(f"\nFrom close() or rename() to being told, {samples} times each (ms)")
    with tempfile.TemporaryDirectory() as top:
        kinds = {
            "bare inotify loop": ("bare", {}),
            "watch": ("watch", {}),
            "watch, polling": ("watch", {"SETPOINT_PORTABLE": "1"}),
        }
        children = {}
        for number, (title, (kind, environment)) in enumerate(kinds.items()):
            folder = f"{top}/{number}/config"
            os.makedirs(folder)
            Path(folder, "app.yaml").write_bytes(TEXT)
            children[title] = (start_child(kind, folder, **environment), folder)
        times: dict[tuple[str, str], list[float]] = {}
        missed = 0
        number = 0
        for start in range(0, samples, BLOCK):
            for way in ("close", "rename"):
                for title, (process, folder) in children.items():
                    if "polling" in title and start >= samples // 5:
                        continue  # each takes a quarter of a second, and is as good as the last
                    for _ in range(min(BLOCK, samples - start)):
                        number += 1
                        drain(process)
                        begun = save(f"{folder}/app.yaml", number, way)
                        told = answer(process)
                        if told is None:
                            missed += 1
                        else:
                            times.setdefault((way, title), []).append((told - begun) / 1e6)
                        time.sleep(0.004)
        for (way, title), values in sorted(times.items()):
            values.sort()
            print(
                f"  {way:7} {title:20} p50 {statistics.median(values):8.3f}   p90 {values[int(len(values) * 0.9)]:8.3f}"
                f"   p99 {values[int(len(values) * 0.99)]:8.3f}   n={len(values)}"
            )
        print(f"  missed: {missed}")
        for process, _ in children.values():
            process.kill()
            process.wait()


def answer(process: subprocess.Popen[str]) -> int | None:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], 5)[0]:
        return None
    return int(process.stdout.readline())


def drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    while select.select([process.stdout], [], [], 0)[0]:
        process.stdout.readline()


# -- many files


def many(seconds: float) -> None:
    print(f"\n10,000 files in 1,000 directories, idle for {seconds:.0f} s")
    with tempfile.TemporaryDirectory() as top:
        for directory in range(1000):
            Path(top, f"{directory:04}").mkdir()
            for file in range(10):
                Path(top, f"{directory:04}", f"{file}.yaml").write_bytes(TEXT[:400])
        time.sleep(SETTLED)
        for what in ("many-bare", "many"):
            process = start_child(what, top, str(seconds))
            print("  " + process.communicate()[0].strip().replace("\n", "\n  "))


def resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def many_bare(top: str, seconds: float) -> None:
    print("ready", flush=True)
    directories = sorted(entry.path for entry in os.scandir(top))
    import ctypes  # noqa: F401 - not counted on either side

    before, begun = resident(), time.perf_counter()
    descriptor = open_inotify()
    assert descriptor is not None
    for directory in directories:
        add_inotify_watch(descriptor, directory, CLOSE_WRITE | MOVED_TO)
    took = time.perf_counter() - begun
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    used = time.process_time()
    poll.poll(seconds * 1000)
    used = time.process_time() - used
    print(
        f"bare inotify loop: start {took * 1e3:.0f} ms, {resident() - before:.1f} MB,"
        f" idle {used / seconds:.3%} of a core"
    )


def many_watched(top: str, seconds: float) -> None:
    print("ready", flush=True)
    directories = {entry.path: key_of(entry.stat()) for entry in os.scandir(top)}
    before = resident()
    files = {
        path: Content.of(*read_with_key(path, DEFAULT_BUDGET))
        for directory in directories
        for path in sorted(entry.path for entry in os.scandir(directory))
    }
    listed = {directory: key_of(os.stat(directory)) for directory in directories}
    gc.collect()
    documents, before = before, resident()
    places = Places(files, listed)
    told: list[object] = []
    watch = Watch(lambda: places, told.append)
    InotifySignals.open().close()  # type: ignore[union-attr] # ctypes is imported: not counted on either side
    begun = time.perf_counter()
    watch.start()
    took = time.perf_counter() - begun
    while not watch.tally.reconciles:  # the whole look right after the start
        time.sleep(0.01)
    used, begun = time.process_time(), time.perf_counter()
    time.sleep(seconds)
    share = (time.process_time() - used) / (time.perf_counter() - begun)
    print(
        f"watch: start {took * 1e3:.0f} ms, {resident() - before:.1f} MB"
        f" ({resident() - documents:.1f} with what the caller knows of each file), idle {share:.3%} of a core"
    )
    print(f"  a look without a signal at each every {watch.tally.effective_interval:.0f} s; told: {len(told)}")
    used, rounds = time.process_time(), watch.tally.reconciles
    watch.wake()
    while watch.tally.reconciles == rounds:
        time.sleep(0.01)
    print(f"  one whole look at once: {(time.process_time() - used) * 1e3:.0f} ms of processor time")
    watch.stop()


# -- pauses


def pauses() -> None:
    print("\nPauses between two signals of one save (ms)")
    with tempfile.TemporaryDirectory() as top:
        source, target = f"{top}/source", f"{top}/target"
        for folder in (source, target):
            os.mkdir(folder)
            fill(folder, 0)
        saves = {
            "cp of 20 files": (lambda number: fill(source, number), f"cp {source}/* {target}"),
            "sed -i of 20 files": (None, f"sed -i s/[0-9]/X/ {target}/*"),
            "tar x of 20 files": (lambda number: archive(source, number), f"tar xf {source}.tar -C {target}"),
        }
        if shutil.which("vim"):
            saves["vim, backupcopy=no"] = (
                None,
                f"vim -u NONE -es -c 'set nobackup backupcopy=no' -c 's/$/x/' -c wq {target}/0",
            )
        for title, (prepare, command) in saves.items():
            found: list[float] = []
            for number in range(15):
                if prepare is not None:
                    prepare(number)
                found += listen(target, command)
            found.sort()
            if found:
                short = [sum(pause <= limit for pause in found) / len(found) for limit in (0.5, 1.0, 3.0)]
                print(
                    f"  {title:22} p50 {statistics.median(found):6.3f}  p90 {found[int(len(found) * 0.9)]:6.3f}"
                    f"  p99 {found[int(len(found) * 0.99)]:6.3f}"
                    f"  up to 0.5, 1, 3 ms: {short[0]:.0%} {short[1]:.0%} {short[2]:.0%}"
                )


def fill(folder: str, number: int) -> None:
    for file in range(20):
        Path(folder, str(file)).write_bytes(TEXT.replace(b"%06d", b"%06d" % number))


def archive(folder: str, number: int) -> None:
    fill(folder, number)
    subprocess.run(["tar", "cf", f"{folder}.tar", "-C", folder, "."], check=True)


def listen(folder: str, command: str) -> list[float]:
    """Run a command and return the pauses between the signals it makes in a directory, in milliseconds."""
    signals = InotifySignals.open()
    assert signals is not None
    signals.follow(folder)
    times = []
    with subprocess.Popen(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if signals.wait(0.02):
                times.append(time.perf_counter())
                signals.take()
    signals.close()
    return [(after - before) * 1e3 for before, after in pairwise(times)]


if __name__ == "__main__":
    main()
