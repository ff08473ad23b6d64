"""``SampleStore``: a day of samples and alerts, which several processes share and a restart keeps."""

from __future__ import annotations

import os
import time

from ..errors import UnavailableError
from .rollup import Roll, finite, sample_bytes
from .store_file import NAME, RANK, StoreFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from ..diagnostic import Diagnostic
    from .store_alerts import StoredAlerts
    from .store_process import Process

    T = TypeVar("T")

__all__ = ["NAME", "SampleStore"]

_HOUR = 3600.0
_RETRY = 30.0  # seconds until a file that could not be used is tried again
_JUMP = 300.0  # seconds by which two clocks must part within one interval for one of them to have been set
_MOST_BYTES = 16 * 1024 * 1024
_SIZE_EVERY = 64  # samples between two looks at the size


class SampleStore:
    """Samples over time, with the process that took each, and alerts.

    Arguments: ``path`` of the file, usually ``monitor.sqlite3`` in the state directory, None for memory only; ``name``
    is what this process is called (by default the name of its program); ``hours`` is how long samples stay in steps of
    a minute, and as long again in steps of ten; ``max_bytes`` bounds the file, and the oldest samples go for it;
    ``clock`` and ``monotonic`` tell the time in seconds.

    Nothing is made or opened before the first use. What the disk refuses never raises: samples are then kept in memory
    by this process alone, ``trouble`` says why, and they are brought into the file once it can be used.
    """

    __slots__ = (
        "__weakref__",
        "_added",
        "_clock",
        "_due",
        "_file",
        "_hours",
        "_id",
        "_last",
        "_max_bytes",
        "_memory",
        "_monotonic",
        "_name",
        "_owner",
        "_retry_at",
        "_steady_since",
        "clock_jumps",
        "trouble",
    )

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        *,
        name: str | None = None,
        hours: float = 24.0,
        max_bytes: int = _MOST_BYTES,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = StoreFile(None if path is None else os.fspath(path), clock)
        self._memory: StoreFile | None = None
        self._name = name
        self._hours = hours
        self._max_bytes = max_bytes
        self._clock = clock
        self._monotonic = monotonic
        self._retry_at = 0.0
        self._id = 0
        self._owner = 0
        self._added = 0
        self._due = 0.0  # the time of the next upkeep, as samples tell it
        self._last: tuple[float, float] | None = None  # the time of the last sample by both clocks
        self._steady_since = monotonic()
        self.clock_jumps = 0
        self.trouble: str | None = None if path is not None else "there is no file for samples; they are in memory only"

    @property
    def path(self) -> str | None:
        """The file, whether it is there or not; None when there is to be none."""
        return self._file.path

    @property
    def alerts(self) -> StoredAlerts:
        """The alerts that lie in the same file."""
        from .store_alerts import StoredAlerts

        return StoredAlerts(self)  # made anew: held, it would keep a store from closing its file when it is let go of

    @property
    def hours(self) -> float:
        """For how long samples are kept in steps of a minute."""
        return self._hours

    @property
    def notices(self) -> list[Diagnostic]:
        """What was found wrong with the file since this process began, such as that it was damaged."""
        return self._file.notices

    @property
    def process(self) -> int:
        """The number that this process has in the store; another one in a child of it."""
        if self._owner != os.getpid():
            self._owner = os.getpid()
            self._id = int.from_bytes(os.urandom(7), "big")
            self._last = None
        return self._id

    def add(self, at: float, values: Mapping[str, float]) -> None:
        """Keep one sample of this process.

        Arguments: ``at`` is when it was taken, in seconds since 1970; ``values`` by name: NaN, and what is not finite,
        stands for no value.
        """
        import json

        sample = finite(values)
        names = json.dumps(list(sample), separators=(",", ":"))
        data = sample_bytes(sample.values())
        with self._file.lock:
            self._watch_clock(at)
            self._added += 1
            tidies = at >= self._due or self._added % _SIZE_EVERY == 0

            def work(connection: sqlite3.Connection) -> bool:
                from .store_process import put_process

                put_process(connection, self.process, self._name, at)
                found = connection.execute("SELECT id FROM shape WHERE names = ?", (names,)).fetchone()
                shape = (
                    found[0]
                    if found
                    else connection.execute("INSERT INTO shape (names) VALUES (?)", (names,)).lastrowid
                )
                connection.execute(
                    "INSERT INTO recent (time, process, shape, data) VALUES (?, ?, ?, ?)",
                    (int(at * 1000), self.process, shape, data),
                )
                return self._tidied(connection, at) if tidies else False

            more = self.write(work)
            if tidies:
                self._due = at if more else at - at % _HOUR + _HOUR

    def _watch_clock(self, at: float) -> None:
        """Notice that the clock was set: what it says of age is then not believed for an hour."""
        now = self._monotonic()
        if self._last is not None and abs((at - self._last[0]) - (now - self._last[1])) > _JUMP:
            self.clock_jumps += 1
            self._steady_since = now
            self._due = at
        self._last = (at, now)

    def _tidied(self, connection: sqlite3.Connection, at: float) -> bool:
        from .store_upkeep import tidy

        # What is old is removed once the clock has gone on evenly for an hour, or agrees with what others wrote.
        newest = connection.execute("SELECT max(time) FROM recent WHERE process != ?", (self.process,)).fetchone()[0]
        steady = self._monotonic() - self._steady_since >= _HOUR
        apart = at - newest / 1000 if newest is not None and not self.clock_jumps else None
        agreed = apart is not None and -60.0 <= apart <= self._hours * _HOUR
        return tidy(
            connection, int(at * 1000), int(self._hours * _HOUR * 1000), self._max_bytes, forget=steady or agreed
        )

    def window(self, start: float, end: float) -> dict[int, Roll]:
        """Return the samples from ``start`` until before ``end``, seconds since 1970, in order, by process."""
        from .store_reading import rolls_between

        first, last = int(start * 1000), int(end * 1000)
        found: dict[int, Roll] = {}
        for rolls in self.read(lambda connection: rolls_between(connection, first, last), list[tuple[int, Roll]]):
            for process, roll in rolls:
                found.setdefault(process, Roll()).extend(roll)
        parts = {process: roll.ordered().between(first, last) for process, roll in found.items()}
        return {process: roll for process, roll in parts.items() if roll.columns}

    def processes(self, start: float, end: float) -> list[Process]:
        """Return the processes that took samples in a stretch of time, in the order in which they began."""
        from .store_process import processes_between

        found = self.read(lambda connection: processes_between(connection, start, end), list["Process"])
        unique = {one.id: one for processes in found for one in processes}
        return sorted(unique.values(), key=lambda one: (one.began, one.id))

    def size(self) -> int:
        """Return how many bytes the file has; 0 when there is none."""
        try:
            return os.stat(self._file.path).st_size if self._file.path is not None else 0
        except OSError:
            return 0

    # -- for what lies in the same file ------------------------------------------------------------------------------

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: Callable[[], T]) -> list[T]:
        """Return what ``work`` finds in the file, and in memory when something is kept there; the latter last."""
        found = []
        with self._file.lock:
            if self._file.path is not None or self._memory is None:
                try:
                    found.append(self._file.read(work, otherwise))
                except UnavailableError as error:
                    if self._memory is None:
                        self.trouble = f"{error.message}; what it holds cannot be shown"
            if self._memory is not None:
                found.append(self._memory.read(work, otherwise))
        return found

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``work`` did in one transaction: in the file, or in memory as long as that cannot be."""
        with self._file.lock:
            if self._memory is not None and self._monotonic() >= self._retry_at:
                self._bring_back(self._memory)
            if self._memory is None:
                try:
                    done = self._file.write(work)
                except UnavailableError as error:
                    self._fall_back(error)
                else:
                    if self._file.path is not None:
                        self.trouble = None
                    return done
            assert self._memory is not None
            return self._memory.write(work)

    def _fall_back(self, error: UnavailableError) -> None:
        self.trouble = f"{error.message}; samples and alerts are kept in memory only until it can be used"
        self._retry_at = self._monotonic() + _RETRY
        if self._memory is None:
            self._memory = StoreFile(None, self._clock, rank=RANK + 1)

    def _bring_back(self, memory: StoreFile) -> None:
        """Copy into the file what was kept in memory meanwhile; when that fails, it stays there."""
        from .store_reading import copied, copy_into

        held = memory.read(copied, lambda: None)
        try:
            if held is not None:
                self._file.write(lambda connection: copy_into(connection, held))
        except UnavailableError as error:
            self._fall_back(error)
            return
        self._memory = None
        memory.close()
        self.trouble = None

    def close(self) -> None:
        """Note that this process no longer watches, and close the file. The store can be used again."""
        from .store_process import end_process

        with self._file.lock:
            if self._owner == os.getpid():
                self.write(lambda connection: end_process(connection, self.process))
            self._file.close()

    def __repr__(self) -> str:
        return f"<SampleStore {self._file.path or 'in memory'}>"
