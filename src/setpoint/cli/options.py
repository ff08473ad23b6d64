"""What every command accepts, and parsing what was given to one."""

from __future__ import annotations

import argparse
import sys

from ..errors import UsageError
from . import __version__, output
from .commands import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite

    from .commands import Command


class Parser(argparse.ArgumentParser):
    """A parser that raises ``UsageError`` instead of ending the process, and that knows near names."""

    def __init__(self, **settings: Any) -> None:
        # Abbreviated options would break scripts the day a longer option is added.
        settings = {"allow_abbrev": False, "conflict_handler": "resolve", "formatter_class": _Formatter, **settings}
        super().__init__(**settings)

    def known_options(self) -> list[str]:
        """Return the long options, in the order of the help."""
        return [option for action in self._actions for option in action.option_strings if option.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError`` with what argparse has to say."""
        raise UsageError(f"{message}; see '{self.prog} --help'")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # Argparse would swallow a failed write; ours are told from a closed pipe and have an exit code.
        del file
        output.write(message)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the example's line as it is. Given a width, argparse need not import shutil to find one."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings = {"max_help_position": 30, "width": min(output.width_of(sys.stdout), 120) - 2, **settings}
        super().__init__(prog, **settings)


def parse(
    name: str, command: Command, arguments: Sequence[str], *, config_dir: str, profile: str | None
) -> argparse.Namespace | None:
    """Return a command's parsed arguments, or None when help or the version was asked for and printed.

    Arguments: ``name`` of the command; ``arguments`` are those after it; ``config_dir`` and ``profile`` are what was
    said before it. Raises ``UsageError`` with the near names for what the command does not know.
    """
    parser = Parser(
        prog=f"setpoint {name}", description=sentence(command.HELP), epilog=f"example:\n  {command.EXAMPLE}"
    )
    add_format(parser, getattr(command, "FORMATS", ("text", "json")))
    add_global_options(parser)
    command.add_arguments(parser)
    given = argparse.Namespace(config_dir=config_dir, profile=profile)
    if parser._subparsers is None:
        known = parser.known_options()
        _refuse_unknown(parser, [option for option in _options_in(arguments) if option not in known])
    try:
        args, unknown = _parse_known(parser, arguments, given)
    except SystemExit as stop:
        # Only --help and --version end the process with 0: all else goes through Parser.error.
        if stop.code:
            raise
        return None
    _refuse_unknown(parser, unknown)
    return args


def _options_in(arguments: Sequence[str]) -> list[str]:
    """Return the names of the long options, so that a typo in one is told before what it made to be missing."""
    found = []
    for argument in arguments:
        if argument == "--":
            break
        if argument.startswith("--") and " " not in argument:
            found.append(argument.partition("=")[0])
    return found


def _parse_known(
    parser: Parser, arguments: Sequence[str], given: argparse.Namespace
) -> tuple[argparse.Namespace, list[str]]:
    """Parse, with options allowed between positional arguments: ``check a.yaml --strict b.yaml``."""
    if parser._subparsers is not None:  # argparse cannot do both at once
        return parser.parse_known_args(arguments, given)
    options = list(arguments)
    if "--" in options:
        # The intermixed way takes what stands behind -- for options after all, so it is not let see a dash there.
        end = options.index("--")
        options[end:] = [f"\0{argument}" for argument in options[end + 1 :]]
    args, unknown = parser.parse_known_intermixed_args(options, given)
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, value.removeprefix("\0"))
        elif isinstance(value, list):
            setattr(args, name, [one.removeprefix("\0") if isinstance(one, str) else one for one in value])
    return args, [one.removeprefix("\0") for one in unknown]


def add_global_options(parser: argparse.ArgumentParser) -> None:
    """Let the global options stand after the command too. Parsers of subcommands call this for themselves."""
    group = parser.add_argument_group("options of every command")
    # A default would overwrite what was said before the command.
    group.add_argument(
        "-c",
        "--config-dir",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the configuration directory, or a single file (default: config)",
    )
    group.add_argument(
        "--profile",
        metavar="P",
        default=argparse.SUPPRESS,
        help="the profile whose layer lies over the base files",
    )
    group.add_argument("--version", action="version", version=f"setpoint {__version__}", help="print the version")


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """Add ``--format``; the first of ``formats`` is the default."""
    parser.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        help=f"how to print the result (default: {formats[0]})",
    )


def sentence(text: str) -> str:
    """Return a line of help as a sentence: with a capital at its start and a full stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _refuse_unknown(parser: Parser, unknown: Sequence[str]) -> None:
    if not unknown:
        return
    first = unknown[0].partition("=")[0]  # a value may be a secret
    if not first.startswith("-") or first == "-":
        raise UsageError(f"{first!r} is one argument too many; see '{parser.prog} --help'")
    from ..nearness import near

    hint = did_you_mean(near(first, parser.known_options())) or f"see '{parser.prog} --help'"
    raise UsageError(f"{parser.prog!r} has no option {first!r}; {hint}")
