"""A page of the documentation, taken apart into its code blocks, and run.

A fenced block's info string says what it is:

- ``python``: run, all blocks of a page in one namespace;
- ``console``: each ``$ command`` is run by a shell and must print what follows it; ``...`` stands for any text; what an
  ``$ export NAME=value`` sets holds for the rest of the page, and what a command leaves running (``&``) goes on until
  the page ends, when it is ended;
- ``yaml file=PATH`` (or json, toml, python, …): written to PATH, relative to the page's directory;
- any with ``not-run="reason"``: shown only, and the reason says why it cannot run.

A page runs in a fresh directory that holds the example project's ``config/``, unless it starts with the comment
``<!-- empty directory -->``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "swarm" / "config"
_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL)


class Block:
    """One fenced block: its info string, its text, and the line of the page it starts at."""

    def __init__(self, info: str, body: str, line: int) -> None:
        self.language, _, self.options = info.strip().partition(" ")
        self.body = body
        self.line = line

    @property
    def file(self) -> str | None:
        found = re.search(r"\bfile=(\S+)", self.options)
        return found.group(1) if found else None

    @property
    def reason_not_to_run(self) -> str | None:
        found = re.search(r'\bnot-run="([^"]+)"', self.options)
        return found.group(1) if found else None


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(found["info"], found["body"], text.count("\n", 0, found.start()) + 1) for found in _FENCE.finditer(text)
    ]


def run(page: Path, directory: Path) -> None:
    """Run every block of a page in a directory, in order. Raises AssertionError with the block's place."""
    if "<!-- empty directory -->" not in page.read_text():
        shutil.copytree(EXAMPLE, directory / "config")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with Shell(directory) as shell:
        for block in blocks(page):
            place = f"{page.relative_to(ROOT)}:{block.line}"
            if block.reason_not_to_run:
                continue
            if block.file:
                target = directory / block.file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.body)
            elif block.language == "python":
                exec(compile("\n" * block.line + block.body, str(page), "exec", dont_inherit=True), namespace)
            elif block.language == "console":
                _console(block, shell, place)
            else:
                raise AssertionError(
                    f"{place}: a {block.language or 'nameless'} block neither runs nor says why it cannot"
                )


class Shell:
    """Runs the commands of one page in a directory, and ends with it what they left running."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.exported: dict[str, str] = {}
        self.groups: list[int] = []

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *failure: object) -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for group in self.groups:
                with suppress(ProcessLookupError):
                    os.killpg(group, sign)
            end = time.monotonic() + 20
            while any(map(_is_alive, self.groups)) and time.monotonic() < end:
                time.sleep(0.02)

    def run(self, command: str) -> str:
        """Run a command and return what it printed; it fails after 60 seconds."""
        if command.startswith("export "):
            command += " && env -0 >.exported"
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
        # A group of its own: what goes on in the background can be found, and ended, by its number.
        with subprocess.Popen(
            ["/bin/bash", "-c", command],
            cwd=self.directory,
            env={**environment, **self.exported},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as shell:
            self.groups.append(shell.pid)
            try:
                printed, _ = shell.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(shell.pid, signal.SIGKILL)  # else the end of this block would wait for it
                raise
        note = self.directory / ".exported"
        if note.exists():
            now = dict(one.split("=", 1) for one in note.read_text().split("\0") if one)
            own = ("PWD", "OLDPWD", "SHLVL", "_")  # the shell's
            self.exported = {name: now[name] for name in now if environment.get(name) != now[name] and name not in own}
            note.unlink()
        if not _is_alive(self.groups[-1]):
            self.groups.pop()  # nothing of it goes on; its number may become somebody else's
        return printed


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _console(block: Block, shell: Shell, place: str) -> None:
    for command, expected in _commands(block.body):
        printed = shell.run(command)
        checker = OutputChecker()
        assert checker.check_output(expected, printed, ELLIPSIS | NORMALIZE_WHITESPACE), (
            f"{place}: `{command}` printed\n{printed}\ninstead of\n{expected}"
        )


def _commands(body: str) -> list[tuple[str, str]]:
    commands: list[tuple[str, str]] = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            commands.append((line[2:].rstrip("\n"), ""))
        else:
            command, expected = commands[-1]
            commands[-1] = (command, expected + line)
    return commands
