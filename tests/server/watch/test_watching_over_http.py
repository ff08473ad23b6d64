"""Watching a real server: ``setpoint serve`` as a process of its own, with its gate, its desk and its files."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from watch_ground import Heard, heard_in

from setpoint.access import Grant, TokenBook
from setpoint.system import ConfigSystem

LIMIT = 60.0
SOURCE = Path(__file__).parents[3] / "src"


class Server:
    """A server of a directory with ``app`` and ``team/one``, and the tokens of those who come."""

    def __init__(self, directory: Path) -> None:
        (directory / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n[server]\nwatchers = 60\n")
        (directory / "config" / "team").mkdir(parents=True)
        self.config = directory / "config"
        self.write("app.yaml", "queue: {size: 1}\npassword: hunter2secret\n")
        self.write("team/one.yaml", "a: 1\n")
        with ConfigSystem(self.config, environ={}) as system:
            self.tokens = TokenBook(system._state.folder)
        self.admin = self.tokens.new("admin", [Grant("admin")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "setpoint", "-c", str(self.config), "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line)
            if " at http" in line:
                self.port = int(line.rpartition(":")[2])
                break
        else:
            raise AssertionError(f"it did not start: {self.lines}")
        self._reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout or ()))
        self._reader.start()

    def write(self, name: str, text: str) -> None:
        (self.config / name).write_text(text)

    def ask(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        sent = {"Authorization": f"Bearer {token or self.admin}", **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def token(self, name: str, *grants: str) -> str:
        """Return a new token, as soon as the server knows it: it looks twice a second."""
        text = self.tokens.new(name, [Grant.parse(one) for one in grants])
        end = time.monotonic() + LIMIT
        while self.ask("GET", "/whoami", token=text)[0] != 200:
            assert time.monotonic() < end, "the token never counted"
            time.sleep(0.02)
        return text

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(LIMIT)
        finally:
            self.process.kill()
            self._reader.join(LIMIT)
            assert self.process.stdout is not None
            self.process.stdout.close()
        return code


class Stream:
    """An open event stream, read by hand. Arguments: ``status`` is how it must be answered."""

    def __init__(self, server: Server, query: str = "", *, token: str = "", last: str = "", status: int = 200) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
        headers = {"Authorization": f"Bearer {token or server.admin}"} | ({"Last-Event-ID": last} if last else {})
        self.connection.request("GET", f"/api/v1/events{query}", headers=headers)
        self.answer = self.connection.getresponse()
        self.text = ""
        assert self.answer.status == status
        if status == 200:
            while "\n\n" not in self.text:
                self._read()

    def _read(self) -> bool:
        data = self.answer.read1(65536)
        self.text += data.decode()
        return bool(data)

    def until(self, kind: str) -> Heard:
        """Return the first event of a kind, as soon as it is there."""
        while not (found := [one for one in heard_in(self.text)[0] if one.kind == kind]):
            assert self._read(), f"the stream ended without {kind}: {self.text}"
        return found[0]

    def until_end(self) -> str:
        while self._read():
            pass
        return self.text

    def close(self) -> None:
        self.answer.close()
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this file that leave it as they found it."""
    made = Server(tmp_path_factory.mktemp("served"))
    yield made
    assert made.end() == 0, made.lines


def test_a_change_on_disk_is_told_and_can_be_resumed(server: Server) -> None:
    """Who watches hears of a file that somebody edits; who comes back with its id hears what came after."""
    with Stream(server) as stream:
        server.write("team/one.yaml", "a: 2\n")
        event = stream.until("reloaded")
        assert event.data["documents"] == ["team/one"]
        assert [(one["path"], one["before"], one["after"]) for one in event.data["changes"]] == [("/a", 1, 2)]
    server.write("team/one.yaml", "a: 3\n")
    with Stream(server, "?events=reloaded", last=event.id) as again:
        assert again.until("reloaded").data["generation"] == event.data["generation"] + 1
    with Stream(server, f"?events=reloaded&last_event_id={event.id}") as again:
        assert again.until("reloaded").data["generation"] == event.data["generation"] + 1


def test_a_change_by_the_api_is_told_to_those_who_may_see_it(server: Server) -> None:
    """A PUT is told with its values, secrets masked for who may not see them, and not at all to whom it is hidden."""
    app, team = server.token("app", "viewer:app"), server.token("team", "viewer:team/*")
    with Stream(server, token=app) as stream, Stream(server, token=team) as other:
        status, done = server.ask("PUT", "/documents/app/values/password", "another8secret", **{"If-Match": "*"})
        assert status == 200, done
        event = stream.until("reloaded")
        assert "secret" not in event.data["changes"][0]["after"]
        saved = stream.until("saved")
        assert saved.data["revisions"][0]["author"] == "admin"
        server.write("team/one.yaml", "a: 30\n")
        assert other.until("reloaded").data["documents"] == ["team/one"]
        assert "hunter2secret" not in stream.text and "another8secret" not in stream.text
        assert '"app"' not in other.text


def test_a_refused_file_is_told(server: Server) -> None:
    """Who watches hears why what somebody wrote is not served."""
    with Stream(server, "?documents=app&events=rejected") as stream:
        server.write("app.yaml", "queue: [\n")
        event = stream.until("rejected")
        assert event.data["documents"] == ["app"]
        assert event.data["diagnostics"][0]["line"] >= 1
    server.write("app.yaml", "queue: {size: 1}\npassword: hunter2secret\n")


def test_the_long_poll_follows_a_document(server: Server) -> None:
    """A poll from the generation of what was read hears the next change; from an earlier run it is told to reset."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
    connection.request("GET", "/api/v1/documents/team~1one", headers={"Authorization": f"Bearer {server.admin}"})
    answer = connection.getresponse()
    answer.read()
    after = int(answer.headers["Setpoint-Generation"])
    connection.close()
    server.write("team/one.yaml", "a: 77\n")
    status, found = server.ask("GET", f"/changes?after={after}&wait=60&documents=team/*")
    assert (status, found["reset"]) == (200, False)
    assert found["events"][0]["changes"][0]["after"] == 77
    assert server.ask("GET", "/changes?after=0&boot=00000000")[1]["reset"] is True


def test_a_revoked_token_ends_its_stream(server: Server) -> None:
    """When another process revokes a token its streams end within seconds, and it opens no other."""
    text = server.token("leaving", "viewer")
    with Stream(server, token=text) as stream:
        since = time.monotonic()
        server.tokens.revoke("leaving")
        stream.until_end()
        assert time.monotonic() - since < LIMIT
    with Stream(server, token=text, status=401):
        pass


def test_bad_queries_are_refused(server: Server) -> None:
    """A kind or a pattern that there is not, or a time that is too long, is refused with what would be right."""
    for query, status in (
        ("/events?events=nonsense", 400),
        ("/events?documents=prod*", 400),
        ("/events?snapshot=perhaps", 400),
        ("/changes?after=-1", 400),
        ("/changes", 400),
        ("/changes?after=1&wait=61", 400),
        ("/changes?after=1&wait=nan", 400),
    ):
        found, problem = server.ask("GET", query)
        assert found == status, (query, problem)
        assert problem["detail"]


def test_more_than_the_limit_are_told_to_come_later(server: Server) -> None:
    """When as many watch as may, the next one is told when to try again, and everything else goes on."""
    streams = [Stream(server) for _ in range(60)]
    try:
        with Stream(server, status=503) as refused:
            assert refused.answer.headers["Retry-After"] == "10"
        assert server.ask("GET", "/documents")[0] == 200
    finally:
        for stream in streams:
            stream.close()


def test_ending_the_server_ends_all_streams(tmp_path: Path) -> None:
    """SIGTERM ends streams properly and waits for no client that reads nothing; the exit code says that all is well."""
    server = Server(tmp_path)
    streams = [Stream(server, "?documents=team/*") for _ in range(20)]
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect(("127.0.0.1", server.port))
    request = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.admin}\r\n\r\n"
    stuck.sendall(request.encode())
    with Stream(server, "?events=reloaded") as reads:
        for number in range(25):  # 5 MB: more than the operating system takes for a client that reads nothing
            server.write("app.yaml", f"queue: {{size: {number}}}\ntext: {'x' * 100_000}{number}\n")
            reads.until("reloaded")
            reads.text = ""
    assert server.end() == 0
    assert "Traceback" not in "".join(server.lines)
    for stream in streams:
        stream.until_end()
        stream.close()
    stuck.close()
