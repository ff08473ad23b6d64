"""Reading at a desk: values with their tags, pages, states of the past, and what is kept ready."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from setpoint.desk import GoneError
from setpoint.desk.generations import KEPT
from setpoint.desk.shelves import Shelves
from setpoint.errors import ConfigNotFoundError, ConfigValidationError, UsageError

from .place import HIDDEN, Place

ANY = ("*",)


def test_a_value_has_a_body_a_tag_and_a_generation(place: Place) -> None:
    """What is held is the value as JSON; its tag is strong, 16 characters or more, and stays as long as the value."""
    desk = place.desk("editor")
    assert desk.held("shop", ("port",)) is None  # not served yet
    first = desk.value("shop", ("port",))
    assert (first.body, first.generation) == (b"80", 1)
    assert first.etag[0] == first.etag[-1] == '"'
    assert len(first.etag) >= 18
    assert desk.held("shop", ("port",)) is first
    other = desk.value("shop", ("limit",))
    desk.set("shop", ("note",), "changed", if_match=ANY)
    again = desk.held("shop", ("port",))
    assert again is not None
    assert (again.body, again.etag, again.generation) == (b"80", first.etag, 2)
    desk.set("shop", ("port",), 81, if_match=ANY)
    assert desk.value("shop", ("port",)).etag != first.etag
    assert desk.value("shop", ("limit",)).etag == other.etag


def test_the_tag_of_a_secret_tells_nothing_of_it(place: Place) -> None:
    """Equal values at two places, or with another key, have different tags; masked and open views have the same."""
    desk = place.desk("editor")
    desk.set("shop", ("note",), "canary-dsn", if_match=ANY)
    assert desk.value("shop", ("note",)).etag != desk.value("shop", ("dsn",)).etag
    assert desk.value("shop", ("dsn",)).etag == place.desk("viewer", reveals=("shop",)).value("shop", ("dsn",)).etag


def test_a_list_index_in_another_spelling_reveals_nothing(place: Place) -> None:
    """A place inside of a list is masked however its index is written, and has one tag."""
    desk = place.desk("viewer")
    tags = set()
    for index in ("0", "00", "٠"):
        held = desk.value("shop", ("users", index, "password"))
        assert held.body == b'"********"'
        tags.add(held.etag)
    assert len(tags) == 1


def test_nothing_is_told_of_the_inside_of_a_secret(place: Place) -> None:
    """An address below a secret is answered in the same way whether it is there or not."""
    desk = place.desk("viewer")
    said = set()
    for key in ("canary-key", "another"):
        with pytest.raises(UsageError) as caught:
            desk.value("shop", ("vault", key))
        said.add(caught.value.message.replace(key, "?"))
        with pytest.raises(UsageError):
            desk.explain("shop", ("vault", key))
    assert len(said) == 1


def test_documents_come_in_pages(place: Place) -> None:
    """A page has as many as are wanted, and says where the next one begins; what is not loaded has no tag."""
    desk = place.desk("viewer")
    page = desk.documents(limit=2)
    assert [one["name"] for one in page["documents"]] == ["shop", "team/service"]
    assert page["next"] == "team/service"
    rest = desk.documents(after=page["next"], limit=2)
    assert ([one["name"] for one in rest["documents"]], rest["next"]) == ([HIDDEN], None)
    assert [one["name"] for one in desk.documents(prefix="team/")["documents"]] == ["team/service"]
    assert page["documents"][0] == {
        "name": "shop",
        "version": None,
        "schema": None,
        "format": "yaml",
        "files": ["shop.yaml", "shop.prod.yaml", "shop.local.yaml"],
        "etag": None,
        "status": "not-loaded",
    }
    tag = desk.value("shop").etag
    loaded = desk.documents()["documents"][0]
    assert (loaded["status"], loaded["schema"], loaded["etag"]) == ("served", "The shop", tag)


def test_a_document_that_cannot_be_loaded_is_listed_as_invalid(place: Place) -> None:
    """A document that is refused at its first load is invalid; one that turns bad later is refused, and served on."""
    (place.config / "shop.yaml").write_text("port: no number\n")
    desk = place.desk("admin")
    with pytest.raises(ConfigValidationError):
        desk.value("shop")
    assert desk.documents()["documents"][0]["status"] == "invalid"
    (place.config / "shop.yaml").write_text("port: 81\n")
    assert desk.value("shop", ("port",)).body == b"81"
    (place.config / "shop.yaml").write_text("port: no number\n")
    with pytest.raises(ConfigValidationError):
        desk.reload()
    assert desk.documents()["documents"][0]["status"] == "refused"
    assert desk.value("shop", ("port",)).body == b"81"


def test_a_snapshot_of_an_earlier_generation_is_what_was_served_then(place: Place) -> None:
    """The last generations that somebody was told of are kept; older ones are gone, later ones are not there yet."""
    desk = place.desk("editor")
    first = desk.snapshot()
    assert sorted(first["documents"]) == ["shop", "team/service", HIDDEN]
    for port in range(100, 100 + KEPT - 1):
        desk.set("shop", ("port",), port, if_match=ANY)
        assert json.loads(desk.value("shop", ("port",)).body) == port
    assert desk.snapshot(first["generation"]) == first
    desk.set("shop", ("port",), 99, if_match=ANY)
    assert desk.snapshot()["documents"]["shop"]["port"] == 99
    with pytest.raises(GoneError):
        desk.snapshot(first["generation"])
    with pytest.raises(ConfigNotFoundError):
        desk.snapshot(10_000)


def test_what_is_kept_ready_is_bounded(place: Place) -> None:
    """Beyond its bytes the shelves made first go; and what is served no longer is let go of."""
    desk = place.desk("editor")
    desk.value("shop")
    most = 12_000
    shelves = place.backing.shelves = Shelves(
        place.system, place.backing.masks, place.backing.tags, place.backing.generations, most_bytes=most
    )
    for number in range(100):
        assert shelves.find("shop", ("users", "0" * (number % 18 + 1), "name"), reveals=number % 2 == 0) is not None
        assert shelves.find("shop", ("users", "0", "name"), reveals=True) is not None
        assert 0 < shelves.size == sum(one.size for one in shelves.by_name.values()) <= most
    desk.value("team/service")
    shelves.find("shop", ("port",), reveals=False)
    old = shelves.by_name["shop"]
    desk.set("shop", ("port",), 81, if_match=ANY)
    desk.held("team/service")
    assert shelves.by_name.get("shop") is not old
    assert shelves.size == sum(one.size for one in shelves.by_name.values())


def test_a_read_at_the_desk_counts_as_one(place: Place) -> None:
    """What is answered from what is kept ready is in the figures of the cache."""
    desk = place.desk("viewer")
    desk.value("shop", ("port",))
    before = place.system.get_cache_stats()["reads"]
    for _ in range(10):
        desk.held("shop", ("port",))
    after = place.system.get_cache_stats()["reads"]
    assert before is not None
    assert after == before + 10


def test_validating_says_nothing_of_secrets(place: Place) -> None:
    """A masked document is valid as the document is; and a guess at a secret is answered like any other text."""
    desk = place.desk("viewer")
    tree = json.loads(desk.value("shop").body)
    assert desk.validate("shop", tree) == {"ok": True, "diagnostics": []}
    said = set()
    for guess in ("canary-dsn", "canary-xyz"):
        result = desk.validate("shop", {**tree, "port": guess})
        assert not result["ok"]
        said.add(json.dumps(result).replace(guess, "?"))
    assert len(said) == 1
    assert desk.validate("shop", {"port": 1.5e400})["diagnostics"][0]["rule"] == "not-finite"
    assert desk.validate("shop", {"note": "\ud800"})["diagnostics"][0]["rule"] == "lone-surrogate"
    assert desk.validate("shop", [1])["diagnostics"][0]["rule"] == "not-a-mapping"


def test_a_single_file_is_read_and_changed_like_a_directory(tmp_path: Path) -> None:
    """A system of one file has a desk too."""
    from setpoint.access import Grant, Principal
    from setpoint.desk import Backing, Client, Desk
    from setpoint.system import ConfigSystem

    (tmp_path / "one.toml").write_text("size = 1\ntoken = 'canary'\n")
    with ConfigSystem(tmp_path / "one.toml", environ={}) as system:
        backing = Backing(system, key=bytes(32))
        desk = Desk(backing, Principal("ann", [Grant("operator", "one")]), Client("::1", "r"))
        tag = desk.value("one").etag
        done = desk.set("one", ("size",), 2, if_match=(tag,))
        assert done.etags == {"one": desk.value("one").etag}
        assert "canary" not in done.diff
        desk.rollback("one", 1, if_match=(done.etags["one"],))
        assert (tmp_path / "one.toml").read_text() == "size = 1\ntoken = 'canary'\n"
        with pytest.raises(UsageError):
            desk.set("one", ("size",), 3, if_match=ANY, layer="profile:prod")


def test_a_document_in_a_subdirectory_is_one_of_its_own(place: Place) -> None:
    """Its whole name counts in grants and in calls."""
    desk = place.desk("editor:team/*")
    assert desk.value("team/service").body == b'{"size":3}'
    done = desk.set("team/service", ("size",), 4, if_match=(desk.value("team/service", ("size",)).etag,))
    assert done.documents == ["team/service"]
    assert (place.config / "team" / "service.yaml").read_text() == "size: 4\n"
    done = desk.replace("team/other", {"a": 1}, create=True, format="json")
    assert json.loads((place.config / "team" / "other.json").read_text()) == {"a": 1}
    assert desk.value("team/other").etag == done.etags["team/other"]
