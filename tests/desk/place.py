"""``Place``: a system with secrets in every place that can hold one, and desks for whoever asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setpoint.access import Grant, Principal
from setpoint.audit import AuditTrail
from setpoint.desk import Backing, Client, Desk
from setpoint.diagnostic import Diagnostic
from setpoint.system import ConfigSystem

KEY = b"a key of the tests, 32 bytes long"
SECRET = "canary-"  # every secret begins so
HIDDEN = "zorgblat"  # what the document is called that most may not see

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "The shop",
    "type": "object",
    "properties": {
        "port": {"type": "integer", "maximum": 65535},
        "limit": {"type": "integer", "default": 7},
        "dsn": {"type": "string", "x-setpoint-secret": True, "default": "canary-default", "minLength": 4},
        "vault": {"type": "object", "x-setpoint-secret": True},
        "db": {"type": "object"},
        "users": {"type": "array"},
        "note": {"type": "string"},
        "token": {"type": "string"},
    },
}
SHOP = """\
# the old one was canary-base
port: 80
note: fine
dsn: canary-dsn
vault:
  canary-key: canary-inside
db:
  host: db.example
  password: canary-base
users:
- name: ann
  password: canary-ann
- name: bob
  password: canary-bob
"""


class Place:
    """One system, what stands behind its desks, and its files."""

    def __init__(self, root: Path, *, document: str = "shop", environ: dict[str, str] | None = None) -> None:
        self.root = root
        self.config = root / "config"
        self.document = document
        self.system = ConfigSystem(self.config, profile="prod", environ=environ or {})
        self.audit = AuditTrail(root / "state")
        self.backing = Backing(self.system, audit=self.audit, key=KEY)

    def desk(self, *grants: str, reveals: tuple[str, ...] = (), name: str = "ann") -> Desk:
        principal = Principal(name, [Grant.parse(one) for one in grants], token="0123456789ab", reveals=reveals)
        return Desk(self.backing, principal, Client("192.0.2.7", "request-1"))

    def close(self) -> None:
        self.system.close()
        self.audit.close()

    def text(self, name: str = "shop.yaml") -> str:
        return (self.config / name).read_text()

    def outcomes(self) -> list[str]:
        """How what was tried went, by the audit trail, the oldest first."""
        return [one.outcome for one in reversed(self.audit.entries(limit=1000))]


def told(thing: object) -> str:
    """Everything that somebody learns from a result or an error, as one text."""
    if isinstance(thing, BaseException):
        facts = [one.to_dict() for one in getattr(thing, "diagnostics", ())]
        return json.dumps([str(thing), list(getattr(thing, "near", ())), facts, repr(thing.__cause__)])
    if hasattr(thing, "body"):
        return thing.body.decode() + thing.etag
    return json.dumps(thing)


def make_place(root: Path) -> Place:
    """Return a system full of secrets in a new folder."""
    config = root / "config"
    (config / "schemas").mkdir(parents=True)
    (config / "team").mkdir()
    (root / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    (config / "shop.yaml").write_text(SHOP)
    (config / "shop.prod.yaml").write_text("db: {password: canary-prod}\n")
    (config / "shop.local.yaml").write_text("db: {password: canary-local}\n")
    (config / "schemas" / "shop.schema.json").write_text(json.dumps(SCHEMA))
    (config / f"{HIDDEN}.yaml").write_text("port: 4711\nshown: only-for-some\npassword: canary-hidden\n")
    (config / "team" / "service.yaml").write_text("size: 3\n")
    (root / ".env").write_text("SETPOINT_SHOP__DB__PASSWORD=canary-dotenv\n")
    place = Place(root, environ={"SETPOINT_SHOP__DB__PASSWORD": "canary-environment"})

    @place.system.rule("shop", HIDDEN)
    def ports(shop: Any, hidden: Any) -> Iterator[Diagnostic]:
        if shop.port == hidden.port:
            yield Diagnostic("port-clash", f"{HIDDEN} has port {hidden.port} too, and {hidden.password}", path="/port")

    return place


def says_the_hidden_port(said: str) -> bool:
    """True when a text holds the port of the hidden document, and not only digits of a time or a digest."""
    return re.search(r"(?<![\w.])4711(?!\w)", said) is not None
