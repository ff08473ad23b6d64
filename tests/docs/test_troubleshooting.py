"""Whatever Setpoint tells somebody by an id has its entry in docs/troubleshooting.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import setpoint
from setpoint.catalogue import CATALOGUE
from setpoint.errors import SetpointError
from setpoint.monitor import alert_rules

SOURCE = Path(setpoint.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
# Raised about a program's own rule: by the monitor, not by a rule of the table.
ALERTS_BESIDE_THE_TABLE = {"alert-rule-failed"}


def entries(heading: str) -> dict[str, list[str]]:
    """The rows below a heading by their ids, each with what it says: what it means, why, what to do."""
    (part,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `([^`]+)` \|(.+)\|$", part, re.MULTILINE)
    assert len({name for name, _ in rows}) == len(rows), "an id has two entries"
    return {name: [cell.strip() for cell in re.split(r"(?<!\\)\|", cells)] for name, cells in rows}


def calls(room: str) -> Iterator[ast.Call]:
    for module in sorted(SOURCE.glob(room)):
        yield from (node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call))


def constants(node: ast.Call) -> list[object]:
    return [one.value if isinstance(one, ast.Constant) else None for one in node.args]


def reasons() -> set[str]:
    """The first argument of each ``Reason``, also where a table or a function chooses it."""
    found = {values[0] for node in calls("monitor/*.py") if _called(node) == "Reason" and (values := constants(node))}
    # What is refused is told by its kind: a tuple of a rule and words.
    tree = ast.parse((SOURCE / "monitor" / "probe_serving.py").read_text())
    (chooser,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "_of_kind"]
    for node in ast.walk(chooser):
        if isinstance(node, ast.Tuple) and isinstance(node.elts[0], ast.Constant):
            found.add(node.elts[0].value)
    return {one for one in found if isinstance(one, str)}


def server_rules() -> set[str]:
    """A status from 400 on, followed by the rule; and the rules of the errors that are answered."""
    found = {one.rule for one in error_classes()}
    for node in calls("server/**/*.py"):
        for status, rule in pairwise(constants(node)):
            if isinstance(status, int) and 400 <= status < 600 and isinstance(rule, str):
                found.add(rule)
    return found


def error_classes() -> list[type[SetpointError]]:
    import setpoint.desk.errors  # noqa: F401 - those that only the server meets count too

    found: list[type[SetpointError]] = [SetpointError]
    for one in found:  # grows while it is walked through
        found += [
            child for child in one.__subclasses__() if child.__module__.endswith(".errors") and child not in found
        ]
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


# What the code has, by the heading of its entries.
KINDS: dict[str, Callable[[], set[str]]] = {
    "Findings": lambda: set(CATALOGUE),
    "Reasons of the health": reasons,
    "Alerts": lambda: {*alert_rules.names(), *ALERTS_BESIDE_THE_TABLE},
    "What the server refuses": server_rules,
    "Exceptions": lambda: {one.__name__ for one in error_classes()},
}


@pytest.mark.parametrize("heading", KINDS)
def test_each_id_has_its_entry_and_no_other_has(heading: str) -> None:
    """Findings, reasons, alerts, refusals and exceptions of the code are those of the page."""
    wanted = KINDS[heading]()
    assert len(wanted) > 10
    found = set(entries(heading))
    assert (sorted(wanted - found), sorted(found - wanted)) == ([], [])


@pytest.mark.parametrize("heading", KINDS)
def test_each_entry_says_what_it_means_and_what_to_do(heading: str) -> None:
    """Only why may be left out, where there is nothing in general to say."""
    for name, cells in entries(heading).items():
        assert len(cells) == 3, name
        meaning, _, remedy = cells
        assert meaning, name
        assert remedy, name


def test_each_status_of_the_server_is_the_one_it_answers_with() -> None:
    """The number that the page names is the one in the code."""
    page = entries("What the server refuses")
    said = {name: int(cells[0][:3]) for name, cells in page.items()}
    for node in calls("server/**/*.py"):
        if _called(node) not in ("Problem", "refuse"):
            continue
        for status, rule in pairwise(constants(node)):
            if isinstance(status, int) and isinstance(rule, str):
                assert said[rule] == status, (rule, status)


def test_the_alert_about_a_programs_own_rule_exists() -> None:
    """What stands beside the table is in the code."""
    code = "".join(module.read_text() for module in (SOURCE / "monitor").glob("*.py"))
    assert all(f'"{name}"' in code for name in ALERTS_BESIDE_THE_TABLE)
