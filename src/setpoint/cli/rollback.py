"""``setpoint rollback``: give a document the bytes it had."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "give a document's files exactly the bytes they had at a revision, as a new revision"
EXAMPLE = "setpoint -c config rollback messaging --to 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document, the revision, and how to make the change."""
    from .change import add_change_options

    parser.add_argument("name", metavar="NAME", help="a document")
    parser.add_argument("--to", metavar="N", type=int, required=True, help="the number of the revision to go back to")
    parser.add_argument("--force", action="store_true", help="also when the result is not valid now")
    parser.add_argument(
        "--migrate", action="store_true", help="carry what comes back to the newest version in the same step"
    )
    add_change_options(parser, layers=False)


def run(args: argparse.Namespace) -> int:
    """Restore the files, and print what changed and the revision that it made."""
    from ..errors import ConfigInvalidError
    from ..system import ConfigSystem
    from .change import show_saved

    system = ConfigSystem(args.config_dir, profile=args.profile)
    try:
        saved = system.rollback(
            args.name,
            to=args.to,
            reason=args.reason,
            force=args.force,
            author=args.author,
            dry_run=args.dry_run,
            migrate=args.migrate,
        )
    except ConfigInvalidError as error:
        error.message += f"; revision {args.to} is not valid now, and --force restores it all the same"
        raise
    return show_saved(saved, args, document=args.name, to=args.to)
