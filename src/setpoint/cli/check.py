"""``setpoint check``: what is wrong with a directory of configuration, or with files."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..budget import Budget
    from ..report import Report
    from ..system import ConfigSystem
    from ..validation.family import Family
    from .sweep import Judge, Work

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
    parser.add_argument(
        "--resolved", action="store_true", help="also with the layers of this machine: local files, .env, environment"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument(
        "--jobs", metavar="N", type=_positive, help="judge many files in at most N processes (default: one a processor)"
    )
    parser.add_argument("--verbose", action="store_true", help="name every document, the good ones as well")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least one process")
    return number


def run(args: argparse.Namespace) -> int:
    """Check, report in the format asked for, and return the exit code. No socket is opened."""
    import gc

    # A bulk load makes many objects and no cycles; the collector would only walk them again and again.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _checked(args)
    finally:
        if was_collecting:
            gc.enable()


def _checked(args: argparse.Namespace) -> int:
    from .main import worst
    from .reporters import write_report

    reports = list(_reports(args))
    write_report(reports, args.format, strict=args.strict, verbose=args.verbose)
    codes = [report.exit_code for report in reports]
    if args.strict and any(len(report) for report in reports):
        codes.append(1)
    return worst(codes)


def _reports(args: argparse.Namespace) -> Iterator[Report]:
    from ..system import ConfigSystem

    family = _given_schema(args)
    files: list[str] = []  # those that follow one another are judged together
    for path in args.paths or [args.config_dir]:
        if args.paths and not os.path.isdir(path):
            files.append(path)
            continue
        yield from _files(files, family, args)
        files = []
        system = ConfigSystem(path, profile=args.profile, schema_dir=args.schema_dir)
        if family is None:
            yield from _directory(system, resolved=args.resolved)
        else:
            yield from _directory_by(system, family, args.jobs)
    yield from _files(files, family, args)


def _given_schema(args: argparse.Namespace) -> Family | None:
    if args.schema is None:
        return None
    from ..validation.library import Library

    family = Library(tuple(args.schema_dir)).file(args.schema)
    family.compile()  # a schema that cannot work is said once, not for each file
    return family


def _directory(system: ConfigSystem, *, resolved: bool) -> Iterator[Report]:
    from ..report import Report

    for _, report in system.check(resolved=resolved):
        yield report
    yield from _strays(system)
    found = system.variable_findings() if resolved else ()
    if found:
        yield Report(found, file=system.path)


def _directory_by(system: ConfigSystem, family: Family, jobs: int | None) -> Iterator[Report]:
    """Yield a report for each document by the one schema given; layers are checked for their form, as always."""
    from ..report import Report
    from .sweep import sweep

    judged, formed = _judge_of(family, system.budget), _judge_of(None, system.budget, secrets=family)
    entries = system.documents()
    work = [(entry.base.shown, entry.base.format_name, entry.name) for entry in entries]
    for entry, by_base in zip(entries, sweep(work, judged, jobs), strict=True):
        report = by_base
        for overlay in entry.overlays:
            found = formed((overlay.shown, overlay.format_name, entry.name))
            if len(found):
                report = Report(
                    [*report, *found],
                    document=report.document,
                    file=report.file,
                    schema=report.schema,
                    version=report.version,
                    failure=report.failure or found.failure,
                )
        yield report
    for name, finding in system.listing().unusable.items():
        yield Report([finding], document=name, file=finding.file)
    yield from _strays(system)


def _strays(system: ConfigSystem) -> Iterator[Report]:
    """Yield what is wrong with the files' names and belongs to no document; clashes have had their report."""
    from ..report import Report

    listing = system.listing()
    strays = [finding for finding in listing.findings if finding not in listing.unusable.values()]
    if strays:
        yield Report(strays, file=system.path)


def _files(paths: list[str], family: Family | None, args: argparse.Namespace) -> Iterator[Report]:
    """Yield a report for each file, by the schema given or by that of its name."""
    from ..validation.library import Library
    from .sweep import sweep

    libraries: dict[str, Library] = {}

    def judged(work: Work) -> Report:
        path, _, name = work
        if family is not None:
            return by_schema(work)
        _, _, layer = os.path.basename(path).rpartition(".")[0].partition(".")
        folder = os.path.dirname(path)
        library = libraries.get(folder)
        if library is None:
            library = libraries[folder] = Library((os.path.join(folder, "schemas"), *args.schema_dir))
        try:
            own = library.family(name)
        except SetpointError as error:
            return Report.of_failure(error, document=name, file=path)
        # A layer need not be complete, so it is checked for its form; the schema still says what is secret in it.
        return (_judge_of(None, secrets=own) if layer else _judge_of(own))(work)

    from ..errors import SetpointError
    from ..report import Report

    by_schema = _judge_of(family)
    yield from sweep([_work(path) for path in paths], judged, args.jobs)


def _work(path: str) -> Work:
    from ..formats import format_of

    file = os.path.basename(path.rstrip(os.sep))
    name = (file.rpartition(".")[0] or file).partition(".")[0]
    return path, format_of(path) or "", name


def _judge_of(family: Family | None, budget: Budget | None = None, *, secrets: Family | None = None) -> Judge:
    """Return what reads and judges one file by a schema; made once for all files, so that each pays no import.

    Without a ``budget``, as for a file that stands alone, the limits are the default ones. ``secrets`` is the schema
    that says what is secret in a file that it does not judge.
    """
    from ..budget import DEFAULT_BUDGET
    from ..errors import ConfigNotFoundError, SetpointError, UnavailableError
    from ..reading import read_file
    from ..report import Report
    from ..validation.judge import judge

    limits = budget or DEFAULT_BUDGET

    def judged(work: Work) -> Report:
        path, format_name, name = work
        try:
            if not format_name:
                if not os.path.lexists(path):
                    raise ConfigNotFoundError(f"{path}: no such file or directory")
                raise UnavailableError(f"{path}: not a format Setpoint reads (.yaml, .yml, .json, .jsonc, .toml)")
            data = read_file(path, limits)
            report = judge(data, format_name, family, file=path, document=name, budget=limits, near_misses=True).report
            if secrets is not None and len(report):
                from ..validation.masking import masked_unparsed

                report = Report(masked_unparsed(data, report, secrets), document=name, file=path)
            return report
        except SetpointError as error:
            return Report.of_failure(error, document=name, file=path)

    return judged
