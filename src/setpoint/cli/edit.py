"""``setpoint edit``: change a file in your own editor, checked before it counts."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..errors import SetpointError
    from ..saved import Saved
    from ..system import ConfigSystem
    from .editor import PrivateCopy

HELP = "change a document's file in your editor ($VISUAL or $EDITOR), checked before it counts"
EXAMPLE = "setpoint -c config edit messaging --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document, and how to make the change."""
    from .change import add_change_options

    parser.add_argument("name", metavar="NAME", help="a document")
    add_change_options(parser)


def run(args: argparse.Namespace) -> int:
    """Open a copy of the file in the editor until what is left is valid, or the user has enough."""
    from ..system import ConfigSystem
    from ..transaction.draft import Draft
    from .change import show_saved
    from .editor import PrivateCopy, editor_of

    command = editor_of()
    system = ConfigSystem(args.config_dir, profile=args.profile)
    draft = Draft(system._workspace, args.name, ())
    before = draft.text(args.layer)
    with PrivateCopy(before or b"", os.path.basename(draft.file(args.layer).path), command) as copy:
        outcome = _edited(system, args, copy, before)
    return outcome if isinstance(outcome, int) else show_saved(outcome, args, document=args.name)


def _edited(system: ConfigSystem, args: argparse.Namespace, copy: PrivateCopy, before: bytes | None) -> Saved | int:
    """Return what was done, or the exit code when the user gives up."""
    from ..errors import ConfigInvalidError, SetpointError
    from ..saved import Saved

    while True:
        try:
            data = copy.edited(system.budget)
            if data == (before or b""):
                return Saved()
            with system._transaction(args.reason, args.author, "edit", args.dry_run) as changes:
                changes.rewrite(args.name, data, before, layer=args.layer)
        except SetpointError as error:
            if not (isinstance(error, ConfigInvalidError) and args.format == "text" and _is_terminal()):
                if copy.is_changed():
                    error.message += f"; what you wrote is kept in {copy.keep()}"
                raise
            if not _wants_to_go_on(error):
                from .output import complain

                complain(f"setpoint: what you wrote is kept in {copy.keep()}\n")
                return error.exit_code
        else:
            return changes.outcome


def _wants_to_go_on(error: SetpointError) -> bool:
    """Show what is wrong, and ask whether to edit again."""
    from .failure import report_failure
    from .output import complain

    try:
        report_failure(error, "text", error.rule, error.exit_code)
        complain("\nEdit again? [Y/n] ")
        answer = sys.stdin.readline()
    except KeyboardInterrupt:  # whenever it comes, what was written is kept
        return False
    return bool(answer) and not answer.strip().lower().startswith("n")


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
