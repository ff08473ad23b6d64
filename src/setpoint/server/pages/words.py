"""What templates turn data into words with: times, values, states, differences. Nothing here trusts a text."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime

from ...monitor.channel import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_GOOD = "healthy served valid done resolved"
_LOW = "degraded low not-loaded begun"
_MEDIUM = "warning stale medium refused drifted"
_BAD = "critical error invalid failed high denied"
_KINDS = {
    word: kind
    for kind, words in (("good", _GOOD), ("low", _LOW), ("medium", _MEDIUM), ("bad", _BAD))
    for word in words.split()
}
_LONGEST = 4000  # characters of one value in a page; the rest is behind a link
_MARKS = {"+": "added", "-": "removed"}
_PLACE = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<at>\d+)(?:,(?P<new>\d+))? @@")


def kind(word: str) -> str:
    """Return which of the looks a state has: ``good``, ``low``, ``medium``, ``bad``; ``plain`` for any other word."""
    return _KINDS.get(word, "plain")


def line(value: object) -> str:
    """Return a text in one line, in which what cannot be printed is its escape: no control or direction is hidden."""
    return one_line(str(value))


def text(value: object) -> str:
    """Return a text whose lines and tabs stay, and in which everything else that cannot be printed is its escape."""
    return "\n".join("\t".join(map(one_line, one.split("\t"))) for one in str(value).split("\n"))


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON for a form; a string in it has its own characters where they can be printed."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def shown(value: Any) -> str:
    """Return a value as a page shows it: strings with their quotes, and cut when they are very long."""
    written = text(as_json(value))
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]} … ({len(written):,} characters)"


def seconds_of(moment: object) -> float | None:
    """Return a time in seconds since 1970: of a number, or of a text as RFC 3339 has it. None for neither."""
    if isinstance(moment, int | float):
        return float(moment)
    if not isinstance(moment, str):
        return None
    try:
        return datetime.fromisoformat(moment).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def stamp(moment: object) -> str:
    """Return a time as RFC 3339 in UTC, to the second; ``unknown`` for what is no time."""
    seconds = seconds_of(moment)
    if seconds is None:
        return "unknown"
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "unknown"


def clock(moment: object) -> str:
    """Return the date and time of day, in UTC, as people read them."""
    return stamp(moment).replace("T", " ").rstrip("Z")


def ago(moment: object, now: float | None = None) -> str:
    """Return how long ago a time is; after two days, its date."""
    seconds = seconds_of(moment)
    if seconds is None:
        return "unknown"
    passed = (time.time() if now is None else now) - seconds
    if passed < -60 or passed >= 48 * 3600:
        return stamp(moment)[:10]
    if passed < 2:
        return "just now"
    for size, unit in ((3600.0, "h"), (60.0, "min")):
        if passed >= size:
            return f"{int(passed // size)} {unit} ago"
    return f"{int(passed)} s ago"


def difference(diff: str) -> Iterator[tuple[str, str, str]]:
    """Yield the lines of a unified difference: which class each has, its mark, and its text.

    How many lines belong to a place is said at its head, so a line that only looks like a file's name is none.
    """
    old = new = 0  # lines that are still to come of either side
    before = ""
    for written in diff.splitlines():
        place = _PLACE.match(written)
        if old <= 0 and new <= 0 and place is None:
            name = text(written[4:])
            if written.startswith("--- "):
                before = name
            elif written.startswith("+++ "):
                yield "file", "", name if name == before else f"{before} → {name}"
            else:
                yield "same", "", text(written)
        elif old <= 0 and new <= 0 and place is not None:
            old, new = (int(place[group] or 1) for group in ("old", "new"))
            yield "place", "", f"line {place['at']}"
        else:
            mark = written[:1]
            old -= mark in ("-", " ")
            new -= mark in ("+", " ")
            yield _MARKS.get(mark, "same"), mark, text(written[1:])


def counted(number: int, word: str) -> str:
    """Return a number of things: ``1 entry``, ``2 entries``, ``1 value``, ``1,204 values``."""
    many = f"{word[:-1]}ies" if word.endswith("ry") else f"{word}s"
    return f"{number:,} {word if number == 1 else many}"


FILTERS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (kind, line, text, shown, stamp, clock, ago, difference)
}
