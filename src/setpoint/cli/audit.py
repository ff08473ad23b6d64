"""``setpoint audit``: who did or tried what, by way of the server or with tokens."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..audit import AuditEntry, AuditTrail

HELP = "show who did or tried what by way of the server, the newest first"
EXAMPLE = "setpoint -c config audit --document messaging --since 7d"

_FILTERS = ("who", "action", "document", "since", "until", "before", "limit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to show, or that the trail is to be checked."""
    from ..audit import ACTIONS
    from .moment import past

    parser.add_argument("--who", metavar="NAME", help="what this principal did")
    parser.add_argument("--action", choices=ACTIONS, help="actions of this kind")
    parser.add_argument("--document", metavar="NAME", help="what concerns this document")
    parser.add_argument(
        "--since", metavar="TIME", type=past, help="what was done since then: 90s, 30m, 6h, 2d ago, or 2026-11-23T09:00"
    )
    parser.add_argument("--until", metavar="TIME", type=past, help="what was done before then")
    parser.add_argument("--before", metavar="NUMBER", type=_positive, help="entries below this number: the next page")
    parser.add_argument("--limit", metavar="N", type=_positive, help="the newest N only (default: 100)")
    parser.add_argument(
        "--verify", action="store_true", help="check the whole trail instead; exit with 1 for what does not fit"
    )
    parser.add_argument(
        "--head",
        metavar="N:HASH",
        help="with --verify: what an earlier one said, so that a trail that was cut or replaced is noticed",
    )


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 62:
        raise ValueError("a number from 1")
    return number


def run(args: argparse.Namespace) -> int:
    """Print the entries, or the verdict on the trail."""
    from ..audit import AuditTrail
    from ..errors import UsageError
    from ..system import ConfigSystem

    trail = AuditTrail(ConfigSystem(args.config_dir, profile=args.profile)._state.folder)
    given = [f"--{name}" for name in _FILTERS if getattr(args, name) is not None]
    if args.verify:
        if given:
            raise UsageError(f"--verify checks the whole trail: leave {', '.join(given)} out")
        return _verify(trail, args)
    if args.head is not None:
        raise UsageError("--head belongs to --verify")
    limit = args.limit or 100
    entries = trail.entries(
        limit=limit,
        before=args.before,
        who=args.who,
        action=args.action,
        document=args.document,
        since=args.since,
        until=args.until,
    )
    _show(entries, limit, is_asked=bool(given), as_json=args.format == "json")
    return 0


def _show(entries: Sequence[AuditEntry], limit: int, *, is_asked: bool, as_json: bool) -> None:
    from ..revision import rfc3339
    from .columns import print_rows
    from .output import print_json, say

    following = entries[-1].number if len(entries) == limit and entries[-1].number > 1 else None
    if as_json:
        shown = [one.to_dict() for one in entries]
        print_json({"ok": True, "diagnostics": [], "entries": shown, "next": following})
        return
    rows = []
    for one in entries:
        made = [f"{name} {number}" for name, number in one.revisions]
        documents = [name for name in one.documents if name not in {named for named, _ in one.revisions}]
        what = ", ".join([*made, *documents])
        rows.append(
            (
                str(one.number),
                rfc3339(one.time),
                one.who or "-",
                one.action,
                one.outcome,
                what or "-",
                one.address or "-",
                one.detail,
            )
        )
    if rows:
        print_rows(rows, right=(0,))
    else:
        say("nothing like that is on record" if is_asked else "nothing is on record yet")
    if following is not None:
        say(f"there may be more: --before {following}")


def _verify(trail: AuditTrail, args: argparse.Namespace) -> int:
    import sys

    from .output import print_json, say, style_of, write
    from .reporters.text import render_diagnostic

    expect = _head(args.head)
    number, linked = trail.head()  # before the check, which then covers it
    problems = trail.verify(expect)
    ok = not any(one.severity == "error" for one in problems)
    if args.format == "json":
        head = {"number": number, "hash": linked} if number else None
        found = [one.to_dict() for one in problems]
        print_json({"ok": ok, "diagnostics": found, "verification": {"entries": number, "head": head}})
        return 0 if ok else 1
    for one in problems:
        write(render_diagnostic(one, style_of(sys.stdout)))
    counted = f"{number} {'entry' if number == 1 else 'entries'}"
    if ok:
        say(f"ok: {counted}" + (f"; head {number}:{linked}" if number else ""))
    else:
        say(f"the trail does not hold: its last entry is {number}, and the first thing that is wrong stands above")
    return 0 if ok else 1


def _head(text: str | None) -> tuple[int, str] | None:
    from ..errors import UsageError

    if text is None:
        return None
    count, colon, value = text.partition(":")
    if not (colon and count.isascii() and count.isdecimal() and len(count) < 20):
        raise UsageError("--head is N:HASH, as an earlier 'setpoint audit --verify' printed it")
    return int(count), value
