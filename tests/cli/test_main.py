"""The frame of the command line: finding a command, its options, and what becomes of errors."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import __version__
from setpoint.cli.commands import GROUPS, load, names
from setpoint.cli.main import main, worst
from setpoint.cli.options import add_global_options
from setpoint.diagnostic import Diagnostic, Excerpt
from setpoint.errors import ConfigNotFoundError, ConfigParseError, SchemaError, SetpointError, UnavailableError

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[..., Any]


# --- the command and its options ---


def test_global_options_stand_before_or_after_the_command(trial: Make) -> None:
    """Each spelling reaches the command; what stands after the command wins."""
    spellings = {
        "trial": ("config", None),
        "-c d trial": ("d", None),
        "-cd trial": ("d", None),
        "--config-dir=d --profile p trial": ("d", "p"),
        "trial -c d --profile=p": ("d", "p"),
        "-c d --profile p trial x": ("d", "p"),
        "-c d trial -c e": ("e", None),
        "-c=d trial": ("d", None),
        "-- trial": ("config", None),
    }
    for line, expected in spellings.items():
        command, groups = trial()
        assert main(line.split(), groups) == 0, line
        assert command.args is not None
        assert (command.args.config_dir, command.args.profile) == expected, line


def test_options_may_stand_between_paths(trial: Make) -> None:
    """`check a --strict b` means two paths."""
    command, groups = trial()
    assert main(["trial", "a", "--strict", "b", "--", "--c"], groups) == 0
    assert command.args is not None
    assert (command.args.paths, command.args.strict, command.args.format) == (["a", "b", "--c"], True, "text")


def test_help_lists_the_commands_without_importing_them(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Grouped and aligned, even where a module is missing."""
    _, groups = trial()
    for line in ("--help", "-h", "help", "-c x --help"):
        assert main(line.split(), groups) == 0
        shown = capsys.readouterr().out
        assert "try:\n  trial  try something\n  get    get one\n" in shown
        assert "--config-dir DIR" in shown


def test_the_help_of_a_command_ends_with_an_example(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own arguments, the global options, and a line to copy."""
    for line in ("trial --help", "trial x -h", "help trial", "--profile p trial --help"):
        _, groups = trial()
        assert main(line.split(), groups) == 0
        shown = capsys.readouterr().out
        assert shown.startswith("usage: setpoint trial [-h]")
        assert "Try something." in shown
        assert "--profile P" in shown
        assert shown.endswith("example:\n  setpoint trial ADDR --strict\n")


def test_the_version_is_printed_before_and_after_a_command(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """--version works wherever it stands, and runs nothing."""
    for line in ("--version", "trial --version"):
        command, groups = trial()
        assert main(line.split(), groups) == 0
        assert capsys.readouterr().out == f"setpoint {__version__}\n"
        assert command.args is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "a command is missing; 'setpoint --help' lists the commands"),
        ("trail", "there is no command 'trail'; did you mean 'trial'?"),
        ("xyzzy", "there is no command 'xyzzy'; 'setpoint --help' lists the commands"),
        ("--confg-dir x trial", "there is no option '--confg-dir' before the command; did you mean '--config-dir'?"),
        ("--strict trial", "there is no option '--strict' before the command; a command's own options go after it"),
        ("-c", "-c needs a value"),
        ("trial -c", "argument -c/--config-dir: expected one argument; see 'setpoint trial --help'"),
        ("trial --stirct", "'setpoint trial' has no option '--stirct'; did you mean '--strict'?"),
        ("trial --stric", "'setpoint trial' has no option '--stric'; did you mean '--strict'?"),
        ("trial -x", "'setpoint trial' has no option '-x'; see 'setpoint trial --help'"),
        ("trial --format yaml", "argument --format: invalid choice: 'yaml'"),
        ("trial --strict=1", "ignored explicit argument '1'"),
    ],
)
def test_wrong_usage_is_two_and_says_what_was_meant(
    trial: Make, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    """One line on standard error, with the near name, and nothing on standard output."""
    command, groups = trial()
    assert main(line.split(), groups) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n"), command.args) == ("", 1, None)
    assert shown.err.startswith("setpoint: ")
    assert said in shown.err


def test_a_command_may_have_commands_of_its_own(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """They are parsed with the same care; global options stand after them where they ask for them."""

    def add_arguments(parser: argparse.ArgumentParser) -> None:
        inner = parser.add_subparsers(dest="verb", required=True).add_parser("infer")
        inner.add_argument("name")
        inner.add_argument("--limit")
        add_global_options(inner)

    command, groups = trial()
    command.add_arguments = add_arguments  # type: ignore[method-assign]
    assert main(["-c", "d", "trial", "infer", "x", "--profile", "p"], groups) == 0
    assert command.args is not None
    assert (command.args.name, command.args.config_dir, command.args.profile) == ("x", "d", "p")
    assert main(["trial", "infre", "x"], groups) == 2
    assert main(["trial", "infer", "x", "--nonsense"], groups) == 2
    assert main(["trial", "infer"], groups) == 2
    assert main(["trial", "infer", "x", "--lim", "1"], groups) == 2
    assert capsys.readouterr().err.count("setpoint: ") == 4


def test_a_mistyped_option_does_not_show_its_value(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """What follows the equals sign may be a secret."""
    _, groups = trial()
    assert main(["trial", "--pasword=hunter2"], groups) == 2
    shown = capsys.readouterr().err
    assert "did you mean '--password'?" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("name", list(names(GROUPS)))
def test_every_command_of_the_table_keeps_the_contract(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It can be imported, its help is a line, and its example is a call of it that its own parser accepts."""
    command = load(name, GROUPS)
    assert command.HELP
    assert "\n" not in command.HELP
    assert main([name, "--help"]) == 0
    assert f"example:\n  {command.EXAMPLE}\n" in capsys.readouterr().out
    for example in command.EXAMPLE.split("\n"):
        assert name in example.split()
        assert example.split()[0] == "setpoint"


# --- what becomes of errors ---


FOUND = Diagnostic(
    "syntax",
    "expected a value",
    file="a.yaml",
    line=2,
    column=4,
    end_line=2,
    end_column=5,
    path="/a",
    excerpt=Excerpt([(2, "a: ]")], 2, 4, 5),
)


def test_an_error_is_shown_with_its_findings(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """As text it goes to standard error: the message, then each finding with its source."""
    _, groups = trial(ConfigParseError("a.yaml is not well-formed", [FOUND]))
    assert main(["trial"], groups) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "setpoint: a.yaml is not well-formed\n\na.yaml:2:4: error[syntax]: expected a value\n  2 | a: ]\n    |    ^\n"
    )


def test_an_error_is_one_json_object(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format json it goes to standard output, whole, and nothing to standard error."""
    _, groups = trial(ConfigParseError("a.yaml is not well-formed", [FOUND]))
    assert main(["trial", "--format", "json"], groups) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    assert json.loads(shown.out) == {
        "ok": False,
        "error": {"message": "a.yaml is not well-formed", "kind": "invalid", "exit_code": 1},
        "diagnostics": [FOUND.to_dict()],
    }


def test_usage_errors_are_json_too(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Even arguments that cannot be parsed tell which format to answer in."""
    for line in ("trial --stirct --format json", "trial --format=json --stirct", "trail --format json"):
        _, groups = trial()
        assert main(line.split(), groups) == 2
        shown = capsys.readouterr()
        assert (json.loads(shown.out)["error"]["kind"], shown.err) == ("usage", "")
    _, groups = trial()
    assert main(["trial", "--stirct", "--", "--format", "json"], groups) == 2
    assert capsys.readouterr().out == ""


def test_the_near_names_are_facts_for_programs(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that was not found comes with what it may have meant."""
    _, groups = trial(ConfigNotFoundError("no document 'mesaging'", near=["messaging"]))
    assert main(["trial", "--format", "json"], groups) == 4
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["near"]) == ("not-found", ["messaging"])


def test_an_error_is_a_log_or_annotations_for_services(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """SARIF and GitHub are told that the check could not be done."""
    _, groups = trial(SchemaError("the schema is broken", [FOUND]))
    assert main(["trial", "--format", "sarif"], groups) == 2
    run = json.loads(capsys.readouterr().out)["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["exitCode"] == 2
    assert main(["trial", "--format", "github"], groups) == 2
    assert capsys.readouterr().out.splitlines()[0] == "::error title=setpoint::the schema is broken"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SetpointError("m"), 1),
        (SchemaError("m"), 2),
        (ConfigNotFoundError("m"), 4),
        (UnavailableError("m"), 5),
        (PermissionError(13, "Permission denied", "a.yaml"), 5),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
        (ZeroDivisionError("m"), 70),
        (RecursionError("m"), 70),
    ],
)
def test_every_outcome_has_its_exit_code(trial: Make, error: BaseException, code: int) -> None:
    """No exception leaves main."""
    assert main(["trial"], trial(error)[1]) == code


def test_an_interruption_and_a_closed_pipe_are_quiet(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is told what they did themselves."""
    for error in (KeyboardInterrupt(), BrokenPipeError()):
        main(["trial"], trial(error)[1])
        assert capsys.readouterr() == ("", "")


def test_what_the_operating_system_refuses_names_the_file(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """An OSError that nobody translated still says what and where."""
    main(["trial"], trial(PermissionError(13, "Permission denied", "a.yaml"))[1])
    assert capsys.readouterr().err == "setpoint: a.yaml: the operating system refused: Permission denied\n"


def test_a_bug_says_how_to_report_it_and_hides_values(
    trial: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without SETPOINT_DEBUG there is neither a traceback nor the exception's text, which may hold a secret."""
    bug = KeyError("hunter2")
    assert main(["trial"], trial(bug)[1]) == 70
    shown = capsys.readouterr().err
    assert shown.startswith(f"setpoint: this is a bug in Setpoint {__version__}: KeyError at conftest.py:")
    assert "SETPOINT_DEBUG=1" in shown
    assert "hunter2" not in shown
    assert "Traceback" not in shown
    monkeypatch.setenv("SETPOINT_DEBUG", "1")
    assert main(["trial", "--format", "json"], trial(bug)[1]) == 70
    debugged = capsys.readouterr()
    assert "Traceback" in debugged.err
    assert "KeyError: 'hunter2'" in debugged.err
    assert json.loads(debugged.out)["error"]["kind"] == "bug"


def test_debugging_shows_where_an_expected_error_came_from(
    trial: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SETPOINT_DEBUG=1 adds the traceback, and changes nothing else."""
    monkeypatch.setenv("SETPOINT_DEBUG", "1")
    assert main(["trial"], trial(SchemaError("m"))[1]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback")
    assert shown.endswith("\nsetpoint: m\n")


def test_a_message_cannot_act_on_the_terminal(trial: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a name from the command line nor one from a file gets an escape through."""
    _, groups = trial(SetpointError("bad \x1b[2J\nsetpoint: fake"))
    main(["trial"], groups)
    main(["\x1b[2Jtrail"], groups)
    main(["trial", "--\x1b[2J"], groups)
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert shown.startswith("setpoint: bad \\x1b[2J\n  setpoint: fake\n")


def test_what_kept_the_work_from_being_done_comes_before_what_it_found() -> None:
    """2, 5 and 4 come before 3 and 1, a bug before all, and nothing is fine."""
    assert worst([]) == 0
    assert worst([0, 1, 0]) == 1
    assert worst([1, 3]) == 3
    assert worst([1, 3, 4]) == 4
    assert worst(iter([4, 5, 1])) == 5
    assert worst([5, 4, 2, 1, 0]) == 2
    assert worst([2, 70]) == 70


# --- real processes ---


def test_python_m_setpoint_is_the_command() -> None:
    """`python -m setpoint` prints the version and ends with the code of its command."""
    command = [sys.executable, "-m", "setpoint"]
    shown = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=30, check=True)
    assert (shown.stdout, shown.stderr) == (f"setpoint {__version__}\n", "")
    wrong = subprocess.run([*command, "nonsense"], capture_output=True, text=True, timeout=30, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("setpoint: there is no command 'nonsense'")


def test_the_version_loads_next_to_nothing() -> None:
    """`setpoint --version` needs neither argparse nor anything else of weight."""
    script = (
        "import os, sys; before = set(sys.modules)\nfrom setpoint.cli.main import main\nmain(['--version'])\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    source = str(Path(__file__).parents[2] / "src")
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": source}, timeout=30, check=True)
    assert set(done.stdout.splitlines()[-1].split()) <= {
        "__future__",
        "setpoint",
        "setpoint.cli",
        "setpoint.cli.commands",
        "setpoint.cli.main",
        "setpoint.cli.output",
        "setpoint.cli.visible",
        "setpoint.errors",
    }


def test_parsing_a_command_loads_little_beyond_argparse() -> None:
    """No logging, no dataclasses, no typing, no pathlib, no shutil, no json: a command pays for what it uses."""
    script = (
        "import sys, types\ntrial = types.ModuleType('trial')\ntrial.HELP = trial.EXAMPLE = 'x'\n"
        "trial.add_arguments = lambda parser: None\ntrial.run = lambda args: 0\nsys.modules['trial'] = trial\n"
        "from setpoint.cli.main import main\nassert main(['trial'], {'g': {'trial': ('trial', 'x')}}) == 0\n"
        "print(*sorted(sys.modules))"
    )
    source = str(Path(__file__).parents[2] / "src")
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": source}, timeout=30, check=True)
    loaded = set(done.stdout.split())
    assert "argparse" in loaded
    assert loaded & {"logging", "dataclasses", "typing", "pathlib", "shutil", "json", "textwrap"} == set()


def test_an_interruption_ends_quietly(run_command: Run) -> None:
    """Ctrl-C in the middle of the work: what was printed is there, the code is 130."""
    body = "import os, signal, time\nprint('working')\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(20)\nreturn 0"
    done = run_command(body)
    assert (done.returncode, done.stdout, done.stderr) == (130, "working\n", "")
