"""``setpoint history``: what was changed, by whom, when and why."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..diagnostic import Diagnostic
    from ..history.verification import Verification
    from ..revision import Revision
    from ..system import ConfigSystem

HELP = "show who changed what, when and why, the newest change first"
EXAMPLE = "setpoint -c config history messaging --limit 10"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the document, and what to show of its record."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a document (default: all of them)")
    parser.add_argument("--limit", metavar="N", type=_positive, help="the newest N only")
    parser.add_argument(
        "--verify", action="store_true", help="check the whole record instead; exit with 1 for what does not fit"
    )
    parser.add_argument(
        "--head",
        metavar="N:HASH",
        help="with --verify: what an earlier one said, so that a record that was cut or replaced is noticed",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least one revision")
    return number


def run(args: argparse.Namespace) -> int:
    """Print the revisions, or the verdict on the record."""
    from ..errors import UsageError
    from ..system import ConfigSystem

    system = ConfigSystem(args.config_dir, profile=args.profile)
    if args.verify:
        return _verify(system, args)
    if args.head is not None:
        raise UsageError("--head belongs to --verify")
    if args.name is not None:
        revisions = recorded_or_refused(system, args.name, limit=args.limit)
    else:
        record = system.record()
        every = [one for name in record.documents() for one in record.revisions(name, limit=args.limit)]
        revisions = sorted(every, key=lambda one: one.entry, reverse=True)[: args.limit]
    _show(revisions, system.record().notices, args)
    return 0


def recorded_or_refused(system: ConfigSystem, name: str, *, limit: int | None = None) -> Sequence[Revision]:
    """Return the revisions of a document, which may be none. Raises ``ConfigNotFoundError`` when nobody knows it."""
    revisions = system.history(name, limit=limit)
    if not revisions:
        system.entry(name)
    return revisions


def _show(revisions: Sequence[Revision], notices: Sequence[Diagnostic], args: argparse.Namespace) -> None:
    from .output import print_json, say

    if args.format == "json":
        found = [one.to_dict() for one in notices]
        print_json({"ok": True, "diagnostics": found, "revisions": [one.to_dict() for one in revisions]})
        return
    rows = []
    for one in revisions:
        facts = one.to_dict()
        marks = [word for word, holds in (("(deleted)", one.deleted), ("(purged)", one.purged)) if holds]
        why = " ".join([*marks, *([one.reason] if one.reason else [])])
        rows.append(
            (*([] if args.name else [one.document]), str(one.number), facts["time"], one.author, one.cause, why)
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    number = 0 if args.name else 1
    for row in rows:
        cells = [
            cell.rjust(width) if at == number else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())
    if not rows:
        say("nothing is on record yet: nothing was changed through Setpoint")
    _warn(notices)


def _warn(notices: Sequence[Diagnostic]) -> None:
    import sys

    from .output import style_of, write
    from .reporters.text import render_diagnostic

    for one in notices:
        write(render_diagnostic(one, style_of(sys.stdout)))


def _verify(system: ConfigSystem, args: argparse.Namespace) -> int:
    from .output import print_json, say

    record = system.record()
    result = record.verify(_head(args.head))
    if args.format == "json":
        found = [one.to_dict() for one in record.notices]
        print_json({"ok": result.ok, "diagnostics": found, "verification": result.to_dict()})
    else:
        for line in _verdict(result):
            say(line)
        _warn(record.notices)
    return 0 if result.ok else 1


def _head(text: str | None) -> tuple[int, str] | None:
    from ..errors import UsageError

    if text is None:
        return None
    count, colon, value = text.partition(":")
    if not (colon and count.isascii() and count.isdecimal() and len(count) < 20):
        raise UsageError("--head is N:HASH, as an earlier 'setpoint history --verify' printed it")
    return int(count), value


def _verdict(result: Verification) -> list[str]:
    removed = [f"{count} {word}" for count, word in ((result.pruned, "pruned"), (result.purged, "purged")) if count]
    counted = ", ".join([f"{result.entries} {'entry' if result.entries == 1 else 'entries'}", *removed])
    if result.ok:
        head = f"; head {result.head[0]}:{result.head[1]}" if result.head is not None else ""
        return [f"ok: {counted}{head}"]
    return [*map(str, result.problems), f"the record does not hold: {counted}, {len(result.problems)} wrong"]
