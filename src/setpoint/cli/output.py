"""How text reaches a stream: which encoding, colour or not, how wide, and what happens when it cannot be written."""

from __future__ import annotations

import os
import sys

from ..errors import UnavailableError
from .visible import document_visible, is_unicode, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from io import TextIOWrapper
    from typing import TextIO, TypeGuard


DEFAULT_WIDTH = 80  # columns, where the terminal does not say


class Style:
    """What a stream can show.

    Arguments: ``colour``: whether escapes for colour may be used; ``encoding``: of the stream; ``width`` in columns
    of a terminal, None where lines may be as long as they are (a file, a pipe).
    """

    __slots__ = ("colour", "encoding", "width")

    def __init__(self, *, colour: bool = False, encoding: str = "utf-8", width: int | None = None) -> None:
        self.colour = colour
        self.encoding = encoding
        self.width = width

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour: ``code`` is the number of an SGR sequence, as in ``1;31`` for bold red."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def style_of(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> Style:
    """Return what a stream can show."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    terminal = _is_terminal(stream)
    return Style(
        colour=wants_colour(stream, environ),
        encoding=encoding,
        width=width_of(stream, environ) if terminal else None,
    )


def wants_colour(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether to colour what goes to a stream.

    ``NO_COLOR`` switches it off, ``FORCE_COLOR`` on, or off when it is ``0`` (either counts unless it is empty, the
    first before the second); else it needs a terminal that is not ``TERM=dumb``. Source: no-color.org,
    force-color.org.
    """
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return environ.get("TERM") != "dumb" and _is_terminal(stream)


def width_of(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> int:
    """Return the width in columns: ``COLUMNS`` if it is a sensible number, else the terminal's, else 80."""
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal() and int(columns[:6]) >= 20:
        return int(columns[:6])
    try:
        found = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError):  # no terminal, no descriptor, or already closed: all mean that nobody can say
        found = 0
    return found if found >= 20 else DEFAULT_WIDTH


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def say(line: str) -> None:
    """Print one line for people; what came from a file cannot act on the terminal."""
    write(visible(line, style_of(sys.stdout).encoding) + "\n")


def print_value(value: object) -> None:
    """Print one value of a document: text as it is, everything else as JSON.

    On a terminal, control characters inside a text are shown as escapes. A pipe gets exactly what is in the file, or
    nothing: raises ``UnavailableError`` when its encoding lacks a character.
    """
    if not isinstance(value, str):
        print_json(value)
    elif _is_terminal(sys.stdout):
        write(document_visible(value) + "\n")
    else:
        encoding = style_of(sys.stdout).encoding
        try:
            value.encode(encoding)
        except UnicodeEncodeError as error:
            lacking = f"U+{ord(value[error.start]):04X}"
            hint = "--format json writes it as an escape"
            raise UnavailableError(f"the value holds {lacking}, which {encoding} cannot write; {hint}") from None
        write(value + "\n")


def print_json(value: object) -> None:
    """Print a value as JSON, and nothing else."""
    write(to_json(value, style_of(sys.stdout).encoding) + "\n")


def to_json(value: object, encoding: str = "utf-8", *, indent: int | None = 2) -> str:
    """Return a value as JSON: letters stay readable where the encoding has all of them.

    What could act on a terminal is escaped. Arguments: without an ``indent`` it is one line.
    """
    import json
    import re

    text = json.dumps(value, ensure_ascii=not is_unicode(encoding), indent=indent, allow_nan=False)
    if text.isascii() and "\x7f" not in text:
        return text  # JSON itself escapes the control characters below the space
    # Outside of strings JSON is ASCII, so each of these stands in a string and may be written as an escape.
    pattern = "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
    return re.sub(pattern, lambda match: f"\\u{ord(match[0]):04x}", text)


class SafeStreams:
    """While it is entered, no character can make a ``print`` fail: what a stream's encoding lacks is escaped.

    When it is left, what was written is brought out, and a stream that cannot take it is given up.
    """

    __slots__ = ("_errors",)

    def __enter__(self) -> None:
        self._errors = [(stream, stream.errors) for stream in (sys.stdout, sys.stderr) if _is_adjustable(stream)]
        for stream, _ in self._errors:
            stream.reconfigure(errors="backslashreplace")

    def __exit__(self, *_exception: object) -> None:
        for stream, errors in self._errors:
            try:
                stream.reconfigure(errors=errors)
            except OSError:  # it flushes first, and that failed: whoever is to know of it has been told
                abandon(stream)


def _is_adjustable(stream: TextIO | None) -> TypeGuard[TextIOWrapper]:
    return hasattr(stream, "reconfigure")


def write(text: str) -> None:
    """Write to standard output. Raises ``UnavailableError`` when it cannot be written, but a closed pipe stays one."""
    write_all((text,))


def write_all(pieces: Iterable[str]) -> None:
    """Write pieces to standard output as they come."""
    stream = sys.stdout
    for piece in pieces:
        if stream is None:  # started with a closed standard output: there is nobody to write to
            continue
        try:
            stream.write(piece)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(error) from None


def complain(text: str) -> None:
    """Write to standard error, after all that went to standard output before."""
    settle()
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        # Nobody can be told that nobody can be told. The exit code still says it, and SafeStreams gives the stream up.
        return


def flush() -> None:
    """Bring out what was written. Raises as ``write`` does."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from None


def settle() -> None:
    """Bring out what was written if that can be done: used on the way to an error that matters more."""
    try:
        flush()
    except (UnavailableError, BrokenPipeError):
        # The error that matters more is about to be told; SafeStreams gives the stream up at the end.
        return


def abandon(stream: TextIO) -> None:
    """Let a stream end nowhere, so that the interpreter does not complain about it when it exits."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # a stream without a descriptor, as tests use: nothing is left to complain about
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def unwritable(error: OSError) -> UnavailableError:
    """Return the error for an output that cannot be written."""
    return UnavailableError(f"the output cannot be written: {error.strerror or error}")
