"""``setpoint unset``: take a key out of a file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "take one key or item out of a file, checked first, with the comments that belong to it"
EXAMPLE = "setpoint -c config unset messaging.queue.max_age_days --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address, and how to make the change."""
    from .change import add_change_options

    parser.add_argument("address", metavar="ADDR", help='NAME.path.to.key; odd keys as NAME["a.b"].c')
    add_change_options(parser)


def run(args: argparse.Namespace) -> int:
    """Take the key out, and print what changed and the revision that it made."""
    from ..system import ConfigSystem
    from .change import show_saved

    system = ConfigSystem(args.config_dir, profile=args.profile)
    saved = system.unset(args.address, reason=args.reason, layer=args.layer, author=args.author, dry_run=args.dry_run)
    return show_saved(saved, args, address=args.address)
