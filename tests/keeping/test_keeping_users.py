"""Several users: nobody else's word counts, and root does not lock out the user whose files they are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534

PREAMBLE = """
import os, sys
from setpoint.errors import SetpointError
from setpoint.keeping.acceptance import Acceptances
from setpoint.keeping.keeper import Keeper
import setpoint.atomic.write, setpoint.atomic.directory, setpoint.atomic.sweep, json, zlib, hashlib, fcntl
if {user}:
    os.setgroups([])
    os.setgid({user})
    os.setuid({user})
root = sys.argv[1]
keeper, accepted = Keeper(root + "/.setpoint", root), Acceptances(root + "/.setpoint")
def keep(content):
    return keeper.keep("messaging", content, version=None, digest="d1", when=1.0)
try:
"""


def as_user(user: int, root: Path, *lines: str) -> str:
    """Run some lines in a process of a user, and return what it prints; an error of ours is printed."""
    assert os.geteuid() == 0, "this test changes the user of a child process: run it as root, as CI does"
    code = PREAMBLE.format(user=user) + "".join(f"    {line}\n" for line in lines)
    code += "except SetpointError as error:\n    print(type(error).__name__, error)\n"
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def shared() -> Iterator[Path]:
    """A configuration directory that another user may come to, with the state directory of root in it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = Path(folder) / "config"
        (root / ".setpoint").mkdir(parents=True)
        yield root


def give(path: Path, user: int) -> None:
    for file in (path, *path.rglob("*")):
        os.chown(file, user, user)


def test_the_files_of_another_user_are_not_served(shared: Path) -> None:
    """Neither to root nor to anybody else; each is told whose they are."""
    give(shared, NOBODY)
    keep_and_accept = ("print(keep(b'x'), keeper.load('messaging'))", "accepted.accept('messaging', 'd1', author='n')")
    assert as_user(NOBODY, shared, *keep_and_accept).startswith("True <Kept 'messaging'")
    look = (
        "print(keeper.load('messaging'), accepted.holds('messaging', 'd1'))",
        "print(*keeper.notices, *accepted.notices)",
    )
    told = as_user(0, shared, *look)
    assert told.startswith("None False\n")
    assert told.count(f"its folder belongs to user {NOBODY}, and this process is user 0") == 2
    give(shared, 0)
    os.chown(next((shared / ".setpoint" / "good").iterdir()), NOBODY, 0)
    assert f"it belongs to user {NOBODY}, and this process is user 0" in as_user(0, shared, *look)
    told = as_user(NOBODY, shared, *look)
    assert told.startswith("None False\n")
    assert told.count("its folder belongs to user 0") == 2


def test_a_foreign_file_is_replaced_and_not_taken_over(shared: Path) -> None:
    """The next keep makes a file of its own user."""
    assert as_user(0, shared, "print(keep(b'x'))") == "True\n"
    (file,) = (shared / ".setpoint" / "good").iterdir()
    os.chown(file, NOBODY, 0)
    assert as_user(0, shared, "print(keep(b'x'), keeper.load('messaging').content)") == "True b'x'\n"
    assert file.stat().st_uid == 0


def test_root_does_not_lock_out_the_user_of_the_files(shared: Path) -> None:
    """What root would make in another user's state directory that user could not read: root is told so, and stops."""
    give(shared, NOBODY)
    for line in ("keep(b'x')", "accepted.accept('messaging', 'd1', author='root')"):
        told = as_user(0, shared, line)
        assert told.startswith(
            f"UnavailableError {shared}/.setpoint: belongs to user {NOBODY}, and this process is user 0"
        )
    assert list((shared / ".setpoint").iterdir()) == []
    as_user(NOBODY, shared, "keep(b'x')", "accepted.accept('messaging', 'd1', author='n')")
    for line in ("keep(b'y')", "accepted.accept('messaging', 'd2', author='root')"):
        assert f"belongs to user {NOBODY}, and this process is user 0" in as_user(0, shared, line)
    assert as_user(NOBODY, shared, "print(keeper.load('messaging').content)") == "b'x'\n"


def test_where_nothing_may_be_written_it_is_said(shared: Path) -> None:
    """keep and accept end in an error of ours with the folder in it, and load has nothing."""
    for line in ("keep(b'x')", "accepted.accept('messaging', 'd1', author='n')"):
        told = as_user(NOBODY, shared, line)
        assert told.startswith("UnavailableError ")
        assert f"{shared}/.setpoint" in told
    assert as_user(NOBODY, shared, "print(keeper.load('messaging'), keeper.notices)") == "None ()\n"
