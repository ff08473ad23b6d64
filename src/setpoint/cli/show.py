"""``setpoint show``: a document's files as they were."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "show a document's files as they were at a revision, with secrets masked"
EXAMPLE = "setpoint -c config show messaging 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document and the revision."""
    parser.add_argument("name", metavar="NAME", help="a document")
    parser.add_argument("number", metavar="REVISION", type=int, nargs="?", help="its number (default: the newest)")


def run(args: argparse.Namespace) -> int:
    """Print who made the revision, when and why, and the text of each file."""
    from ..errors import ConfigNotFoundError
    from ..system import ConfigSystem
    from ..transaction.record import shown_files
    from .history import recorded_or_refused
    from .output import print_json, say, write
    from .visible import document_visible

    system = ConfigSystem(args.config_dir, profile=args.profile)
    record = system.record()
    if args.number is None:
        newest = recorded_or_refused(system, args.name, limit=1)
        if not newest:
            raise ConfigNotFoundError(f"{args.name} has no revision yet: nothing of it was changed through Setpoint")
        revision = newest[0]
    else:
        revision = record.revision(args.name, args.number)
    files = shown_files(system._workspace, record, args.name, revision.number)
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], "revision": revision.to_dict(), "files": files})
        return 0
    facts = revision.to_dict()
    say(f"revision {revision.number} of {revision.document}: {facts['cause']} by {facts['author']} at {facts['time']}")
    if revision.reason:
        say(f"reason: {revision.reason}")
    if revision.deleted:
        say("the document was removed")
    for name, text in files.items():
        say(f"--- {name}")
        write(document_visible(text) + ("" if text.endswith("\n") else "\n"))
    return 0
