"""Many files, several processes, one order."""

from __future__ import annotations

import os
import signal

import pytest

from setpoint.cli.sweep import sweep
from setpoint.diagnostic import Diagnostic
from setpoint.errors import UnavailableError
from setpoint.report import Report

Work = tuple[str, str, str]
WORK: list[Work] = [(f"file{number}.yaml", "yaml", f"file{number}") for number in range(1203)]


def judge(work: Work) -> Report:
    """A report that says which process made it; every seventh file has a finding."""
    path, _, name = work
    found = [Diagnostic("syntax", "broken", file=path, line=1, column=2)] if int(name[4:]) % 7 == 0 else []
    return Report(found, document=name, file=path, version=str(os.getpid()))


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_the_reports_come_in_the_order_of_the_files(jobs: int) -> None:
    """Whatever the number of processes, findings and all."""
    reports = list(sweep(WORK, judge, jobs))
    assert [report.file for report in reports] == [path for path, _, _ in WORK]
    assert [len(report) for report in reports] == [int(number % 7 == 0) for number in range(len(WORK))]
    assert reports[7][0].line == 1
    assert len({report.version for report in reports}) == min(jobs, 3)


def test_few_files_are_judged_in_this_process() -> None:
    """A process of its own would cost more than it brings."""
    assert {report.version for report in sweep(WORK[:500], judge, 8)} == {str(os.getpid())}


def test_the_portable_side_uses_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every operating system can fork."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    assert {report.version for report in sweep(WORK, judge, 8)} == {str(os.getpid())}


def children() -> set[str]:
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as file:
        return set(file.read().split())


def test_a_process_that_dies_is_told_about() -> None:
    """A parser that crashes on the last file does not pass for a good file, and leaves nothing behind."""
    before, here = children(), os.getpid()

    def crash(work: Work) -> Report:
        if work is WORK[-1] and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(work)

    with pytest.raises(UnavailableError, match=r"file1202\.yaml ended with signal 9; --jobs 1"):
        list(sweep(WORK, crash, 3))
    assert children() == before


def test_an_error_in_a_process_is_told_about(capfd: pytest.CaptureFixture[str]) -> None:
    """An exception in a child neither hangs the parent nor prints a traceback."""
    here = os.getpid()

    def fail(work: Work) -> Report:
        if os.getpid() != here:
            raise RuntimeError("broken")
        return judge(work)

    with pytest.raises(UnavailableError, match="exit code 1"):
        list(sweep(WORK, fail, 2))
    assert capfd.readouterr() == ("", "")


def test_whoever_stops_listening_leaves_no_process_behind() -> None:
    """The others are ended when the first reports were enough."""
    before = children()
    reports = sweep(WORK, judge, 3)
    next(reports)
    assert len(children() - before) == 2
    reports.close()  # type: ignore[attr-defined]
    assert children() == before
