"""Reports made by hand, for the reporters, and commands made for the frame."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from setpoint.cli.main import main
from setpoint.diagnostic import WARNING, Diagnostic, Excerpt
from setpoint.example import example_directory
from setpoint.report import Report

SOURCE = str(Path(__file__).parents[2] / "src")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from setpoint.cli.commands import Groups

TYPO = Diagnostic(
    "unknown-key",
    "unknown key 'max_sise'",
    file="config/messaging.yaml",
    line=4,
    column=3,
    end_line=4,
    end_column=11,
    path="/queue/max_sise",
    suggestion="did you mean 'max_size'?",
    layer="base",
    document="messaging",
    at="key",
    excerpt=Excerpt([(3, "queue:"), (4, "  max_sise: 100")], 4, 3, 11),
    note="The most messages\n  the queue holds.",
)
BLOCK = Diagnostic(
    "wrong-type",
    "expected a list, found a mapping",
    file="config/messaging.yaml",
    line=10,
    column=5,
    end_line=12,
    end_column=1,
    path="/channels",
    document="messaging",
    excerpt=Excerpt([(9, "channels:"), (10, "    a: 1")], 10, 5, 9),
)
FROM_ENVIRONMENT = Diagnostic(
    "out-of-range",
    "expected at most 10, found 11",
    severity=WARNING,
    path="/retry/a.b/0",
    layer="environment",
    document="coordinates",
)


@pytest.fixture
def reports() -> list[Report]:
    """Three documents: one with two errors, one with a warning, one clean without a schema."""
    return [
        Report([TYPO, BLOCK], document="messaging", file="config/messaging.yaml", schema="messaging", version="2.1.0"),
        Report([FROM_ENVIRONMENT], document="coordinates", file="config/coordinates.json", schema="coordinates"),
        Report(document="notes", file="config/notes.toml"),
    ]


@pytest.fixture
def clean_reports() -> list[Report]:
    """Two clean documents, each with a schema."""
    return [
        Report(document="messaging", file="config/messaging.yaml", schema="messaging", version="2.1.0"),
        Report(document="coordinates", file="config/coordinates.json", schema="coordinates"),
    ]


@pytest.fixture
def hostile_report() -> Report:
    """A document whose every text tries to act on a terminal, a log or a parser."""
    evil = "a\x1b[31mred\x07\x9b2J\n::error::fake\r\u202egpj.exe\u2066 %0A, :"
    return Report(
        [
            Diagnostic(
                "unknown-key",
                evil,
                file="conf,ig/é: \x1b[0m%\n\udcff.yaml",
                line=1,
                column=2,
                end_line=1,
                end_column=4,
                path="/a\x1b",
                suggestion=evil,
                note=evil,
                layer=evil,
                document=evil,
                excerpt=Excerpt([(1, evil)], 1, 2, 4),
            )
        ],
        document=evil,
        file="conf,ig/é: \x1b[0m%\n\udcff.yaml",
        schema=evil,
        version=evil,
    )


@pytest.fixture
def run_command(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``setpoint trial …`` in an interpreter of its own, where ``trial`` is a command of the given source."""

    def run(
        body: str, *arguments: str, shell: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        indented = "".join(f"    {line}\n" for line in body.splitlines())
        module = f'HELP = "try"\nEXAMPLE = "setpoint trial"\ndef add_arguments(parser): ...\ndef run(args):\n{indented}'
        (tmp_path / "trial_command.py").write_text(module)
        starter = tmp_path / "start.py"
        starter.write_text(
            "import sys\nfrom setpoint.cli.main import main\n"
            "sys.exit(main(sys.argv[1:], {'test': {'trial': ('trial_command', 'try')}}))\n"
        )
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, **(env or {})}
        command = [sys.executable, str(starter), "trial", *arguments]
        if not shell:
            return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=30, check=False)
        line = " ".join(command) + " " + shell
        return subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, env=environ, timeout=30, check=False
        )

    return run


class Trial(ModuleType):
    """A command of the tests: remembers what it was given, then does what it was made for."""

    HELP = "try something"
    EXAMPLE = "setpoint trial ADDR --strict"
    FORMATS = ("text", "json", "sarif", "github")

    def __init__(self, outcome: int | BaseException | Callable[[], int] = 0) -> None:
        super().__init__("trial_of_the_tests")
        self.outcome = outcome
        self.args: argparse.Namespace | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", metavar="PATH", nargs="*")
        parser.add_argument("--strict", action="store_true")
        parser.add_argument("--password")

    def run(self, args: argparse.Namespace) -> int:
        self.args = args
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome if isinstance(self.outcome, int) else self.outcome()


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Trial, Groups]]:
    """Make a command that ends as told, and a table that has it."""

    def make(outcome: int | BaseException | Callable[[], int] = 0) -> tuple[Trial, Groups]:
        command = Trial(outcome)
        monkeypatch.setitem(sys.modules, command.__name__, command)
        return command, {"try": {"trial": (command.__name__, "try something"), "get": (".missing", "get one")}}

    return make


class Ran(NamedTuple):
    """What a command did: its exit code, and what it said on standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """The one JSON object that it printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture
def setpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run ``setpoint …`` where ``config`` is a copy of the example, as alice; ``stdin`` is what it can read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SETPOINT_AUTHOR", "alice")
    shutil.copytree(example_directory(), tmp_path / "config")

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(list(arguments))
        return Ran(code, *capfd.readouterr())

    return run
