"""What following 10,000 documents in 1,000 directories costs: the start, memory, idle time, and one change.

Run with: python bench/reloading_many.py [--seconds 30]
The process that follows is a child of its own, so that nothing else counts.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reloading import resident, text
from setpoint import ConfigSystem

SETTLED = 38.0  # seconds after which a file's times are believed, and it is not read once more to be sure


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--child")
    arguments = parser.parse_args()
    if arguments.child:
        follow_many(arguments.child, arguments.seconds)
        return
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    many(arguments.seconds)


def many(seconds: float) -> None:
    print(f"\n10,000 documents in 1,000 directories, idle for {seconds:.0f} s")
    with tempfile.TemporaryDirectory() as top:
        home = Path(top, "config")
        for directory in range(1000):
            (home / f"{directory:04}").mkdir(parents=True)
            for file in range(10):
                (home / f"{directory:04}" / f"{file}.yaml").write_bytes(text(file)[:400].rpartition(b"\n")[0] + b"\n")
        Path(top, "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
        time.sleep(SETTLED)
        command = [sys.executable, __file__, "--seconds", str(seconds), "--child", str(home)]
        subprocess.run(command, check=True)


def follow_many(home: str, seconds: float) -> None:
    system = ConfigSystem(home, environ={})
    before = resident()
    begun = time.perf_counter()
    system.snapshot()
    took = time.perf_counter() - begun
    system._reloading  # noqa: B018 - imported and made: not part of the start
    gc.collect()
    documents = resident()
    print(f"loaded in {took:.1f} s, {documents - before:.0f} MB")
    begun = time.perf_counter()
    system.start_hot_reload()
    took = time.perf_counter() - begun
    while not system.hot_reload_status()["reconciles"]:  # the whole look right after the start
        time.sleep(0.05)
    gc.collect()
    print(f"following starts in {took * 1e3:.0f} ms, {resident() - documents:.1f} MB beyond the documents")
    used, begun = time.process_time(), time.perf_counter()
    time.sleep(seconds)
    share = (time.process_time() - used) / (time.perf_counter() - begun)
    status = system.hot_reload_status()
    interval, backend = status["effective_interval"], status["backend"]
    print(f"idle {share:.3%} of a core; a look at each file every {interval:.0f} s; {backend}")
    events = system.events()
    file = Path(home, "0500", "5.yaml")
    new = Path(home).parent / "new"
    new.write_bytes(file.read_bytes().replace(b"100005", b"100006"))
    begun = time.perf_counter()
    new.replace(file)
    events.get(30)
    print(f"one of them changed: served after {(time.perf_counter() - begun) * 1e3:.1f} ms")
    system.close()


if __name__ == "__main__":
    main()
