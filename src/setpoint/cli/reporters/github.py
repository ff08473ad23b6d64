"""The report for GitHub Actions: workflow commands, which become annotations beside the lines they are about.

Source: "Workflow commands for GitHub Actions", docs.github.com, and the escaping of GitHub's own toolkit. GitHub
shows at most ten errors and ten warnings of one step as annotations; the log has all of them.
"""

from __future__ import annotations

from ..visible import visible
from .place import relative
from .tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...diagnostic import Diagnostic
    from ...errors import SetpointError
    from ...report import Report
    from ..output import Style


def pieces(reports: Sequence[Report], style: Style, *, strict: bool = False, verbose: bool = False) -> Iterator[str]:
    """Yield one command for each finding, then the summary as a line of the log. ``verbose`` adds nothing.

    When ``strict``, a warning is still shown as one.
    """
    del strict, verbose
    for report in reports:
        for found in report:
            yield _command(found, style.encoding)
    tally = Tally(reports)
    for line in (str(tally), *tally.sentences()):
        yield f"{visible(line, style.encoding)}\n"


def render_failure(error: SetpointError) -> str:
    """Return the commands for an error that ended the check."""
    lines = [f"::error title=setpoint::{_data(error.message)}\n"]
    lines += [_command(found, "utf-8") for found in error.diagnostics]
    return "".join(lines)


def _command(found: Diagnostic, encoding: str) -> str:
    facts: list[tuple[str, object]] = []
    if found.file is not None:
        facts.append(("file", relative(found.file)))
        if found.line is not None:
            facts += [("line", found.line), ("col", found.column), ("endLine", found.end_line)]
            # GitHub ignores columns that span lines.
            if found.end_line in (None, found.line):
                facts.append(("endColumn", found.end_column))
    facts.append(("title", found.rule))
    shown = ",".join(f"{name}={_property(str(value), encoding)}" for name, value in facts if value is not None)
    message = f"{found.message} ({found.suggestion})" if found.suggestion else found.message
    if found.file is None and found.document is not None:
        message = f"{found.document}: {message}"
    return f"::{found.severity} {shown}::{_data(message, encoding)}\n"


def _data(text: str, encoding: str = "utf-8") -> str:
    """Escape a message. A line break stays one; every other control character is shown as its escape."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "%0A".join(visible(line, encoding).replace("%", "%25") for line in lines)


def _property(text: str, encoding: str) -> str:
    """Escape the value of a property, where a colon or comma would end it. Line breaks and controls stay exact."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped.replace(":", "%3A").replace(",", "%2C"), encoding)
