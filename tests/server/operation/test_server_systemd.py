"""What systemd is told, over real sockets."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from setpoint.server.systemd import Notifier


@pytest.fixture(params=["path", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[socket.socket, str]:
    """A socket such as systemd listens at, and the name it goes by in the environment."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@setpoint-test-{os.getpid()}-{tmp_path.name}"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.settimeout(10)
    listening.bind(name.replace("@", "\0", 1))
    request.addfinalizer(listening.close)
    return listening, name


def received(listening: socket.socket) -> list[str]:
    return listening.recv(4096).decode().split("\n")


def test_systemd_hears_of_every_step(heard: tuple[socket.socket, str]) -> None:
    """It is told of readiness, of a reload with the time it began, of the status, and of the end."""
    listening, name = heard
    notifier = Notifier({"NOTIFY_SOCKET": name})
    assert notifier.ready("serving config at http://127.0.0.1:8137")
    assert received(listening) == [
        "READY=1",
        "STATUS=serving config at http://127.0.0.1:8137",
        f"MAINPID={os.getpid()}",
    ]
    before = time.monotonic_ns() // 1000
    assert notifier.reloading()
    first, second = received(listening)
    assert first == "RELOADING=1"
    assert before <= int(second.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
    assert notifier.status("two\nlines")
    assert received(listening) == ["STATUS=two lines"]
    assert notifier.stopping()
    assert received(listening)[0] == "STOPPING=1"
    assert notifier.watchdog()
    assert received(listening) == ["WATCHDOG=1"]


def test_nothing_is_sent_when_nobody_asked_for_it() -> None:
    """Without the variable, or with one that is no address, it stays silent."""
    for environ in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "relative"}):
        notifier = Notifier(environ)
        assert not notifier.ready("x")
        assert notifier.watchdog_seconds is None


def test_nobody_who_listens_harms_nobody(tmp_path: Path) -> None:
    """A socket that is gone is no error."""
    assert not Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("x")


def test_systemd_that_does_not_read_keeps_nobody_waiting(heard: tuple[socket.socket, str]) -> None:
    """A full socket drops what is sent, at once."""
    _, name = heard
    notifier = Notifier({"NOTIFY_SOCKET": name})
    results = [notifier.watchdog() for _ in range(5_000)]
    assert results[0] and not results[-1]


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "3000000"}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_told_twice_in_its_time(environ: dict[str, str], seconds: float | None) -> None:
    """Its period is half of what systemd waits for, when it is this process that is watched."""
    assert Notifier({"NOTIFY_SOCKET": "/x", **environ}).watchdog_seconds == seconds
