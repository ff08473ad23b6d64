"""What the server says of itself: one line each, on standard error."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

# Of uvicorn and asyncio only what went wrong: they warn of much that anybody can bring about.
_LEVELS = {"setpoint": logging.INFO, "uvicorn.error": logging.ERROR, "asyncio": logging.ERROR}


class Line(logging.Formatter):
    """Makes one line of each record, with what could act on a terminal escaped; a traceback follows as it is."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        """Return the line of a record."""
        line = super().formatMessage(record)
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


@contextmanager
def log_to(stream: TextIO) -> Iterator[None]:
    """While it is entered, what the server logs goes to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    loggers = [(logging.getLogger(name), level) for name, level in _LEVELS.items()]
    before = [(logger, logger.level, logger.propagate) for logger, _ in loggers]
    for logger, level in loggers:
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
