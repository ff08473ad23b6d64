"""A disk of its own for a test, small enough to be filled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 4 * 1024 * 1024


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Give a folder a file system of 4 MiB in memory, and say whether that could be done: it takes root."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "setpoint-test", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    try:
        yield done
    finally:
        if done:  # lazily: whoever still has a file open there keeps nobody from going on
            subprocess.run(["umount", "-l", str(place)], capture_output=True, timeout=30, check=True)


def fill(path: Path) -> None:
    """Write a file until nothing more fits."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    os.write(descriptor, bytes(size))
            except OSError:
                continue
    finally:
        os.close(descriptor)
