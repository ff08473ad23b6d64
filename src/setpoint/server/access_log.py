"""``AccessLog``: one line of JSON for each request, written by a thread of its own."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from threading import Event, Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .served import Served

_MOST = 10_000  # lines that wait for whoever reads them
_LONGEST = 1000  # characters of a path that are logged
_PAUSE = 0.05  # seconds in which lines gather before they are written together
_PATIENCE = 2.0  # seconds that the end waits for what is still to be written
_TOKEN = re.compile(r"sp_[0-9a-f]{12}_[A-Za-z0-9_-]+")


class AccessLog:
    """Takes what was ``Served`` and writes a line of JSON for each to a file descriptor.

    Arguments: ``descriptor`` is open for writing, standard output as a rule.

    Calling it never waits: whoever reads too slowly misses lines beyond 10,000, and is told how many in one of their
    own (``{"lost": 17}``). When nobody reads any more, nothing is written any more. ``close`` writes what is left. Text
    of a request is escaped to ASCII, cut at 1,000 characters, and without the secret of a token in it; of a query there
    are the names only.
    """

    __slots__ = ("_descriptor", "_lines", "_lost", "_stop", "_thread", "_wake", "is_on", "trouble")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: deque[bytes] = deque()
        self._lost = 0
        self._wake = Event()
        self._stop = False
        self.is_on = True
        """Whether requests are logged: a setting that may change."""
        self.trouble: str | None = None
        """Why nothing is written any more, or None."""
        self._thread = Thread(target=self._write, name="setpoint-access-log", daemon=True)
        self._thread.start()

    def __call__(self, served: Served) -> None:
        """Log one request."""
        if not self.is_on or self.trouble is not None:
            return
        if len(self._lines) >= _MOST:
            self._lost += 1
            return
        self._lines.append(line_of(served))
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what is left, and end; what cannot be written in two seconds is dropped."""
        self._stop = True
        self._wake.set()
        self._thread.join(_PATIENCE)

    def _write(self) -> None:
        lines = self._lines
        while True:
            self._wake.wait()
            if not self._stop:
                time.sleep(_PAUSE)
            self._wake.clear()
            pieces = [lines.popleft() for _ in range(len(lines))]
            if self._lost:
                lost, self._lost = self._lost, 0
                pieces.append(b'{"lost": %d}\n' % lost)
            try:
                _write_all(self._descriptor, b"".join(pieces))
            except OSError as error:
                self._give_up(error)
                return
            if self._stop and not lines:
                return

    def _give_up(self, error: OSError) -> None:
        import logging

        self.trouble = error.strerror or str(error)
        self._lines.clear()
        logging.getLogger("setpoint.server").error(
            "the access log cannot be written any more (%s); requests are answered on, and not logged", self.trouble
        )


def line_of(served: Served) -> bytes:
    """Return the line that stands for one request in the log."""
    seconds = served.time
    moment = _moment(int(seconds))
    principal = "null" if served.principal is None else _quoted(served.principal)
    query = f', "query": [{", ".join(map(_quoted, served.query))}]' if served.query else ""
    return (
        f'{{"time": "{moment}.{int((seconds - int(seconds)) * 1000):03d}Z", "method": {_quoted(served.method)}, '
        f'"path": {_quoted(served.path)}{query}, "status": {served.status}, "ms": {served.seconds * 1000:.2f}, '
        f'"bytes": {served.bytes}, "principal": {principal}, "address": {_quoted(served.address)}, '
        f'"request": {_quoted(served.request)}}}\n'
    ).encode("ascii")


@lru_cache(4)
def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _quoted(text: str) -> str:
    """Return a text as JSON in ASCII, cut, and without what opens a door."""
    if "sp_" in text:
        text = _TOKEN.sub("sp_********", text)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    quoted = encode_basestring_ascii(text)
    return quoted.replace("\x7f", "\\u007f") if "\x7f" in quoted else quoted


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
