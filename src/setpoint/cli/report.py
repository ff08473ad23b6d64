"""``setpoint report``: what the last hours were like, by the samples that programs took."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..monitor.store import SampleStore
    from ..system import ConfigSystem

HELP = "show what the last hours were like: every figure, its trend, and the alerts"
EXAMPLE = "setpoint -c config report --hours 6 --html report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the window, and the page."""
    parser.add_argument("--hours", metavar="N", type=_hours, default=24.0, help="how far to look back (default: 24)")
    parser.add_argument("--html", metavar="FILE", help="write a page with charts to FILE; '-' prints it")


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24 * 366:
        raise ValueError("a number of hours above 0, of at most a year")
    return hours


def run(args: argparse.Namespace) -> int:
    """Print the report. Nothing is measured or written by asking, but the page that is asked for."""
    import time

    from ..monitor.report import as_json, health_report, performance_report
    from ..system import ConfigSystem
    from .output import print_json, write

    store = store_of(ConfigSystem(args.config_dir, profile=args.profile))
    now = time.time()
    report = performance_report(store, args.hours, now, lines=args.html is not None)
    alerts = [one.to_dict() for one in store.alerts.find(since=now - args.hours * 3600)]
    if args.html is not None:
        from ..monitor.page import html_page

        page = html_page(None, report, alerts)
        if args.html == "-":
            write(page)
            return 0
        _write_page(args.html, page)
    if args.format == "json":
        for told in report["metrics"].values():
            told.pop("line", None)
        print_json({"ok": True, "diagnostics": [], "report": as_json(report), "alerts": as_json(alerts)})
    else:
        write(health_report(None, report, alerts))
    return 0


def store_of(system: ConfigSystem) -> SampleStore:
    """Return what the programs that watch over a directory have kept. Raises as ``listing`` does."""
    import os

    from ..monitor.store import NAME, SampleStore

    system.listing()  # a directory that is not there is told as such, and not as one without samples
    return SampleStore(os.path.join(system._state.folder, NAME))


def _write_page(path: str, page: str) -> None:
    import os

    from ..atomic.write import write_file

    write_file(os.path.abspath(path), page.encode("utf-8", "backslashreplace"))
