"""``setpoint schema``: the schemas of documents: shown, inferred from documents, compared."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from ..validation.library import Library
    from ..validation.schema import Schema

HELP = "show the schema of a document, infer one from documents, or say what a new one would break"
EXAMPLE = "setpoint schema show messaging\n  setpoint schema diff old.schema.json new.schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb, and what it needs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help="show, infer or diff")
    show = _verb(verbs, "show", "print the schema that a document is held against")
    show.add_argument("name", metavar="NAME", help="a document, or a built-in kind; NAME@VERSION for an older shape")
    infer = _verb(verbs, "infer", "print a schema that accepts all documents given, and little else")
    infer.add_argument("sources", metavar="FILE|NAME", nargs="+", help="files, or documents of the directory")
    infer.add_argument(
        "--write",
        action="store_true",
        help="write it to schemas/ beside the first document, as that one's schema, where it has none",
    )
    diff = _verb(verbs, "diff", "say whether documents that fit a schema still fit another, and why not; 1 if not")
    for name in ("old", "new"):
        diff.add_argument(name, metavar=name.upper(), help=f"the {name} schema: a file, NAME or NAME@VERSION")


def _verb(verbs: Any, name: str, text: str) -> Any:
    import argparse

    from .options import add_global_options, sentence

    parser = verbs.add_parser(name, help=text, description=sentence(text))
    # A default would take the place of what stood before the verb.
    parser.add_argument(
        "--format", choices=("text", "json"), default=argparse.SUPPRESS, help="how to print the result (default: text)"
    )
    add_global_options(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    if args.verb == "infer":
        from .schema_infer import infer

        return infer(args)
    return _show(args) if args.verb == "show" else _diff(args)


def _show(args: argparse.Namespace) -> int:
    from .output import print_json

    print_json(_known(_library(args), args.name).contents)
    return 0


def _diff(args: argparse.Namespace) -> int:
    """Print one line for each difference; 1 when a document may break."""
    import sys

    from ..schema_change.compare import compare_schemas
    from ..schema_change.difference import WIDENED
    from .output import print_json, say, style_of

    library = _library(args)
    change = compare_schemas(_given(library, args.old), _given(library, args.new))
    verdict = "same" if change.is_same else "compatible" if change.is_compatible else "breaking"
    if args.format == "json":
        differences = [one.to_dict() for one in change.differences]
        print_json({"ok": change.is_compatible, "diagnostics": [], "verdict": verdict, "differences": differences})
        return 0 if change.is_compatible else 1
    style = style_of(sys.stdout)
    say(
        {
            "same": f"the same: whatever fits {args.old} fits {args.new}, and the other way round",
            "compatible": f"compatible: whatever fits {args.old} fits {args.new}",
            "breaking": f"breaking: what fits {args.old} may not fit {args.new}",
        }[verdict]
    )
    width = max((len(one.place) for one in change.differences), default=0)
    for one in change.differences:
        kind = style.paint(f"{one.kind:<8}", "32" if one.kind == WIDENED else "1;31")
        say(f"  {kind}  {one.place:<{width}}  {one.message}")
    return 0 if change.is_compatible else 1


def _library(args: argparse.Namespace) -> Library:
    """Return the schemas there are: the built-in ones can be had anywhere, a directory's own need the directory."""
    import os

    from ..system import ConfigSystem
    from ..validation.library import Library

    if os.path.exists(args.config_dir):
        return ConfigSystem(args.config_dir, profile=args.profile).library()
    return Library(())


def _known(library: Library, text: str) -> Schema:
    """Return the schema of a name. Raises ``ConfigNotFoundError`` with the near names."""
    from ..errors import ConfigNotFoundError
    from ..nearness import near

    name, _, version = text.partition("@")
    family = library.family(name)
    if family is None:
        close = near(name, library.names())
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(library.names())}"
        raise ConfigNotFoundError(f"no schema for {name!r}; {hint}", near=close)
    return family.at(version or None)


def _given(library: Library, text: str) -> Schema:
    """Return the schema that a file holds, or that of a name."""
    import os

    from ..formats import format_of

    is_file = os.path.isfile(text) or format_of(text) is not None or os.path.dirname(text)
    if is_file and (os.path.lexists(text) or library.family(text.partition("@")[0]) is None):
        return library.file(text).only()
    return _known(library, text)
