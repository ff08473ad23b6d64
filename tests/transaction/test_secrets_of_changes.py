"""Twenty secrets, planted where changes go by: they come out nowhere but in the files they were put into.

The record of revisions holds the exact bytes of base and profile files, secrets included, since a rollback must give
them back; it is private (0700, 0600). The machine's own layers, which are where secrets belong, are never in it.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changing_home import leftovers, opened

from setpoint import ConfigSystem
from setpoint.errors import SetpointError

NAMES = (
    "base_old",
    "base_new",
    "named",
    "named_new",
    "listed",
    "profile",
    "local",
    "local_new",
    "dotenv",
    "environment",
)
MORE = ("override", "expected", "refused", "typed", "saved", "theirs", "broken", "rewritten", "rolled", "converted")
SECRETS = {name: f"hunter2-{number:02}-{name}" for number, name in enumerate((*NAMES, *MORE))}
IN_THE_RECORD = {"base_old", "base_new", "named", "named_new", "listed", "profile", "saved", "theirs", "rolled"} | {
    "converted",
    "broken",
    "rewritten",
}
SCHEMA = """\
{"properties": {
  "pin": {"type": "string", "x-setpoint-secret": true, "maxLength": 40},
  "keys": {"type": "array", "items": {"type": "string", "writeOnly": true}},
  "db": {"type": "object", "properties": {"password": {"type": "string", "maxLength": 40}}},
  "port": {"type": "integer", "maximum": 70000}}}
"""


def secret(name: str) -> str:
    return SECRETS[name]


class Witness:
    """Everything that a person or a program gets to see."""

    def __init__(self) -> None:
        self.seen = io.StringIO()

    def __call__(self, *things: Any) -> None:
        for thing in things:
            print(thing, repr(thing), file=self.seen)

    def fails(self, work: Callable[[], Any]) -> None:
        """Do what must fail, and take down all that the error says."""
        with pytest.raises(SetpointError) as caught:
            work()
        error: BaseException | None = caught.value
        self(*traceback.format_exception(caught.value))
        while error is not None:
            self(error, error.args, getattr(error, "diagnostics", ()))
            for one in getattr(error, "diagnostics", ()):
                self(one.to_dict(), one.excerpt.lines if one.excerpt else "", one.message, one.suggestion)
            error = error.__cause__ or error.__context__


def plant(home: Path) -> ConfigSystem:
    """Write secrets into every layer, and open the directory."""
    (home / "schemas" / "vault.schema.json").write_text(SCHEMA)
    (home / "vault.yaml").write_text(
        f"pin: {secret('base_old')}\nport: 1\nkeys: [{secret('listed')}]\ndb:\n  password: {secret('named')}\n"
    )
    (home / "vault.prod.yaml").write_text(f"db: {{api_token: {secret('profile')}}}\n")
    (home / "vault.local.yaml").write_text(f"db: {{secret_key: {secret('local')}}}\n")
    (home.parent / ".env").write_text(f"SETPOINT_VAULT__OTHER__PASSWORD={secret('dotenv')}\n")
    return opened(profile="prod", environ={"SETPOINT_VAULT__DB__PASSPHRASE": secret("environment")})


def change_everything(home: Path, witness: Witness) -> None:
    """Make every kind of change, good and bad, with secrets in it."""
    system = plant(home)
    witness(system.load_config("vault").db.password is not None)
    witness(saved := system.set("vault.pin", secret("base_new"), reason="rotated"), saved.diff, *saved.revisions)
    witness(saved := system.set("vault.db.password", secret("named_new")), saved.diffs, saved.revision)
    witness(saved := system.set("vault.db.secret_key", secret("local_new"), layer="local"), saved.diff)
    witness(saved := system.set("vault.pin", "12", dry_run=True), saved.diff)
    system.set("vault.pin", secret("base_new"))
    witness.fails(lambda: system.set("vault.pin", "1", expect=secret("expected")))
    witness.fails(lambda: system.set("vault.pin", secret("refused") * 5))
    witness.fails(lambda: system.set("vault.pin", [secret("typed")]))
    witness.fails(lambda: system.set("vault.db.passphrase", secret("refused")))
    with system.override({"vault.db.password": secret("override")}):
        witness.fails(lambda: system.set("vault.db.password", secret("refused")))
    tree = system.load_config("vault").to_dict()
    tree["pin"] = secret("saved")
    text = (home / "vault.yaml").read_text()
    (home / "vault.yaml").write_text(text.replace(secret("base_new"), secret("theirs")))
    witness.fails(lambda: system.save_config("vault", tree))
    system.reload()
    witness(saved := system.save_config("vault", tree), saved.diff)
    transaction = system.transaction()
    transaction.rewrite("vault", f"pin: {secret('rewritten')}\n  x: [".encode(), (home / "vault.yaml").read_bytes())
    witness(transaction)
    witness.fails(transaction.commit)
    text = (home / "vault.yaml").read_text()
    (home / "vault.yaml").write_text(text + f"token: {secret('broken')}\n  deeper: [\n")
    witness.fails(lambda: system.set("vault.port", 2))
    witness.fails(lambda: system.reload())
    (home / "vault.yaml").write_text(text.replace(secret("saved"), secret("rolled")))
    system.reload()
    system.set("vault.port", 3)
    tree = system.load_config("vault").to_dict()
    tree["keys"] = [secret("converted")]
    witness(saved := system.save_config("vault", tree, format="json"), saved.diff)
    revisions = system.history("vault")
    witness(*revisions, *(one.to_dict() for one in revisions))
    for one in revisions:
        witness(system.diff("vault", one.number), system.diff("vault", one.number, revisions[0].number))
    witness(saved := system.rollback("vault", to=2), saved.diff)
    witness(system, system._get_committer(), system.record(), system.record().verify(), leftovers(home))


def test_no_secret_is_shown_anywhere(
    home: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in an error, a diff, a repr, a diagnostic or its excerpt, a log or a stream; and differences still show."""
    caplog.set_level(logging.DEBUG)
    witness = Witness()
    change_everything(home, witness)
    captured = capfd.readouterr()
    everything = "".join((witness.seen.getvalue(), caplog.text, captured.out, captured.err))
    assert [name for name, value in SECRETS.items() if value in everything] == []
    assert "hunter2" not in everything
    assert "********" in everything
    assert "(changed)" in everything


def test_the_record_holds_base_and_profile_alone(home: Path) -> None:
    """Its contents are exact; what the machine adds is neither in them nor anywhere else in the state."""
    change_everything(home, Witness())
    with opened(profile="prod") as system:
        record = system.record()
        contents = b"".join(
            data for one in system.history("vault") for data in record.files("vault", one.number).values()
        ).decode()
        target = home.parent / "export"
        record.export(target)
        assert target.stat().st_mode & 0o777 == 0o600
    found = {name for name, value in SECRETS.items() if value in contents}
    assert found <= IN_THE_RECORD
    assert {"base_old", "base_new", "named", "profile", "theirs"} <= found
    state = home / ".setpoint"
    assert state.stat().st_mode & 0o777 == 0o700
    for path in state.rglob("*"):
        if path.is_dir():
            assert path.stat().st_mode & 0o777 == 0o700
            continue
        assert path.stat().st_mode & 0o777 == 0o600
        data = path.read_bytes()
        assert [name for name, value in SECRETS.items() if value.encode() in data and name not in IN_THE_RECORD] == []


def test_secrets_stay_in_the_files_they_were_put_into(home: Path) -> None:
    """Each of a layer that no change moves is in its own file, and in no other."""
    change_everything(home, Witness())
    where = {
        name: sorted(
            path.name
            for path in home.parent.rglob("*")
            if path.is_file() and ".setpoint" not in path.parts and value.encode() in path.read_bytes()
        )
        for name, value in SECRETS.items()
    }
    assert where["dotenv"] == [".env"]
    assert where["local_new"] == ["vault.local.yaml"]
    assert where["profile"] == ["vault.prod.yaml"]
    assert all(where[name] == [] for name in ("environment", "override", "expected", "refused", "typed", "local"))
