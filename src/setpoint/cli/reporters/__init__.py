"""What was found in documents, in the format that was asked for.

Each format is a module with the verb ``pieces(reports, style, *, strict, verbose)``, which yields text to be written
as it comes. Reports are those of all documents that were checked, the clean ones too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from ...report import Report
    from ..output import Style

    class Reporter(Protocol):
        """What the module of a format offers."""

        def pieces(
            self, reports: Sequence[Report], style: Style, *, strict: bool = False, verbose: bool = False
        ) -> Iterator[str]:
            """Yield the text of a report about documents."""


FORMATS = ("text", "json", "sarif", "github")


def write_report(
    reports: Sequence[Report], format_name: str = "text", *, strict: bool = False, verbose: bool = False
) -> None:
    """Write to standard output what was found.

    Arguments: ``format_name`` is one of ``FORMATS``; with ``strict`` a warning is as bad as an error; with
    ``verbose`` the text names every document. Raises ``UnavailableError`` when it cannot be written.
    """
    import sys

    from .. import output

    style = output.style_of(sys.stdout)
    output.write_all(_reporter(format_name).pieces(reports, style, strict=strict, verbose=verbose))


def render(
    reports: Sequence[Report],
    format_name: str = "text",
    style: Style | None = None,
    *,
    strict: bool = False,
    verbose: bool = False,
) -> str:
    """Return a report as one text. Without a ``style`` it is in UTF-8, without colour, and as wide as it is."""
    from ..output import Style

    style = Style() if style is None else style
    return "".join(_reporter(format_name).pieces(reports, style, strict=strict, verbose=verbose))


def _reporter(format_name: str) -> Reporter:
    if format_name == "text":
        from . import text as reporter
    elif format_name == "json":
        from . import json as reporter  # type: ignore[no-redef] # each is the same protocol
    elif format_name == "sarif":
        from . import sarif as reporter  # type: ignore[no-redef] # as above
    elif format_name == "github":
        from . import github as reporter  # type: ignore[no-redef] # as above
    else:
        raise ValueError(f"no such format: {format_name!r}; there are {', '.join(FORMATS)}")
    return reporter
