"""Keeping and accepting, killed, failing and without power at every step, and by several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crash import errno_points, kill_points, power_cuts
from setpoint.keeping.acceptance import Acceptances
from setpoint.keeping.keeper import Keeper

OLD, NEW = b"old " * 500, os.urandom(64).hex().encode() * 20

# The directory that is bound is one that every run shares: each runs in a directory of its own.
SCRIPT = """
import sys
from setpoint.errors import SetpointError
from setpoint.keeping.acceptance import Acceptances
from setpoint.keeping.keeper import Keeper
import setpoint.atomic.sweep, setpoint.atomic.write, setpoint.atomic.directory, hashlib, json, zlib
keeper, accepted = Keeper("state", "/"), Acceptances("state")
begin()
try:
    {call}
except SetpointError as error:
    print(f"{{type(error).__name__}}: {{error}}", file=sys.stderr)
    sys.exit(error.exit_code)
acknowledge()
"""
KEEP = SCRIPT.format(call=f'keeper.keep("messaging", {NEW!r}, version=None, digest="new", when=2.0)')
ACCEPT = SCRIPT.format(call='accepted.accept("messaging", "new", author="ada")')


def started(tmp_path: Path, first: bool) -> Path:
    """A directory with a state directory, in which something is kept and accepted already unless it is the first."""
    before = tmp_path / "start"
    (before / "state").mkdir(parents=True)
    if not first:
        Keeper(str(before / "state"), "/").keep("messaging", OLD, version=None, digest="old", when=1.0)
        Acceptances(str(before / "state")).accept("messaging", "old", author="ada")
    return before


def kept(directory: Path) -> bytes | None:
    """What is served, without anything that would have to be told."""
    keeper = Keeper(str(directory / "state"), "/")
    found = keeper.load("messaging")
    assert keeper.notices == ()
    return None if found is None else found.content


def accepted(directory: Path) -> bytes | None:
    acceptances = Acceptances(str(directory / "state"))
    found = acceptances.find("messaging")
    assert acceptances.notices == ()
    return None if found is None else found.digest.encode()


Case = tuple[str, Callable[[Path], bytes | None], bytes | None, bytes]
CASES = [  # what is done, how to see it, what was there before, what is there afterwards
    pytest.param((KEEP, kept, None, NEW), id="the first keep"),
    pytest.param((KEEP, kept, OLD, NEW), id="keep"),
    pytest.param((ACCEPT, accepted, b"old", b"new"), id="accept"),
]
CUTS = max(200, 4 * int(os.environ.get("SETPOINT_EXAMPLES", "0")))


@pytest.mark.parametrize("case", CASES)
def test_a_kill_leaves_old_or_new(case: Case, tmp_path: Path) -> None:
    """Killed before any of its calls, the old or the new is served, and a sweep leaves nothing else."""
    script, found, old, new = case
    seen = []
    for outcome in kill_points(script, started(tmp_path, old is None), tmp_path / "runs"):
        left = found(outcome.directory)
        assert left in (old, new), outcome.point
        seen.append(left == new)
        Keeper(str(outcome.directory / "state"), "/").sweep()
        Acceptances(str(outcome.directory / "state")).sweep()
        assert not [name for _, _, names in os.walk(outcome.directory) for name in names if name.endswith(".tmp")]
    assert seen == sorted(seen)  # once new, always new
    assert (seen[0], seen[-1]) == (False, True)


@pytest.mark.parametrize("case", CASES)
def test_a_power_cut_leaves_old_or_new(case: Case, tmp_path: Path) -> None:
    """Of 200 power cuts none leaves half of a file, and none loses what was acknowledged."""
    script, found, old, new = case
    acknowledged = 0
    for cut in power_cuts(script, started(tmp_path, old is None), tmp_path / "runs", cuts=CUTS):
        for folder, _, names in os.walk(cut.directory / "state"):  # the model of the disk keeps no permissions
            os.chmod(folder, 0o700)
            for name in names:
                os.chmod(Path(folder) / name, 0o600)
        left = found(cut.directory)
        assert left in (old, new), cut.point
        assert not cut.acknowledged or left == new, cut.point
        acknowledged += bool(cut.acknowledged)
    assert acknowledged > 5


def test_every_error_is_told_and_leaves_what_was_kept(tmp_path: Path) -> None:
    """Each failing call ends in exit code 5 with the old content served, or the new one is there."""
    failures = 0
    for outcome in errno_points(KEEP, started(tmp_path, False), tmp_path / "runs", errnos=("ENOSPC", "EIO")):
        left = kept(outcome.directory)
        assert outcome.exit_code in (0, 5), (outcome.point, outcome.stderr)
        assert left == (NEW if outcome.exit_code == 0 else OLD), outcome.point
        assert (outcome.exit_code == 0) == bool(outcome.acknowledged)
        if outcome.exit_code:
            failures += 1
            assert outcome.stderr.startswith(b"UnavailableError: "), outcome.point
    assert failures >= 4


WRITER = """
import sys
from setpoint.keeping.keeper import Keeper
keeper = Keeper(sys.argv[1], "/")
for number in range(40):
    content = (sys.argv[2] + str(number) + ",").encode() * 500
    keeper.keep("messaging", content, version=None, digest="d", when=1.0)
    found = keeper.load("messaging")
    assert found is not None and not keeper.notices, keeper.notices
    parts = set(found.content.split(b",")) - {b""}
    assert len(parts) == 1 and found.content.count(b",") == 500, parts
"""


def test_processes_that_keep_at_once_never_mix(tmp_path: Path) -> None:
    """Each always finds one whole content, its own or the other's, and nothing is left beside the last one."""
    (tmp_path / "state").mkdir()
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "state"), mark], stderr=subprocess.PIPE)
        for mark in ("a", "b", "c")
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    keeper = Keeper(str(tmp_path / "state"), "/")
    assert keeper.load("messaging") is not None
    assert os.listdir(keeper.folder) == [os.path.basename(keeper.path("messaging"))]
