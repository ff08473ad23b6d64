"""``setpoint accept``: say that a change is meant which the guard has refused."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ..sources.texts import Texts
    from ..system import ConfigSystem
    from .good_last import GoodLast

HELP = "say that a change is meant which the guard has refused, because a document lost or gained so much at once"
EXAMPLE = "setpoint -c config accept messaging"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document, and how to accept it."""
    parser.add_argument("name", metavar="NAME", help="a document")
    parser.add_argument("--author", metavar="A", help="who accepts it (default: SETPOINT_AUTHOR, else your name)")
    parser.add_argument("--force", action="store_true", help="also when nothing is known of it that would be refused")
    parser.add_argument("--dry-run", action="store_true", help="show what would be accepted; write nothing")


def run(args: argparse.Namespace) -> int:
    """Show what is different from what was good last, and let running programs serve it.

    Raises ``ConfigInvalidError`` for a document that is not valid: no acceptance would make it served.
    """
    from ..system import ConfigSystem
    from ..transaction.author import default_author
    from .good_last import GoodLast

    system = ConfigSystem(args.config_dir, profile=args.profile, on_invalid="raise")
    _, now = system._serving.served(args.name)
    known = GoodLast.known(system, args.name, now)
    before = next((one for one in known if one.texts.digest() != now.digest()), None)
    needless = None if args.force else _needless(system, args.name, known, before, now)
    if needless is None and not args.dry_run:
        system._state.make()
        # Just what is shown: the files may say something else by now.
        system._acceptances().accept(args.name, now.digest(), author=args.author or default_author())
    _show(system, args, before, now, needless)
    return 0


def _needless(
    system: ConfigSystem, name: str, known: Sequence[GoodLast], before: GoodLast | None, now: Texts
) -> str | None:
    """Return why there is nothing to accept, or None when there may be."""
    guard = system._reloading.guard
    if guard.limits is None:
        return "the guard is off (setpoint.toml: [reload] guard = false)"
    accepted = system._acceptances().find(name)
    if accepted is not None and accepted.digest == now.digest():
        return f"this content was accepted already, by {accepted.author}"
    if system._is_ours(name, now):
        return "what the files say was written through Setpoint, which the guard lets pass"
    if before is None:
        return "the files say what was good last" if known else None
    return None if guard.suspicion(before.texts, now) is not None else "the guard has no doubt about what changed"


def _show(
    system: ConfigSystem, args: argparse.Namespace, before: GoodLast | None, now: Texts, needless: str | None
) -> None:
    from .output import print_json, say

    why = system._reloading.guard.suspicion(before.texts, now) if before is not None else None
    diffs: Mapping[str, str] = before.differences(system, args.name, now) if before is not None else {}
    accepted = needless is None and not args.dry_run
    if args.format == "json":
        facts = {
            "document": args.name,
            "dry_run": args.dry_run,
            "accepted": accepted,
            "needless": needless,
            "guarded": why,
            "since": before.since if before is not None else None,
            "revision": before.revision if before is not None else None,
            "digest": now.digest(),
            "diffs": diffs,
        }
        print_json({"ok": True, "diagnostics": [], **facts})
        return
    if needless is not None:
        say(f"nothing to accept: {needless}")
        say("if a program refuses it all the same, because it serves something else: add --force")
        return
    from .difference import show_difference

    for diff in diffs.values():
        show_difference(diff)
    file = now.files[0][0].shown
    say(f"{file}: {why}" if why else _unknown(file, before))
    say(_done(args.name, accepted))


def _unknown(file: str, before: GoodLast | None) -> str:
    if before is None:
        return f"{file}: what it was before is neither kept nor on record, so no difference can be shown"
    return f"{file}: the guard has no doubt about this"


def _done(name: str, accepted: bool) -> str:
    if not accepted:
        return "dry run: nothing was written"
    return f"accepted: programs that refuse this content of {name} serve it now; any other is refused as before"
