"""Writing a file: what it is based on, where it leads, what stays as it was."""

from __future__ import annotations

import os
import pickle
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.atomic.changed import ABSENT, ANYTHING, FileChangedError
from setpoint.atomic.write import write_file
from setpoint.errors import UnavailableError, UsageError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@given(first=st.binary(max_size=5000), second=st.binary(max_size=5000))
def test_what_is_written_is_there(first: bytes, second: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any bytes, made and then replaced, with what was expected."""
    folder = tmp_path_factory.mktemp("written")
    file = folder / "a.yaml"
    made = write_file(str(file), first, expected=ABSENT)
    assert file.read_bytes() == first
    replaced = write_file(str(file), second, expected=first)
    assert file.read_bytes() == second
    assert (made.path, made.durable, made.notes) == (replaced.path, replaced.durable, replaced.notes)
    assert (made.path, made.durable, made.notes) == (os.path.realpath(file), True, ())
    assert names(folder) == ["a.yaml"]


@pytest.mark.parametrize(
    ("there", "expected", "says"),
    [
        (b"theirs", b"mine", "content was changed since it was read"),
        (b"theirs and more", b"theirs", "content was changed since it was read"),
        (None, b"mine", "no such file any more"),
        (b"theirs", ABSENT, "exists already"),
    ],
)
def test_a_change_of_somebody_else_is_never_overwritten(
    there: bytes | None, expected: bytes, says: str, tmp_path: Path
) -> None:
    """The error has exit code 3, names the file as the user did, and carries what is there; nothing is left behind."""
    file = tmp_path / "a"
    if there is not None:
        file.write_bytes(there)
    with pytest.raises(FileChangedError, match=f"^config/a.yaml: .*{says}") as caught:
        write_file(str(file), b"new", expected=expected, shown="config/a.yaml")
    assert caught.value.exit_code == 3
    assert caught.value.found == there
    assert names(tmp_path) == ([] if there is None else ["a"])
    assert there is None or file.read_bytes() == there
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.found) == (caught.value.message, there)


def test_a_change_just_before_the_step_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who writes while the new file is being synced wins."""
    from setpoint.atomic import write

    file = tmp_path / "a"
    file.write_bytes(b"old")

    def theirs(descriptor: int) -> None:
        os.fsync(descriptor)
        file.write_bytes(b"theirs")

    monkeypatch.setattr(write, "sync_file", theirs)
    with pytest.raises(FileChangedError) as caught:
        write_file(str(file), b"new", expected=b"old")
    assert (caught.value.found, file.read_bytes(), names(tmp_path)) == (b"theirs", b"theirs", ["a"])
    file.unlink()
    with pytest.raises(FileChangedError) as caught:
        write_file(str(file), b"new", expected=ABSENT)
    assert (caught.value.found, file.read_bytes(), names(tmp_path)) == (b"theirs", b"theirs", ["a"])


def test_a_device_that_loses_bytes_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes back from the device is compared before the old file is given up."""
    from setpoint.atomic import write

    file = tmp_path / "a"
    file.write_bytes(b"old")
    monkeypatch.setattr(write, "sync_file", lambda descriptor: os.ftruncate(descriptor, 2))
    with pytest.raises(UnavailableError, match="other bytes than were written"):
        write_file(str(file), b"new")
    assert (file.read_bytes(), names(tmp_path)) == (b"old", ["a"])


def test_of_many_who_make_a_file_one_wins(tmp_path: Path) -> None:
    """Eight processes make the same file: one does, seven are told, and the file is the winner's."""
    code = """
from setpoint.atomic.changed import ABSENT, FileChangedError
sys.stdin.readline()
try:
    write_file(sys.argv[1], sys.argv[2].encode() * 10000, expected=ABSENT)
    print("made")
except FileChangedError:
    print("told")
"""
    imports = "import sys\nfrom setpoint.atomic.write import write_file\n"
    for turn in range(2):
        file = tmp_path / f"a{turn}"
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", imports + code, str(file), str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(8)
        ]
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        said = [racer.communicate(timeout=60)[0].strip() for racer in racers]
        assert sorted(said) == ["made"] + ["told"] * 7
        assert file.read_bytes() == str(said.index("made")).encode() * 10000
    assert names(tmp_path) == ["a0", "a1"]


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    """The file that it leads to is replaced, in its own directory, also when it is not there yet."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"old")
    for name, target in {"one": "real/a", "two": "one", "dangling": "real/new"}.items():
        (tmp_path / name).symlink_to(target)
    write_file(str(tmp_path / "two"), b"new", expected=b"old", root=str(tmp_path))
    write_file(str(tmp_path / "dangling"), b"made", expected=ABSENT, root=str(tmp_path))
    assert [os.readlink(tmp_path / name) for name in ("one", "two", "dangling")] == ["real/a", "one", "real/new"]
    assert (tmp_path / "real" / "a").read_bytes() == b"new"
    assert (tmp_path / "real" / "new").read_bytes() == b"made"
    assert names(tmp_path / "real") == ["a", "new"]


def test_nothing_outside_the_root_is_written(tmp_path: Path) -> None:
    """Through a link, a linked directory or .., the error names both places."""
    (tmp_path / "root").mkdir()
    outside = tmp_path / "root2"
    outside.mkdir()
    (outside / "a").write_bytes(b"old")
    (tmp_path / "root" / "link").symlink_to("../root2/a")
    (tmp_path / "root" / "folder").symlink_to("../root2")
    for path in ("root/link", "root/folder/a", "root/folder/new", "root/../root2/a", "root2/a"):
        with pytest.raises(UsageError) as caught:
            write_file(str(tmp_path / path), b"new", root=str(tmp_path / "root"), shown="the file")
        assert str(outside) in caught.value.message
        assert f"outside {tmp_path / 'root'}," in caught.value.message
    assert names(outside) == ["a"]
    assert (outside / "a").read_bytes() == b"old"


def test_a_directory_swapped_for_a_link_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that is put in the way after the path was followed leads nowhere: where the open directory is counts."""
    for name in ("root", "root/sub", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "root/a").symlink_to("sub/a")
    real = os.path.realpath

    def swapped(path: str) -> str:
        followed = real(path)
        if not (tmp_path / "root/sub").is_symlink():
            (tmp_path / "root/sub").rmdir()
            (tmp_path / "root/sub").symlink_to("../outside")
        return followed

    monkeypatch.setattr(os.path, "realpath", swapped)
    with pytest.raises(UsageError, match=r"leads to .*outside/a, outside"):
        write_file(str(tmp_path / "root/a"), b"new", root=str(tmp_path / "root"))
    assert names(tmp_path / "outside") == []


def test_a_circle_of_links_is_told(tmp_path: Path) -> None:
    """It is no hang and no traceback."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UnavailableError, match=r"not a regular file|circle"):
        write_file(str(tmp_path / "a"), b"new")


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A directory, a pipe, a socket, a device, and a directory that is not there."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    here = Path.cwd()
    os.chdir(tmp_path)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("socket")
    finally:
        os.chdir(here)
    for path in (tmp_path / "folder", tmp_path / "pipe", tmp_path / "socket", Path("/dev/null")):
        for expected in (ANYTHING, b"old"):
            with pytest.raises(UnavailableError, match="not a regular file"):
                write_file(str(path), b"new", expected=expected)
    with pytest.raises(UnavailableError, match=r"directory .*nowhere is not there"):
        write_file(str(tmp_path / "nowhere" / "a"), b"new")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError, match="not a directory"):
        write_file(str(tmp_path / "file" / "a"), b"new")
    assert names(tmp_path) == ["file", "folder", "pipe", "socket"]


@pytest.mark.parametrize("path", ["a\0b", "\ud800", ""])
def test_impossible_names_are_told(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A NUL, half a character, and nothing at all."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UsageError, UnavailableError)):
        write_file(path, b"new")
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["n" * 255, "ü" * 127, "\udcff" * 255, ".setpoint-", "a b\n'"])
def test_every_name_that_the_file_system_takes_is_taken(name: str, tmp_path: Path) -> None:
    """The temporary name is never too long; a name one byte longer is told."""
    file = tmp_path / name
    write_file(str(file), b"1", expected=ABSENT)
    write_file(str(file), b"2", expected=b"1")
    assert file.read_bytes() == b"2"
    assert names(tmp_path) == [name]


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    """The message says that the name is the reason."""
    with pytest.raises(UnavailableError, match="name is too long"):
        write_file(str(tmp_path / ("n" * 256)), b"new", shown="n…")
    assert names(tmp_path) == []


def test_writes_in_small_portions_arrive_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system takes one byte to seven at a time."""
    real = os.write
    taken = iter(range(10**6))
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[: next(taken) % 7 + 1]))
    data = bytes(range(256)) * 8
    write_file(str(tmp_path / "a"), data)
    assert (tmp_path / "a").read_bytes() == data


def test_the_portable_side_writes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made, replaced, and refused when changed; that a directory cannot be synced there is told."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    file = tmp_path / "a"
    made = write_file(str(file), b"1", expected=ABSENT, new_mode=0o600)
    assert not made.durable
    assert "not known whether it would survive a power cut" in made.notes[0]
    write_file(str(file), b"2", expected=b"1")
    for expected in (ABSENT, b"1"):
        with pytest.raises(FileChangedError):
            write_file(str(file), b"3", expected=expected)
    assert (file.read_bytes(), mode(file), names(tmp_path)) == (b"2", 0o600, ["a"])


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    """Neither by a write nor by a refusal of any kind."""
    file = tmp_path / "a"
    opened = len(os.listdir("/proc/self/fd"))
    for turn in range(20):
        write_file(str(file), b"1", expected=ABSENT)
        for expected in (ABSENT, b"2"):
            with pytest.raises(FileChangedError):
                write_file(str(file), b"3", expected=expected)
        with pytest.raises(UsageError):
            write_file(str(file), b"3", root=str(tmp_path / f"{turn}"))
        file.unlink()
    assert len(os.listdir("/proc/self/fd")) == opened
