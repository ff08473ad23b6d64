"""One finding: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, overload

    from .errors import SetpointError

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


class Report(Sequence[Diagnostic]):
    """What was found in one document: a sequence of diagnostics, errors and warnings together.

    Arguments: ``diagnostics`` in the order of their place; ``document`` is its name; ``file`` its path;
    ``schema`` the name of the schema it was held against, None when there is none; ``version`` the version
    of its shape, where its schema has versions; ``failure`` the error that kept the document from being judged at all
    (a schema that cannot work, a file that cannot be read), which is not a verdict about the document.
    """

    __slots__ = ("_diagnostics", "document", "failure", "file", "schema", "version")

    def __init__(
        self,
        diagnostics: Iterable[Diagnostic] = (),
        *,
        document: str | None = None,
        file: str | None = None,
        schema: str | None = None,
        version: str | None = None,
        failure: SetpointError | None = None,
    ) -> None:
        self._diagnostics = tuple(diagnostics)
        self.failure = failure
        self.document = document
        self.file = file
        self.schema = schema
        self.version = version

    @classmethod
    def of_failure(cls, failure: SetpointError, *, document: str | None = None, file: str | None = None) -> Report:
        """Return the report of a document that could not be judged."""
        found = failure.diagnostics or (Diagnostic(failure.rule, failure.message, file=file, document=document),)
        return cls(found, document=document, file=file, failure=failure)

    @property
    def ok(self) -> bool:
        """True when the document was judged and has no error; warnings are allowed."""
        return self.failure is None and not any(found.severity == ERROR for found in self._diagnostics)

    @property
    def exit_code(self) -> int:
        """What the command line ends with for this document: 0, 1 for errors, or the failure's own code."""
        if self.failure is not None:
            return self.failure.exit_code
        return 0 if self.ok else 1

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that make the document unusable."""
        return tuple(found for found in self._diagnostics if found.severity == ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that are worth a look."""
        return tuple(found for found in self._diagnostics if found.severity == WARNING)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Diagnostic: ...
        @overload
        def __getitem__(self, index: slice) -> tuple[Diagnostic, ...]: ...

    def __getitem__(self, index: Any) -> Any:
        return self._diagnostics[index]

    def __len__(self) -> int:
        return len(self._diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._diagnostics)

    def __bool__(self) -> bool:
        raise TypeError("a Report is neither true nor false: ask report.ok, or len(report)")

    def __repr__(self) -> str:
        return f"<Report {self.document or self.file}: {len(self.errors)} errors, {len(self.warnings)} warnings>"
