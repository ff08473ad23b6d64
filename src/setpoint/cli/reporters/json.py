"""The report for programs: exactly one JSON object."""

from __future__ import annotations

from ..output import to_json
from .tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...report import Report
    from ..output import Style


def pieces(reports: Sequence[Report], style: Style, *, strict: bool = False, verbose: bool = False) -> Iterator[str]:
    """Yield the object: ``ok``, ``diagnostics``, ``documents`` and ``summary``. It is the same when ``verbose``.

    ``ok`` agrees with the exit code: when ``strict``, a warning makes it false, for its document as well.
    """
    del verbose
    shown = {
        "ok": all(_is_ok(report, strict) for report in reports),
        "diagnostics": [found.to_dict() for report in reports for found in report],
        "documents": [_document(report, strict) for report in reports if report.document is not None],
        "summary": Tally(reports).to_dict(),
    }
    yield to_json(shown, style.encoding)
    yield "\n"


def _document(report: Report, strict: bool) -> dict[str, object]:
    return {
        "name": report.document,
        "file": report.file,
        "schema": report.schema,
        "version": report.version,
        "ok": _is_ok(report, strict),
    }


def _is_ok(report: Report, strict: bool) -> bool:
    return report.ok and not (strict and len(report))
