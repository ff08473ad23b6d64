"""A real server with the dashboard for its tests: documents, everything behind it, and uvicorn on loopback."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import uvicorn

from setpoint.access import Grant, TokenBook
from setpoint.audit import AuditTrail
from setpoint.desk import Backing
from setpoint.monitor.config_monitor import ConfigMonitor
from setpoint.server.application import Application
from setpoint.server.hub import Hub
from setpoint.server.listening import bind
from setpoint.system import ConfigSystem

EXAMPLE = Path(__file__).parents[3] / "examples" / "swarm" / "config"
# What a page must never take for anything but text.
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
TAG = "</textarea></title></style><svg onload=alert(3)>"
TEMPLATE = "{{ 7 * 7 }}{% raw %}${alert(4)}"
LINK = "javascript:alert(5)"
TURNED = "left\u202ethgir\u200b"
HOSTILE = (SCRIPT, IMAGE, TAG, TEMPLATE, LINK, TURNED, "'-alert(6)-'", "&lt;b&gt;", "--><!--")

SERVICE = """version: "1.0.0"
# asked for by the customers
timeout: 30
colour: red
debug: false
queue:
  max_size: 100  # each
  names: [a, b]
password: hunter2-do-not-show
"""
SERVICE_SCHEMA = {
    "title": "A service",
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Seconds until it gives up."},
        "colour": {"enum": ["red", "green", "blue"], "description": "Of the lamp."},
        "debug": {"type": "boolean"},
        "queue": {"$ref": "#/$defs/queue"},
        "password": {"type": "string", "writeOnly": True, "description": "For the door."},
        "note": {"type": "string", "maxLength": 200, "description": "Whatever there is to say."},
    },
    "required": ["version", "timeout"],
    "additionalProperties": False,
    "$defs": {
        "queue": {
            "type": "object",
            "description": "Where orders wait.",
            "properties": {
                "max_size": {"type": "integer", "minimum": 1},
                "names": {"type": "array", "items": {"type": "string"}},
            },
            "additionalProperties": False,
        }
    },
}
OLD = 'version: "1.0.0"\nseconds: 5\n'


def shape(version: str, key: str) -> str:
    """The schema of one version of the document that can be migrated."""
    properties = {"version": {"const": version}, key: {"type": "integer"}}
    return json.dumps({"type": "object", "properties": properties, "additionalProperties": False})


def plant(directory: Path) -> None:
    """Write the documents: the example's, one with a schema and a secret, one to be migrated, one full of markup."""
    config = directory / "config"
    shutil.copytree(EXAMPLE, config)
    files = {
        directory / "setpoint.toml": "[directory]\nsubdirectories = true\n",
        config / "service.yaml": SERVICE,
        config / "schemas" / "service.schema.json": json.dumps(SERVICE_SCHEMA),
        config / "old.yaml": OLD,
        config / "schemas" / "old.schema.json": shape("2.0.0", "delay"),
        config / "schemas" / "old@1.0.0.schema.json": shape("1.0.0", "seconds"),
        config / "migrations" / "old" / "delay.yaml": (
            "from: 1.0.0\nto: 2.0.0\nsteps:\n  - rename: {path: seconds, to: delay}\n"
        ),
        config / "team" / "service.toml": 'name = "team"\nreplicas = 2\n',
        config / "hostile.json": json.dumps({text: {text: [text]} for text in HOSTILE}),
        config / "schemas" / "hostile.schema.json": json.dumps(
            {"title": SCRIPT, "type": "object", "additionalProperties": {"description": IMAGE, "title": SCRIPT}}
        ),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Answer:
    """One answer: its status, its headers in small letters, and its text."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.body = body
        self.text = body.decode("utf-8")

    def field(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"the page has no field {name!r}: {self.text[:3000]}"
        return unescape(found[1])

    def __repr__(self) -> str:
        return f"<{self.status} {self.headers.get('content-type')} {self.text[:4000]!r}>"


class Dashboard:
    """Everything that a server with a dashboard is made of, in this process: started by ``with``, ended with it."""

    def __init__(self, directory: Path, put: Callable[[Path], None] = plant) -> None:
        put(directory)
        self.config = directory / "config"
        self.system = ConfigSystem(self.config, environ={})
        self.system.start_hot_reload()
        for entry in self.system.documents():
            self.system.load_config(entry.name)
        self.monitor = ConfigMonitor(self.system)
        self.monitor.start_monitoring(300)
        folder = self.system._state.folder
        self.audit = AuditTrail(folder)
        self.tokens = TokenBook(folder)
        backing = Backing(self.system, monitor=self.monitor, audit=self.audit, key=os.urandom(32))
        self.hub = Hub(self.system)
        self.application = Application(backing, self.tokens, {}, hub=self.hub)
        self.socket = bind("127.0.0.1", 0)
        self.port: int = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = uvicorn.Server(
            uvicorn.Config(self.application, log_config=None, access_log=False, http="h11", ws="none", lifespan="on")
        )
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self._tokens: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.thread.start()
        wait_for(lambda: self.server.started, "the server's start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hub._loop.call_soon_threadsafe(self.hub.close)  # type: ignore[union-attr]
        self.server.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive(), "the server did not end"
        self.socket.close()
        self.monitor.stop_monitoring()
        self.audit.close()
        self.system.close()

    def token(self, role: str, documents: str = "**", reveals: str | None = None) -> str:
        """The token of somebody with this role; the same each time."""
        key = f"{role}:{documents}:{reveals}"
        if key not in self._tokens:
            shown = (reveals,) if reveals else ()
            self._tokens[key] = self.tokens.new(f"{role}-name", [Grant(role, documents)], reveals=shown)
        return self._tokens[key]

    def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        cookie: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request as a browser of the same site does, and return the answer; nothing is followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", **(headers or {})}
        if cookie:
            sent["Cookie"] = cookie
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            connection.close()

    def cookie(self, role: str, documents: str = "**") -> str:
        """The cookie of somebody of this role who has signed in."""
        key = f"{role}:{documents}"
        if key not in self._sessions:
            got = self.ask("POST", "/sign-in", {"token": self.token(role, documents)})
            assert got.status == 303, got
            self._sessions[key] = got.cookies[0].partition(";")[0]
        return self._sessions[key]

    def page(self, path: str, role: str = "admin", documents: str = "**") -> Answer:
        """A page as somebody of this role sees it."""
        return self.ask("GET", path, cookie=self.cookie(role, documents))

    def send(self, path: str, form: Mapping[str, str], role: str = "admin", documents: str = "**") -> Answer:
        """Send a form as the page of somebody of this role would, with what it hides of their session."""
        cookie = self.cookie(role, documents)
        if cookie not in self._texts:
            self._texts[cookie] = self.page("/alerts", role, documents).field("csrf")
        return self.ask("POST", path, {"csrf": self._texts[cookie], **form}, cookie=cookie)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until something is so; fail when it has not become so for a long time."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.01)
