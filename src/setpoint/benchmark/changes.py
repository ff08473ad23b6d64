"""What a change through Setpoint costs, and that it can be taken back."""

from __future__ import annotations

import os
from time import perf_counter

from .figure import COUNT, Figure
from .timing import Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .ground import Ground


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of setting a value, of migrating and of taking either back."""
    yield from _setting(ground)
    yield from _migrating(ground)


def _setting(ground: Ground) -> Iterator[Figure]:
    before = ground.text("messaging")
    beside = os.path.join(ground.home, "beside")
    with ground.system() as system:
        system.set("messaging.queue.max_size", 1)  # the first one makes the record
        seconds, bare = [], []
        for number in range(40):
            began = perf_counter()
            system.set("messaging.queue.max_size", 5000 + number)
            seconds.append(perf_counter() - began)
            data = ground.text("messaging")
            began = perf_counter()
            _write_durably(beside, data)
            bare.append(perf_counter() - began)
        os.unlink(beside)
        lines = before.splitlines(keepends=True)
        changed = sum(one != other for one, other in zip(lines, ground.text("messaging").splitlines(True), strict=True))
        first = system.history("messaging")[-1].number
        began = perf_counter()
        system.rollback("messaging", to=first)
        back = perf_counter() - began
    yield Figure.slowest(
        "set of one value: checked, durable, on record",
        Times(seconds),
        against="the same bytes written durably and nothing else, median",
        baseline=Times(bare).median,
    )
    yield Figure("lines of the file that it changed", changed, COUNT, below=2)
    yield Figure("rollback", back)
    yield _same("bytes that differ after the rollback", before, ground.text("messaging"))


def _write_durably(path: str, data: bytes) -> None:
    """Do the least that survives a power cut: write and sync a temporary file, rename it, sync the directory."""
    temporary = f"{path}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    os.replace(temporary, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _migrating(ground: Ground) -> Iterator[Figure]:
    """Take a document a version down, then up again with the clock running, and back."""
    with ground.system() as system:
        system.migrate({"coordinates": "1.0.0"}, reason="measured")
        old = ground.text("coordinates")
        revision = system.history("coordinates")[0].number
        began = perf_counter()
        system.migrate({"coordinates": "2.0.0"}, reason="measured")
        up = perf_counter() - began
        report = system.validate_all_configs()["coordinates"]
        system.rollback("coordinates", to=revision)
    yield Figure(
        "migration of coordinates 1.0.0 to 2.0.0, with backup", up, detail="edited, validated, written, recorded"
    )
    yield Figure("problems after it", len(report.errors), COUNT, below=1)
    yield _same("bytes that differ after taking it back", old, ground.text("coordinates"))


def _same(name: str, before: bytes, after: bytes) -> Figure:
    different = sum(one != other for one, other in zip(before, after, strict=False)) + abs(len(before) - len(after))
    return Figure(name, different, COUNT, below=1, detail=f"of {len(before):,}")
