"""``.env`` files: variables written down, one after the other.

``NAME=value``, with ``export`` before it if that is liked, and comments behind ``#``. Single quotes keep everything as
it is; in double quotes ``\\n``, ``\\r``, ``\\t``, ``\\"``, ``\\\\`` and ``\\$`` are escapes; a quoted value may go over
several lines. Nothing is ever put in for ``$NAME``.
"""

from __future__ import annotations

from ..diagnostic import ERROR, WARNING, Diagnostic
from ..errors import ConfigParseError
from ..formats.refusal import check_size, text_of
from ..span import Lines
from .environment import Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..budget import Budget

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def read_dotenv(path: str, budget: Budget, shown: str | None = None) -> tuple[list[Variable], list[Diagnostic]]:
    """Return the variables of a ``.env`` file and what is wrong with it; both are empty when there is no such file.

    Raises ``UnavailableError`` when the file may not be read.
    """
    from ..errors import ConfigNotFoundError
    from ..reading import read_file

    shown = path if shown is None else shown
    try:
        data = read_file(path, budget, shown)
    except ConfigNotFoundError:
        return [], []
    return parse_dotenv(data, budget, shown)


def parse_dotenv(data: bytes, budget: Budget, file: str = ".env") -> tuple[list[Variable], list[Diagnostic]]:
    """Return the variables in the text of a ``.env`` file, by name, and what is wrong with it.

    A line that is no assignment is left out, with an error. Of two assignments to one name the last counts, as in a
    shell, with a warning. Findings have no excerpt: such a file is mostly secrets.
    """
    try:
        check_size(data, budget)
        text = text_of(data)
    except ConfigParseError as error:
        return [], [one.replace(file=file, layer="dotenv", excerpt=None) for one in error.diagnostics]
    reader = _Reader(text, file)
    reader.read()
    return [reader.variables[name] for name in sorted(reader.variables)], reader.findings


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        import re

        self.text = text
        self.stop = re.compile("[\"'\\\\]")  # where a quoted value may end or have an escape
        self.file = file
        self.lines = Lines(text)
        self.position = 0
        self.variables: dict[str, Variable] = {}
        self.findings: list[Diagnostic] = []

    def read(self) -> None:
        while self.position < len(self.text):
            self._blanks()
            character = self._peek()
            if character in "\r\n":
                self.position += 1
            elif character == "#":
                self._skip_line()
            else:
                self._assignment()

    def _assignment(self) -> None:
        start = self.position
        name = self._name()
        if name == "export" and self._peek() in " \t":
            self._blanks()
            start = self.position
            name = self._name()
        self._blanks()
        if not name or self._peek() != "=":
            self._bad(start, "this is no assignment; expected NAME=value")
            self._skip_line()
            return
        self.position += 1
        self._blanks()
        value = self._quoted() if self._peek() and self._peek() in "'\"" else self._plain()
        if value is None:
            return
        line, column = self.lines.position(start)
        earlier = self.variables.get(name)
        if earlier is not None:
            message = f"the name {name[:200]} stands twice, first on line {earlier.line}; this one counts"
            self._warn_twice(start, message, len(name))
        self.variables[name] = Variable(name, value, file=self.file, line=line, column=column)

    def _name(self) -> str:
        start = self.position
        while self.position < len(self.text) and _is_name(self.text[self.position], self.position > start):
            self.position += 1
        return self.text[start : self.position]

    def _plain(self) -> str:
        start = self.position
        end = start
        while end < len(self.text) and self.text[end] not in "\r\n":
            if self.text[end] == "#" and (end == start or self.text[end - 1] in " \t"):
                break
            end += 1
        self.position = end
        self._skip_line()
        return self.text[start:end].strip(" \t")

    def _quoted(self) -> str | None:
        start = self.position
        quote = self.text[start]
        self.position += 1
        pieces: list[str] = []
        while True:
            character = self._peek()
            if not character:
                self._bad(start, f"the quote {quote} is never closed")
                return None
            self.position += 1
            if character == quote:
                break
            if character == "\\" and quote == '"':
                escaped = _ESCAPES.get(self._peek())
                if escaped is None:
                    hint = "write \\\\ for a backslash"
                    self._bad(self.position - 1, 'expected \\n, \\r, \\t, \\", \\\\ or \\$ after a backslash', hint)
                    self._skip_to_end_of(quote)
                    return None
                pieces.append(escaped)
                self.position += 1
            else:
                found = self.stop.search(self.text, self.position)
                end = found.start() if found is not None else len(self.text)
                pieces.append(self.text[self.position - 1 : end])
                self.position = end
        self._blanks()
        behind = self._peek()
        if behind and behind not in "#\r\n":
            self._bad(self.position, "nothing but a comment may stand behind the closing quote")
            self._skip_line()
            return None
        self._skip_line()
        return "".join(pieces)

    def _skip_to_end_of(self, quote: str) -> None:
        """Skip the rest of a quoted value, so that its lines are not read as assignments."""
        while self._peek() and self._peek() != quote:
            self.position += 2 if self._peek() == "\\" else 1
        self._skip_line()

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _blanks(self) -> None:
        while self.position < len(self.text) and self.text[self.position] in " \t":
            self.position += 1

    def _skip_line(self) -> None:
        while self.position < len(self.text) and self.text[self.position] not in "\r\n":
            self.position += 1

    def _bad(self, at: int, message: str, suggestion: str | None = None) -> None:
        self.findings.append(self._finding("bad-dotenv", message, (at, at + 1), ERROR, suggestion))

    def _warn_twice(self, at: int, message: str, length: int) -> None:
        self.findings.append(
            self._finding("variable-conflict", message, (at, at + length), WARNING, "remove one of the two")
        )

    def _finding(
        self, rule: str, message: str, span: tuple[int, int], severity: str, suggestion: str | None
    ) -> Diagnostic:
        line, column = self.lines.position(span[0])
        return Diagnostic(
            rule,
            message,
            severity=severity,
            file=self.file,
            line=line,
            column=column,
            end_line=line,
            end_column=column + span[1] - span[0],
            suggestion=suggestion,
            layer="dotenv",
        )


def _is_name(character: str, inside: bool) -> bool:
    if not character.isascii():
        return False
    return character.isalpha() or character == "_" or (inside and (character.isdecimal() or character in "-."))
