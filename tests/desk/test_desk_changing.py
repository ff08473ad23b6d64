"""Changes over a desk: tags, masks that stand for secrets, and files that are somebody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from setpoint.desk import StaleError
from setpoint.desk.acting import HIDDEN_PREVIEW
from setpoint.errors import ConflictError, SetpointError, UsageError

from .place import HIDDEN, Place

ANY = ("*",)
MASK = "********"


def test_a_change_takes_the_tag_of_what_it_is_based_on(place: Place) -> None:
    """The tag of the value, or of anything around it, will do; another one is stale, and nothing is written."""
    desk = place.desk("editor")
    for parts in ((), ("db",), ("db", "host")):
        tag = desk.value("shop", parts).etag
        before = place.text()
        with pytest.raises(StaleError):
            desk.set("shop", ("db", "host"), "x", if_match=('"AAAAAAAAAAAAAAAAAAAAAAAA"',))
        assert place.text() == before
        desk.set("shop", ("db", "host"), f"{len(parts)}.example", if_match=('"AAAAAAAAAAAAAAAAAAAAAAAA"', tag))
        assert f"host: {len(parts)}.example" in place.text()
        with pytest.raises(StaleError):
            desk.unset("shop", ("db", "host"), if_match=(tag,))
    desk = place.desk("operator")
    for call in (
        lambda: desk.set("shop", ("port",), 1, if_match=()),
        lambda: desk.replace("shop", {}, if_match=()),
        lambda: desk.rollback("shop", 1, if_match=()),
        lambda: desk.migrate("shop", if_match=()),
        lambda: desk.transaction([{"op": "unset", "document": "shop", "pointer": "/port"}], if_match={}),
    ):
        with pytest.raises(UsageError, match="entity tag"):
            call()


def test_a_tag_of_what_the_files_said_before_is_stale(place: Place) -> None:
    """What changed on the disk without being served yet is a change too."""
    desk = place.desk("editor")
    tag = desk.value("shop", ("port",)).etag
    (place.config / "shop.yaml").write_text(place.text().replace("port: 80", "port: 8080"))
    with pytest.raises(StaleError):
        desk.set("shop", ("port",), 81, if_match=(tag,))
    assert "port: 8080" in place.text()


def test_what_was_read_masked_can_be_written_back(place: Place) -> None:
    """A document that was read with its secrets masked, edited and written back keeps every secret as it was."""
    desk = place.desk("editor")
    held = desk.value("shop")
    tree = json.loads(held.body)
    tree["port"] = 8080
    tree["users"].append({"name": "eve", "password": "canary-eve"})
    before = place.text()
    done = desk.replace("shop", tree, if_match=(held.etag,))
    assert place.text() == before.replace("port: 80", "port: 8080") + "- name: eve\n  password: canary-eve\n"
    assert "canary" not in done.diff
    assert done.etags["shop"] == desk.value("shop").etag != held.etag


def test_an_unchanged_document_written_back_changes_nothing(place: Place) -> None:
    """What came from the environment, or from another file, is not written into the base file."""
    desk = place.desk("editor")
    held = desk.value("shop")
    before = place.text()
    assert desk.replace("shop", json.loads(held.body), if_match=(held.etag,)).documents == []
    assert place.text() == before


@pytest.mark.parametrize(
    "change",
    [
        {"note": MASK},
        {"new": {"deep": [MASK]}},
        {"users": [{"name": "bob", "password": MASK, "x": 1}]},
        {"users": [{"name": "carl", "password": MASK}, {"name": "ann", "password": MASK}]},
        {"users": [{"name": "ann", "password": MASK}, {"name": "ann", "password": MASK}, {"name": "c"}]},
        {"vault": {"canary-key": MASK}},
    ],
    ids=str,
)
def test_a_mask_that_stands_for_nothing_is_refused(place: Place, change: dict[str, Any]) -> None:
    """A mask where there is no secret, or where nobody can tell which, is an error; nothing is written."""
    desk = place.desk("editor")
    held = desk.value("shop")
    before = place.text()
    with pytest.raises(UsageError, match="stands for a secret") as caught:
        desk.replace("shop", {**json.loads(held.body), **change}, if_match=(held.etag,))
    assert "canary-inside" not in caught.value.message
    assert place.text() == before


def test_items_with_secrets_can_be_moved_and_removed(place: Place) -> None:
    """An item that is as it was keeps its secret wherever it goes; one that was edited in its place as well."""
    desk = place.desk("editor")
    users = json.loads(desk.value("shop", ("users",)).body)

    def now() -> list[Any]:
        found: list[Any] = place.system.load_config("shop").to_dict()["users"]
        return found

    desk.set("shop", ("users",), [users[1], {"name": "new"}, users[0]], if_match=ANY)
    assert now() == [
        {"name": "bob", "password": "canary-bob"},
        {"name": "new"},
        {"name": "ann", "password": "canary-ann"},
    ]
    desk.set("shop", ("users",), [users[1], {"name": "new"}, {**users[0], "name": "Ann"}], if_match=ANY)
    assert now()[2] == {"name": "Ann", "password": "canary-ann"}
    desk.set("shop", ("users",), [users[1]], if_match=ANY)
    assert now() == [{"name": "bob", "password": "canary-bob"}]


def test_a_secret_of_another_layer_is_not_written_into_this_one(place: Place) -> None:
    """A mapping that was read masked and is set keeps the layer's own secrets, and takes none from another."""
    desk = place.desk("editor")
    mapping = json.loads(desk.value("shop", ("db",)).body)
    assert mapping["password"] == MASK
    desk.set("shop", ("db",), {**mapping, "host": "new.example"}, if_match=ANY)
    assert "host: new.example\n  password: canary-base\n" in place.text()
    desk.set("shop", ("db",), {**mapping, "host": "prod.example"}, if_match=ANY, layer="profile:prod")
    assert "canary-prod" in place.text("shop.prod.yaml")
    assert "environment" not in place.text() + place.text("shop.prod.yaml")


def test_a_secret_can_be_set_by_who_may_not_see_it(place: Place) -> None:
    """Setting a secret takes no more than setting anything else, and neither old nor new value is told."""
    desk = place.desk("editor")
    done = desk.set("shop", ("dsn",), "canary-new", if_match=(desk.value("shop", ("dsn",)).etag,))
    assert "dsn: canary-new" in place.text()
    assert "canary" not in json.dumps(done)
    assert "(changed)" in done.diff
    assert desk.set("shop", ("dsn",), MASK, if_match=ANY).documents == []
    assert "dsn: canary-new" in place.text()


def test_a_preview_does_not_say_whether_a_secret_was_guessed(place: Place) -> None:
    """A dry run that sets a hidden secret says the same for the right value and for any other."""
    desk = place.desk("editor")
    desk.value("shop")
    tree = json.loads(desk.value("shop").body)
    calls = [
        lambda guess: desk.set("shop", ("dsn",), guess, if_match=ANY, dry_run=True),
        lambda guess: desk.replace("shop", {**tree, "dsn": guess}, if_match=ANY, dry_run=True),
        lambda guess: desk.transaction(
            [{"op": "set", "document": "shop", "pointer": "/dsn", "value": guess}],
            if_match={"shop": ANY},
            dry_run=True,
        ),
    ]
    for call in calls:
        right, wrong = call("canary-dsn"), call("canary-nsd")
        assert right == wrong
        assert right.diff == HIDDEN_PREVIEW
    # A word that happens to be a secret is not masked where whoever tries brings it himself.
    right, wrong = (
        desk.set("shop", ("note",), f"is it {one}", if_match=ANY, dry_run=True) for one in ("canary-dsn", "canary-nsd")
    )
    assert right.diff.replace("dsn", "nsd") == wrong.diff.replace("dsn", "nsd")
    assert place.outcomes() == []


def test_an_expected_value_is_compared_as_it_may_be_seen(place: Place) -> None:
    """Who expects a secret that they may not see is refused, whatever it is; its mask is what they may expect."""
    desk = place.desk("editor")

    def expecting(pointer: str, value: object) -> None:
        change = {"op": "set", "document": "shop", "pointer": "/port", "value": 81}
        other = {"op": "set", "document": "shop", "pointer": pointer, "value": "canary-x", "expect": value}
        desk.transaction([change, other], if_match={"shop": ANY}, dry_run=True)

    said = set()
    for guess in ("canary-dsn", "canary-nsd"):
        with pytest.raises(ConflictError) as caught:
            expecting("/dsn", guess)
        said.add(caught.value.message)
    assert len(said) == 1
    expecting("/dsn", MASK)
    expecting("/note", "fine")
    with pytest.raises(ConflictError):
        expecting("/note", "other")


def test_several_documents_change_together_or_not_at_all(place: Place) -> None:
    """A transaction needs the tag of each document, and leaves all as it was when one is stale."""
    desk = place.desk("editor")
    tags = {name: (desk.value(name).etag,) for name in ("shop", "team/service")}
    changes = [
        {"op": "set", "document": "shop", "pointer": "/port", "value": 90},
        {"op": "set", "document": "team/service", "pointer": ("size",), "value": 9},
        {"op": "unset", "document": "shop", "pointer": "/note"},
    ]
    with pytest.raises(UsageError, match="team/service"):
        desk.transaction(changes, if_match={"shop": tags["shop"]})
    desk.set("team/service", ("size",), 5, if_match=tags["team/service"])
    with pytest.raises(StaleError):
        desk.transaction(changes, if_match=tags)
    assert "port: 80" in place.text()
    tags["team/service"] = (desk.value("team/service").etag,)
    done = desk.transaction(changes, if_match=tags)
    assert sorted(done.documents) == ["shop", "team/service"]
    assert "port: 90" in place.text()
    assert "note" not in place.text()
    with pytest.raises(ConflictError):
        desk.transaction(
            [{"op": "set", "document": "shop", "pointer": "/port", "value": 1, "expect": 80}], if_match={"shop": ANY}
        )
    for change in ({"op": "move"}, {"op": "set"}, {"op": "unset", "value": 1}, {"op": "unset", "pointer": 5}):
        with pytest.raises(UsageError):
            desk.transaction([{"document": "shop", "pointer": "/port", **change}], if_match={"shop": ANY})


def test_a_layer_is_no_way_to_another_document_or_folder(place: Place) -> None:
    """A profile's name is a name, and a file that belongs to another document is not written."""
    desk = place.desk("editor:shop")
    for layer in ("profile:../x", "profile:a/b", "profile:local", "profile:", "profile:a.b", "prod", "", "environment"):
        with pytest.raises(UsageError):
            desk.set("shop", ("port",), 81, if_match=ANY, layer=layer)
    files = sorted(path.name for path in place.root.rglob("*.yaml"))
    assert files == ["service.yaml", "shop.local.yaml", "shop.prod.yaml", "shop.yaml", f"{HIDDEN}.yaml"]


def test_a_file_of_another_document_is_not_written_as_a_layer(place: Place) -> None:
    """By the settings a file may belong to another document than its name says."""
    (place.root / "setpoint.toml").write_text(f'[documents]\n{HIDDEN} = "shop.stage.yaml"\n')
    (place.config / f"{HIDDEN}.yaml").rename(place.config / "shop.stage.yaml")
    place.desk("admin").reload()
    before = place.text("shop.stage.yaml")
    assert "4711" in place.desk("viewer").value(HIDDEN).body.decode()
    with pytest.raises(UsageError, match="belongs to another document"):
        place.desk("editor:shop").set("shop", ("port",), 81, if_match=ANY, layer="profile:stage")
    assert place.text("shop.stage.yaml") == before


def test_a_new_document_is_made_once(place: Place) -> None:
    """Creating what is there already is stale; a name that no document can have is refused."""
    desk = place.desk("editor")
    desk.replace("fresh", {"a": 1, "token": "canary-t"}, create=True)
    assert place.text("fresh.yaml") == "a: 1\ntoken: canary-t\n"
    with pytest.raises(StaleError):
        desk.replace("fresh", {"a": 2}, create=True)
    for name in ("../up", "a.b", "local", "", "a//b", "x" * 300, "a\0b"):
        with pytest.raises(SetpointError):
            desk.replace(name, {"a": 1}, create=True)
    assert not (place.root / "up.yaml").exists()


def test_a_document_whose_files_are_gone_can_be_brought_back(place: Place) -> None:
    """Its past can be read by who may read its name, and a rollback makes its files again."""
    desk = place.desk("operator:team/*")
    desk.set("team/service", ("size",), 4, if_match=ANY)
    (place.config / "team" / "service.yaml").unlink()
    place.system._serving.drop(["team/service"])
    place.system._serving.workspace.forget()
    assert [one["number"] for one in desk.history("team/service")["revisions"]] == [2, 1]
    assert desk.revision("team/service", 1)["files"] == {"team/service.yaml": "size: 3\n"}
    desk.rollback("team/service", 2, if_match=ANY)
    assert (place.config / "team" / "service.yaml").read_text() == "size: 4\n"
