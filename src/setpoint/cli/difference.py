"""Showing what changes in a file: a change of one line in one line, any other as a unified diff.

::

    config/messaging.yml:23: max_size: 2500 -> 5
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise

from . import output
from .visible import document_visible, visible

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
# The key of a line of YAML, TOML or JSON, with what stands before its value.
_KEY = re.compile(r"""\s*(?:-\ )*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s:="'\#{}\[\],]+)\s*[:=]\s*""", re.VERBOSE)
# What stands behind a value: a comma, and a comment without quotes (with them it may be the end of a text).
_TAIL = re.compile(r"""\s*,?(?:\s+(?:\#|//)[^"']*)?$""", re.VERBOSE)
_LONGEST = 100  # characters of a value that are shown in one line
_COLOURS = {"+": "32", "-": "31", "@": "36"}


def show_difference(diff: str, *, brief: bool = False) -> None:
    """Print a unified diff, whose secrets are masked already, so that it cannot act on the terminal.

    Arguments: with ``brief``, the diff is that of one file, and a change of a single line is shown as one line.
    """
    style = output.style_of(sys.stdout)
    line = one_line(diff) if brief else None
    if line is not None:
        output.write(visible(line, style.encoding) + "\n")
        return
    for text in _without_returns(diff.split("\n")[:-1]):
        shown = document_visible(text)
        colour = _COLOURS.get(text[:1]) if not text.startswith(("--- ", "+++ ")) else "1"
        output.write((style.paint(shown, colour) if colour else shown) + "\n")


def one_line(diff: str) -> str | None:
    """Return a unified diff in which one line changes, comes or goes in one line; None for others.

    ``FILE:LINE: KEY: OLD -> NEW``, ``FILE:LINE: added LINE`` or ``FILE:LINE: removed LINE``.
    """
    lines = _without_returns(diff.split("\n")[:-1])
    hunks = [line for line in lines if line.startswith("@@ ")]
    # Whether the last line ends in a line break must be the same before and after.
    unended = [before[:1] for before, line in pairwise(lines) if line.startswith("\\")]
    if len(hunks) != 1 or lines[2] != hunks[0] or unended not in ([], [" "], ["-", "+"]):
        return None
    old_file, new_file = lines[0].removeprefix("--- "), lines[1].removeprefix("+++ ")
    body = [line for line in lines[3:] if not line.startswith("\\")]
    changed = [number for number, line in enumerate(body) if line[:1] in ("-", "+")]
    signs = "".join(body[number][0] for number in changed)
    if old_file != new_file or signs not in ("-", "+", "-+") or changed[-1] - changed[0] >= len(changed):
        return None
    start = _HUNK.match(hunks[0])
    assert start is not None
    # Before the first change both sides count alike.
    place = f"{new_file}:{int(start[1 if signs == '-' else 2]) + changed[0]}"
    texts = [body[number][1:] for number in changed]
    if signs == "-+":
        return f"{place}: {_arrow(*texts)}"
    return f"{place}: {'added' if signs == '+' else 'removed'} {_clipped(texts[0].strip())}"


def _arrow(old: str, new: str) -> str:
    """Return two versions of a line as ``KEY: OLD -> NEW``, without what both have behind the value."""
    key = _KEY.match(old)
    head = key[0] if key is not None and new.startswith(key[0]) else ""
    old, new = old[len(head) :], new[len(head) :]
    tail = _TAIL.search(old)
    if tail is not None and tail[0] and new.endswith(tail[0]) and tail.start() and len(new) > len(tail[0]):
        old, new = old[: tail.start()], new[: -len(tail[0])]
    if not (old.strip() and new.strip()):
        old, new, head = head + old, head + new, ""
    first = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    key_shown = head.strip().lstrip("- ")  # without the dash of a list's item, which would look like a line removed
    return f"{key_shown}{' ' if head else ''}{_clipped(old.strip(), first)} -> {_clipped(new.strip(), first)}"


def _clipped(text: str, first: int = 0) -> str:
    """Return a text with only what stands around its character ``first``, when it is long."""
    if len(text) <= _LONGEST:
        return text
    start = max(0, min(first - 20, len(text) - _LONGEST))
    end = start + _LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _without_returns(lines: list[str]) -> list[str]:
    """Return the lines of a diff without their carriage returns, where every line of the file has one."""
    content = [line for line in lines[2:] if not line.startswith(("@@ ", "\\"))]
    if content and all(line.endswith("\r") for line in content):
        return [line.removesuffix("\r") for line in lines]
    return lines
