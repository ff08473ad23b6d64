"""Tidying up after writers that were killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.atomic.disk import Directory
from setpoint.atomic.sweep import sweep
from setpoint.atomic.temporary import Temporary, is_temporary_name, temporary_name
from setpoint.atomic.write import write_file

WRITER = """
import sys, time
from setpoint.atomic.disk import Directory
from setpoint.atomic.temporary import Temporary
temporary = Temporary(Directory(sys.argv[1]), "a.yaml", 0o600)
print(temporary.name, flush=True)
time.sleep(60)
"""


def start_writer(folder: Path, *before: str) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([*before, sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, folder / process.stdout.readline().strip()


def stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=60)


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_names_are_recognised(name: str) -> None:
    """Ours are, at any length, and not the names that they were made for."""
    made = temporary_name(name)
    assert is_temporary_name(made)
    assert len(os.fsencode(made)) <= 143
    assert made != temporary_name(name)
    assert is_temporary_name(made[1:]) == name.startswith(".")
    assert not is_temporary_name(made + "x")
    assert not is_temporary_name(made[:-5])


@pytest.mark.parametrize(
    "name",
    [
        "a.tmp",
        ".a.tmp",
        ".a.setpoint-.tmp",
        ".a.setpoint-0123456789abcdeg.tmp",
        ".a.setpoint-0123456789abcdef0.tmp",
        ".a.setpoint-0123456789ABCDEF.tmp",
        ".a.setpoint-0123456789abcdef.tmp.yaml",
        "a.setpoint-0123456789abcdef.tmp",
    ],
)
def test_other_names_are_left(name: str, tmp_path: Path) -> None:
    """What only looks similar is somebody else's."""
    (tmp_path / name).write_bytes(b"")
    assert sweep(str(tmp_path)) == []
    assert os.listdir(tmp_path) == [name]


def test_the_file_of_a_living_writer_stays_and_of_a_dead_one_goes(tmp_path: Path) -> None:
    """A killed process's file is removed at once, a living one's never."""
    dead, deads = start_writer(tmp_path)
    alive, alives = start_writer(tmp_path)
    try:
        stop(dead)
        assert sweep(str(tmp_path)) == [str(deads)]
        assert os.listdir(tmp_path) == [alives.name]
    finally:
        stop(alive)
    assert sweep(str(tmp_path)) == [str(alives)]
    assert sweep(str(tmp_path)) == []


def test_a_living_writer_in_another_container_is_seen(tmp_path: Path) -> None:
    """Its process id means nothing here, and its lock holds all the same."""
    assert shutil.which("unshare"), "this test needs unshare, of util-linux"
    options = ["--pid", "--fork", "--kill-child", *([] if os.geteuid() == 0 else ["--user"])]
    alive, alives = start_writer(tmp_path, "unshare", *options)
    try:
        assert alives.exists()
        assert sweep(str(tmp_path)) == []
        assert alives.exists()
    finally:
        stop(alive)


def test_writers_and_sweepers_do_not_disturb_each_other(tmp_path: Path) -> None:
    """While three threads sweep all the time, each write succeeds and leaves its content."""
    done = threading.Event()

    def keep_sweeping() -> None:
        while not done.is_set():
            sweep(str(tmp_path))

    sweepers = [threading.Thread(target=keep_sweeping) for _ in range(3)]
    for sweeper in sweepers:
        sweeper.start()
    try:
        for number in range(50):
            write_file(str(tmp_path / "a"), str(number).encode())
            assert (tmp_path / "a").read_bytes() == str(number).encode()
    finally:
        done.set()
        for sweeper in sweepers:
            sweeper.join()
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("moment", ["made", "locked"])
def test_a_sweeper_between_making_and_locking_costs_one_more_file(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer whose new file is swept, or held by a sweeper just then, makes another."""
    from setpoint.atomic import temporary
    from setpoint.platform import lock_if_free

    turns = []

    def disturbed(descriptor: int) -> bool | None:
        turns.append(descriptor)
        if len(turns) == 1 and moment == "made":
            assert len(sweep(str(tmp_path))) == 1
        if len(turns) == 1 and moment == "locked":
            return False
        return lock_if_free(descriptor)

    monkeypatch.setattr(temporary, "lock_if_free", disturbed)
    with Directory(str(tmp_path)) as folder:
        made = Temporary(folder, "a", 0o600)
        assert os.listdir(tmp_path) == [made.name]
        assert made.discard() is None
    assert len(turns) == 2
    assert os.listdir(tmp_path) == []


def test_without_locks_young_files_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the portable side a writer is given an hour."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    young, old = tmp_path / temporary_name("a"), tmp_path / temporary_name("a")
    for file in (young, old):
        file.write_bytes(b"")
    now = young.stat().st_mtime
    os.utime(young, (now - 3000, now - 3000))
    os.utime(old, (now - 4000, now - 4000))
    assert sweep(str(tmp_path)) == [str(old)]
    assert os.listdir(tmp_path) == [young.name]


def test_there_is_nothing_to_sweep_where_there_is_no_directory(tmp_path: Path) -> None:
    """No directory, a file in its place, something that only has such a name: nothing happens."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / temporary_name("a")).mkdir()
    (tmp_path / temporary_name("a")).symlink_to("file")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        assert sweep(str(path)) == []
    assert len(os.listdir(tmp_path)) == 3
