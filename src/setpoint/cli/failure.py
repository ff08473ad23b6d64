"""Showing an error that ended a command, in the format that was asked for."""

from __future__ import annotations

from . import output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..errors import SetpointError


def report_failure(error: SetpointError, format_name: str, kind: str, code: int) -> None:
    """Show an error: JSON, SARIF and GitHub annotations on standard output, text on standard error.

    Arguments: ``kind`` names the kind of error for programs: the error's rule, or ``bug``; ``code`` is the exit code
    that will follow. An unknown format counts as text. Raises ``BrokenPipeError`` for a closed pipe.
    """
    text = _as_text(error)
    if format_name == "json":
        shown = _as_json(error, kind, code)
    elif format_name == "sarif":
        from .reporters import sarif

        shown = sarif.render_failure(error, code)
    elif format_name == "github":
        from .reporters import github

        shown = github.render_failure(error)
    else:
        output.complain(text)
        return
    from ..errors import UnavailableError

    try:
        output.write(shown)
        output.flush()
    except UnavailableError:
        # Standard output is what failed, or fails as well: standard error is left.
        output.complain(text)


def _as_text(error: SetpointError) -> str:
    import sys

    from .reporters.text import render_diagnostic
    from .visible import lines_visible

    style = output.style_of(sys.stderr)
    blocks = [f"setpoint: {lines_visible(error.message, style.encoding)}\n"]
    blocks += [render_diagnostic(found, style) for found in error.diagnostics]
    return "\n".join(blocks)


def _as_json(error: SetpointError, kind: str, code: int) -> str:
    import sys

    facts: dict[str, object] = {"message": error.message, "kind": kind, "exit_code": code}
    near = getattr(error, "near", ())
    if near:
        facts["near"] = list(near)
    shown = {"ok": False, "error": facts, "diagnostics": [found.to_dict() for found in error.diagnostics]}
    return output.to_json(shown, output.style_of(sys.stdout).encoding) + "\n"
