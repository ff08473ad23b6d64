"""The report for GitHub Actions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from setpoint.cli.reporters import render
from setpoint.diagnostic import Diagnostic
from setpoint.report import Report


def test_each_finding_is_a_command(reports: list[Report]) -> None:
    """A place on one line has an end column, a place over several lines has none, one without a file has neither."""
    assert render(reports, "github") == (
        "::error file=config/messaging.yaml,line=4,col=3,endLine=4,endColumn=11,title=unknown-key::"
        "unknown key 'max_sise' (did you mean 'max_size'?)\n"
        "::error file=config/messaging.yaml,line=10,col=5,endLine=12,title=wrong-type::"
        "expected a list, found a mapping\n"
        "::warning title=out-of-range::coordinates: expected at most 10, found 11\n"
        "3 documents: 2 errors, 1 warning\n"
        "1 document without a schema was checked for form only: notes\n"
    )


def test_a_clean_run_has_no_commands(clean_reports: list[Report]) -> None:
    """Without findings only the log has a line."""
    assert render(clean_reports, "github") == "ok: 2 documents\n"


def test_no_text_can_end_its_place_or_start_a_command(hostile_report: Report) -> None:
    """Percent signs, line breaks, colons and commas are escaped where they would mean something."""
    lines = render([hostile_report], "github").splitlines()
    assert len(lines) == 2
    properties, _, message = lines[0].removeprefix("::error ").partition("::")
    facts = dict(fact.split("=", 1) for fact in properties.split(","))
    assert facts == {
        "file": "conf%2Cig/é%3A \\x1b[0m%25%0A\\xff.yaml",
        "line": "1",
        "col": "2",
        "endLine": "1",
        "endColumn": "4",
        "title": "unknown-key",
    }
    assert message.startswith("a\\x1b[31mred\\x07\\x9b2J%0A::error::fake\\r\\u202egpj.exe\\u2066 %250A, : (a")


def test_a_path_is_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absolute path inside it is shortened, one outside stays absolute, and dots are resolved."""
    monkeypatch.chdir(tmp_path)
    shown = {
        str(tmp_path / "config" / "a.yaml"): "config/a.yaml",
        "./config/../config/a.yaml": "config/a.yaml",
        "../a.yaml": str(tmp_path.parent / "a.yaml"),
        "..a.yaml": "..a.yaml",
        "/etc/a.yaml": "/etc/a.yaml",
    }
    for file, expected in shown.items():
        text = render([Report([Diagnostic("r", "m", file=file)])], "github")
        assert text.startswith(f"::error file={expected},title=r::m\n")


def test_a_working_directory_that_is_gone_leaves_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody knows where here is, the path is shown as it is."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(FileNotFoundError):
        os.getcwd()
    assert render([Report([Diagnostic("r", "m", file="../a.yaml")])], "github").startswith("::error file=../a.yaml,")
