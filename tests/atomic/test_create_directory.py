"""Making a directory."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from setpoint.atomic.directory import create_directory
from setpoint.errors import UnavailableError, UsageError


def test_a_directory_is_made_with_those_above_it(tmp_path: Path) -> None:
    """Each for its owner only unless told otherwise; one that is there stays as it is."""
    tmp_path.chmod(0o755)
    assert create_directory(str(tmp_path / "a" / "b"))
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", ".")] == [0o700, 0o700, 0o755]
    (tmp_path / "a" / "file").write_bytes(b"")
    assert create_directory(str(tmp_path / "a"), 0o755)
    assert sorted(os.listdir(tmp_path / "a")) == ["b", "file"]
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert create_directory("/")


def test_many_may_make_the_same_directory(tmp_path: Path) -> None:
    """All of them are fine, and it is there for each of them."""
    gate = threading.Barrier(8)
    seen: list[bool] = []

    def make() -> None:
        gate.wait()
        create_directory(str(tmp_path / "a" / "b" / "c"))
        seen.append((tmp_path / "a" / "b" / "c").is_dir())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 8


def test_what_stands_in_the_way_is_told(tmp_path: Path) -> None:
    """A file with its name, a file above it, a link that leads nowhere, an impossible name."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError, match=r"^state: .*file is not a directory"):
        create_directory(str(tmp_path / "file"), shown="state")
    with pytest.raises(UnavailableError, match="is not a directory"):
        create_directory(str(tmp_path / "file" / "a"))
    with pytest.raises(UnavailableError, match="name is too long"):
        create_directory(str(tmp_path / ("n" * 256)))
    with pytest.raises(UsageError):
        create_directory("a\0b")
    assert os.listdir(tmp_path) == ["file"]


def test_the_portable_side_cannot_promise_that_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made, and the answer says that a power cut might undo it."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    assert not create_directory(str(tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()
