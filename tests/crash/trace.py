"""Reading what strace wrote down (``-f -y -xx``: process ids, paths of descriptors, all text as hexadecimal)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .script import HarnessError

_LINE = re.compile(r"(\d+) +(.*)")
_STARTED = re.compile(r"(\w+)\((.*)")
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)")
_RESULT = re.compile(r"(.*)\) += (-?\d+|0x[0-9a-f]+|\?)(.*)", re.DOTALL)
_UNFINISHED = " <unfinished ...>"
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_HEXADECIMAL = re.compile(r"(?:\\x[0-9a-f]{2})+")
_DESCRIPTOR = re.compile(r"(AT_FDCWD|-?\d+)(?:<((?:\\x[0-9a-f]{2})*)>)?(?:\(deleted\))?$")


class Call:
    """One system call: process, name, arguments as strace shows them, result (None: it never returned)."""

    def __init__(self, process: int, name: str, arguments: str, result: int | None, rest: str) -> None:
        self.process = process
        self.name = name
        self._arguments = arguments
        self.result = result
        self.injected = "(INJECTED)" in rest

    @property
    def arguments(self) -> list[str]:
        return list(_split(self._arguments))

    @property
    def failed(self) -> bool:
        return self.result is None or self.result < 0

    def has(self, word: str) -> bool:
        """True when the word (a flag) is among its arguments."""
        return re.search(rf"\b{word}\b", self._arguments) is not None

    def texts(self) -> list[str]:
        """The strings in the arguments."""
        return [_decoded(found) for found in re.findall(r'"((?:\\x[0-9a-f]{2})+)"', self._arguments)]

    def places(self) -> list[str]:
        """The paths of the descriptors in the arguments (``pipe:[1]`` and the like for those that have none)."""
        return [_decoded(found) for found in re.findall(r"<((?:\\x[0-9a-f]{2})+)>", self._arguments)]

    def __str__(self) -> str:
        def readable(match: re.Match[str]) -> str:
            text = _plain(match[0])
            return repr(text[:60].decode("utf-8", "replace"))[1:-1] + ("…" if len(text) > 60 else "")

        return f"{self.name}({_HEXADECIMAL.sub(readable, self._arguments)})"


def calls(log: bytes) -> Iterator[Call]:
    """Yield the calls in the order in which they returned; those that never returned come where they began."""
    waiting: dict[int, tuple[str, str]] = {}
    for line in log.decode("ascii", "surrogateescape").splitlines():
        matched = _LINE.match(line)
        if matched is None:
            raise HarnessError(f"a line of strace that cannot be read: {line!r}")
        process, text = int(matched[1]), matched[2]
        if text.startswith(("+++", "---")):
            continue
        resumed = _RESUMED.match(text)
        if resumed is not None:
            name, begun = waiting.pop(process)
            rest = begun + resumed[2]
        else:
            started = _STARTED.match(text)
            if started is None:
                raise HarnessError(f"a line of strace that cannot be read: {line!r}")
            name, rest = started[1], started[2]
        if rest.endswith(_UNFINISHED):
            waiting[process] = (name, rest.removesuffix(_UNFINISHED))
            continue
        ended = _RESULT.match(rest)
        if ended is None:  # the process was killed in it
            yield Call(process, name, rest, None, "")
        else:
            yield Call(process, name, ended[1], None if ended[2] == "?" else int(ended[2], 0), ended[3])
    for process, (name, rest) in waiting.items():
        yield Call(process, name, rest, None, "")


def text(argument: str) -> bytes:
    """Return the bytes of a string argument."""
    matched = _TEXT.fullmatch(argument)
    if matched is None:
        raise HarnessError(f"not a string: {argument[:80]}")
    if matched[2]:
        raise HarnessError("strace cut a text off; the harness asks for more of it than the script may write at once")
    return _plain(matched[1])


def texts_in(argument: str) -> bytes:
    """Return the bytes of all strings in an argument, joined: the buffers of ``writev``."""
    if '"...' in argument:
        raise HarnessError("strace cut a text off; the harness asks for more of it than the script may write at once")
    return b"".join(_plain(matched[1]) for matched in _TEXT.finditer(argument))


def path(argument: str) -> str:
    """Return a string argument as a path."""
    return text(argument).decode("utf-8", "surrogateescape")


def descriptor(argument: str) -> tuple[int, str]:
    """Return a descriptor's number (-100 for the current directory) and the path that strace found for it."""
    matched = _DESCRIPTOR.match(argument)
    if matched is None:
        raise HarnessError(f"not a descriptor: {argument[:80]}")
    where = _plain(matched[2] or "").decode("utf-8", "surrogateescape")
    return (-100 if matched[1] == "AT_FDCWD" else int(matched[1])), where


def _decoded(hexadecimal: str) -> str:
    return _plain(hexadecimal).decode("utf-8", "surrogateescape")


def _plain(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


def _split(arguments: str) -> Iterator[str]:
    """Split at the commas that are not inside anything."""
    depth, start, quoted = 0, 0, False
    for place, character in enumerate(arguments):
        if character == '"':
            quoted = not quoted  # all text is hexadecimal, so none holds a quote
        elif quoted:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            yield arguments[start:place].strip()
            start = place + 1
    if arguments[start:].strip():
        yield arguments[start:].strip()
