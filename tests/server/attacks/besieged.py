"""``Besieged``: ``setpoint serve`` on a directory full of secrets, as a process of its own."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from served_process import Served, fetch

from setpoint.access import Grant, TokenBook
from setpoint.state import State

PATIENCE = 30.0
MASK = "********"
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "port": {"type": "integer", "maximum": 65535},
        "pin": {"type": "integer", "x-setpoint-secret": True},
        "dsn": {"type": "string", "x-setpoint-secret": True},
        "pair": {"type": "array", "prefixItems": [{"x-setpoint-secret": True}, {}]},
        "second": {"type": "array", "prefixItems": [{}, {"x-setpoint-secret": True}]},
        "users": {"type": "array"},
        "near": {"type": "object", "properties": {"connection": {"x-setpoint-secret": True}}},
    },
}
APP = """\
# it was canary-remark once
port: 80
note: fine
pin: 48213
dsn: canary-remark
pair: [canary-pair, open]
second: [open, canary-second]
near:
  conection: canary-near
users:
- name: ann
  password: canary-ann
"""
HIDDEN = "zorgblat"


class Besieged:
    """A running server. ``tokens`` are texts by name; those of ``viewer`` and ``member`` are for ``team/*`` only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "config"
        (self.config / "schemas").mkdir(parents=True)
        (self.config / "team").mkdir()
        (root / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
        (self.config / "app.yaml").write_text(APP)
        (self.config / "schemas" / "app.schema.json").write_text(json.dumps(SCHEMA))
        (self.config / "team" / "service.yaml").write_text("size: 3\n")
        for name in (HIDDEN, f"{HIDDEN}2", f"team{HIDDEN}"):
            (self.config / f"{name}.yaml").write_text("port: 4711\npassword: canary-hidden\n")
        book = TokenBook(State(str(self.config), {}).folder)
        self.tokens = {
            "root": book.new("root", [Grant("admin")], reveals=["**"]),
            "editor": book.new("editor", [Grant("editor")]),
            "viewer": book.new("viewer", [Grant("viewer", "team/*")]),
            "member": book.new("member", [Grant("admin", "team/*")]),
        }
        self.server = Served(self.config, "--port", "0")

    @property
    def port(self) -> int:
        return self.server.port

    def ask(
        self, who: str | None, method: str, path: str, value: Any = ..., **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Send a request in somebody's name; return status, headers and text. Documents are ``app/values/port``."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        if who is not None:
            given["Authorization"] = f"Bearer {self.tokens[who]}"
        body = None
        if value is not ...:
            body, given["Content-Type"] = json.dumps(value).encode(), "application/json"
        place = path if path.startswith("/") else f"/api/v1/documents/{path}"
        status, answered, data = fetch(self.port, place, given, method=method, body=body)
        return status, answered, data.decode("utf-8", "replace")

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and return what comes until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            pieces = []
            while piece := connection.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)

    def end(self) -> None:
        """End the server."""
        if self.server.process.poll() is None:
            assert self.server.end() == 0, self.server.error_text
        else:
            self.server.wait()
