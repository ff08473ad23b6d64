"""What happens to its files and its process does not take the server with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from besieged import HIDDEN, PATIENCE, Besieged
from served_process import Served, run_setpoint


def eventually(holds: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"{what} did not happen within {PATIENCE:g} s"
        time.sleep(0.05)


def test_a_link_in_a_circle_takes_nothing_else_along(new_besieged: Callable[[], Besieged]) -> None:
    """The other documents are followed and served on, and the link says what is wrong with it."""
    place = new_besieged()
    os.symlink("loop.yaml", place.config / "loop.yaml")
    (place.config / "team" / "service.yaml").write_text("size: 4\n")
    eventually(lambda: place.ask("root", "GET", "team~1service/values/size")[2] == "4", "a change beside it")
    status, _, said = place.ask("root", "GET", "loop")
    assert (status, json.loads(said)["rule"]) == (503, "unavailable")
    assert place.ask("root", "GET", "nosuchthing")[0] == 404
    assert "Traceback" not in place.server.error_text


def replaced_by(kind: str, path: Path) -> None:
    path.unlink()
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        os.symlink("/dev/zero", path)
    else:
        with path.open("w") as file:
            file.truncate(10 * 2**30)


KINDS = ["a folder", "ten empty gigabytes", *(["a pipe", "a device"] if hasattr(os, "mkfifo") else [])]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_that_becomes_something_else_hangs_nothing(new_besieged: Callable[[], Besieged], kind: str) -> None:
    """What was served of it is served on, it cannot be written, and the others can."""
    place = new_besieged()
    assert place.ask("root", "GET", "team~1service/values/size")[2] == "3"
    replaced_by(kind, place.config / "team" / "service.yaml")
    assert place.ask("root", "PUT", "team~1service/values/size", 4, If_Match="*")[0] in (404, 422, 503)
    assert place.ask("root", "GET", "team~1service/values/size")[2] == "3"
    assert place.ask("root", "PUT", "app/values/port", 81, If_Match="*")[0] == 200
    assert place.ask(None, "GET", "/readyz")[0] == 200
    assert "Traceback" not in place.server.error_text


def test_without_the_trail_nothing_is_written(new_besieged: Callable[[], Besieged]) -> None:
    """What cannot be put on the audit trail is not done; reading goes on, and so does writing once it can be."""
    place = new_besieged()
    assert place.ask("root", "PUT", "app/values/port", 81, If_Match="*")[0] == 200
    trail = place.config / ".setpoint" / "audit.jsonl"
    trail.rename(place.root / "aside")
    trail.mkdir()
    before = (place.config / "app.yaml").read_bytes()
    status, _, said = place.ask("root", "PUT", "app/values/port", 82, If_Match="*")
    assert (status, json.loads(said)["rule"]) == (503, "unavailable")
    assert (place.config / "app.yaml").read_bytes() == before
    assert place.ask("root", "GET", "app/values/port")[2] == "81"
    trail.rmdir()
    (place.root / "aside").rename(trail)
    assert place.ask("root", "PUT", "app/values/port", 83, If_Match="*")[0] == 200


@pytest.mark.parametrize("content", [b"{", b"", b"[]", b"\xff", b'{"a":' * 50_000, None])
def test_damaged_tokens_let_nobody_in(besieged: Besieged, content: bytes | None) -> None:
    """Nobody gets in while the file is damaged or gone, probes are answered, and all is well when it is back."""
    path = besieged.config / ".setpoint" / "tokens.json"
    kept = path.read_bytes()
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        eventually(lambda: besieged.ask("root", "GET", "app")[0] == 401, "refusing")
        assert besieged.ask(None, "GET", "/livez")[0] == 200
    finally:
        path.write_bytes(kept)
        path.chmod(0o600)
    eventually(lambda: besieged.ask("root", "GET", "app")[0] == 200, "letting in again")
    assert "Traceback" not in besieged.server.error_text


def test_settings_that_break_change_nothing(new_besieged: Callable[[], Besieged]) -> None:
    """Neither nonsense nor settings that are not safe count, however often they are read again."""
    place = new_besieged()
    for text in ("[server\nport==", '[server]\nhost = "0.0.0.0"\nanonymous = "admin"\n'):
        (place.root / "setpoint.toml").write_text(text)
        for _ in range(200):
            place.server.send_signal(signal.SIGHUP)
        assert place.ask("root", "GET", "app")[0] == 200
        assert place.ask(None, "GET", "app")[0] == 401
    eventually(lambda: "anonymous" in place.server.error_text, "the log's line")
    assert place.ask(None, "GET", "app")[0] == 401


def test_two_servers_on_one_directory_have_one_winner(new_besieged: Callable[[], Besieged]) -> None:
    """Of writers with the same tag at two servers exactly one succeeds, and both servers then serve the same."""
    place = new_besieged()
    other = Served(place.config, "--port", "0")
    try:
        assert other.get("/livez")[0] == 200
        tag = place.ask("root", "GET", "app/values/port")[1]["etag"]
        statuses: list[int] = []

        def write(server: Served, value: int) -> None:
            headers = {
                "Authorization": f"Bearer {place.tokens['root']}",
                "If-Match": tag,
                "Content-Type": "application/json",
            }
            path = "/api/v1/documents/app/values/port"
            statuses.append(server.get(path, headers, method="PUT", body=str(value).encode())[0])

        writers = [
            threading.Thread(target=write, args=(server, 100 + number))
            for number, server in enumerate((place.server, other) * 3)
        ]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        assert sorted(statuses) == [200, 412, 412, 412, 412, 412]

        def served(server: Served) -> bytes:
            return server.get("/api/v1/documents/app/values/port", {"Authorization": f"Bearer {place.tokens['root']}"})[
                2
            ]

        eventually(lambda: served(place.server) == served(other) != b"80", "serving the same")
    finally:
        assert other.end() == 0


def test_a_killed_server_leaves_nothing_broken(new_besieged: Callable[[], Besieged]) -> None:
    """After a kill in the middle of writing, the document is whole, the trail holds, and what was answered is there."""
    place = new_besieged()
    answered = [80]

    def write() -> None:
        for number in range(1000, 60_000):
            try:
                status, _, _ = place.ask("root", "PUT", "app/values/port", number, If_Match="*")
            except (OSError, HTTPException):  # killed before, or in the middle of, the answer
                return
            if status == 200:
                answered.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    eventually(lambda: len(answered) > 5, "writing")
    place.server.process.kill()
    writer.join()
    place.server.wait()
    found = run_setpoint("-c", str(place.config), "audit", "--verify", cwd=place.root)
    assert found.returncode == 0, found.stdout + found.stderr
    again = Served(place.config, "--port", "0")
    try:
        headers = {"Authorization": f"Bearer {place.tokens['root']}"}
        status, _, said = again.get("/api/v1/documents/app/values/port", headers)
        assert status == 200 and int(said) in (answered[-1], answered[-1] + 1)
    finally:
        assert again.end() == 0
    assert sorted(one.name for one in place.config.glob("*.yaml")) == sorted(
        ["app.yaml", f"{HIDDEN}.yaml", f"{HIDDEN}2.yaml", f"team{HIDDEN}.yaml"]
    )


def test_a_full_disk_stops_writing_and_nothing_else(tmp_path: Path, new_besieged: Callable[[], Besieged]) -> None:
    """With no room in the state directory writes are refused whole, reading goes on, and room ends it."""
    place = new_besieged()
    state = place.config / ".setpoint"
    assert place.server.end() == 0
    shutil.copytree(state, tmp_path / "kept")
    with small_disk(state) as is_real:
        shutil.copytree(tmp_path / "kept", state, dirs_exist_ok=True)
        place.server = Served(place.config, "--port", "0")
        try:
            assert place.ask("root", "PUT", "app/values/port", 81, If_Match="*")[0] == 200
            fill_up(state, is_real)
            status = 200
            for number in range(1000, 1500):  # there is room in what was made ready, for a while
                status, _, said = place.ask("root", "PUT", "app/values/port", number, If_Match="*")
                if status != 200:
                    break
            assert (status, json.loads(said)["rule"]) == (503, "unavailable")
            assert place.ask("root", "GET", "app/values/port")[0] == 200
            assert place.ask(None, "GET", "/livez")[0] == 200
            make_room(state, is_real)
            eventually(lambda: place.ask("root", "PUT", "app/values/port", 90, If_Match="*")[0] == 200, "writing again")
            assert "Traceback" not in place.server.error_text
        finally:
            assert place.server.end() == 0


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Put a file system of 1.5 MB in memory at a folder, and say whether that could be done: it takes root on Linux."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1500k,mode=0700", "setpoint-test", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", "-l", str(place)], timeout=PATIENCE, check=True)


def fill_up(state: Path, is_real: bool) -> None:
    """Leave no room on a disk; where it is not one of the test's own, put the trail where it cannot be written."""
    if not is_real:
        (state / "audit.jsonl").rename(state / "aside")
        (state / "audit.jsonl").mkdir()
        return
    with (state / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(b"x" * 4096):
            pass


def make_room(state: Path, is_real: bool) -> None:
    if is_real:
        (state / "ballast").unlink()
    else:
        (state / "audit.jsonl").rmdir()
        (state / "aside").rename(state / "audit.jsonl")
