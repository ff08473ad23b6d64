"""How many documents were checked, and what was found in them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...report import Report

NAMED = 5  # documents that are named in a sentence before "and n more"


class Tally:
    """The counts of several reports, and the names of the documents of which not all was checked.

    A report without a document's name is about a directory: its findings count, but it is no document.
    """

    __slots__ = ("documents", "errors", "form_only", "unjudged", "warnings")

    def __init__(self, reports: Sequence[Report]) -> None:
        named = [report for report in reports if report.document is not None]
        self.documents = len(named)
        self.errors = sum(len(report.errors) for report in reports)
        self.warnings = sum(len(report.warnings) for report in reports)
        self.unjudged = [str(report.document) for report in named if report.failure is not None]
        self.form_only = [str(report.document) for report in named if report.schema is None and report.failure is None]

    def findings(self) -> str:
        """Return ``2 errors, 1 warning``, leaving out what there is none of."""
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        return ", ".join(counted(count, noun) for count, noun in counts if count)

    def sentences(self) -> list[str]:
        """Return what must be said about documents that were not, or not wholly, judged."""
        said = []
        if self.unjudged:
            said.append(f"{counted(len(self.unjudged), 'document')} could not be judged: {_listed(self.unjudged)}")
        if self.form_only:
            verb = "was" if len(self.form_only) == 1 else "were"
            documents = f"{counted(len(self.form_only), 'document')} without a schema"
            said.append(f"{documents} {verb} checked for form only: {_listed(self.form_only)}")
        return said

    def to_dict(self) -> dict[str, int]:
        """Return the counts as the command line's JSON shows them."""
        return {
            "documents": self.documents,
            "errors": self.errors,
            "warnings": self.warnings,
            "form_only": len(self.form_only),
            "unjudged": len(self.unjudged),
        }

    def __str__(self) -> str:
        found = self.findings()
        if not self.documents and not found:
            return "no documents: nothing was checked"
        documents = counted(self.documents, "document")
        return f"{documents}: {found}" if found else f"ok: {documents}"


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def counted(count: int, noun: str) -> str:
    """Return ``1 error`` or ``2,000 errors``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
