"""What only shows on the wire: a real server on loopback, and requests as bytes."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from gate_ground import PLENTY, Ground, Loopback


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ground, Loopback]]:
    """Return an application with all routes, and a server in front of it."""
    ground = Ground(tmp_path_factory.mktemp("wire"), body_bytes=100_000)
    with Loopback(ground.application) as server:
        yield ground, server
    ground.close()


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"{line} HTTP/1.1", *headers, "Connection: close", "", ""]).encode("latin-1") + body


@pytest.mark.parametrize(
    ("raw", "statuses"),
    [
        (request("GET /livez", "Host: localhost"), {200}),
        (request("GET /livez", "Host: LOCALHOST:99"), {200}),
        (request("GET /livez", "Host: [::1]:80"), {200}),
        (request("GET http://localhost/livez", "Host: localhost"), {200}),
        (request("GET /livez", "Host: evil.example"), {421}),
        (request("GET /livez", "Host: localhost."), {421}),
        (request("GET /livez", "Host: localhost:80:80"), {400, 421}),
        (request("GET /livez", "Host:"), {400, 421}),
        (request("GET /livez"), {400}),
        (b"GET /livez HTTP/1.0\r\n\r\n", {400}),
        (request("GET /livez", "Host: localhost", "Host: localhost"), {400}),
        (request("GET /livez", "Host: localhost", "Host: evil.example"), {400}),
        (request("GET http://evil.example/livez", "Host: localhost"), {421}),
        (request("GET http://localhost/livez", "Host: evil.example"), {421}),
        (request("GET //livez", "Host: localhost"), {404}),
        (request("GET /api/v1/../../livez", "Host: localhost"), {404}),
        (request("GET /%6civez", "Host: localhost"), {404}),
        (request("GET /livez%00", "Host: localhost"), {404}),
        (request("GET /livez\x00", "Host: localhost"), {400}),
        (request("GET /livez\xe9", "Host: localhost"), {400}),
        (request("OPTIONS *", "Host: localhost"), {400}),
        (request("CONNECT localhost:80", "Host: localhost"), {400, 405}),
        (request("GET /livez", "Host: localhost", "Content-Length: 3", "Content-Length: 4", body=b"abcd"), {400}),
        (request("GET /livez", "Host: localhost", "Content-Length: x"), {400}),
        (request("GET /livez", "Host: localhost", "Authorization: Bearer \xe9"), {401}),
        (request("GET /api/v1/events", "Host: evil.example"), {421}),
        (request("GET /api/v1/documents/%ff", "Host: localhost"), {400}),
        (request("GET /api/v1/documents/a%2Fb", "Host: localhost"), {404}),
        (
            request(
                "GET /livez",
                "Host: evil.example",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
            ),
            {421},
        ),
    ],
)
def test_odd_requests_are_answered_as_they_deserve(
    wire: tuple[Ground, Loopback], raw: bytes, statuses: set[int]
) -> None:
    """Own names pass; foreign, double, missing and malformed ones do not, and nothing is a failure."""
    assert wire[1].status(raw) in statuses


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(wire: tuple[Ground, Loopback]) -> None:
    """A gigabyte that is announced is not waited for, and one that is not announced is cut off."""
    ground, server = wire
    headers = [
        "Host: localhost",
        f"Authorization: Bearer {ground.token()}",
        "Content-Type: application/json",
        "If-Match: *",
    ]
    line = "PUT /api/v1/documents/web"
    assert server.status(request(line, *headers, "Content-Length: 1000000000")) == 413
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PLENTY) as connection:
        connection.sendall(request(line, *headers, "Transfer-Encoding: chunked"))
        received = b""
        connection.settimeout(0.05)
        for _ in range(1000):
            try:
                connection.sendall(chunk)
            except OSError:
                break
            try:
                received += connection.recv(65536)
            except TimeoutError:
                continue
            break
    assert received.startswith(b"HTTP/1.1 413")


def test_requests_one_after_another_on_one_connection(wire: tuple[Ground, Loopback]) -> None:
    """A refusal does not end a connection, nor does it mix up what follows."""
    ground, server = wire
    token = ground.token()
    raw = b"".join(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for path in ("/livez", "/nothing", "/api/v1/documents/web/values/port", "/api/v1/documents/web?x=1")
    )
    statuses = [int(part.split(b" ", 1)[0]) for part in server.exchange(raw).split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 404, 200, 400]


def test_a_value_is_served_as_it_is_in_the_file(wire: tuple[Ground, Loopback], tmp_path: Path) -> None:
    """From a file through the system, the desk and the gate to the wire."""
    ground, server = wire
    answer = server.exchange(
        request("GET /api/v1/documents/web", "Host: localhost", f"Authorization: Bearer {ground.token('viewer')}")
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["port"] == 80
    assert b"hunter2" not in body
