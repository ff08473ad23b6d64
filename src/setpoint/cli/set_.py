"""``setpoint set``: change one value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "change one value of a file, checked first, and nothing else of it"
EXAMPLE = 'setpoint -c config set messaging.queue.max_size 5000 --reason "more traffic"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address, the value, and how to make the change."""
    from .change import add_change_options

    parser.usage = "setpoint set [options] ADDR VALUE"
    parser.add_argument("address", metavar="ADDR", help='NAME.path.to.key; odd keys as NAME["a.b"].c')
    # Counted here, because argparse would print what is too much, and that may be a secret.
    parser.add_argument(
        "values",
        metavar="VALUE",
        nargs="*",
        help="the value, of the type that the schema wants, behind -- if it begins with a dash; - alone reads it from"
        " standard input, as secrets must be",
    )
    parser.add_argument("--json", action="store_true", help="VALUE is JSON, whatever the schema wants")
    parser.add_argument("--expect", metavar="V", help="change it only if it is V now, else exit with 3")
    add_change_options(parser)


def run(args: argparse.Namespace) -> int:
    """Set the value, and print what changed and the revision that it made."""
    from ..change import ANY_VALUE
    from ..errors import UsageError
    from ..system import ConfigSystem
    from .change import show_saved
    from .given import STANDARD_INPUT, Place

    if len(args.values) != 1:
        hint = "text with blanks goes in quotes" if args.values else "- reads it from standard input"
        raise UsageError(f"one VALUE is needed, and {len(args.values)} are given; {hint}, see 'setpoint set --help'")
    system = ConfigSystem(args.config_dir, profile=args.profile)
    place = Place(system._workspace, args.address, args.layer)
    expect = ANY_VALUE if args.expect is None else place.value(args.expect, "--expect", as_json=args.json)
    (text,) = args.values
    if text == STANDARD_INPUT:
        value = place.value_of_input(as_json=args.json)
    else:
        value = place.value(text, "VALUE", as_json=args.json)
    saved = system.set(
        args.address,
        value,
        reason=args.reason,
        expect=expect,
        layer=args.layer,
        author=args.author,
        dry_run=args.dry_run,
    )
    return show_saved(saved, args, address=args.address)
