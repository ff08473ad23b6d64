"""Short ways to write entries, and a clock that can be set."""

from __future__ import annotations

from hypothesis import settings

from setpoint.history.entry import Entry
from setpoint.history.history import History
from setpoint.revision import Revision

# Each example waits for the disk several times, so there are fewer of them.
FEWER = settings(max_examples=max(5, settings().max_examples // 6))

DOCUMENT = "messaging"
FILE = "messaging.yml"
TEXT = b"# how many may wait\nqueue:\n  max_size: %d\n" + b"".join(b"key_%d: value %d\n" % (i, i) for i in range(150))


START = 1_800_000_000.0


class Clock:
    """Seconds that go on by one with each look; ``now`` can be set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        self.now += 1
        return self.now


def text(number: int) -> bytes:
    """A document of 3 KB in which one number is this."""
    return TEXT % number


def entry(content: bytes | dict[str, bytes], document: str = DOCUMENT, **facts: str | bool) -> Entry:
    """An entry by alice, of one file unless a mapping is given."""
    files = content if isinstance(content, dict) else {f"{document}.yml": content}
    told: dict[str, str | bool] = {"author": "alice", "cause": "set", **facts}
    return Entry(document, files, **told)  # type: ignore[arg-type]


def fill(history: History, count: int, document: str = DOCUMENT) -> list[Revision]:
    """Append this many revisions, one after the other."""
    return [history.append([entry(text(number), document)])[0] for number in range(1, count + 1)]
