"""``setpoint``: find the command, run it, and turn whatever happens into an exit code.

========= ==========================================================================================
exit code means
========= ==========================================================================================
0         fine; warnings too, unless ``--strict``
1         findings: something is invalid
2         usage, or a schema or tool that cannot work
3         conflict: someone else changed it first
4         there is no such document, path or directory
5         unavailable: the operating system refused to read or write
70        a bug in Setpoint (``EX_SOFTWARE`` of BSD's sysexits)
130, 141  interrupted (SIGINT); the reader of the output went away (SIGPIPE): 128 + the signal
========= ==========================================================================================
"""

from __future__ import annotations

import os
import sys

from ..errors import SetpointError, UnavailableError, UsageError
from . import __version__, commands, output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .commands import Groups

BUG, INTERRUPTED, PIPE_CLOSED = 70, 130, 141

USAGE = """\
usage: setpoint [-c DIR] [--profile P] COMMAND ...

Keeps a program's configuration correct while it changes.

"""
GLOBAL_OPTIONS = """
options, before or after the command:
  -c DIR, --config-dir DIR  the configuration directory, or a single file (default: config)
  --profile P               the profile whose layer lies over the base files
  --version                 print the version
  -h, --help                print this; with a command, that command's help

setpoint COMMAND --help shows what a command takes, with an example.
"""


def main(argv: Sequence[str] | None = None, groups: Groups = commands.GROUPS) -> int:
    """Run the command line and return its exit code; nothing is raised.

    Arguments: ``argv`` without the program's name, by default the process's own; ``groups`` is the table of commands.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    with output.SafeStreams():
        try:
            return _guarded(arguments, groups)
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            return PIPE_CLOSED


def worst(codes: Iterable[int]) -> int:
    """Return the exit code for several outcomes: what kept the work from being done comes before what it found.

    A bug comes first, then 2, 5 and 4, then 3 and 1; 0 when there is nothing else.
    """
    order = (BUG, 2, 5, 4, 3, 1, 0)
    return min(codes, key=order.index, default=0)


def _guarded(arguments: list[str], groups: Groups) -> int:
    try:
        code = _run(arguments, groups)
        output.flush()
        return code
    except SetpointError as error:
        _show_traceback()
        failure = error
    except BrokenPipeError:
        raise
    except OSError as error:
        _show_traceback()
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        failure = UnavailableError(f"{place}the operating system refused: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - a bug must not become a traceback in somebody's terminal
        shown = _show_traceback()
        _report(SetpointError(_bug_message(error, shown)), arguments, "bug", BUG)
        return BUG
    _report(failure, arguments, failure.rule, failure.exit_code)
    return failure.exit_code


def _run(arguments: list[str], groups: Groups) -> int:
    chosen = _Chosen()
    rest = chosen.take_options(arguments)
    if chosen.wants_version:
        output.say(f"setpoint {__version__}")
        return 0
    if chosen.wants_help:
        output.write(USAGE + commands.overview(groups) + GLOBAL_OPTIONS)
        return 0
    if not rest:
        raise UsageError("a command is missing; 'setpoint --help' lists the commands")
    name, *rest = rest
    if name == "help" and name not in commands.names(groups):
        return _run([*rest[:1], "--help"], groups)
    command = commands.load(name, groups)
    from .options import parse

    args = parse(name, command, rest, config_dir=chosen.config_dir, profile=chosen.profile)
    return 0 if args is None else command.run(args)


class _Chosen:
    """The global options that stand before the command. Reading them by hand spares ``--version`` all of argparse."""

    def __init__(self) -> None:
        self.config_dir = "config"
        self.profile: str | None = None
        self.wants_version = False
        self.wants_help = False

    def take_options(self, arguments: list[str]) -> list[str]:
        """Read the options up to the command, and return the command with all that follows it."""
        rest = list(arguments)
        while rest and rest[0].startswith("-"):
            option, equals, value = rest.pop(0).partition("=")
            if not option.startswith("--") and len(option) > 2:  # -cDIR
                option, value, equals = option[:2], option[2:] + equals + value, "="
            if option == "--":
                break
            if option in ("-c", "--config-dir", "--profile"):
                if not equals and not rest:
                    raise UsageError(f"{option} needs a value")
                taken = value if equals else rest.pop(0)
                if option == "--profile":
                    self.profile = taken
                else:
                    self.config_dir = taken
            elif option == "--version" and not equals:
                self.wants_version = True
            elif option in ("-h", "--help") and not equals:
                self.wants_help = True
            else:
                raise UsageError(f"there is no option {option!r} before the command; {self._hint(option)}")
        return rest

    @staticmethod
    def _hint(option: str) -> str:
        from ..nearness import near

        close = near(option, ("--config-dir", "--profile", "--version", "--help"))
        return commands.did_you_mean(close) or "a command's own options go after it; see 'setpoint --help'"


def _report(error: SetpointError, arguments: list[str], kind: str, code: int) -> None:
    from .failure import report_failure

    report_failure(error, _asked_format(arguments), kind, code)


def _asked_format(arguments: list[str]) -> str:
    """Return the value of ``--format``, also where the arguments are too wrong to be parsed."""
    found = "text"
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--format="):
            found = argument[len("--format=") :]
        elif argument == "--format" and position + 1 < len(arguments):
            found = arguments[position + 1]
    return found


def _show_traceback() -> bool:
    """Print the traceback of the current exception when ``SETPOINT_DEBUG=1`` asks for it; return whether it did."""
    if os.environ.get("SETPOINT_DEBUG") != "1":
        return False
    from traceback import format_exc

    from .visible import document_visible

    output.complain(document_visible(format_exc()))
    return True


def _bug_message(error: Exception, shown: bool) -> str:
    """Say that this is a bug, without the exception's own text: it may hold a value of somebody's configuration."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    said = f"this is a bug in Setpoint {__version__}: {type(error).__name__}{place}"
    if shown:
        return f"{said}; please report it with the traceback, after a look whether it holds values that are secret"
    return f"{said}; nothing is known about the result. Run it again with SETPOINT_DEBUG=1 and report the traceback"
