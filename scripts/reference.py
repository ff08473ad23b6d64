"""Writes docs/reference.md from the code: python scripts/reference.py

The page lists everything with a name that somebody may type: public names, commands and their options, settings,
variables, exit codes, diagnostic rules, figures, alerts and HTTP routes. A test compares it with the code, so run this
after any of them has changed.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
PAGE = ROOT / "docs" / "reference.md"
HEAD = """\
# Reference

Everything with a name that somebody may type. This page is written from the code by `python scripts/reference.py`, and
a test compares the two; the pages it leads to say how things are used.
"""


def text() -> str:
    """Return the page as it has to be."""
    parts = [
        names(),
        commands(),
        settings(),
        variables(),
        exit_codes(),
        errors(),
        rules(),
        figures(),
        alerts(),
        routes(),
    ]
    return "\n".join([HEAD, *("\n".join(part) + "\n" for part in parts)])


def names() -> Iterator[str]:
    import setpoint

    yield "## Public names\n"
    yield "`from setpoint import …`; explained in [Python](python.md).\n"
    yield "| Name | Is |\n|---|---|"
    for name in sorted(setpoint.__all__, key=str.lower):
        thing = getattr(setpoint, name)
        if name == "__version__":
            yield "| `__version__` | The version of Setpoint, as text. |"
        elif inspect.isroutine(thing) or inspect.isclass(thing):
            yield f"| `{name}` | {cell(first_sentence(inspect.getdoc(thing) or ''))} |"
        else:
            yield f"| `{name}` | {cell(first_sentence(inspect.getdoc(type(thing)) or ''))} |"


def commands() -> Iterator[str]:
    from setpoint.cli import commands as table
    from setpoint.cli.options import Parser, add_format, sentence

    yield "## Commands\n"
    yield "`setpoint [-c DIR] [--profile P] COMMAND`; explained in [command line](command_line.md).\n"
    for group in table.GROUPS.values():
        for name in group:
            command = table.load(name, table.GROUPS)
            parser = Parser(prog=f"setpoint {name}", add_help=False)
            add_format(parser, getattr(command, "FORMATS", ("text", "json")))
            command.add_arguments(parser)
            yield f"**`setpoint {name}`**: {sentence(command.HELP)}\n"
            yield "| Argument | Does |\n|---|---|"
            yield from arguments(parser, "")
            yield ""


def arguments(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    from setpoint.cli.options import sentence

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                known = {one.dest: one.help for one in action._choices_actions}
                yield f"| `{name}` | {cell(sentence(known.get(name) or ''))} |"
                yield from arguments(inner, f"{name} ")
            continue
        if action.dest in ("help", "config_dir", "profile", "version"):
            continue
        metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
        if action.choices:
            metavar = "{" + ",".join(map(str, action.choices)) + "}"
        takes = action.nargs != 0
        shown = (
            ", ".join(action.option_strings) + (f" {metavar}" if takes else "") if action.option_strings else metavar
        )
        yield f"| `{before}{shown}` | {cell(sentence(action.help or ''))} |"


def settings() -> Iterator[str]:
    schema = json.loads((ROOT / "src/setpoint/schemas/settings.schema.json").read_text())
    yield "## Settings\n"
    yield "`setpoint.toml` beside the directory, or `[tool.setpoint]` of `pyproject.toml` there."
    yield "Explained in [files](files.md#settings).\n"
    yield "| Setting | Is |\n|---|---|"
    yield from properties(schema, "")


def properties(schema: dict[str, Any], path: str) -> Iterator[str]:
    for name, inner in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        yield f"| `{place}` | {cell(inner.get('description', ''))} |"
        yield from properties(inner, place)
        if isinstance(inner.get("items"), dict) and "properties" in inner["items"]:
            yield from properties(inner["items"], f"{place}[]")
        for key in ("additionalProperties",):
            if isinstance(inner.get(key), dict):
                yield f"| `{place}.NAME` | {cell(inner[key].get('description', ''))} |"
                yield from properties(inner[key], f"{place}.NAME")


def variables() -> Iterator[str]:
    yield "## Variables of the environment\n"
    yield "Explained in [files](files.md#environment-variables).\n"
    yield "| Variable | Does |\n|---|---|"
    page = (ROOT / "docs" / "files.md").read_text().partition("\n## Environment variables\n")[2]
    for row in re.findall(r"^\| `.*", page.partition("\n## ")[0], re.MULTILINE):
        yield row.replace("](#", "](files.md#")


def exit_codes() -> Iterator[str]:
    from setpoint.cli import main

    yield "## Exit codes\n"
    yield "| Code | Means |\n|---|---|"
    table = (main.__doc__ or "").split("=\n")[-2]
    for line in table.strip("= \n").splitlines():
        code, _, meaning = line.partition("  ")
        yield f"| {code.strip()} | {cell(meaning.strip())} |"


def errors() -> Iterator[str]:
    from setpoint.errors import SetpointError

    yield "## Errors\n"
    yield "Each is a `SetpointError` with a `message` and `diagnostics`.\n"
    yield "| Class | Is | Exit code | Rule |\n|---|---|---|---|"
    for error in sorted(family(SetpointError), key=lambda one: one.__name__):
        if error.__module__ == "setpoint.errors":
            said = cell(first_sentence(inspect.getdoc(error) or ""))
            yield f"| `{error.__name__}` | {said} | {error.exit_code} | `{error.rule}` |"


def family(error: type[Any]) -> Iterator[type[Any]]:
    yield error
    for child in error.__subclasses__():
        yield from family(child)


def rules() -> Iterator[str]:
    from setpoint import catalogue

    yield "## Diagnostic rules\n"
    yield "Explained, with what to do, in [diagnostics](diagnostics.md).\n"
    yield "| Rule | Means |\n|---|---|"
    for group in vars(catalogue).values():
        if isinstance(group, dict) and group and all(isinstance(one, str) for one in group.values()):
            for rule, meaning in group.items():
                if not rule.startswith("__"):
                    yield f"| `{rule}` | {cell(meaning)} |"


def figures() -> Iterator[str]:
    from setpoint.metrics import names as table

    yield "## Figures\n"
    yield "For Prometheus each is named `setpoint_…`; explained in [monitoring](monitoring.md).\n"
    yield "| Figure | Kind | Is | Unit | Told apart by |\n|---|---|---|---|---|"
    for one in table._TABLE:
        yield f"| `{one.name}` | {one.kind} | {cell(one.help)} | {one.unit} | {one.label or ''} |"


def alerts() -> Iterator[str]:
    from setpoint.monitor import alert_rules
    from setpoint.monitor.limits import Limits

    yield "## Alerts\n"
    yield "Settings `[monitor.alerts]`; explained in [monitoring](monitoring.md).\n"
    known = {rule.id: rule for rule in alert_rules.threshold_rules(Limits())}
    yield "| Alert | Raised by |\n|---|---|"
    for name in alert_rules.names():
        if name in known:
            rule = known[name]
            yield f"| `{name}` | severity {rule.severity}; {cell(rule.advice)} |"
        else:
            reasons = next(
                table[name]
                for table in (alert_rules._OF_DOCUMENTS, alert_rules._OF_ALL, alert_rules._OF_A_PROCESS)
                if name in table
            )
            yield f"| `{name}` | the health's reasons {', '.join(f'`{one}`' for one in reasons)} |"


def routes() -> Iterator[str]:
    yield "## HTTP routes\n"
    try:
        from setpoint.server.routes import ROUTES
    except ModuleNotFoundError as error:
        if error.name and not error.name.startswith("setpoint"):
            raise
        yield "None yet."
        return
    yield "`setpoint serve`; explained in [HTTP API](server_api.md) and [dashboard](dashboard.md).\n"
    yield "| Route | Needs the verb | Does |\n|---|---|---|"
    for one in sorted(ROUTES, key=lambda one: (one.path, one.method)):
        yield f"| `{one.method} {one.path}` | {one.verb or 'nothing'} | {cell(one.summary)} |"


def first_sentence(document: str) -> str:
    """Return the first sentence of a docstring, on one line."""
    paragraph = " ".join(document.split("\n\n", maxsplit=1)[0].split())
    found = re.match(r".*?[.:](?=\s|$)", paragraph)
    return re.sub(":$", ".", found[0] if found else paragraph).replace("``", "`")


def cell(said: str) -> str:
    """Return text as a cell of a table."""
    return " ".join(said.split()).replace("|", "\\|").replace("``", "`")


def main() -> int:
    """Write the page; with ``--check``, say whether it is as it has to be."""
    wanted = text()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text() == wanted else 1
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
