"""Documents of other versions, and values that wait for a restart, over a desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint.access import Grant, Principal
from setpoint.desk import Backing, Client, DeniedError, Desk, StaleError
from setpoint.errors import MigrationError
from setpoint.system import ConfigSystem

ANY = ("*",)


def shape(version: str, *keys: str) -> str:
    properties: dict[str, Any] = {"version": {"const": version}, **{key: {"type": "string"} for key in keys}}
    return json.dumps(
        {"type": "object", "required": ["version"], "properties": properties, "additionalProperties": False}
    )


@pytest.fixture
def system(tmp_path: Path) -> Iterator[ConfigSystem]:
    """Two documents of an older version, one of which is hidden, and one with a value that waits for a restart."""
    config = tmp_path / "config"
    (config / "schemas").mkdir(parents=True)
    for name in ("lamp", "zorgblat"):
        (config / f"{name}.yaml").write_text(
            "version: 1.0.0\ncolor: red  # a colour, not canary-one\ntoken: canary-one\n"
        )
        (config / "schemas" / f"{name}@1.0.0.schema.json").write_text(shape("1.0.0", "color", "token"))
        (config / "schemas" / f"{name}@2.0.0.schema.json").write_text(shape("2.0.0", "colour", "api_token"))
    (config / "pool.yaml").write_text("workers: 4\nname: a\n")
    marked = {"type": "object", "properties": {"workers": {"type": "integer", "x-setpoint-restart": True}}}
    (config / "schemas" / "pool.schema.json").write_text(json.dumps(marked))
    with ConfigSystem(config, environ={}) as made:
        for name in ("lamp", "zorgblat"):
            made.add_migration(name, "1.0.0", "2.0.0", up, down)
        yield made


def up(tree: Any) -> Any:
    return {"version": "2.0.0", "colour": tree["color"], "api_token": tree["token"]}


def down(tree: Any) -> Any:
    return {"version": "1.0.0", "color": tree["colour"], "token": tree["api_token"]}


def desk_of(system: ConfigSystem, *grants: str) -> Desk:
    principal = Principal("ann", [Grant.parse(one) for one in grants])
    return Desk(Backing(system, key=bytes(32)), principal, Client("::1", "r"))


def test_a_migration_is_planned_and_made(system: ConfigSystem, tmp_path: Path) -> None:
    """The plan shows way and difference without secrets; the migration takes the tag, and can be rolled back."""
    desk = desk_of(system, "operator:lamp")
    assert desk.migrations() == {
        "pending": [{"document": "lamp", "from": "1.0.0", "to": "2.0.0", "steps": ["lamp 1.0.0 -> 2.0.0"]}],
        "failures": {},
    }
    plan = desk.plan("lamp")
    assert (plan["from"], plan["to"]) == ("1.0.0", "2.0.0")
    assert "+colour: red" in plan["diff"]
    assert "canary" not in json.dumps(plan)
    before = (tmp_path / "config" / "lamp.yaml").read_bytes()
    with pytest.raises(StaleError):
        desk.migrate("lamp", if_match=('"AAAAAAAAAAAAAAAAAAAAAAAA"',))
    assert desk.migrate("lamp", if_match=ANY, dry_run=True).revisions == []
    assert (tmp_path / "config" / "lamp.yaml").read_bytes() == before
    with pytest.raises(DeniedError):
        desk_of(system, "editor:lamp").migrate("lamp", if_match=ANY)
    with pytest.raises(MigrationError):
        desk.migrate("lamp", "9.0.0", if_match=ANY)
    done = desk.migrate("lamp", if_match=(desk.value("lamp").etag,), reason="spelling")
    assert [(one["cause"], one["version"], one["reason"]) for one in done.revisions] == [
        ("migrate", "2.0.0", "spelling")
    ]
    assert "canary" not in json.dumps(done)
    assert desk.value("lamp", ("colour",)).body == b'"red"'
    assert desk.migrations()["pending"] == []
    back = desk.rollback("lamp", 1, if_match=(done.etags["lamp"],))
    assert (tmp_path / "config" / "lamp.yaml").read_bytes() == before
    assert any("1.0.0 again" in note for note in back.notes)
    assert desk.documents()["documents"][0]["version"] == "1.0.0"


def test_a_schema_is_that_of_the_version_that_is_asked_for(system: ConfigSystem) -> None:
    """Without a version it is the newest shape's."""
    desk = desk_of(system, "viewer:lamp")
    newest = desk.schema("lamp")
    assert (newest["version"], newest["versions"]) == ("2.0.0", ["1.0.0", "2.0.0"])
    assert "color" in desk.schema("lamp", "1.0.0")["schema"]["properties"]


def test_a_secret_of_any_version_is_one_in_old_texts(system: ConfigSystem) -> None:
    """What was recorded under another name is masked, and so is the comment that repeats it."""
    desk = desk_of(system, "operator:lamp")
    desk.migrate("lamp", if_match=ANY)
    texts = json.dumps([desk.revision("lamp", number)["files"] for number in (1, 2)])
    assert "red" in texts
    assert "canary" not in texts + desk.diff("lamp", 1, 2)["diff"]


def test_a_tag_counts_while_values_wait_for_a_restart(system: ConfigSystem, tmp_path: Path) -> None:
    """What is served is not what the files say, and still what was read is what a change is based on."""
    desk = desk_of(system, "operator:pool")
    desk.value("pool")
    desk.set("pool", ("workers",), 8, if_match=(desk.value("pool", ("workers",)).etag,))
    assert desk.value("pool", ("workers",)).body == b"4"
    explained = desk.explain("pool", ("workers",))
    assert (explained["value"], explained["origins"][0]["layer"]) == (4, "running")
    desk.set("pool", ("name",), "b", if_match=(desk.value("pool").etag,))
    assert (tmp_path / "config" / "pool.yaml").read_text() == "workers: 8\nname: b\n"
    (tmp_path / "config" / "pool.yaml").write_text("workers: 8\nname: c\n")
    with pytest.raises(StaleError):
        desk.set("pool", ("name",), "d", if_match=(desk.value("pool").etag,))
