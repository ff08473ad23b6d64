"""What is beside the documents that are served: new ones, gone ones, unfinished ones, settings, variables, schemas."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem, SetpointError

from .live import until

LOOSE = {"type": "object", "properties": {"n": {"type": "integer"}}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "config"
    (home / "schemas").mkdir(parents=True)
    (home / "schemas" / "app.schema.json").write_text(json.dumps(LOOSE))
    (home / "app.yaml").write_text("n: 0\n")
    (home / "other.yaml").write_text("n: 0\n")
    return home


class Followed:
    """A system that follows its files, and what it told of each document's number."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.system = ConfigSystem(home, **({"environ": {}} | options))
        self.system.snapshot()
        self.told: list[tuple[str, Any, Any]] = []
        self.system.on_change("*.n", lambda changes: self.told.extend(tuple(one) for one in changes))
        self.events = self.system.events()
        self.system.start_hot_reload()
        assert self.settles()

    def settles(self) -> bool:
        follower = self.system._follower
        assert follower is not None
        return follower.watch.look(60) and self.system._audience.bus.drain(60)

    def next(self, kind: str) -> Any:
        """Return the next event, which must be of a kind."""
        event = self.events.get(60)
        assert event is not None
        assert event.kind == kind, event
        return event

    def number(self, name: str = "app") -> Any:
        return self.system.load_config(name)["n"]

    @property
    def status(self) -> dict[str, Any]:
        return self.system.hot_reload_status()


@pytest.fixture
def followed(home: Path) -> Iterator[Followed]:
    followed = Followed(home)
    yield followed
    assert followed.status["errors"] == 0
    followed.system.close()


def put(file: Path, text: str) -> None:
    new = file.parent.parent / "new"
    new.write_text(text)
    new.replace(file)


def test_a_new_file_is_a_new_document(home: Path, followed: Followed) -> None:
    """It is served when it comes, and told of; a new layer of a document is a change of that."""
    put(home / "new.yaml", "n: 5\n")
    assert followed.next("reloaded").documents == ("new",)
    assert followed.number("new") == 5
    put(home / "app.local.yaml", "n: 7\n")
    assert followed.next("reloaded").documents == ("app",)
    assert followed.number() == 7
    (home / "app.local.yaml").unlink()
    assert followed.next("reloaded").documents == ("app",)
    assert followed.settles()
    assert [one[0::2] for one in followed.told] == [("new.n", 5), ("app.n", 7), ("app.n", 0)]


def test_a_new_file_that_is_wrong_is_refused_and_served_once_it_is_good(home: Path, followed: Followed) -> None:
    """Neither keeps the others from changing."""
    put(home / "schemas" / "new.schema.json", json.dumps(LOOSE))
    put(home / "new.yaml", "n: many\n")
    assert followed.next("rejected").documents == ("new",)
    put(home / "app.yaml", "n: 1\n")
    assert followed.next("reloaded").documents == ("app",)
    put(home / "new.yaml", "n: 2\n")
    assert followed.next("reloaded").documents == ("new",)
    assert followed.number("new") == 2


def test_a_deleted_file_is_served_on_until_it_is_back(home: Path, followed: Followed) -> None:
    """It is told of once, and is not told of when it comes back as it was."""
    (home / "app.yaml").unlink()
    assert followed.next("orphaned").documents == ("app",)
    assert followed.number() == 0
    assert followed.status["refused"]["app"]["kind"] == "gone"
    put(home / "other.yaml", "n: 1\n")
    assert followed.next("reloaded").documents == ("other",)
    (home / "app.yaml").write_text("n: 0\n")
    assert until(lambda: followed.status["refused"] == {})
    (home / "app.yaml").unlink()
    assert followed.next("orphaned").documents == ("app",)
    put(home / "app.yaml", "n: 3\n")
    assert followed.next("reloaded").documents == ("app",)
    assert followed.number() == 3


def test_a_half_written_file_is_never_served(home: Path, followed: Followed) -> None:
    """Written in two parts with a pause between, of which the first would be good by itself: only the whole counts."""
    pause = 0.4
    took, number = math.inf, 0
    while took >= 0.5:  # this machine was too busy to write it within the time that a file must stand still
        number += 1
        assert number < 50
        followed.told.clear()
        with (home / "app.yaml").open("wb", buffering=0) as stream:
            begun = time.monotonic()
            stream.write(f"n: {number}0".encode())
            end = time.monotonic() + pause
            while time.monotonic() < end:
                assert followed.settles()  # every look there could be
                time.sleep(0.02)
            stream.write(b"0\n")
            took = time.monotonic() - begun
        assert until(lambda: followed.number() == number * 100)  # noqa: B023 - called at once
        assert followed.settles()
    assert [one[2] for one in followed.told] == [number * 100]


def test_an_empty_file_is_waited_for_and_then_refused(home: Path, followed: Followed) -> None:
    """Truncated for half a second and longer, nothing is ever served of it; the good file is served at once."""
    (home / "app.yaml").write_bytes(b"")
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        assert followed.number() == 0
        time.sleep(0.001)
    assert followed.next("rejected").documents == ("app",)
    assert followed.number() == 0
    (home / "app.yaml").write_text("n: 4\n")
    assert followed.next("reloaded").documents == ("app",)
    assert followed.settles()
    assert followed.told == [("app.n", 0, 4)]


def test_several_files_of_which_one_is_wrong_wait_together(home: Path, followed: Followed) -> None:
    """Replaced in one moment, by way of a link, either all of them count or none; repaired, all of them."""
    for release, (app, other) in {"one": ("1", "one"), "two": ("2", "2")}.items():
        (home.parent / release).mkdir()
        (home.parent / release / "app.yaml").write_text(f"n: {app}\n")
        (home.parent / release / "other.yaml").write_text(f"n: {other}\n")
    (home / "schemas" / "other.schema.json").write_text(json.dumps(LOOSE))
    assert until(followed.settles)
    (home.parent / "current").symlink_to("zero")
    (home.parent / "zero").mkdir()
    for name in ("app", "other"):
        (home.parent / "zero" / f"{name}.yaml").write_text("n: 0\n")
        link = home / f".{name}"
        link.symlink_to(f"../current/{name}.yaml")
        link.replace(home / f"{name}.yaml")
    assert followed.settles()

    def switch(target: str) -> None:
        new = home.parent / "current.new"
        new.symlink_to(target)
        new.replace(home.parent / "current")

    switch("one")
    rejected = followed.next("rejected")
    assert (rejected.documents, rejected.held) == (("other",), ("app",))
    assert (followed.number("app"), followed.number("other")) == (0, 0)
    switch("two")
    assert set(followed.next("reloaded").documents) == {"app", "other"}
    assert (followed.number("app"), followed.number("other")) == (2, 2)


def test_a_schema_that_changes_on_the_disk_counts_at_once(home: Path, followed: Followed) -> None:
    """What it refuses is told and served on; what it allows then, it judges; a default that it brings is a change."""
    schema = home / "schemas" / "app.schema.json"
    put(schema, json.dumps({**LOOSE, "properties": {"n": {"type": "integer", "minimum": 10}}}))
    assert followed.next("rejected").documents == ("app",)
    assert followed.number() == 0
    put(home / "app.yaml", "n: 11\n")
    assert followed.next("reloaded").documents == ("app",)
    put(schema, json.dumps({**LOOSE, "properties": {"size": {"type": "integer", "default": 3}}}))
    assert until(lambda: followed.system.load_config("app").get("size") == 3)
    put(schema, "{")
    assert followed.next("reloaded").documents == ("app",)
    rejected = followed.next("rejected")
    assert "app.schema.json" in rejected.message
    assert followed.system.load_config("app").to_dict() == {"n": 11, "size": 3}
    put(home / "other.yaml", "n: 1\n")
    assert until(lambda: followed.number("other") == 1)


def test_variables_of_a_dotenv_file_are_followed(home: Path, followed: Followed) -> None:
    """What documents take from ``.env`` changes with it, also when it comes or goes."""
    (home.parent / ".env").write_text("SETPOINT_APP__N=6\n")
    assert until(lambda: followed.number() == 6), followed.status
    (home.parent / "new.env").write_text("SETPOINT_APP__N=7\n")
    (home.parent / "new.env").replace(home.parent / ".env")
    assert until(lambda: followed.number() == 7)
    (home.parent / ".env").unlink()
    assert until(lambda: followed.number() == 0)
    assert followed.settles()
    assert [one[2] for one in followed.told] == [6, 7, 0]


def test_settings_that_break_are_told_and_nothing_is_lost(home: Path, followed: Followed) -> None:
    """As long as the settings cannot be read all is served as it was, and documents that change go on changing."""
    settings = home.parent / "setpoint.toml"
    settings.write_text("[cache\n")
    rejected = followed.next("rejected")
    assert rejected.documents == ()
    assert "setpoint.toml" in rejected.message
    assert "setpoint.toml" in followed.status["trouble"]
    assert (followed.number("app"), followed.number("other")) == (0, 0)
    put(home / "app.yaml", "n: 1\n")
    assert until(lambda: followed.number() == 1), followed.status
    settings.write_text("[cache]\n")
    assert until(lambda: followed.status["trouble"] is None), followed.status
    put(home / "app.yaml", "n: 2\n")
    assert until(lambda: followed.number() == 2)


def test_a_file_that_cannot_be_read_comes_back(home: Path, followed: Followed) -> None:
    """A pipe, a directory or a link to nowhere in its place is told and hangs nothing."""
    file = home / "app.yaml"
    for number, make in enumerate((os.mkfifo, os.mkdir, lambda path: os.symlink("nowhere", path)), 1):
        file.unlink()
        make(file)
        kind = followed.events.get(60).kind
        assert kind in ("rejected", "orphaned")
        assert followed.number() == number - 1
        file.rmdir() if file.is_dir() else file.unlink()
        put(file, f"n: {number}\n")
        assert until(lambda: followed.number() == number), followed.status  # noqa: B023 - called at once
        while (event := followed.events.get(60)).kind != "reloaded":
            assert event.kind in ("rejected", "orphaned")


def test_the_directory_may_be_replaced(home: Path, followed: Followed) -> None:
    """While it is away everything is served on; what the new one has is served then."""
    home.rename(home.with_name("away"))
    assert until(lambda: followed.events.get(60).kind in ("rejected", "orphaned"))
    assert followed.number() == 0
    home.mkdir()
    (home / "app.yaml").write_text("n: 1\n")
    (home / "other.yaml").write_text("n: 1\n")
    assert until(lambda: (followed.number("app"), followed.number("other")) == (1, 1)), followed.status
    put(home / "app.yaml", "n: 2\n")
    assert until(lambda: followed.number() == 2)
    assert until(lambda: followed.status["refused"] == {}), followed.status


def test_what_changed_between_loading_and_following_is_found(home: Path) -> None:
    """Nothing is lost between the two."""
    system = ConfigSystem(home, environ={})
    system.snapshot()
    put(home / "app.yaml", "n: 1\n")
    put(home / "new.yaml", "n: 2\n")
    system.start_hot_reload()
    assert until(lambda: system.load_config("app")["n"] == 1)
    with system:
        assert system.load_config("new")["n"] == 2


def test_a_directory_that_is_not_there_cannot_be_followed(tmp_path: Path, home: Path) -> None:
    """The error is the caller's, and nothing was started."""
    system = ConfigSystem(home, environ={})
    home.rename(tmp_path / "away")
    with pytest.raises(SetpointError):
        system.start_hot_reload()
    assert not system.hot_reload_status()["running"]
    (tmp_path / "away").rename(home)
    with system:
        system.start_hot_reload()
        assert system.hot_reload_status()["running"]
