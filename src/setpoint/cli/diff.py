"""``setpoint diff``: what changed between two revisions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..system import ConfigSystem

HELP = "show what changed in a document's files between two revisions, or since one"
EXAMPLE = "setpoint -c config diff messaging 3 5"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document and the revisions."""
    parser.add_argument("name", metavar="NAME", help="a document")
    parser.add_argument("old", metavar="OLD", type=int, nargs="?", help="the number of a revision (default: newest)")
    parser.add_argument("new", metavar="NEW", type=int, nargs="?", help="another one (default: the files as they are)")


def run(args: argparse.Namespace) -> int:
    """Print the unified diff with secrets masked; nothing when nothing differs."""
    from ..system import ConfigSystem
    from .difference import show_difference
    from .output import print_json

    system = ConfigSystem(args.config_dir, profile=args.profile)
    old = args.old if args.old is not None else _newest(system, args.name)
    diff = system.diff(args.name, old, args.new)
    if args.format == "json":
        facts = {"document": args.name, "old": old, "new": args.new, "diff": diff}
        print_json({"ok": True, "diagnostics": [], **facts})
        return 0
    if diff:
        show_difference(diff)
    return 0


def _newest(system: ConfigSystem, name: str) -> int:
    """Return the number of a document's newest revision. Raises ``ConfigNotFoundError``."""
    newest = system.history(name, limit=1)
    if newest:
        return newest[0].number
    from ..errors import ConfigNotFoundError

    if name not in system.listing().entries:
        system.entry(name)  # raises, with the near names
    raise ConfigNotFoundError(f"nothing is on record of {name} yet; its first change through Setpoint will be")
