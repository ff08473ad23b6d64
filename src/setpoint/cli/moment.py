"""Times as they are given on a command line: how long from now, or a date and time."""

from __future__ import annotations

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_LATEST = 253_402_300_799.0  # seconds: the end of the year 9999


def past(text: str) -> float:
    """Return the time that ``6h`` (ago) or ``2026-11-23T09:00`` means, in seconds since 1970. Raises ``ValueError``."""
    return _moment(text, -1)


def future(text: str) -> float:
    """Return the time that ``90d`` (from now) or ``2027-01-31`` means, in seconds since 1970. Raises ``ValueError``."""
    return _moment(text, 1)


def _moment(text: str, direction: int) -> float:
    import time
    from datetime import datetime

    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.replace(".", "", 1).isdecimal() and number.isascii():
        found = time.time() + direction * float(number) * _UNITS[unit]
    else:
        try:
            found = datetime.fromisoformat(text).timestamp()  # without an offset, by the clock of this machine
        except (OverflowError, OSError):
            raise ValueError("a time that a calendar has") from None
    if not 0 <= found <= _LATEST:
        raise ValueError("a time that a calendar has")
    return found
