"""One finding: what is wrong, where, and what to do."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

ERROR = "error"
WARNING = "warning"


class Excerpt:
    """The lines of source around a finding, with every secret already masked.

    Arguments: ``lines`` are ``(line number, text)``; ``start`` and ``end`` are the columns (from 1, ``end``
    exclusive) to underline on the line numbered ``line``.
    """

    __slots__ = ("end", "line", "lines", "start")

    def __init__(self, lines: Iterable[tuple[int, str]], line: int, start: int, end: int) -> None:
        self.lines = tuple(lines)
        self.line = line
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Excerpt(line={self.line}, start={self.start}, end={self.end})"


class Diagnostic:
    """One finding about a document, a schema or a setting.

    Arguments:
        rule: the stable id of the kind of finding, in kebab-case, e.g. ``unknown-key``.
        message: what is wrong and what was expected, one sentence, never a secret value.
        severity: ``error`` or ``warning``.
        file: the file's path as the user named it; None when no file is involved.
        line, column, end_line, end_column: where, counted from 1 in characters, the end exclusive.
        path: a JSON Pointer into the document; ``""`` is its root, None when it is about the whole file.
        suggestion: what to do, ready to be shown: ``did you mean 'timeout'?``.
        layer: the layer that brought the value: ``base``, ``profile``, …
        document: the document's name. A rule over several documents sets it, and the place is worked out from it.
        at: ``key`` or ``value``, the half of the entry at ``path`` that is meant.
        excerpt: the source around it, for people; secrets are masked in it.
        note: what the schema says about the place (its ``description``).
    """

    __slots__ = (
        "at",
        "column",
        "document",
        "end_column",
        "end_line",
        "excerpt",
        "file",
        "layer",
        "line",
        "message",
        "note",
        "path",
        "rule",
        "severity",
        "suggestion",
    )

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        severity: str = ERROR,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
        path: str | None = None,
        suggestion: str | None = None,
        layer: str | None = None,
        document: str | None = None,
        at: str = "value",
        excerpt: Excerpt | None = None,
        note: str | None = None,
    ) -> None:
        if severity not in (ERROR, WARNING):
            raise ValueError(f"a diagnostic's severity is 'error' or 'warning', not {severity!r}")
        if at not in ("key", "value"):
            raise ValueError(f"a diagnostic is at 'key' or 'value', not {at!r}")
        self.rule = rule
        self.message = message
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.path = path
        self.suggestion = suggestion
        self.layer = layer
        self.document = document
        self.at = at
        self.excerpt = excerpt
        self.note = note

    def replace(self, **changes: Any) -> Diagnostic:
        """Return a copy with some of its facts changed."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts.update(changes)
        return Diagnostic(facts.pop("rule"), facts.pop("message"), **facts)

    def to_dict(self) -> dict[str, object]:
        """Return the finding as the command line's JSON shows it."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "path": self.path,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "suggestion": self.suggestion,
            "layer": self.layer,
        }

    def __str__(self) -> str:
        place = self.file or self.document or ""
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        text = f"{place}: {self.severity}: {self.message}" if place else f"{self.severity}: {self.message}"
        if self.suggestion:
            text += f" ({self.suggestion})"
        return f"{text} [{self.rule}]"

    def __repr__(self) -> str:
        return f"<Diagnostic {self}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Diagnostic):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.rule, self.file, self.line, self.column, self.path, self.message))
