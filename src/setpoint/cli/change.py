"""What the commands that change files share: their options, and how they show what was done."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..saved import Saved


def add_change_options(parser: argparse.ArgumentParser, *, layers: bool = True) -> None:
    """Add ``--layer`` (if ``layers``), ``--reason``, ``--author`` and ``--dry-run``."""
    if layers:
        parser.add_argument(
            "--layer",
            metavar="L",
            default="base",
            help="whose file is changed: base, local or profile:NAME (default: base)",
        )
    parser.add_argument("--reason", metavar="R", help="why, for the record")
    parser.add_argument("--author", metavar="A", help="who, for the record (default: SETPOINT_AUTHOR, else your name)")
    parser.add_argument("--dry-run", action="store_true", help="check it and show what would change; write nothing")


def show_saved(saved: Saved, args: argparse.Namespace, **facts: object) -> int:
    """Print what a change did: the difference, the revisions and the notes; return the exit code.

    Arguments: ``facts`` stand in the JSON beside those.
    """
    from . import output

    if args.format == "json":
        output.print_json(
            {
                "ok": True,
                "diagnostics": [],
                **facts,
                "dry_run": args.dry_run,
                "changed": bool(saved.diffs),
                "revisions": [one.to_dict() for one in saved.revisions],
                "diffs": saved.diffs,
                "notes": list(saved.notes),
            }
        )
        return 0
    from .difference import show_difference

    for diff in saved.diffs.values():
        show_difference(diff, brief=True)
    for line in _sentences(saved, args):
        output.say(line)
    return 0


def _sentences(saved: Saved, args: argparse.Namespace) -> list[str]:
    said = [f"revision {one.number} of {one.document}" for one in saved.revisions]
    if not saved.diffs:
        said.insert(0, "nothing had to change")
    elif args.dry_run:
        said.append("dry run: nothing was written")
    elif not said:
        said.append("not on record: a local file belongs to this machine alone")
    return said + [f"note: {one}" for one in saved.notes]
