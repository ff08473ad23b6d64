"""The table of commands. A command's module is imported only when that command runs.

The module of a command offers:

- ``HELP``: what it does, shown at the top of its own ``--help``;
- ``EXAMPLE``: a command line that works, shown at the end;
- ``FORMATS``, where it has others than ``("text", "json")``: what ``--format`` may be, the default first;
- ``add_arguments(parser)``: its own arguments. The global options and ``--format`` are there already; an option of
  the command's own by the same name takes their place;
- ``run(args) -> int``: do it, and return the exit code. Errors of this package are raised, not printed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from typing import Any, Protocol, TypeAlias

    class Command(Protocol):
        """What the module of a command offers."""

        HELP: str
        EXAMPLE: str

        def add_arguments(self, parser: argparse.ArgumentParser) -> None:
            """Add the command's own arguments."""

        def run(self, args: argparse.Namespace) -> int:
            """Run the command and return its exit code."""

    # heading -> command name -> (its module, relative to this package; one line of help)
    Groups: TypeAlias = dict[str, dict[str, tuple[str, str]]]

GROUPS: Groups = {
    "start": {
        "demo": (".demo", "a tour on a bundled example, in a temporary directory"),
        "init": (".init", "adopt a directory: its documents, schemas for them, the settings"),
        "bench": (".bench", "measure what is promised, beside what this machine takes"),
    },
    "check": {
        "explain": (".explain", "say who set a value, and which values it shadows"),
        "check": (".check", "say what is wrong with the configuration, to the line"),
    },
    "read": {
        "list": (".list_", "show the documents there are, their files and their schemas"),
        "get": (".get", "print a document, or one value of it"),
        "schema": (".schema", "show or infer the schema of a document; compare two"),
    },
    "change": {
        "set": (".set_", "change one value of a file, checked first"),
        "unset": (".unset", "take one key or item out of a file, checked first"),
        "edit": (".edit", "change a file in your editor, checked before it counts"),
        "migrate": (".migrate", "carry documents to another version of their shape, with a way back"),
    },
    "look back": {
        "history": (".history", "show who changed what, when and why; --verify checks the record"),
        "show": (".show", "show a document's files as they were at a revision"),
        "diff": (".diff", "show what changed between two revisions, or since one"),
        "rollback": (".rollback", "give a document's files the bytes they had at a revision"),
    },
    "monitor": {
        "report": (".report", "show what the last hours were like: every figure, its trend, the alerts"),
        "alerts": (".alerts", "show what programs were alerted of, open and past"),
        "status": (".status", "say how the configuration is now, and why; 1 when it is not healthy"),
    },
    "follow": {
        "watch": (".watch", "follow the files, and say what happens as it happens"),
        "accept": (".accept", "say that a change is meant which the guard has refused"),
    },
    "serve": {
        "serve": (".serve", "answer by HTTP: the API, the dashboard, the metrics"),
        "token": (".token", "make, list and revoke the tokens with which the server is used"),
        "audit": (".audit", "show who did or tried what by way of the server; --verify checks it"),
    },
}


def names(groups: Groups) -> Iterator[str]:
    """Yield the names of all commands, in the order of the help."""
    for group in groups.values():
        yield from group


def load(name: str, groups: Groups) -> Command:
    """Import the module of a command. Raises ``UsageError``, with the near names, when there is no such command."""
    for group in groups.values():
        if name in group:
            from importlib import import_module

            module: Any = import_module(group[name][0], __package__)
            command: Command = module
            return command
    from ..errors import UsageError
    from ..nearness import near

    hint = did_you_mean(near(name, names(groups))) or "'setpoint --help' lists the commands"
    raise UsageError(f"there is no command {name!r}; {hint}")


def did_you_mean(close: Iterable[str]) -> str:
    """Return ``did you mean 'a' or 'b'?``, or nothing when nothing comes close."""
    listed = " or ".join(repr(one) for one in close)
    return f"did you mean {listed}?" if listed else ""


def overview(groups: Groups) -> str:
    """Return the commands by group, one aligned line each."""
    width = max((len(name) for name in names(groups)), default=0)
    blocks = []
    for heading, group in groups.items():
        lines = "".join(f"  {name:<{width}}  {summary}\n" for name, (_, summary) in group.items())
        blocks.append(f"{heading}:\n{lines}")
    return "\n".join(blocks)
