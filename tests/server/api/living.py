"""A real server for the tests of the API: a directory with documents, everything behind it, and uvicorn on loopback."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from conforming import assert_conforms

from setpoint.access import Grant, TokenBook
from setpoint.audit import AuditTrail
from setpoint.desk import Backing
from setpoint.monitor.config_monitor import ConfigMonitor
from setpoint.server.application import Application
from setpoint.server.hub import Hub
from setpoint.system import ConfigSystem

FILES = {
    "setpoint.toml": "[directory]\nsubdirectories = true\n",
    "config/service.yaml": (
        'version: "1.0.0"\n# asked for by the customers\ntimeout: 30\nqueue:\n  max_size: 100  # each\n'
        "  names: [a, b]\npassword: hunter2\n"
    ),
    "config/plain.json": '{"colour": "red", "size": 3}\n',
    "config/team/service.toml": 'name = "team"\nreplicas = 2\n',
    "config/schemas/service.schema.json": json.dumps(
        {
            "title": "A service",
            "type": "object",
            "properties": {
                "version": {"const": "2.0.0"},
                "timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 100},
                "queue": {"$ref": "#/$defs/queue"},
                "password": {"type": "string", "writeOnly": True},
            },
            "required": ["version", "timeout_seconds"],
            "additionalProperties": False,
            "$defs": {
                "queue": {
                    "type": "object",
                    "properties": {
                        "max_size": {"type": "integer", "minimum": 1},
                        "names": {"type": "array", "items": {"type": "string"}},
                    },
                    "additionalProperties": False,
                }
            },
        }
    ),
    "config/schemas/service@1.0.0.schema.json": json.dumps(
        {
            "title": "A service",
            "type": "object",
            "properties": {
                "version": {"const": "1.0.0"},
                "timeout": {"type": "integer", "minimum": 1, "maximum": 100},
                "queue": {
                    "type": "object",
                    "properties": {
                        "max_size": {"type": "integer", "minimum": 1},
                        "names": {"type": "array", "items": {"type": "string"}},
                    },
                    "additionalProperties": False,
                },
                "password": {"type": "string", "writeOnly": True},
            },
            "required": ["version", "timeout"],
            "additionalProperties": False,
        }
    ),
    "config/migrations/service/seconds.yaml": (
        "from: 1.0.0\nto: 2.0.0\nsteps:\n  - rename: {path: timeout, to: timeout_seconds}\n"
    ),
}


class Answer:
    """One answer: its status, its headers in small letters, its bytes, and what they are as JSON."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    def __repr__(self) -> str:
        return f"<{self.status} {self.headers.get('content-type')} {self.body[:2000]!r}>"


class LivingServer:
    """Everything that ``setpoint serve`` runs, in this process: started by ``with``, ended with it."""

    def __init__(self, directory: Path, files: dict[str, str] = FILES) -> None:
        for path, text in files.items():
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.directory = directory
        self.system = ConfigSystem(directory / "config", environ={})
        self.system.start_hot_reload()
        self.monitor = ConfigMonitor(self.system)
        self.monitor.start_monitoring(30)
        folder = self.system._state.folder
        self.audit = AuditTrail(folder)
        self.tokens = TokenBook(folder)
        backing = Backing(self.system, monitor=self.monitor, audit=self.audit, key=os.urandom(32))
        self.hub = Hub(self.system)
        self.application = Application(backing, self.tokens, {}, hub=self.hub)
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.application, host="127.0.0.1", port=0, log_config=None, access_log=False, http="h11", ws="none"
            )
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.port = 0
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.thread.start()
        end = time.monotonic() + 60
        while not self.server.started:
            assert self.thread.is_alive() and time.monotonic() < end, "the server did not start"
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive(), "the server did not end"
        self.monitor.stop_monitoring()
        self.audit.close()
        self.system.close()

    def token(self, role: str, documents: str = "**") -> str:
        """Return the token of somebody with a role; the same one each time."""
        who = f"{role}:{documents}"
        if who not in self._tokens:
            self._tokens[who] = self.tokens.once(who, (Grant(role, documents),))
        return self._tokens[who]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = ...,
        *,
        role: str | None = "admin",
        documents: str = "**",
        headers: dict[str, str] | None = None,
        **conditions: str,
    ) -> Answer:
        """Send one request, and demand that the answer is what its route declares.

        Arguments: ``path`` is below /api/v1; ``if_match=`` and the like are headers.
        """
        sent = {name.replace("_", "-"): value for name, value in conditions.items()} | (headers or {})
        if role is not None:
            sent["Authorization"] = f"Bearer {self.token(role, documents)}"
        data = None
        if body is not ...:
            data = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/api/v1{path}", data, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            content = answer.read()
        finally:
            connection.close()
        assert_conforms(method, f"/api/v1{path}", answer.status, found.get("content-type", ""), content)
        return Answer(answer.status, found, content)
