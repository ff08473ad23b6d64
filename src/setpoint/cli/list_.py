"""``setpoint list``: which documents there are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "show the documents there are, their files and their schemas"
EXAMPLE = "setpoint -c config list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Print one line for each document: its name, its files, its schema. Nothing is parsed."""
    import sys

    from ..system import ConfigSystem
    from .output import print_json, style_of, write
    from .reporters.text import render_diagnostic

    system = ConfigSystem(args.config_dir, profile=args.profile)
    rows = []
    for entry in system.documents():
        family = system.family(entry.name)
        files = [entry.base.shown, *(file.shown for file in entry.overlays)]
        rows.append((entry.name, files, None if family is None else family.origin))
    findings = system.listing().findings
    ok = not any(finding.severity == "error" for finding in findings)
    if args.format == "json":
        documents = [{"name": name, "files": files, "schema": schema} for name, files, schema in rows]
        print_json({"ok": ok, "diagnostics": [finding.to_dict() for finding in findings], "documents": documents})
        return 0 if ok else 1
    _print_table([(name, " + ".join(files), schema) for name, files, schema in rows])
    style = style_of(sys.stdout)
    for finding in findings:
        write(render_diagnostic(finding, style))
    return 0 if ok else 1


def _print_table(rows: list[tuple[str, str, str | None]]) -> None:
    from .output import say

    if not rows:
        say("no documents: there is no .yaml, .yml, .json, .jsonc or .toml file here")
        return
    name_width = max(len(name) for name, _, _ in rows)
    file_width = max(len(files) for _, files, _ in rows)
    for name, files, schema in rows:
        judged = "no schema: checked for form only" if schema is None else f"schema: {schema}"
        say(f"{name:<{name_width}}  {files:<{file_width}}  {judged}")
