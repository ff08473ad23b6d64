"""Writing and removing, killed, failing and without power at every step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crash import Outcome, errno_points, kill_points, power_cuts
from setpoint.atomic.sweep import sweep

OLD, NEW = b"old " * 500, b"new " * 700

IMPORTS = """
import sys
from setpoint.atomic.changed import ABSENT
from setpoint.atomic.directory import create_directory
from setpoint.atomic.remove import remove_file
from setpoint.atomic.write import write_file
from setpoint.errors import SetpointError
OLD, NEW = b"old " * 500, b"new " * 700
begin()
try:
    {call}
except SetpointError as error:
    print(f"{{type(error).__name__}}: {{error}}", file=sys.stderr)
    sys.exit(error.exit_code)
acknowledge()
"""
REPLACE = 'written = write_file("a", NEW, expected=OLD)\n    print(written.durable, written.notes)'
CREATE = REPLACE.replace("expected=OLD", "expected=ABSENT, new_mode=0o640")
REMOVE = 'written = remove_file("a", expected=OLD)\n    print(written.durable, written.notes)'
IN_NEW_FOLDERS = 'durable = create_directory("x/y")\n    write_file("x/y/a", NEW, expected=ABSENT)\n    print(durable)'

# What is done, the content before, the content after, the file.
CASES = [
    pytest.param(REPLACE, OLD, NEW, "a", id="replace"),
    pytest.param(CREATE, None, NEW, "a", id="create"),
    pytest.param(REMOVE, OLD, None, "a", id="remove"),
    pytest.param(IN_NEW_FOLDERS, None, NEW, "x/y/a", id="create in new directories"),
]


def script(call: str) -> str:
    return IMPORTS.format(call=call)


def before(content: bytes | None) -> dict[str, bytes]:
    return {"other": b"stays"} if content is None else {"other": b"stays", "a": content}


def content(directory: Path, name: str) -> bytes | None:
    file = directory / name
    return file.read_bytes() if file.exists() else None


def leftovers(directory: Path) -> list[str]:
    return sorted(name for _, _, names in os.walk(directory) for name in names if name not in ("a", "other"))


@pytest.mark.parametrize(("call", "old", "new", "name"), CASES)
def test_a_kill_leaves_old_or_new(call: str, old: bytes | None, new: bytes | None, name: str, tmp_path: Path) -> None:
    """Killed before any of its calls, the file is one or the other, and after a sweep nothing else is there."""
    seen = []
    for outcome in kill_points(script(call), before(old), tmp_path):
        left = content(outcome.directory, name)
        assert left in (old, new), outcome.point
        seen.append(left == new)
        for folder, _, _ in list(os.walk(outcome.directory)):
            sweep(folder)
        assert leftovers(outcome.directory) == [], outcome.point
        assert (outcome.directory / "other").read_bytes() == b"stays"
    assert seen[0] is False
    assert seen[-1] is True  # killed just before acknowledging
    assert seen == sorted(seen)  # once new, always new


@pytest.mark.parametrize(("call", "old", "new", "name"), CASES)
def test_a_power_cut_leaves_old_or_new(
    call: str, old: bytes | None, new: bytes | None, name: str, tmp_path: Path
) -> None:
    """Of 500 and more power cuts none leaves a torn file, and none loses what was acknowledged."""
    number = torn = lost = acknowledged = 0
    for cut in power_cuts(script(call), before(old), tmp_path):
        number += 1
        left = content(cut.directory, name)
        torn += left not in (old, new)
        acknowledged += bool(cut.acknowledged)
        lost += bool(cut.acknowledged) and left != new
        assert (cut.directory / "other").read_bytes() == b"stays", cut.point
    assert number >= 500
    assert acknowledged > 20
    assert (torn, lost) == (0, 0)


def is_after_the_step(outcome: Outcome, old: bytes | None) -> bool:
    """True for a failure that comes when the change is made already: the directory's sync, the temporary name's end."""
    call = outcome.call
    if call.name == "fsync":
        return "setpoint-" not in call.places()[0] and call.places()[0].rsplit("/", 1)[1] != "a"
    return call.name in ("unlink", "unlinkat") and "setpoint-" in call.texts()[-1]


@pytest.mark.parametrize(("call", "old", "new", "name"), CASES[:3])
def test_every_error_is_told_and_leaves_the_old_file(
    call: str, old: bytes | None, new: bytes | None, name: str, tmp_path: Path
) -> None:
    """Each failing call ends in exit code 5 with the old file whole and nothing left; after the step it is a note."""
    failures = notes = 0
    for outcome in errno_points(
        script(call), before(old), tmp_path, errnos=("EIO", "ENOSPC"), also=("read", "flistxattr")
    ):
        left, error = content(outcome.directory, "a"), outcome.stderr.decode()
        if is_after_the_step(outcome, old):
            notes += 1
            assert left == new, outcome.point
            assert outcome.exit_code == 0, outcome.point
            told = outcome.stdout.decode()
            assert ("False" in told and "survive a power cut" in told) or "temporary file could not be removed" in told
            continue
        if outcome.exit_code == 0:
            # Only where hard links are forbidden there is another way; it ends in the same.
            assert outcome.call.name in ("link", "linkat"), outcome.point
            assert left == new
            continue
        failures += 1
        assert (outcome.exit_code, outcome.acknowledged) == (5, ()), (outcome.point, error)
        assert error.startswith("UnavailableError: a: "), outcome.point
        assert left == old, outcome.point
        assert leftovers(outcome.directory) == [], outcome.point
    assert failures >= 8
    assert notes == (4 if old is None else 2)  # the directory's sync, and for a new file its temporary name's end


def test_an_fsync_that_failed_is_not_tried_again(tmp_path: Path) -> None:
    """One fsync of the file, whatever it returns."""
    from crash.script import Stage
    from crash.trace import calls

    run = Stage(script(REPLACE), before(OLD), tmp_path).run(
        "run", ["-e", "trace=fsync,fdatasync,rename,renameat", "-e", "inject=fsync:error=EIO:when=1"]
    )
    assert [call.name for call in calls(run.log)] == ["fsync"]
    assert run.exit_code == 5
    assert content(run.directory, "a") == OLD


def test_a_temporary_file_that_cannot_be_removed_is_told(tmp_path: Path) -> None:
    """When the disk fails and then refuses even that, the message says what is left."""
    from crash.script import Stage

    run = Stage(script(REPLACE), before(OLD), tmp_path).run(
        "run", ["-e", "trace=fsync,unlinkat", "-e", "inject=fsync:error=EIO:when=1", "-e", "inject=unlinkat:error=EIO"]
    )
    (left,) = leftovers(run.directory)
    assert f"the temporary file {run.directory / left} is left" in run.stderr.decode()
    assert (run.exit_code, content(run.directory, "a")) == (5, OLD)
    assert sweep(str(run.directory)) == [str(run.directory / left)]


@pytest.mark.parametrize("errno", ["EPERM", "EOPNOTSUPP"])
def test_a_file_system_without_hard_links_can_have_new_files(errno: str, tmp_path: Path) -> None:
    """A new file gets its name by a rename there."""
    outcomes = [
        outcome
        for outcome in errno_points(script(CREATE), before(None), tmp_path, errnos=(errno,), only=("link", "linkat"))
        if outcome.exit_code == 0 and content(outcome.directory, "a") == NEW
        if not leftovers(outcome.directory)
    ]
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    ("errno", "call", "advice"),
    [
        ("EBUSY", "renameat", "mount its directory"),
        ("ENOSPC", "write", "make room"),
        ("EDQUOT", "write", "quota"),
        ("EROFS", "openat", "mounted read-only"),
        ("EACCES", "openat", "must be writable"),
        ("ENAMETOOLONG", "openat", "choose a shorter one"),
        ("EIO", "fsync", "check the disk"),
    ],
)
def test_each_refusal_says_what_to_do(errno: str, call: str, advice: str, tmp_path: Path) -> None:
    """The message names the file as the user did, and the next step."""
    told = [
        outcome.stderr.decode()
        for outcome in errno_points(script(REPLACE), before(OLD), tmp_path, errnos=(errno,), only=(call,))
        if not is_after_the_step(outcome, OLD)
    ]
    assert told
    assert all(line.startswith("UnavailableError: a: cannot be written: ") and advice in line for line in told)
