"""``setpoint alerts``: what the rules of programs have noticed, open and past."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "show the alerts that programs have raised, the oldest first"
EXAMPLE = "setpoint -c config alerts --severity high --since 6h"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to show."""
    from ..monitor.alert import SEVERITIES
    from .moment import past

    parser.add_argument("--severity", choices=SEVERITIES, help="the least severity that is shown")
    parser.add_argument(
        "--since", metavar="TIME", type=past, help="those open since then: 90s, 30m, 6h, 2d ago, or 2026-11-23T09:00"
    )
    parser.add_argument("--until", metavar="TIME", type=past, help="those open until then")
    parser.add_argument("--open", action="store_true", help="only those that are open; exit with 1 when there are any")


def run(args: argparse.Namespace) -> int:
    """Print the alerts."""
    from ..monitor.report import as_json
    from ..monitor.report_text import alert_line
    from ..system import ConfigSystem
    from .output import print_json, say
    from .report import store_of

    store = store_of(ConfigSystem(args.config_dir, profile=args.profile))
    found = store.alerts.find(args.severity, args.since, args.until)
    if args.open:
        found = [one for one in found if one.is_open]
    ok = not (args.open and found)
    alerts = [one.to_dict() for one in found]
    notes = [text for text in [store.trouble, *(one.message for one in store.notices)] if text]
    if args.format == "json":
        print_json({"ok": ok, "diagnostics": [], "alerts": as_json(alerts), "notes": notes})
        return 0 if ok else 1
    for one in alerts:
        say(alert_line(one))
        if one["state"] == "open" and one["advice"]:
            say(f"    {one['advice']}")
    if not alerts:
        say("no alerts")
    for text in notes:
        say(f"note: {text}")
    return 0 if ok else 1
