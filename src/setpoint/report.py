"""``Report``: what was found in one document."""

from __future__ import annotations

from collections.abc import Sequence

from .diagnostic import ERROR, WARNING, Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, overload

    from .errors import SetpointError


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
        # The finding shows its file, so its message need not start with it.
        message = failure.message.removeprefix(f"{file}: ")
        found = failure.diagnostics or (Diagnostic(failure.rule, message, file=file, document=document),)
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
