"""Running a script in a process of its own, plain or under strace."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import setpoint

MARK = "/SETPOINT-BEGIN"
ACKNOWLEDGED = b"SETPOINT-ACKNOWLEDGED "
TIMEOUT = 60  # seconds for one run

# What a script may call, before its own first line.
_PREAMBLE = """\
import os as _os, sys as _sys
_sys.path[:0] = {path!r}
def begin():
    _os.access({mark!r}, 0)
def acknowledge(text=""):
    _os.write(1, {acknowledged!r} + text.encode() + b"\\n")
"""


class HarnessError(Exception):
    """The harness cannot do its work here, or not with this script; ``str()`` says what to change."""


class Run:
    """One run that is over: exit code (negative for a signal), what it printed, what strace wrote down."""

    def __init__(self, directory: Path, exit_code: int, stdout: bytes, stderr: bytes, log: bytes) -> None:
        self.directory = directory
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr
        self.log = log

    @property
    def acknowledged(self) -> tuple[str, ...]:
        """The texts of the acknowledgements that came out, in order."""
        return tuple(
            line.removeprefix(ACKNOWLEDGED).decode()
            for line in self.stdout.splitlines()
            if line.startswith(ACKNOWLEDGED)
        )


@cache
def _compile_once() -> None:
    """Write the byte code of everything a script may import now.

    A module that some other process compiles between two runs would make them open different numbers of files.
    """
    compileall.compile_dir(Path(setpoint.__file__).parent, quiet=2, workers=1)


class Stage:
    """A script, the directory it starts with, and a folder for the directories of its runs."""

    def __init__(
        self,
        script: str,
        before: Mapping[str, bytes] | Path,
        scratch: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        _compile_once()
        self.scratch = scratch.resolve()
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.before = self.scratch / "before"
        if isinstance(before, Path):
            self.before = before.resolve()
        else:
            self.before.mkdir()
            for name, data in before.items():
                file = self.before / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        preamble = _PREAMBLE.format(
            path=[str(Path(setpoint.__file__).parents[1]), sysconfig.get_path("purelib")],
            mark=MARK,
            acknowledged=ACKNOWLEDGED,
        )
        self._script = self.scratch / "script.py"
        self._script.write_text(preamble + script)
        self._environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", **(environment or {})}

    def run(self, name: str, trace: Sequence[str] | None = None) -> Run:
        """Run the script in a fresh copy of its first directory, under strace when there are options for it."""
        directory = self.scratch / name
        shutil.copytree(self.before, directory, symlinks=True)
        log = self.scratch / f"{name}.log"
        # Nothing that depends on the machine: no site, no user site, no byte code written, the same hashes each time.
        command = [sys.executable, "-S", "-s", "-P", "-B", str(self._script)]
        if trace is not None:
            command = [_strace(), "-f", "-e", "signal=none", "-o", str(log), *trace, *command]
        stdout, stderr, exit_code = _finish(command, directory, self._environment)
        if trace is not None and b"PTRACE_" in stderr:
            raise HarnessError(f"strace may not trace its own children here: {stderr.decode(errors='replace')}")
        written = b""
        if log.exists():
            written = log.read_bytes()
            log.unlink()
        elif trace is not None:
            raise HarnessError(f"strace did not run: {stderr.decode(errors='replace')}")
        return Run(directory, exit_code, stdout, stderr, written)


def _finish(command: list[str], directory: Path, environment: dict[str, str]) -> tuple[bytes, bytes, int]:
    """Run to the end; a script that hangs is ended, together with the strace around it."""
    with subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise HarnessError(f"the script did not end within {TIMEOUT} s in {directory.name}") from None
        return stdout, stderr, process.returncode


def run_plain(script: str, before: Mapping[str, bytes] | Path, scratch: Path) -> Run:
    """Run a script once, undisturbed."""
    return Stage(script, before, scratch).run("plain")


def must_succeed(run: Run) -> None:
    """Refuse to go on with a script that fails by itself."""
    if run.exit_code != 0:
        raise HarnessError(f"the undisturbed script ended with {run.exit_code}:\n{run.stderr.decode(errors='replace')}")


def _strace() -> str:
    found = shutil.which("strace")
    if found is None:
        raise HarnessError("strace is not installed; run scripts/system-packages, which installs what the tests need")
    return found
