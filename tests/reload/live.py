"""A system that follows its files, with somebody who reads all the time and somebody who is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from setpoint import Change, ConfigSystem

LINES = 100

# Every part of the document agrees with every other, and the last line is needed: what is half of one text, or half of
# one and half of another, is either refused or gives itself away.
SCHEMA = {
    "type": "object",
    "required": ["number", "items", "twice"],
    "additionalProperties": False,
    "properties": {
        "number": {"type": "integer", "minimum": 0},
        "twice": {"type": "integer"},
        "items": {"type": "array", "minItems": LINES, "maxItems": LINES, "items": {"type": "integer"}},
    },
}


def text(number: int) -> bytes:
    """A document of 2 KB that has the same size for every number: no size gives a change away."""
    number += 100_000
    lines = [f"number: {number}", "items:", *[f"  - {number}  # {line:03}" for line in range(LINES)]]
    return "\n".join([*lines, f"twice: {number * 2}\n"]).encode()


def number_of(config: Any) -> int:
    """Return the number of a document, which is part of one text as a whole."""
    number = config["number"]
    assert config["twice"] == 2 * number, "half of one and half of another"
    assert config["items"] == [number] * LINES, "half of one and half of another"
    return int(number) - 100_000


def until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait for something to become true, and return whether it did."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def make_home(top: Path, *names: str) -> Path:
    """Make a directory of documents that all have number 0, with their schemas."""
    home = top / "config"
    (home / "schemas").mkdir(parents=True)
    for name in names:
        (home / f"{name}.yaml").write_bytes(text(0))
        (home / "schemas" / f"{name}.schema.json").write_text(json.dumps(SCHEMA))
    return home


def put(file: Path, data: bytes) -> None:
    """Replace a file in one step: nobody can find it half written."""
    new = file.parent.parent / f"new {file.name}"
    new.write_bytes(data)
    new.replace(file)


class Reader:
    """A thread that reads all documents of a system all the time, and judges what it gets.

    Arguments: ``judge`` takes the system and raises when something is wrong with what it reads.
    """

    def __init__(self, system: ConfigSystem, judge: Callable[[ConfigSystem], object], pause: float = 0.0002) -> None:
        self.reads = 0
        self.failure: BaseException | None = None
        self._system = system
        self._judge = judge
        self._pause = pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                for _ in range(5):
                    self._judge(self._system)
                    self.reads += 1
                time.sleep(self._pause)
        except BaseException as error:  # noqa: BLE001 - raised by whoever ends it
            self.failure = error

    def end(self) -> int:
        """Stop, raise what went wrong, and return how often was read."""
        self._ended.set()
        self._thread.join(60)
        if self.failure is not None:
            raise self.failure
        return self.reads


class Live:
    """A system that follows the files of a directory, what it told, and a reader.

    Arguments: ``interval`` is how many seconds pass between looks without a signal; ``names`` are the documents.
    """

    def __init__(self, home: Path, *names: str, interval: float = 1.0, **options: Any) -> None:
        self.home = home
        self.names = names
        self.system = ConfigSystem(home, environ={}, **options)
        self.system.snapshot()
        self.told: list[tuple[Change, ...]] = []
        for name in names:
            self.system.on_change(name, self.told.append)
        self.events = self.system.events()
        self.system.start_hot_reload(interval)
        assert self.looks(1)
        self.reader = Reader(self.system, lambda system: [number_of(system.load_config(name)) for name in names])

    def looks(self, count: int = 2) -> bool:
        """Have everything looked at some more times, and told whatever there is to be told."""
        follower = self.system._follower
        assert follower is not None
        return all(follower.watch.look(60) for _ in range(count)) and self.system._audience.bus.drain(60)

    def serves(self, number: int, seconds: float = 60.0) -> bool:
        """Wait until every document has a number, and callbacks were told."""
        return until(lambda: all(number_of(self.system.load_config(name)) == number for name in self.names), seconds)

    def numbers(self) -> list[tuple[int, int]]:
        """Return what callbacks were told: the numbers before and after, one entry per call, each of one whole text."""
        found = []
        for changes in self.told:
            (where, before, after), items, twice = changes
            name = where.partition(".")[0]
            assert tuple(items) == (f"{name}.items", [before] * LINES, [after] * LINES)
            assert tuple(twice) == (f"{name}.twice", 2 * before, 2 * after)
            found.append((before - 100_000, after - 100_000))
        return found

    def happened(self) -> list[Any]:
        """Return the events since the last time this was asked."""
        found = []
        while (event := self.events.get(timeout=0.0)) is not None:
            found.append(event)
        return found

    @property
    def status(self) -> dict[str, Any]:
        return self.system.hot_reload_status()

    def close(self) -> None:
        """End everything; nothing may have failed."""
        reads = self.reader.end()
        status = self.status
        self.system.close()
        assert reads > 0
        assert status["errors"] == 0
        assert status["record"] is None

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, *failure: object) -> None:
        if kind is None:
            self.close()
        else:
            self.reader._ended.set()
            self.system.close()
