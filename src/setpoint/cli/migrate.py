"""``setpoint migrate``: documents to other versions of their shape, and the migrations tried out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from ..errors import SetpointError
    from ..system import ConfigSystem
    from ..upgrade.plan import Plan
    from ..upgrade.route import Route

HELP = "carry documents to another version of their shape, comments and all, with a backup and a way back"
EXAMPLE = "setpoint -c config migrate unified_config --plan"
_WITH_ONE = ("to", "from")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the documents, the versions, and what to do with them."""
    parser.usage = "setpoint migrate [options] (NAME … | --all | --check [NAME …] | --test [NAME …])"
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help="documents; several are migrated together or not at all"
    )
    parser.add_argument("--to", metavar="V", help="the version to reach, also an older one (default: the newest)")
    parser.add_argument("--from", metavar="V", help="the version to start from, whatever the document says")
    parser.add_argument("--plan", action="store_true", help="show the way and what would change; write nothing")
    parser.add_argument("--all", action="store_true", help="every document that is not at its newest version")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a migration is pending; write nothing")
    parser.add_argument(
        "--test", action="store_true", help="try the migrations on their examples and made-up documents"
    )
    parser.add_argument("--reason", metavar="R", help="why, for the record")
    parser.add_argument("--author", metavar="A", help="who, for the record (default: SETPOINT_AUTHOR, else your name)")


def run(args: argparse.Namespace) -> int:
    """Do what was asked for, and return the exit code."""
    from ..system import ConfigSystem

    _refuse_nonsense(args)
    system = ConfigSystem(args.config_dir, profile=args.profile)
    if args.check:
        from .migrate_check import check

        return check(system, args.names, args.format)
    if args.test:
        from .migrate_check import test

        return test(system, args.names, args.format)
    if args.all:
        return _all(system, args)
    if not args.names:
        raise _nothing_named(system)
    start = getattr(args, "from")
    plans = system.migrate(
        dict.fromkeys(args.names, args.to),
        from_versions=dict.fromkeys(args.names, start),
        reason=args.reason,
        author=args.author,
        dry_run=args.plan,
    )
    return _show(plans, args)


def _refuse_nonsense(args: argparse.Namespace) -> None:
    from ..errors import UsageError

    modes = [f"--{mode}" for mode in ("check", "test", "all") if getattr(args, mode)]
    if len(modes) > 1:
        raise UsageError(f"{' and '.join(modes)} are different things; take one of them")
    given = [f"--{one}" for one in ("to", "from", "plan", "reason", "author") if getattr(args, one)]
    if modes in (["--check"], ["--test"]) and given:
        raise UsageError(f"{modes[0]} writes nothing and takes no {given[0]}")
    if modes == ["--all"] and args.names:
        raise UsageError("--all is every document, so none is named beside it")
    for one in _WITH_ONE:
        if getattr(args, one) and len(args.names) != 1:
            raise UsageError(f"--{one} goes with one NAME: versions belong to one document")


def _nothing_named(system: ConfigSystem) -> SetpointError:
    """Return the error for a call that names no document, with what there is."""
    from ..errors import SetpointError as AnyError
    from ..errors import UsageError

    upgrade = system._upgrade()
    known = []
    for name, found in upgrade.look(upgrade.names()):
        if isinstance(found, AnyError):
            known.append(f"{name} ({found.message.partition(chr(10))[0]})")
        elif found.pending:
            known.append(f"{name} ({found.from_version} -> {found.to_version})")
        else:
            known.append(f"{name} (at {found.from_version}, the newest)")
    what = f"there are migrations of {', '.join(known)}" if known else "no document here has migrations"
    return UsageError(f"name a document, or --all; {what}; see 'setpoint migrate --help'")


def _all(system: ConfigSystem, args: argparse.Namespace) -> int:
    """Migrate every document that is not at its newest version, all of them or none."""
    from ..errors import SetpointError as AnyError

    upgrade = system._upgrade(args.reason, args.author)
    pending = []
    for _, found in upgrade.look(upgrade.names()):
        if isinstance(found, AnyError):
            raise found
        if found.pending:
            pending.append(found.document)
    if not pending:
        return _show([], args)
    progress = _progress(len(pending)) if args.format == "text" or _is_watched() else None
    plans, _ = upgrade.run(dict.fromkeys(pending, (None, None)), dry_run=args.plan, progress=progress)
    return _show(plans, args)


def _is_watched() -> bool:
    import sys

    return sys.stderr is not None and sys.stderr.isatty()


def _progress(count: int) -> Callable[[Route], None]:
    from . import output
    from .visible import visible

    done: dict[str, None] = {}

    def told(way: Route) -> None:
        done[way.name] = None  # an editor that is quicker lets all of them be done again
        line = f"[{len(done)}/{count}] {way.name} {way.from_version} -> {way.to_version}"
        output.complain(visible(line, "ascii") + "\n")

    return told


def _show(plans: list[Plan], args: argparse.Namespace) -> int:
    from . import output

    if args.format == "json":
        documents = [plan.to_dict() for plan in plans]
        output.print_json({"ok": True, "diagnostics": [], "dry_run": args.plan, "documents": documents})
        return 0
    if not plans:
        output.say("every document is at its newest version; nothing to do")
    for plan in plans:
        _show_one(plan, args)
    if args.plan and any(plan.pending for plan in plans):
        output.say("plan: nothing was written")
    return 0


def _show_one(plan: Plan, args: argparse.Namespace) -> None:
    from . import output
    from .difference import show_difference

    if not plan.pending:
        output.say(f"{plan.document} is at version {plan.to_version}; nothing to do")
        return
    output.say(f"{plan.document}: {plan.from_version} -> {plan.to_version}")
    if len(plan.steps) > 1:
        for step in plan.steps:
            output.say(f"  by {step.removeprefix(plan.document).strip()}")
    if args.plan:
        for diff in plan.diffs.values():
            show_difference(diff)
    else:
        for line in _statistics(plan.diffs):
            output.say(f"  {line}")
    for warning in plan.warnings:
        output.say(f"  warning: {warning}")
    if plan.backup is not None:
        output.say(f"  backup: {_near(plan.backup)}")
    if plan.revision is not None:
        output.say(f"  revision {plan.revision}; back with: {_way_back(plan, args)}")


def _statistics(diffs: Mapping[str, str]) -> list[str]:
    """Return how many lines came and went in each file."""
    told = []
    for file, diff in diffs.items():
        lines = diff.split("\n")[2:]
        came, went = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        told.append(f"{file}: {came} line{'s' * (came != 1)} added, {went} removed")
    return told


def _near(path: str) -> str:
    """Return a path as it is shortest from here."""
    import os

    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def _way_back(plan: Plan, args: argparse.Namespace) -> str:
    from shlex import quote

    assert plan.revision is not None
    place = "" if args.config_dir == "config" else f"-c {quote(args.config_dir)} "
    return f"setpoint {place}rollback {quote(plan.document)} --to {plan.revision - 1}"
