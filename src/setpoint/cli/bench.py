"""``setpoint bench``: what is promised, beside what this machine takes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ..benchmark.figure import Figure
    from .output import Style

HELP = "measure what is promised of Setpoint, here and now; under a minute"
EXAMPLE = "setpoint bench cache validation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the groups of figures to measure."""
    from ..benchmark.groups import GROUPS

    parser.add_argument(
        "groups", metavar="GROUP", nargs="*", help=f"only these: {', '.join(GROUPS)} (default: all, in this order)"
    )


def run(args: argparse.Namespace) -> int:
    """Measure, and print each figure as it is found; 1 when one is not as promised. No file of the user is touched."""
    from ..benchmark.groups import GROUPS, measure
    from ..errors import UsageError
    from ..nearness import near
    from .commands import did_you_mean

    for name in args.groups:
        if name not in GROUPS:
            hint = did_you_mean(near(name, GROUPS)) or f"there are {', '.join(GROUPS)}"
            raise UsageError(f"there is no group {name!r} of figures; {hint}")
    found = {group: _told(group, measure(group), args.format == "text") for group in args.groups or GROUPS}
    every = [one for group in found.values() for one in group]
    missed = [one for one in every if one.is_reached is False]
    if args.format == "json":
        from .output import print_json

        groups = {group: [one.to_dict() for one in figures] for group, figures in found.items()}
        print_json({"ok": not missed, "diagnostics": [], "machine": _machine(), "groups": groups})
    else:
        from .output import say

        promised = sum(one.is_reached is not None for one in every)
        say(f"{promised - len(missed)} of {promised} promises kept on {_machine()}")
    return 1 if missed else 0


def _told(group: str, figures: Iterable[Figure], is_told: bool) -> list[Figure]:
    """Return the figures of a group; when they are told, each is printed as soon as it is measured."""
    import sys

    from . import output

    found = []
    style = output.style_of(sys.stdout)
    if is_told:
        output.say(style.paint(group, "1"))
    for one in figures:
        found.append(one)
        if is_told:
            for line in _lines(one, style):
                output.say(line)
            output.flush()
    if is_told:
        output.say("")
    return found


def _lines(one: Figure, style: Style) -> Iterable[str]:
    from ..benchmark.figure import shown

    mark = {True: style.paint("kept", "32"), False: style.paint("MISSED", "31"), None: ""}[one.is_reached]
    promise = f"{one.promise:>9}  {mark}" if one.promise else ""
    yield f"  {one.name:<52} {shown(one.value, one.unit):>9}  {promise}".rstrip()
    if one.detail:
        yield style.paint(f"      {one.detail}", "2")
    if one.baseline is not None:
        yield style.paint(f"      {one.against}: {shown(one.baseline, one.unit)}", "2")


def _machine() -> str:
    """Return what was measured on, in words that name no host."""
    import os
    import platform

    return (
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    )
