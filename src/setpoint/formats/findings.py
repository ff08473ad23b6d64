"""What a scanner finds wrong in one text, gathered until it cannot go on."""

from __future__ import annotations

from ..errors import ConfigParseError
from ..span import Lines
from .refusal import finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from ..diagnostic import Diagnostic

MOST = 20  # beyond these a reader has seen enough, and a hostile text would only cost time


class Findings:
    """The findings in one text, in the order in which they stand in it.

    Arguments: ``text`` is what the reader sees, which offsets count in.
    """

    __slots__ = ("_found", "lines")

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self._found: list[Diagnostic] = []

    def note(
        self,
        rule: str,
        message: str,
        start: int,
        end: int | None = None,
        *,
        path: Iterable[str | int] | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Keep a finding after which the text can still be read; the last one allowed ends the reading."""
        from ..address import pointer

        at = None if path is None else pointer(path)
        self._found.append(finding(rule, message, self.lines, start, end, path=at, suggestion=suggestion))
        if len(self._found) >= MOST:
            self.settle()

    def stop(
        self,
        rule: str,
        message: str,
        start: int,
        end: int | None = None,
        *,
        path: Iterable[str | int] | None = None,
        suggestion: str | None = None,
    ) -> NoReturn:
        """Keep a finding after which nothing can be read, and raise ``ConfigParseError`` with all of them."""
        self.note(rule, message, start, end, path=path, suggestion=suggestion)
        raise self._error()

    def settle(self) -> None:
        """Raise ``ConfigParseError`` with all findings, when there are any."""
        if self._found:
            raise self._error()

    def _error(self) -> ConfigParseError:
        first = self._found[0]
        message = f"line {first.line}, column {first.column}: {first.message}"
        if len(self._found) > 1:
            message += f" (and {len(self._found) - 1} more)"
        return ConfigParseError(message, self._found)

    def line_of(self, offset: int) -> int:
        """Return the number of the line an offset stands on."""
        return self.lines.position(offset)[0]
