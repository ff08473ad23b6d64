"""What comes over the wire, whoever sends it, is answered with all protection, and is one request."""

from __future__ import annotations

import json

import pytest
from besieged import Besieged

NEEDED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}
END = "Host: localhost\r\nConnection: close\r\n"
BEARER = "Authorization: Bearer TOKEN\r\n"
SENT = {
    "an answer": (f"GET /api/v1/documents HTTP/1.1\r\n{END}{BEARER}", 200),
    "HEAD": (f"HEAD /api/v1/documents HTTP/1.1\r\n{END}{BEARER}", 200),
    "304": (f"GET /api/v1/documents/app HTTP/1.1\r\nIf-None-Match: *\r\n{END}{BEARER}", 304),
    "a long poll": (f"GET /api/v1/changes?after=0 HTTP/1.1\r\n{END}{BEARER}", 200),
    "a page": (f"GET /sign-in HTTP/1.1\r\n{END}", 200),
    "a way to sign in": (f"GET / HTTP/1.1\r\nAccept: text/html\r\n{END}", 303),
    "metrics": (f"GET /metrics HTTP/1.1\r\n{END}{BEARER}", 200),
    "the description": (f"GET /api/v1/openapi.json HTTP/1.1\r\n{END}", 200),
    "400": (f"GET /%zz HTTP/1.1\r\n{END}", 400),
    "401": (f"GET /api/v1/documents HTTP/1.1\r\n{END}", 401),
    "404": (f"GET /nowhere HTTP/1.1\r\n{END}", 404),
    "404 of a file": (f"GET /static/nothing HTTP/1.1\r\n{END}", 404),
    "405": (f"TRACE / HTTP/1.1\r\n{END}", 405),
    "413": (f"PUT /api/v1/documents/app HTTP/1.1\r\nContent-Length: 999999999\r\n{END}{BEARER}", 413),
    "421": ("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n", 421),
    "421 of a stream": ("GET /api/v1/events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n" + BEARER, 421),
    "no HTTP": ("nonsense\r\n", 400),
    "a bad name of a header": (f"GET / HTTP/1.1\r\nbad name: x\r\n{END}", 400),
    "431": ("GET / HTTP/1.1\r\n" + "a: b\r\n" * 9000 + END, 431),
    "501": (f"POST /sign-in HTTP/1.1\r\nTransfer-Encoding: gzip\r\n{END}", 501),
}


@pytest.mark.parametrize("kind", SENT)
def test_every_kind_of_answer_is_protected(besieged: Besieged, kind: str) -> None:
    """No answer may be framed, sniffed, stored or read by other sites, and none names what made it."""
    sent, status = SENT[kind]
    answer = besieged.raw(sent.replace("TOKEN", besieged.tokens["root"]).encode("latin-1") + b"\r\n")
    first, *lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    assert {name: headers.get(name) for name in NEEDED} == NEEDED
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["cache-control"] == "no-store" or kind == "404 of a file"
    assert "server" not in headers and "x-powered-by" not in headers


def test_a_stream_is_protected(besieged: Besieged) -> None:
    """Events have the headers of all other answers."""
    import socket

    with socket.create_connection(("127.0.0.1", besieged.port), timeout=30) as connection:
        token = besieged.tokens["viewer"]
        connection.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
    said = head.decode("latin-1").lower()
    assert all(f"{name}: {text}" in said for name, text in NEEDED.items())
    assert "cache-control: no-store" in said and "frame-ancestors 'none'" in said


def test_a_body_of_two_lengths_is_refused(besieged: Besieged) -> None:
    """What a proxy could take for two requests is one, answered with 400, and the connection ends."""
    smuggled = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    sent = (
        "POST /api/v1/documents/app/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {besieged.tokens['root']}\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
        f"0\r\n\r\n{smuggled}"
    )
    answer = besieged.raw(sent.encode())
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1 ") == 1
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["rule"] == "bad-header"
