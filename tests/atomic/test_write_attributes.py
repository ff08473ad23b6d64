"""Writing a file: who may, and what the new one takes over from the old."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint.atomic.changed import ABSENT
from setpoint.atomic.write import write_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_a_child(code: str, *arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own, as another user where one is given (which takes root)."""
    imports = (
        "import os, sys\nfrom setpoint.atomic.write import write_file\nfrom setpoint.errors import SetpointError\n"
    )
    if user is not None:
        assert os.geteuid() == 0, "this test changes the user of a child process: run it as root, as CI does"
        imports += "import fcntl\n"  # where Python itself may be out of that user's reach
        imports += f"os.setgroups([])\nos.setgid({user})\nos.setuid({user})\n"
    return subprocess.run(
        [sys.executable, "-c", imports + code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


TRY = """
try:
    written = write_file(sys.argv[1], b"new")
    print("\\n".join(written.notes))
except SetpointError as error:
    sys.exit(f"{error.exit_code} {error}")
"""
NOBODY = 65534


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that every user may reach and write in (what is above ``tmp_path`` is for its owner only)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def test_permissions_and_attributes_stay(tmp_path: Path) -> None:
    """Mode, extended attributes and ACL of a replaced file are those it had, whatever the umask."""
    file = tmp_path / "a"
    acl = bytes.fromhex("02000000 01000600ffffffff 02000400feff0000 04000400ffffffff 10000400ffffffff 20000000ffffffff")
    for permissions in (0o600, 0o640, 0o666, 0o4755, 0o604):
        file.write_bytes(b"old")
        file.chmod(permissions)
        os.setxattr(file, "user.origin", b"team\0a")
        for umask in (0, 0o777):
            before = os.umask(umask)
            try:
                written = write_file(str(file), b"new")
            finally:
                os.umask(before)
            assert (mode(file), written.notes) == (permissions, ())
            assert os.getxattr(file, "user.origin") == b"team\0a"
    file.chmod(0o640)
    os.setxattr(file, "system.posix_acl_access", acl)
    write_file(str(file), b"newer")
    assert os.getxattr(file, "system.posix_acl_access") == acl
    assert mode(file) == 0o640


def test_an_acl_that_the_directory_gives_is_not_added(tmp_path: Path) -> None:
    """A file without an ACL has none afterwards, in a directory whose default lets another user read."""
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o640)
    acl = bytes.fromhex("02000000 01000700ffffffff 02000700feff0000 04000700ffffffff 10000700ffffffff 20000000ffffffff")
    os.setxattr(tmp_path, "system.posix_acl_default", acl)
    write_file(str(file), b"new")
    assert os.listxattr(file) == []
    assert mode(file) == 0o640


def test_the_temporary_file_is_never_wider_than_the_final_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen before its content is written, and when it is synced, under a umask that forbids nothing."""
    from setpoint.atomic import write

    seen: list[int] = []
    real_write, real_sync = write.write_all, write.sync_file

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(write, "write_all", lambda descriptor, data: (look(descriptor), real_write(descriptor, data)))
    monkeypatch.setattr(write, "sync_file", lambda descriptor: (look(descriptor), real_sync(descriptor)))
    file = tmp_path / "a"
    before = os.umask(0)
    try:
        for permissions in (0o600, 0o400, 0o640, 0o204):
            seen.clear()
            write_file(str(file), b"1", expected=ABSENT, new_mode=permissions)
            assert seen == [permissions & 0o600, permissions]
            file.unlink()
            (tmp_path / "like").write_bytes(b"")
            (tmp_path / "like").chmod(permissions)
            seen.clear()
            write_file(str(file), b"1", expected=ABSENT, like=str(tmp_path / "like"))
            assert seen == [permissions & 0o600, permissions]
            file.unlink()
    finally:
        os.umask(before)


def test_a_new_file_has_the_mode_that_was_decided(tmp_path: Path) -> None:
    """As asked for, like the file beside it, or by the umask."""
    (tmp_path / "base").write_bytes(b"")
    (tmp_path / "base").chmod(0o664)
    os.setxattr(tmp_path / "base", "user.origin", b"team")
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "private"), b"", new_mode=0o600)
        write_file(str(tmp_path / "open"), b"", new_mode=0o644)
        write_file(str(tmp_path / "plain"), b"")
        write_file(str(tmp_path / "layer"), b"", like=str(tmp_path / "base"), new_mode=0o600)
        write_file(str(tmp_path / "alone"), b"", like=str(tmp_path / "missing"), new_mode=0o600)
    finally:
        os.umask(before)
    made = {name: mode(tmp_path / name) for name in ("private", "open", "plain", "layer", "alone")}
    assert made == {"private": 0o600, "open": 0o644, "plain": 0o640, "layer": 0o664, "alone": 0o600}
    assert os.getxattr(tmp_path / "layer", "user.origin") == b"team"


def test_other_hard_links_are_told(tmp_path: Path) -> None:
    """They keep the old content, and the result says so."""
    (tmp_path / "a").write_bytes(b"old")
    os.link(tmp_path / "a", tmp_path / "b")
    written = write_file(str(tmp_path / "a"), b"new", shown="a.yaml")
    assert [note for note in written.notes if note.startswith("a.yaml: it had 2 hard links")] == list(written.notes)
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"new", b"old")
    assert written.durable


def test_root_keeps_the_owner(shared: Path) -> None:
    """A file of another user and group stays theirs."""
    file = shared / "a"
    file.write_bytes(b"old")
    os.chown(file, 1234, 5678)
    file.chmod(0o640)
    written = write_file(str(file), b"new")
    assert (file.stat().st_uid, file.stat().st_gid, mode(file), written.notes) == (1234, 5678, 0o640, ())


def test_a_user_who_may_write_and_not_give_away_keeps_the_readers(shared: Path) -> None:
    """Everybody may read it before and after; a lost owner and a lost group are told."""
    file = shared / "a"
    file.write_bytes(b"old")
    file.chmod(0o676)
    done = in_a_child(TRY, str(file), user=NOBODY)
    assert done.returncode == 0, done.stderr
    assert "its owner was user 0 and is user 65534 now" in done.stdout
    assert "its group was 0 and is 65534 now" in done.stdout
    assert (file.read_bytes(), file.stat().st_uid, mode(file)) == (b"new", NOBODY, 0o666)


def test_a_file_whose_readers_would_lose_it_is_not_written(shared: Path) -> None:
    """Only its owner and one more user (by ACL) may read it; that user cannot give it back, so it stays as it is."""
    file = shared / "a"
    file.write_bytes(b"old")
    file.chmod(0o660)
    acl = "02000000 01000600ffffffff 02000600feff0000 04000000ffffffff 10000600ffffffff 20000000ffffffff"
    os.setxattr(file, "system.posix_acl_access", bytes.fromhex(acl))
    done = in_a_child(TRY, str(file), user=NOBODY)
    assert done.returncode == 1
    assert done.stderr.startswith("5 ")
    assert "those who read it could not any more" in done.stderr
    assert (file.read_bytes(), names(shared)) == (b"old", ["a"])


@pytest.mark.parametrize(
    ("permissions", "says"),
    [(0o444, r"may not write into this file: its mode is 0444 and its owner 0"), (0o622, "may not be read")],
)
def test_a_protected_file_is_not_replaced(permissions: int, says: str, shared: Path) -> None:
    """Who may not write into a file, or not read it, may not replace it, though the directory would allow it."""
    file = shared / "a"
    file.write_bytes(b"old")
    file.chmod(permissions)
    done = in_a_child(TRY, str(file), user=NOBODY)
    assert (done.returncode, done.stderr[:2]) == (1, "5 ")
    assert re.search(says, done.stderr)
    assert (file.read_bytes(), names(shared)) == (b"old", ["a"])


def test_a_directory_without_write_permission_is_told(shared: Path) -> None:
    """The message says which directory has to be writable."""
    file = shared / "a"
    file.write_bytes(b"old")
    file.chmod(0o666)
    shared.chmod(0o755)
    for path in (file, shared / "new"):
        done = in_a_child(TRY, str(path), user=NOBODY)
        assert (done.returncode, done.stderr[:2]) == (1, "5 ")
        assert f"its directory {shared} must be writable" in done.stderr
    assert (file.read_bytes(), names(shared)) == (b"old", ["a"])


def test_a_directory_that_cannot_be_listed_can_be_written_in(shared: Path) -> None:
    """It is written to by its path, and since it cannot be synced that way, the result says so."""
    shared.chmod(0o733)
    done = in_a_child(TRY, str(shared / "new"), user=NOBODY)
    assert done.returncode == 0, done.stderr
    assert "not known whether it would survive a power cut" in done.stdout
    assert names(shared) == ["new"]


def test_a_write_that_is_cut_short_goes_on_or_fails_whole(tmp_path: Path) -> None:
    """The system takes 4096 bytes and then refuses (a limit on file sizes): the old file stays, nothing is left."""
    file = tmp_path / "a"
    file.write_bytes(b"old")
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_file(sys.argv[1], b"x" * 10000)
except SetpointError as error:
    sys.exit(f"{error.exit_code} {error}")
"""
    done = in_a_child(code, str(file))
    assert (done.returncode, done.stderr[:2]) == (1, "5 ")
    assert "larger than this process may write" in done.stderr
    assert (file.read_bytes(), names(tmp_path)) == (b"old", ["a"])
