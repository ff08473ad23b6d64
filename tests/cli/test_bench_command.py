"""``setpoint bench``: figures are measured now, promises are compared, and a missed one is an exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint.benchmark import groups
from setpoint.benchmark.figure import COUNT, Figure
from setpoint.cli.main import main
from setpoint.example import example_directory


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Run the command, and return its figures by group and name."""
    code = main(["bench", *arguments, "--format", "json"])
    printed = json.loads(capsys.readouterr().out)
    found = {group: {one["name"]: one for one in each} for group, each in printed["groups"].items()}
    missed = [name for each in found.values() for name, one in each.items() if one["reached"] is False]
    assert printed["ok"] is not bool(missed)
    assert code == (1 if missed else 0)
    assert printed["machine"].startswith("CPython 3.")
    return found


def test_the_cache_is_measured_by_counts_of_our_own(capsys: pytest.CaptureFixture[str]) -> None:
    """What was counted equals what was done, what was invalidated is not served, and each file's saving is told."""
    found = figures(capsys, "cache")["cache"]
    assert found["reads counted"]["value"] == found["reads counted"]["baseline"] == 20_000
    assert found["hit ratio"]["value"] == 1 - 5 / 20_000  # each of five documents was read once from its file
    assert found["reads that gave what was invalidated"]["value"] == 0
    assert found["cached load"]["value"] > 0
    savings = [one["value"] for name, one in found.items() if name.startswith("smaller when cold: ")]
    assert len(savings) == 6 and all(0 < one < 1 for one in savings)


def test_what_is_bad_is_never_served_and_polling_is_measured_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Signals and looks are both measured, the second in a process that has no signals."""
    found = figures(capsys, "reload")["reload"]
    assert (found["bad contents served"]["value"], found["bad contents served"]["baseline"]) == (0, 20)
    assert "change on the disk to callback (polling)" in found
    assert sum(name.startswith("change on the disk") for name in found) == 2


def test_changes_touch_one_line_and_are_taken_back_to_the_byte(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that is set changes its line; rollback and migration leave no byte different."""
    found = figures(capsys, "changes")["changes"]
    assert found["lines of the file that it changed"]["value"] == 1
    assert found["bytes that differ after the rollback"]["value"] == 0
    assert found["bytes that differ after taking it back"]["value"] == 0
    assert found["problems after it"]["value"] == 0


def test_the_other_groups_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Each document is validated in memory and from its file; monitoring is measured beside none."""
    found = figures(capsys, "validation", "monitoring")
    assert sum(name.endswith("validated in memory") for name in found["validation"]) == 5
    assert found["monitoring"]["reads a second with monitoring"]["baseline"] > 0


def test_the_example_is_left_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is measured on a copy."""
    before = {path.name: path.read_bytes() for path in Path(example_directory()).iterdir()}
    figures(capsys, "changes")
    assert {path.name: path.read_bytes() for path in Path(example_directory()).iterdir()} == before


def test_a_missed_promise_is_said_and_is_an_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script can tell; the line says what was promised."""

    def measured(_group: str) -> Iterator[Figure]:
        yield Figure("load", 0.2, below=0.1, detail="slow today", against="bare", baseline=0.1)
        yield Figure("served", 0, COUNT, below=1)
        yield Figure("size", 3, COUNT)

    monkeypatch.setattr(groups, "measure", measured)
    assert main(["bench", "cache"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["cache"],
        ["load", "200", "ms", "<", "100", "ms", "MISSED"],
        ["slow", "today"],
        ["bare:", "100", "ms"],
    ]
    assert lines[4].split() == ["served", "0", "<", "1", "kept"]
    assert lines[5].split() == ["size", "3"]
    assert lines[-1].startswith("1 of 2 promises kept on ")


def test_an_unknown_group_is_told_with_the_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is measured then."""
    assert main(["bench", "cahce"]) == 2
    assert "there is no group 'cahce' of figures; did you mean 'cache'?" in capsys.readouterr().err
