"""``setpoint get``: one value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "print a document, or one value of it"
EXAMPLE = "setpoint -c config get messaging.queue.max_size"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address."""
    parser.add_argument("address", metavar="ADDR", help='NAME or NAME.path.to.key; odd keys as NAME["a.b"].c')
    parser.add_argument("--layers", action="store_true", help="show who set the value, and what it shadows")
    parser.add_argument("--reveal", action="store_true", help="show secret values instead of ********")


def run(args: argparse.Namespace) -> int:
    """Print the value at an address: text as it is, everything else as JSON. Secrets are masked unless --reveal."""
    from ..address import reach, split_document
    from ..secret import MASK
    from ..system import ConfigSystem
    from .output import print_json, print_value

    if args.layers:
        from .explain import run as explain

        return explain(args)
    name, parts = split_document(args.address)
    system = ConfigSystem(args.config_dir, profile=args.profile)
    config = system.load_config(name)
    value = reach(config, parts, name)
    if not args.reveal:
        family = system.family(name)
        value = family.masked(config, parts, MASK) if family is not None else _masked(config, parts)
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], "address": args.address, "value": value})
    else:
        print_value(value)
    return 0


def _masked(config: object, parts: tuple[str, ...]) -> object:
    from ..validation.masking import masked_by_name

    return masked_by_name(config, parts)
