"""``setpoint check``: what is wrong with a directory of configuration, or with files."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from ..report import Report
    from ..system import ConfigSystem
    from ..validation.family import Family

HELP = "say what is wrong with the configuration, to the line"
EXAMPLE = "setpoint -c config check\n  setpoint check --schema service.schema.json service.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the files and how to judge them."""
    from .options import add_format
    from .reporters import FORMATS

    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="files or directories; without any, the configuration directory"
    )
    parser.add_argument("--schema", metavar="F", help="judge every file by this JSON Schema")
    parser.add_argument(
        "--schema-dir", metavar="D", action="append", default=[], help="a folder to find schemas and their $refs in"
    )
    add_format(parser, FORMATS)
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument("--verbose", action="store_true", help="name every document, the good ones as well")


def run(args: argparse.Namespace) -> int:
    """Check, report in the format asked for, and return the exit code. No socket is opened."""
    import gc

    from .main import worst
    from .reporters import write_report

    # A bulk load makes many objects and no cycles; the collector would only walk them again and again.
    gc.disable()
    reports = list(_reports(args))
    write_report(reports, args.format, strict=args.strict, verbose=args.verbose)
    codes = [report.exit_code for report in reports]
    if args.strict and any(len(report) for report in reports):
        codes.append(1)
    return worst(codes)


def _reports(args: argparse.Namespace) -> Iterator[Report]:
    from ..system import ConfigSystem

    family = _given_schema(args)
    for path in args.paths or [args.config_dir]:
        if os.path.isdir(path) or not args.paths:
            system = ConfigSystem(path, schema_dir=args.schema_dir)
            yield from _directory(system) if family is None else _directory_by(system, family)
        else:
            yield _file(path, family, args.schema_dir)


def _given_schema(args: argparse.Namespace) -> Family | None:
    if args.schema is None:
        return None
    from ..validation.library import Library

    family = Library(tuple(args.schema_dir)).file(args.schema)
    family.compile()  # a schema that cannot work is said once, not for each file
    return family


def _directory(system: ConfigSystem) -> Iterator[Report]:
    from ..report import Report

    for _, report in system.check():
        yield report
    # What is wrong with the files' names belongs to the directory; clashes have had their report.
    listing = system.listing()
    strays = [finding for finding in listing.findings if finding not in listing.unusable.values()]
    if strays:
        yield Report(strays, file=system.path)


def _directory_by(system: ConfigSystem, family: Family) -> Iterator[Report]:
    judged = _judge_of(family)
    for entry in system.documents():
        yield judged(entry.base.shown, entry.base.format_name, entry.name)


def _file(path: str, family: Family | None, schema_dirs: list[str]) -> Report:
    from ..errors import SetpointError, UnavailableError
    from ..formats import format_of
    from ..report import Report
    from ..validation.library import Library

    name, _, layer = os.path.basename(path).rpartition(".")[0].partition(".")
    try:
        format_name = format_of(path)
        if format_name is None:
            raise UnavailableError(f"{path}: not a format Setpoint reads (.yaml, .yml, .json, .jsonc, .toml)")
        if family is None and not layer:
            folders = (os.path.join(os.path.dirname(path), "schemas"), *schema_dirs)
            family = Library(folders).family(name)
    except SetpointError as error:
        return Report.of_failure(error, document=name, file=path)
    return _judge_of(family)(path, format_name, name)


def _judge_of(family: Family | None) -> Callable[[str, str, str], Report]:
    """Return what reads and judges one file by a schema; made once for all files, so that each pays no import."""
    from ..budget import DEFAULT_BUDGET
    from ..errors import SetpointError
    from ..reading import read_file
    from ..report import Report
    from ..validation.judge import judge

    def judged(path: str, format_name: str, name: str) -> Report:
        try:
            data = read_file(path, DEFAULT_BUDGET)
            return judge(data, format_name, family, file=path, document=name, near_misses=True).report
        except SetpointError as error:
            return Report.of_failure(error, document=name, file=path)

    return judged
