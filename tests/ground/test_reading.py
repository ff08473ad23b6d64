"""Reading files of every kind."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from setpoint.budget import Budget
from setpoint.errors import ConfigNotFoundError, UnavailableError
from setpoint.reading import read_file

SMALL = Budget(size=1000)


@pytest.fixture(params=["native", "portable"], autouse=True)
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs on the native side of the operating system's seam and on the portable one."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1" if request.param == "portable" else "0")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    """The bytes are those of the file, also when it is empty."""
    for data in (b"", b"a: 1\n", b"x" * 1000):
        (tmp_path / "f").write_bytes(data)
        assert read_file(str(tmp_path / "f"), SMALL) == data


def test_no_more_is_read_than_needed_to_see_that_it_is_too_large(tmp_path: Path) -> None:
    """A sparse file of five gigabytes costs one byte more than the budget."""
    with (tmp_path / "big").open("wb") as file:
        file.truncate(5 * 2**30)
    assert len(read_file(str(tmp_path / "big"), SMALL)) == 1001


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """The message names it as the user did."""
    with pytest.raises(ConfigNotFoundError, match=r"^here\.yaml: no such file"):
        read_file(str(tmp_path / "f"), SMALL, "here.yaml")


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe without a writer, a socket, a device and a directory neither hang nor are read."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"), tmp_path):
            with pytest.raises(UnavailableError):
                read_file(str(path), SMALL)


def test_a_broken_link_and_a_file_in_a_file_are_errors_of_ours(tmp_path: Path) -> None:
    """Whatever the operating system says comes as one of our errors."""
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigNotFoundError):
        read_file(str(tmp_path / "link"), SMALL)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError):
        read_file(str(tmp_path / "file" / "below"), SMALL)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UnavailableError):
        read_file(str(tmp_path / "loop"), SMALL)


def test_a_file_that_is_being_written_is_never_returned_half(tmp_path: Path) -> None:
    """While another thread rewrites the file in place, each read is one of its whole states or an error."""
    path = tmp_path / "f"
    states = [bytes([65 + index]) * (200 + 40 * index) for index in range(8)]
    path.write_bytes(states[0])
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for state in states:
                with path.open("wb") as file:
                    file.write(state)

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    try:
        for _ in range(300):
            try:
                data = read_file(str(path), SMALL)
            except UnavailableError:
                continue
            assert len(set(data)) <= 1
            seen.add(len(data))
    finally:
        stop.set()
        writer.join()
    assert seen
