"""``setpoint init``: take over a directory of configuration that is there already."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..diagnostic import Diagnostic
    from ..report import Report
    from .adoption import Adoption

HELP = "adopt a directory of configuration: its documents, schemas for them, and the settings"
EXAMPLE = "setpoint init config\n  setpoint init config --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the directory and what not to do."""
    parser.add_argument(
        "directory", metavar="DIR", nargs="?", help="a directory, or a single file (default: that of -c, or config)"
    )
    parser.add_argument("--no-schemas", action="store_true", help="infer no schemas")
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing, and show every file that would be written"
    )


def run(args: argparse.Namespace) -> int:
    """Look, write what is missing, check, and say what comes next. No file that is there is changed."""
    from .adoption import adopt
    from .main import worst
    from .schema_file import write_new

    path = args.directory if args.directory is not None else args.config_dir
    adoption = adopt(path, profile=args.profile, with_schemas=not args.no_schemas)
    reports: list[Report] = []
    if not args.dry_run:
        for file, data in adoption.files.items():
            write_new(file, data)
        reports = _checked(path, args.profile)
    codes = [report.exit_code for report in reports] if reports else [1 if adoption.has_errors else 0]
    code = worst(codes)
    if args.format == "json":
        _print_json(adoption, reports, code, dry=args.dry_run)
    else:
        _print(adoption, reports, path, dry=args.dry_run)
    return code


def _checked(path: str, profile: str | None) -> list[Report]:
    """Return what ``setpoint check`` says now."""
    from ..report import Report
    from ..system import ConfigSystem

    with ConfigSystem(path, profile=profile) as system:
        reports = [report for _, report in system.check()]
        listing = system.listing()
        strays = [finding for finding in listing.findings if finding not in listing.unusable.values()]
        return [*reports, Report(strays, file=system.path)] if strays else reports


def _print_json(adoption: Adoption, reports: list[Report], code: int, *, dry: bool) -> None:
    from .output import print_json

    findings: list[Diagnostic] = [one for report in reports for one in report] or list(adoption.findings)
    print_json(
        {
            "ok": code == 0,
            "diagnostics": [one.to_dict() for one in findings],
            "documents": [one.to_dict() for one in adoption.documents],
            "files": [
                {"path": file, "written": not dry, "content": data.decode()} for file, data in adoption.files.items()
            ],
            "settings_to_add": adoption.advice,
        }
    )


def _print(adoption: Adoption, reports: list[Report], path: str, *, dry: bool) -> None:
    import sys

    from .output import say, style_of, write
    from .reporters import write_report
    from .reporters.text import render_diagnostic
    from .visible import document_visible

    style = style_of(sys.stdout)
    _print_documents(adoption, path)
    if adoption.findings:
        say("")
        say("in the way" if dry else "what was in the way" if adoption.files else "in the way")
        for finding in adoption.findings:
            write(render_diagnostic(finding, style))
    for note in adoption.notes:
        say("")
        say(note)
    if adoption.advice is not None:
        say("")
        say(f"{adoption.settings_path} is there, and stays as it is. What it lacks:")
        write(document_visible(adoption.advice))
    if adoption.files:
        say("")
    for file, data in adoption.files.items():
        if dry:
            say(f"would write {file}:")
            write(document_visible(data.decode()) + "\n")
        else:
            say(f"wrote {file}")
    if reports:
        say("")
        write_report(reports)
    if adoption.documents:
        _print_next(adoption, path, dry=dry)


def _print_documents(adoption: Adoption, path: str) -> None:
    from .output import say

    if not adoption.documents:
        say(
            f"there is no document in {path} yet. To begin, put a file there, such as {os.path.join(path, 'app.yaml')}:"
        )
        say("  queue:")
        say("    max_size: 1000")
        say(f"and run 'setpoint init {_quoted(path)}' again")
        return
    count = len(adoption.documents)
    say(f"{count} document{'' if count == 1 else 's'} in {path}")
    name_width = max(len(one.name) for one in adoption.documents)
    format_width = max(len(one.format_name) for one in adoption.documents)
    for one in adoption.documents:
        judged = f"schema: {one.schema}" if one.schema is not None else "no schema"
        files = " + ".join(one.files)
        say(f"  {one.name:<{name_width}}  {one.format_name:<{format_width}}  {files}  ({judged})")


def _print_next(adoption: Adoption, path: str, *, dry: bool) -> None:
    """Say the three commands that come next."""
    from .output import say

    setpoint = "setpoint" if path == "config" else f"setpoint -c {_quoted(path)}"
    name = adoption.documents[0].name
    first = f"setpoint init {_quoted(path)}" if dry else f"{setpoint} check"
    say("")
    say("next:")
    for command, does in (
        (first, "writes these files" if dry else "says what is wrong, whenever something changed"),
        (f"{setpoint} get {name}", "prints a document as a program would get it"),
        (f"{setpoint} watch", "follows the files, and says what happens"),
    ):
        say(f"  {command:<40}  {does}")


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path)
