"""``setpoint serve`` as a process: its first line, its refusals, its settings, its signals, its end."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served_process import Served, environment, fetch, run_setpoint
from small_server import PATIENCE, eventually, read_all, read_until

from setpoint.access import Grant, TokenBook
from setpoint.cli.main import main
from setpoint.example import example_directory
from setpoint.state import State


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a token for every test of this file that needs nothing special of it."""
    directory = tmp_path_factory.mktemp("running") / "config"
    shutil.copytree(example_directory(), directory)
    server = Served(directory, "--port", "0")
    try:
        eventually(lambda: "setpoint token new" in server.error_text, "the word on tokens")
        server.token = TokenBook(State(str(directory), {}).folder).new("root", [Grant("admin")])
        yield server
    finally:
        assert server.end() == 0


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_it_answers_says_where_and_ends_well(serve: Callable[..., Served], token: str) -> None:
    """The first line is the address; documents are served to who has a token, each request is a line of the log."""
    server = serve()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    assert server.get("/livez")[0] == 200
    assert server.get("/readyz")[0] == 200
    status, headers, _ = server.get("/api/v1/documents/messaging?x-secret=1", {"User-Agent": "tests"})
    assert status == 401
    assert "server" not in headers and "date" in headers
    status, headers, body = server.get("/api/v1/documents/messaging", bearer(token))
    assert (status, json.loads(body)["queue"]["max_size"]) == (200, 2500)
    lines = [server.logged() for _ in range(4)]
    assert [(line["path"], line["status"], line["principal"]) for line in lines[2:]] == [
        ("/api/v1/documents/messaging", 401, None),
        ("/api/v1/documents/messaging", 200, "root"),
    ]
    assert lines[2]["query"] == ["x-secret"]
    assert lines[3]["request"] == headers["setpoint-request"]
    assert server.end() == 0
    assert "Traceback" not in server.error_text
    assert token not in server.error_text


def test_a_change_of_a_file_is_served(running: Served) -> None:
    """Hot reload runs: what is written on the disk is answered."""
    file = running.directory / "messaging.yml"
    file.write_text(re.sub(r"max_size: \d+", "max_size: 4242", file.read_text(), count=1))
    path = "/api/v1/documents/messaging/values/queue/max_size"
    eventually(lambda: running.get(path, bearer(running.token))[2] == b"4242", "the change")


def test_the_address_is_json_where_that_is_asked_for(directory: Path) -> None:
    """With --format json the first line is an object with the address and the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "setpoint", "-c", str(directory), "serve", "--port", "0", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    with process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert (first["ok"], first["pid"], first["directory"]) == (True, process.pid, str(directory))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    "case",
    [
        (["--host", "0.0.0.0"], "", 2, "tokens would travel in the clear"),
        (["--anonymous", "admin", "--behind-proxy", "127.0.0.1"], "", 2, "behind a proxy"),
        ([], '[server]\ntls_key = "gone.key"\n', 2, "tls_certificate is not"),
        ([], "[server]\nprot = 80\n", 2, "did you mean 'port'"),
        (["--port", "65536"], "", 2, "port"),
        (["-c", "nowhere"], "", 4, "nowhere: no such file or directory"),
    ],
)
def test_it_refuses_to_start_and_says_what_to_do(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[list[str], str, int, str],
) -> None:
    """What is unsafe or wrong ends the command at once, with one message and nothing on standard output."""
    arguments, settings, code, told = case
    (directory.parent / "setpoint.toml").write_text(settings)
    monkeypatch.chdir(directory.parent)
    assert main(["-c", "config", "serve", *arguments]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert "Traceback" not in printed.err
    assert not (directory / ".setpoint").exists()


def test_an_address_in_use_is_unavailable(directory: Path, running: Served) -> None:
    """The exit code is 5, and the message names the address."""
    done = run_setpoint("-c", "config", "serve", "--port", str(running.port), cwd=directory.parent)
    assert done.returncode == 5
    assert f"127.0.0.1:{running.port} is in use" in done.stderr


def test_without_the_extra_it_says_what_to_install(directory: Path) -> None:
    """Where a package is missing, it is exit code 2 and the command that installs it."""
    program = (
        "import sys\n"
        "sys.modules['uvicorn'] = None  # as the import system says that there is none\n"
        "from setpoint.cli.main import main\n"
        "sys.exit(main(['-c', sys.argv[1], 'serve']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(directory)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "pip install 'setpoint[server]'" in done.stderr


def test_at_a_terminal_a_token_for_this_run_is_shown(directory: Path) -> None:
    """Without any token, whoever starts it at a terminal gets one there, which ends with the process."""
    controlling, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "setpoint", "-c", str(directory), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment(),
    )
    os.close(terminal)
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().split()[-1]
        shown = b""
        while b"sign in with sp_" not in shown or not shown.endswith(b"\n"):
            shown += os.read(controlling, 4096)
        token = re.search(rb"sp_[0-9a-f]{12}_[A-Za-z0-9_-]+", shown)
        assert token is not None
        status, _, body = fetch(int(url.rpartition(":")[2]), "/api/v1/whoami", bearer(token[0].decode()))
        assert (status, json.loads(body)["name"]) == (200, "start-up")
        process.terminate()
        assert process.wait(PATIENCE) == 0
    os.close(controlling)
    assert not (directory / ".setpoint" / "tokens.json").exists()


def test_without_a_terminal_it_says_how_to_make_a_token(running: Served) -> None:
    """Without any token it starts, the probes answer, and no token is in any log."""
    assert running.get("/livez")[0] == 200
    assert "nobody can sign in" in running.error_text
    assert "setpoint token new NAME --role admin" in running.error_text
    assert "sp_" not in running.error_text


def test_the_end_takes_moments_with_open_streams(serve: Callable[..., Served], token: str) -> None:
    """SIGTERM ends streams, and the process within three seconds, with exit code 0."""
    server = serve()
    streams = []
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        connection.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        assert b"200 OK" in connection.recv(65536)
        streams.append(connection)
    began = time.monotonic()
    assert server.end() == 0
    seconds = time.monotonic() - began
    print(f"ended after {seconds:.2f} s with {len(streams)} streams")
    for connection in streams:
        read_all(connection)
        connection.close()
    assert "given up" not in server.error_text and "does not end" not in server.error_text


def test_a_second_signal_does_not_wait(serve: Callable[..., Served]) -> None:
    """A request that never comes to its end keeps the process only until it is told again."""
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        server.send_signal(signal.SIGINT)
        server.send_signal(signal.SIGINT)
        assert server.wait() == 0


def test_behind_a_proxy_the_log_names_who_asked(directory: Path, serve: Callable[..., Served]) -> None:
    """The right-most address that is no proxy is who asked; without one it is the proxy itself."""
    server = serve("--behind-proxy", "127.0.0.1")
    server.get("/livez", {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"})
    assert server.logged()["address"] == "203.0.113.9"
    server.get("/livez", {"X-Forwarded-For": "127.0.0.1"})
    assert server.logged()["address"] == "127.0.0.1"


def test_anonymous_reads_at_loopback_only_what_its_role_may(serve: Callable[..., Served]) -> None:
    """With --anonymous viewer a document is read without a token, and not changed."""
    server = serve("--anonymous", "viewer")
    assert server.get("/api/v1/documents/messaging")[0] == 200
    refused = server.get(
        "/api/v1/documents/messaging/values/queue/max_size",
        {"If-Match": "*", "Content-Type": "application/json", "Origin": server.url},
        method="PUT",
        body=b"5",
    )
    assert refused[0] == 403


@pytest.mark.parametrize("way", ["SIGHUP", "--reload"])
def test_settings_change_while_it_answers(directory: Path, serve: Callable[..., Served], token: str, way: str) -> None:
    """New settings hold at once, streams go on, what needs a restart is said, and wrong ones change nothing."""
    file = directory.parent / "setpoint.toml"
    file.write_text("[server]\nbody_bytes = 4096\n")
    server = serve(*([way] if way == "--reload" else []))

    def change(text: str) -> None:
        file.write_text(text)
        if way == "SIGHUP":
            server.send_signal(signal.SIGHUP)

    def status(host: str) -> int:
        return server.get("/livez", {"Host": host})[0]

    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as stream:
        stream.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        assert b"200 OK" in stream.recv(65536)
        assert status("config.example.org") == 421
        change(
            '[server]\nallowed_hosts = ["config.example.org"]\nanonymous = "viewer"\nhost = "127.0.0.2"\nwatchers = 1\n'
        )
        eventually(lambda: status("config.example.org") == 200, "the new name")
        eventually(lambda: "needs a restart" in server.error_text, "the word on the address")
        assert server.get("/api/v1/documents/messaging")[0] == 200
        assert server.get("/api/v1/events", bearer(token))[0] == 503  # one watches already
        change("[server]\nallowed_hosts = 5\n")
        eventually(lambda: "the settings are not reloaded" in server.error_text, "the refusal")
        assert "setpoint.toml:2" in server.error_text
        assert status("config.example.org") == 200
        change('[server]\nanonymous = "viewer"\nbehind_proxy = ["127.0.0.1"]\n')
        eventually(lambda: "behind a proxy" in server.error_text, "the refusal of what is not safe")
        assert server.get("/api/v1/documents/messaging")[0] == 200
        change("[server]\naccess_log = false\n")
        eventually(lambda: status("config.example.org") == 421, "the names as before")
        messaging = directory / "messaging.yml"
        messaging.write_text(re.sub(r"max_size: \d+", "max_size: 4242", messaging.read_text(), count=1))
        stream.settimeout(PATIENCE)
        read = b""
        while b"event: reloaded" not in read:
            piece = stream.recv(65536)
            assert piece, "the stream was ended"
            read += piece
    assert server.end() == 0


def test_systemd_hears_of_its_life(directory: Path, serve: Callable[..., Served], tmp_path: Path) -> None:
    """Ready, alive, reloading and ready again, stopping: all over the socket that the environment names."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        server = serve(env={"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"})

        def next_but(word: str) -> str:
            while (message := listening.recv(4096).decode()).startswith(word):
                pass
            return message

        ready = listening.recv(4096).decode()
        assert f"MAINPID={server.process.pid}" in ready and f"STATUS=serving {directory} at {server.url}" in ready
        for _ in range(3):
            assert listening.recv(4096) == b"WATCHDOG=1"
        server.send_signal(signal.SIGHUP)
        assert next_but("WATCHDOG").startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert next_but("WATCHDOG").startswith("READY=1")
        server.send_signal(signal.SIGTERM)
        assert next_but("WATCHDOG").startswith("STOPPING=1")
        assert server.wait() == 0


def test_a_reader_of_the_log_who_goes_away_ends_nothing(directory: Path) -> None:
    """When nobody reads standard output any more, requests are answered on."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "setpoint", "-c", str(directory), "serve", "--port", "0"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    os.close(writing)
    with os.fdopen(reading) as lines:
        port = int(lines.readline().rpartition(":")[2])
    with process:
        for _ in range(3):
            assert fetch(port, "/livez")[0] == 200
            time.sleep(0.1)
        process.terminate()
        assert process.stderr is not None
        assert b"the access log cannot be written any more" in process.stderr.read()
        assert process.wait(PATIENCE) == 0


def test_a_gigabyte_that_is_announced_or_sent_is_refused(running: Served) -> None:
    """A body beyond the limit is 413 when it is announced, and when it comes in chunks, with little of it read."""
    server = running
    head = f"PUT /api/v1/documents/messaging HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n"
    head += 'If-Match: "x"\r\nContent-Type: application/json\r\n'
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}Content-Length: 1073741824\r\n\r\n".encode())
        assert read_until(connection, b"}").startswith(b"HTTP/1.1 413")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        sent = 0
        with pytest.raises(OSError):
            while sent < 2**30:
                connection.sendall(b"10000\r\n" + b"[" * 0x10000 + b"\r\n")
                sent += 0x10000
        assert sent < 64 * 2**20
    eventually(lambda: server.logged()["status"] == 413, "the first refusal")
    eventually(lambda: server.logged()["status"] == 413, "the second refusal")


def test_nothing_of_the_server_is_imported_by_other_commands(directory: Path) -> None:
    """What only serve needs costs nobody else a millisecond."""
    program = (
        "import sys\nfrom setpoint.cli.main import main\n"
        "for line in (['--help'], ['-c', sys.argv[1], 'list'], ['serve', '--help']):\n"
        "    assert main(line) == 0\n"
        "heavy = ('starlette', 'uvicorn', 'h11', 'jinja2', 'anyio', 'asyncio', 'setpoint.server', 'setpoint.desk')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(directory)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == "[]\n"


def test_a_body_that_does_not_arrive_is_given_up(directory: Path, serve: Callable[..., Served], token: str) -> None:
    """After request_seconds the request is answered, and soon after the connection is ended."""
    (directory.parent / "setpoint.toml").write_text("[server]\nrequest_seconds = 0.5\n")
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(
            "POST /api/v1/documents/messaging/validate HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n[".encode()
        )
        answer = read_all(connection)
    assert int(answer[9:12]) in (408, 503)
    assert server.get("/livez")[0] == 200
