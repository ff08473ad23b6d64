"""What a server starts with, and what it refuses to start with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from served_process import SOURCE

from setpoint.errors import UnavailableError, UsageError
from setpoint.server.descriptors import connections_allowed
from setpoint.server.listening import bind, is_loopback, url_host
from setpoint.server.server_key import server_key
from setpoint.server.server_settings import DEFAULTS, server_settings
from setpoint.sources.settings import read_settings
from setpoint.state import State

TLS = {"tls_certificate": "a.pem", "tls_key": "a.key"}


@pytest.mark.parametrize(
    ("table", "given", "told"),
    [
        ({"host": "0.0.0.0"}, {}, "tokens would travel in the clear.*tls_certificate.*--behind-proxy"),
        ({"host": "::"}, {}, "can be reached from other machines"),
        ({}, {"host": "192.0.2.1"}, "can be reached from other machines"),
        ({"host": "::ffff:192.0.2.1"}, {}, "can be reached from other machines"),
        ({"host": "0.0.0.0", "anonymous": "viewer", **TLS}, {}, "anonymous = 'viewer'.*refused at 0.0.0.0"),
        ({"behind_proxy": ["127.0.0.1"]}, {"anonymous": "admin"}, "anonymous = 'admin'.*behind a proxy"),
        ({}, {"behind_proxy": ["proxy"]}, "behind_proxy: .*give an IP address"),
        ({}, {"host": "no such host"}, "host 'no such host' has no address"),
        ({}, {"host": "a" * 300}, "has no address"),
        ({}, {"host": "\0"}, "has no address"),
    ],
)
def test_what_would_be_open_to_others_is_refused(table: dict[str, Any], given: dict[str, Any], told: str) -> None:
    """Without TLS or a proxy only this machine is served, and nobody comes in from elsewhere without a token."""
    with pytest.raises(UsageError, match=told):
        server_settings(table, given)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"host": "::1"},
        {"host": "127.8.9.10"},
        {"host": "localhost", "anonymous": "admin"},
        {"host": "0.0.0.0", **TLS},
        {"host": "0.0.0.0", "behind_proxy": ["10.0.0.0/8"]},
    ],
)
def test_what_is_safe_is_served(table: dict[str, Any]) -> None:
    """Loopback, TLS, and a proxy that is named."""
    assert server_settings(table, {})["host"] == table.get("host", "127.0.0.1")


def test_the_command_line_comes_before_the_settings() -> None:
    """What it does not say is as the settings say, and what they do not say is as by default."""
    settings = server_settings({"port": 9000, "watchers": 5}, {"port": 0, "host": None})
    assert (settings["port"], settings["watchers"], settings["host"]) == (0, 5, "127.0.0.1")
    assert set(settings) == set(DEFAULTS)


def test_own_names_always_count() -> None:
    """Allowed hosts are added to those of loopback and the address itself; all addresses at once are no name."""
    names = server_settings({"host": "::1", "allowed_hosts": ["config.example.org"]}, {})["allowed_hosts"]
    assert names == ["localhost", "127.0.0.1", "[::1]", "config.example.org"]
    assert "0.0.0.0" not in server_settings({"host": "0.0.0.0", **TLS}, {})["allowed_hosts"]


def test_the_settings_of_the_file_and_the_defaults_agree(tmp_path: Path) -> None:
    """Every setting that the file may hold has a default here, and the files of TLS are relative to it."""
    from setpoint.schemas import settings_schema

    (tmp_path / "setpoint.toml").write_text('[server]\ntls_certificate = "tls/a.pem"\ntls_key = "/etc/a.key"\n')
    table = read_settings(str(tmp_path / "config")).server
    assert table == {"tls_certificate": str(tmp_path / "tls/a.pem"), "tls_key": "/etc/a.key"}
    import json

    described = json.loads(Path(settings_schema()).read_text())["properties"]["server"]["properties"]
    assert set(described) == set(DEFAULTS)
    for name, value in DEFAULTS.items():
        if isinstance(value, int) and not isinstance(value, bool):
            assert f"; {value} unless set." in described[name]["description"]


def test_an_address_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    """A port that another listens at is unavailable, also between two that begin at the same time."""
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UnavailableError, match=rf"127\.0\.0\.1:{port} is in use .*--port"):
            bind("127.0.0.1", port)
    with bind("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port
    with pytest.raises(UsageError, match="no address of this machine"):
        bind("192.0.2.1", 0)


def test_loopback_is_told_by_address() -> None:
    """A name counts by all of its addresses."""
    assert is_loopback("localhost") and is_loopback("127.0.0.2") and is_loopback("::1")
    assert not is_loopback("0.0.0.0") and not is_loopback("::")
    assert (url_host("::1"), url_host("127.0.0.1")) == ("[::1]", "127.0.0.1")


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """Whoever asks first makes it, for its owner only; everybody gets the same, at the same time and later."""
    (tmp_path / "config").mkdir()
    found: list[bytes] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(server_key(State(str(tmp_path / "config"), {})))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1 and len(found[0]) == 32
    path = tmp_path / "config" / ".setpoint" / "server.key"
    assert path.stat().st_mode & 0o777 == 0o600
    program = (
        "import sys\nfrom setpoint.server.server_key import server_key\nfrom setpoint.state import State\n"
        "sys.stdout.write(server_key(State(sys.argv[1], {})).hex())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "config")],
        env={"PYTHONPATH": SOURCE, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert bytes.fromhex(other.stdout) == found[0]


def test_a_key_that_others_may_know_is_refused(tmp_path: Path) -> None:
    """Open to others, damaged, or no file: it says what to do, and is not used."""
    (tmp_path / "config").mkdir()
    state = State(str(tmp_path / "config"), {})
    server_key(state)
    path = Path(state.folder) / "server.key"
    path.chmod(0o640)
    with pytest.raises(UsageError, match=r"mode 0640.*remove it"):
        server_key(state)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(UsageError, match="must be 32 bytes"):
        server_key(state)
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="must be a regular file"):
        server_key(state)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(UsageError, match="must be a regular file"):
        server_key(state)


def test_connections_fit_into_what_the_process_may_open() -> None:
    """The soft limit is raised as far as needed; where the hard one is lower, fewer connections are allowed."""
    program = (
        "import resource, sys, logging\nlogging.basicConfig()\n"
        "from setpoint.server.descriptors import connections_allowed\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (300, 1000))\n"
        "print(connections_allowed(300), resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "print(connections_allowed(4096), resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": SOURCE, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "300 856\n744 1000\n"
    assert "at most 744 connections at once are answered instead of 4096" in done.stderr
    assert connections_allowed(1) == 1


def test_a_socket_that_is_bound_is_closed_when_it_is_left() -> None:
    """It is a context manager, so that a start that fails leaves nothing behind."""
    with bind("127.0.0.1", 0) as bound:
        assert isinstance(bound, socket.socket)
    assert bound.fileno() == -1
