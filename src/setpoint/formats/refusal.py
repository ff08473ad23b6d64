"""From bytes to text, and from an offset in the text to a located refusal."""

from __future__ import annotations

from ..diagnostic import ERROR, WARNING, Diagnostic
from ..errors import ConfigParseError
from ..excerpt import unparsed_excerpt
from ..span import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from ..budget import Budget

    Offset: TypeAlias = int

BOM = b"\xef\xbb\xbf"

_OTHER_ENCODINGS = (
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xff\xfe", "UTF-16"),
)


def text_of(data: bytes) -> str:
    """Return the text of a document's bytes, without its byte order mark.

    Raises ``ConfigParseError`` for anything but UTF-8, and for a NUL, at its place.
    """
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise ConfigParseError(
                f"the file is encoded in {encoding}",
                [
                    Diagnostic(
                        "not-utf8",
                        f"the file is encoded in {encoding}; configuration is read as UTF-8",
                        line=1,
                        column=1,
                        end_line=1,
                        end_column=2,
                        suggestion="save the file as UTF-8",
                    )
                ],
            )
    body = data[len(BOM) :] if data.startswith(BOM) else data
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        start = len(before)
        shown = before + body[error.start :].decode("utf-8", "replace")
        byte = body[error.start]
        raise refuse(
            "not-utf8",
            f"the byte 0x{byte:02X} is not valid UTF-8 here",
            Lines(shown),
            start,
            start + 1,
            suggestion="save the file as UTF-8",
        ) from None
    if "\x00" in text:
        start = text.index("\x00")
        raise refuse(
            "control-character",
            "a NUL character cannot stand in a text file",
            Lines(text),
            start,
            start + 1,
            suggestion="remove it; is this a text file at all?",
        )
    return text


def finding(
    rule: str,
    message: str,
    lines: Lines,
    start: Offset,
    end: Offset | None = None,
    *,
    path: str | None = None,
    suggestion: str | None = None,
    severity: str = ERROR,
) -> Diagnostic:
    """Return a diagnostic at an offset of a text that is being decoded; its excerpt masks what a name gives away."""
    end = max(start + 1, end if end is not None else start + 1)
    line, column = lines.position(start)
    end_line, end_column = lines.position(end)
    if (end_line, end_column) <= (line, column):  # at the very end of the text
        end_line, end_column = line, column + 1
    return Diagnostic(
        rule,
        message,
        severity=severity,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        path=path,
        suggestion=suggestion,
        excerpt=unparsed_excerpt(lines, start, end),
    )


def refuse(
    rule: str,
    message: str,
    lines: Lines,
    start: Offset,
    end: Offset | None = None,
    *,
    path: str | None = None,
    suggestion: str | None = None,
) -> ConfigParseError:
    """Return the error for a document that cannot be decoded, located at an offset."""
    found = finding(rule, message, lines, start, end, path=path, suggestion=suggestion)
    return ConfigParseError(f"line {found.line}, column {found.column}: {message}", [found])


def caution(
    rule: str,
    message: str,
    lines: Lines,
    start: Offset,
    end: Offset | None = None,
    *,
    path: str | None = None,
    suggestion: str | None = None,
) -> Diagnostic:
    """Return a warning about a document that can be decoded."""
    return finding(rule, message, lines, start, end, path=path, suggestion=suggestion, severity=WARNING)


def check_size(data: bytes, budget: Budget) -> None:
    """Raise ``ConfigParseError`` for bytes over the budget."""
    if len(data) > budget.size:
        message = f"the file is larger than {budget.size:,} bytes, the most that is read"
        raise ConfigParseError(
            message,
            [
                Diagnostic(
                    "file-too-large",
                    message,
                    line=1,
                    column=1,
                    end_line=1,
                    end_column=2,
                    suggestion="raise limits.size in setpoint.toml if that is meant",
                )
            ],
        )
