"""The report for people: one line that says where and what, the source with the place underlined, and what to do.

::

    config/messaging.yaml:4:3: error[unknown-key]: unknown key 'max_sise'
      3 | queue:
      4 |   max_sise: 100
        |   ^^^^^^^^
        = help: did you mean 'max_size'?
"""

from __future__ import annotations

from ...diagnostic import ERROR
from ..visible import visible
from .drawing import draw, wrap
from .tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...diagnostic import Diagnostic
    from ...report import Report
    from ..output import Style

RED, YELLOW, GREEN, DIM, BOLD = "1;31", "1;33", "32", "2", "1"


def pieces(reports: Sequence[Report], style: Style, *, strict: bool = False, verbose: bool = False) -> Iterator[str]:
    """Yield each finding and, at the end, the counts; when ``verbose``, before them a line for each document."""
    for report in reports:
        for found in report:
            yield render_diagnostic(found, style) + "\n"
    if verbose:
        for report in reports:
            if report.document is not None:
                yield _document_line(report, style)
    tally = Tally(reports)
    summary = str(tally)
    if summary.startswith("ok:"):
        summary = style.paint("ok", GREEN) + summary.removeprefix("ok")
    yield f"{summary}\n"
    for said in tally.sentences():
        yield f"{visible(said, style.encoding)}\n"
    if strict and tally.warnings and not tally.errors:
        yield "--strict: warnings count as errors\n"


def render_diagnostic(found: Diagnostic, style: Style) -> str:
    """Return one finding: its line, its source, and what there is to know about it."""
    colour = RED if found.severity == ERROR else YELLOW
    kind = style.paint(f"{found.severity}[{visible(found.rule, style.encoding)}]", colour)
    place = _place(found, style)
    message = style.paint(visible(found.message, style.encoding), BOLD)
    text = f"{place}: {kind}: {message}\n" if place else f"{kind}: {message}\n"
    indent = 2
    if found.excerpt is not None and found.excerpt.lines:
        gutter = len(str(max(number for number, _ in found.excerpt.lines)))
        text += draw(found.excerpt, gutter, style, colour)
        indent = gutter + 3  # below the bar that stands between the numbers and the source
    for label, said in _facts(found):
        text += _labelled(label, said, indent, style)
    return text


def _place(found: Diagnostic, style: Style) -> str:
    place = visible(found.file or found.document or "", style.encoding)
    if found.line is not None:
        place += f":{found.line}" if found.column is None else f":{found.line}:{found.column}"
    return place


def _facts(found: Diagnostic) -> Iterator[tuple[str, str]]:
    """Yield what is said below the source, each with its label."""
    if found.path and found.excerpt is None:
        yield "at", _address(found.path)
    if found.layer is not None and found.file is None:
        yield "layer", found.layer
    if found.note:
        yield "note", found.note
    if found.suggestion:
        yield "help", found.suggestion


def _address(path: str) -> str:
    from ...address import format_address, parse_pointer

    return format_address(parse_pointer(path)) if path.startswith("/") else path


def _labelled(label: str, said: str, indent: int, style: Style) -> str:
    start = " " * indent + style.paint("=", DIM) + f" {label}: "
    indent += len(f"= {label}: ")
    # Notes come from schemas, where a description is broken into lines as it pleased its author.
    words = [visible(word, style.encoding) for word in said.split()]
    return start + ("\n" + " " * indent).join(wrap(words, indent, style.width)) + "\n"


def _document_line(report: Report, style: Style) -> str:
    tally = Tally([report])
    verdict = tally.findings() or style.paint("ok", GREEN)
    facts = [] if report.file is None else [report.file]
    if report.failure is not None:
        facts.append("not judged")
    elif report.schema is None:
        facts.append("no schema: checked for form only")
    else:
        facts.append(f"schema {report.schema}")
    if report.version is not None:
        facts.append(f"version {report.version}")
    return (
        f"{visible(report.document or '', style.encoding)}: {verdict} ({visible(', '.join(facts), style.encoding)})\n"
    )
