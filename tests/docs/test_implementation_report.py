"""The implementation report names what is there, and every figure that is measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from setpoint.benchmark.figure import Figure
from setpoint.cli.main import main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "ENHANCED_CONFIG_SYSTEM_REPORT.md").read_text()


def test_every_place_that_it_names_is_there() -> None:
    """Each file and folder in it exists, and so does each proof."""
    named = set(re.findall(r"`((?:src|tests|docs|bench|scripts)/[\w./-]*)`", TEXT))
    assert len(named) > 20
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []


def test_every_figure_that_is_measured_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """With what is promised of it, and one value for each interpreter it was measured on."""
    main(["bench", "--format", "json"])
    groups = json.loads(capsys.readouterr().out)["groups"]
    rows = {cells[0]: cells for cells in (re.split(r" *\| *", line.strip("| ")) for line in TEXT.splitlines())}
    figures = [one for group in groups.values() for one in group]
    assert len(figures) > 30
    for one in figures:
        made = Figure(one["name"], one["value"], one["unit"], below=one["below"], at_least=one["at_least"])
        cells = rows[one["name"]]
        assert cells[1] == made.promise
        assert all(re.match(r"[\d,.]+ ?(ns|µs|ms|s|%|)\b", cell) for cell in cells[2:4]), cells


def test_every_command_that_it_names_is_one() -> None:
    """What it tells people to type is there."""
    from setpoint.cli.commands import GROUPS

    known = {name for group in GROUPS.values() for name in group}
    named = set(re.findall(r"`setpoint (\w+)", TEXT))
    assert len(named) > 5
    assert named <= known
