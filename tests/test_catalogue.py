"""Every kind of finding is in the catalogue and in the documentation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import setpoint
from setpoint.catalogue import CATALOGUE, meaning

SOURCE = Path(setpoint.__file__).parent
PAGE = Path(__file__).parents[1] / "docs" / "diagnostics.md"

# Functions and methods whose first argument is a rule's id.
TAKES_A_RULE = {
    "Diagnostic",
    "Problem",
    "MisfitError",
    "finding",
    "refuse",
    "caution",
    "defect",
    "note",
    "stop",
    "warn",
}


def ids_in_the_code() -> dict[str, str]:
    """Every text that is given as a rule's id somewhere, with where."""
    found = {}
    for module in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in TAKES_A_RULE and isinstance(node.args[0].value, str):
                    found[node.args[0].value] = f"{module.name}:{node.lineno}"
    return found


def test_every_rule_in_the_code_is_in_the_catalogue() -> None:
    """No finding is made up on the spot."""
    found = ids_in_the_code()
    assert len(found) > 25
    assert {rule: place for rule, place in found.items() if rule not in CATALOGUE} == {}


def test_every_rule_of_the_catalogue_is_in_the_code() -> None:
    """And none is left over from earlier."""
    code = "".join(module.read_text() for module in SOURCE.rglob("*.py") if module.name != "catalogue.py")
    assert [rule for rule in CATALOGUE if f'"{rule}"' not in code] == []


def test_the_page_explains_what_the_catalogue_holds() -> None:
    """Each id has its line on the page, with the same meaning, and the page has no other."""
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \|", PAGE.read_text(), re.MULTILINE))
    assert rows == CATALOGUE


def test_a_rule_of_a_program_means_what_its_id_says() -> None:
    """Rules that are not ours have no line in the catalogue."""
    assert meaning("queue-sizes") == "Queue sizes."
    assert meaning("tag") == CATALOGUE["tag"]
