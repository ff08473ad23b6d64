"""The reference is what the code says, and every example of a command's help works."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setpoint import ConfigSystem
from setpoint.cli import commands
from setpoint.example import example_directory

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import reference  # noqa: E402

# Commands that go on until they are ended; that is how their example ends here.
ENDLESS = {"watch", "serve"}
# What an example asks for is a finding in a directory that has it: the exit code says so.
CODES = {"status": {0, 1}, "bench": {0, 1}}


def test_the_reference_is_what_the_code_says() -> None:
    """After a name, an option, a setting, a rule, a figure or a route has changed: python scripts/reference.py."""
    assert reference.PAGE.read_text() == reference.text()


def test_nothing_in_the_reference_lacks_its_words() -> None:
    """Each row says what the thing is."""
    for row in re.findall(r"^\| `.*", reference.PAGE.read_text(), re.MULTILINE):
        said = row.strip("| ").split(" | ")[1:]
        assert said and any(said), row


def test_every_variable_that_is_read_is_in_the_table() -> None:
    """No variable of ours works in secret."""
    source = "\n".join(file.read_text() for file in (ROOT / "src" / "setpoint").rglob("*.py"))
    read = {name for name in re.findall(r'"(SETPOINT_[A-Z_]+)"', source) if "__" not in name}  # those set values
    told = set(re.findall(r"SETPOINT_[A-Z_]+", "\n".join(reference.variables())))
    assert read and read <= told


def examples() -> list[tuple[str, str]]:
    found = []
    for group in commands.GROUPS.values():
        for name in group:
            text = commands.load(name, commands.GROUPS).EXAMPLE
            found += [(name, line.strip()) for line in text.splitlines()]
    return found


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory as a user has it after a while: documents, a schema of their own, and a record."""
    top = tmp_path_factory.mktemp("used")
    shutil.copytree(example_directory(), top / "config")
    (top / "service.yaml").write_text("port: 80\n")
    for name in ("service", "old", "new"):
        (top / f"{name}.schema.json").write_text('{"properties": {"port": {"type": "integer"}}}')
    with ConfigSystem(top / "config", environ={}) as system:
        for number in range(6):
            system.set("messaging.queue.max_size", 3000 + number)
    return top


@pytest.mark.parametrize(("name", "command"), examples(), ids=lambda value: value.replace(" ", "_")[:40])
def test_the_example_of_a_command_works(name: str, command: str, used: Path, tmp_path: Path) -> None:
    """What --help shows can be typed as it is."""
    shutil.copytree(used, tmp_path / "here")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "EDITOR": "true"}
    with (tmp_path / "printed").open("w+b") as printed:
        process = subprocess.Popen(
            ["/bin/bash", "-c", f"exec {command}"],
            cwd=tmp_path / "here",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        if name in ENDLESS:
            end = time.monotonic() + 30
            while not os.path.getsize(printed.name) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
        code = process.wait(60)
        printed.seek(0)
        text = printed.read().decode()
    assert code in (CODES.get(name, {0}) | ({130} if name in ENDLESS else set())), text
    assert text
    assert "Traceback" not in text
