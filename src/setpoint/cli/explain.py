"""``setpoint explain``: who set a value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "say who set a value, and which values it shadows"
EXAMPLE = "setpoint -c config explain messaging.queue.max_size"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address."""
    parser.add_argument("address", metavar="ADDR", help='NAME or NAME.path.to.key; odd keys as NAME["a.b"].c')


def run(args: argparse.Namespace) -> int:
    """Print the value with the layer, file, line and column it comes from, and each value it shadows."""
    from ..system import ConfigSystem
    from .output import print_json, say

    found = ConfigSystem(args.config_dir, profile=args.profile).explain(args.address)
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], **found.to_dict()})
    else:
        for line in str(found).splitlines():
            say(line)
    return 0
