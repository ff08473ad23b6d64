"""Removing a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from setpoint.atomic.changed import ABSENT, ANYTHING, FileChangedError
from setpoint.atomic.remove import remove_file
from setpoint.errors import ConfigNotFoundError, SetpointError, UnavailableError, UsageError


def test_a_file_is_removed(tmp_path: Path) -> None:
    """With what it was expected to hold, or whatever it holds."""
    for expected in (b"old", ANYTHING):
        file = tmp_path / "a"
        file.write_bytes(b"old")
        removed = remove_file(str(file), expected=expected, root=str(tmp_path))
        assert (removed.path, removed.durable, removed.notes) == (os.path.realpath(file), True, ())
        assert not file.exists()


def test_only_what_was_expected_is_removed(tmp_path: Path) -> None:
    """A file that somebody changed stays; one that somebody removed is told."""
    file = tmp_path / "a"
    file.write_bytes(b"theirs")
    with pytest.raises(FileChangedError, match=r"^a.yaml: its content was changed") as caught:
        remove_file(str(file), expected=b"old", shown="a.yaml")
    assert (caught.value.found, file.read_bytes()) == (b"theirs", b"theirs")
    file.unlink()
    with pytest.raises(FileChangedError, match="no such file any more"):
        remove_file(str(file), expected=b"old")
    with pytest.raises(ConfigNotFoundError, match="no such file"):
        remove_file(str(file))


def test_what_may_not_be_removed_is_told(tmp_path: Path) -> None:
    """A directory, a file outside the root, and what is expected to be absent."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "a").write_bytes(b"")
    cases: list[tuple[type[SetpointError], dict[str, object]]] = [
        (UnavailableError, {"path": str(tmp_path / "folder")}),
        (UsageError, {"path": str(tmp_path / "a"), "root": str(tmp_path / "folder")}),
        (UsageError, {"path": str(tmp_path / "a"), "expected": ABSENT}),
        (UnavailableError, {"path": str(tmp_path / "nowhere" / "a")}),
    ]
    for kind, arguments in cases:
        with pytest.raises(kind):
            remove_file(**arguments)  # type: ignore[arg-type]
    assert sorted(os.listdir(tmp_path)) == ["a", "folder"]


def test_the_link_stays_and_its_file_goes(tmp_path: Path) -> None:
    """It undoes what writing through a link that leads nowhere makes."""
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    remove_file(str(tmp_path / "link"))
    assert os.listdir(tmp_path) == ["link"]
