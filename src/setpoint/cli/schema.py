"""``setpoint schema``: the schemas of documents."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "show the schema of a document"
EXAMPLE = "setpoint schema show messaging"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb and the document's name."""
    parser.add_argument("verb", choices=("show",), help="show: print the schema that a document is held against")
    parser.add_argument("name", metavar="NAME", help="a document, or a built-in kind; NAME@VERSION for an older shape")


def run(args: argparse.Namespace) -> int:
    """Print a schema as JSON."""
    import os

    from ..errors import ConfigNotFoundError
    from ..nearness import near
    from ..system import ConfigSystem
    from ..validation.library import Library
    from .output import print_json

    # The built-in schemas can be shown anywhere; a directory's own need the directory.
    library = (
        ConfigSystem(args.config_dir, profile=args.profile).library()
        if os.path.exists(args.config_dir)
        else Library(())
    )
    name, _, version = args.name.partition("@")
    family = library.family(name)
    if family is None:
        close = near(name, library.names())
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(library.names())}"
        raise ConfigNotFoundError(f"no schema for {name!r}; {hint}", near=close)
    print_json(family.at(version or None).contents)
    return 0
