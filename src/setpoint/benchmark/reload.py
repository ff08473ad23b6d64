"""What a change on the disk costs until it is served, and what is never served."""

from __future__ import annotations

from time import perf_counter

from ..platform import is_portable
from .figure import COUNT, Figure
from .timing import Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from queue import Queue

    from .ground import Ground

_PATIENCE = 20.0  # seconds; a change that is not seen by then counts as taking that long


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of ``reload()``, of hot reload, and of what it refuses."""
    yield from _reloading(ground)
    yield from following(ground, 60)
    if not is_portable():
        yield from _polling()
    yield from _refusing(ground)


def _reloading(ground: Ground) -> Iterator[Figure]:
    texts = {name: ground.text(name) for name in ground.files}
    with ground.system() as system:
        system.snapshot()
        one, every = [], []
        for number in range(40):
            ground.put("messaging", ground.queue_of(3000 + number))
            began = perf_counter()
            system.reload()
            one.append(perf_counter() - began)
            if system.load_config("messaging")["queue"]["max_size"] != 3000 + number:
                one.append(_PATIENCE)
        for number in range(20):
            # A line break more is another text, so each is read, decoded, merged and validated.
            for name, text in texts.items():
                ground.put(name, text + b"\n" * (1 + number % 2))
            began = perf_counter()
            system.reload()
            every.append(perf_counter() - began)
    for name, text in texts.items():
        ground.put(name, text)
    yield Figure.slowest("reload() with one file changed", Times(one), below=0.5)
    yield Figure.slowest(f"reload() with all {len(texts)} files changed", Times(every), below=0.5)


def following(ground: Ground, changes: int) -> Iterator[Figure]:
    """Change a file again and again, and wait for the callback each time."""
    from queue import Empty, SimpleQueue

    good = ground.text("messaging")
    seen: Queue[float] | SimpleQueue[float] = SimpleQueue()
    with ground.system() as system:
        system.load_config("messaging")
        system.on_change("messaging.queue.max_size", lambda _changes: seen.put(perf_counter()))
        system.start_hot_reload()
        status = system.hot_reload_status()
        seconds = []
        for number in range(changes):
            text = ground.queue_of(4000 + number)
            began = perf_counter()
            ground.put("messaging", text)
            try:
                seconds.append(seen.get(timeout=_PATIENCE) - began)
            except Empty:
                seconds.append(_PATIENCE)
    ground.put("messaging", good)
    yield Figure.slowest(f"change on the disk to callback ({status['backend']})", Times(seconds), below=1.0)


def _polling() -> Iterator[Figure]:
    """Measure the same in a process that has no signals of the operating system, as on a network file system."""
    import json
    import os
    import subprocess
    import sys

    child = subprocess.run(
        [sys.executable, "-m", "setpoint.benchmark.polling"],
        env={**os.environ, "SETPOINT_PORTABLE": "1"},
        capture_output=True,
        timeout=120,
        check=True,
    )
    for one in json.loads(child.stdout):
        del one["reached"]
        yield Figure(one.pop("name"), one.pop("value"), one.pop("unit"), **one)


def _refusing(ground: Ground) -> Iterator[Figure]:
    """Write what is wrong in many ways, and count what of it is ever served."""
    good = ground.text("messaging")
    wrong = [
        good.replace(b"max_size: 2500", b"max_size: lots"),
        good.replace(b"max_size: 2500", b"max_szie: 2500"),
        good.replace(b"max_size: 2500", b"max_size: [2500"),
        good[: len(good) // 2] + b"\n  - {",
        b"",
    ]
    served = refused = 0
    with ground.system() as system:
        before = system.load_config("messaging")
        with system.events() as events:
            system.start_hot_reload()
            for turn in range(4):
                for text in wrong:
                    ground.put("messaging", text + b"#" * turn)
                    while (event := events.get(timeout=_PATIENCE)).kind != "rejected":
                        served += event.kind == "reloaded"
                    refused += 1
                    served += system.load_config("messaging") != before
    ground.put("messaging", good)
    yield Figure(
        "bad contents served", served, COUNT, below=1, against="bad contents written and refused", baseline=refused
    )
