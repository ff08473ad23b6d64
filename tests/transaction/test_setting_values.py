"""``set`` and ``unset``: one value of one file, judged with everything around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from changing_home import QUEUE, documents, everything, leftovers, opened

from setpoint.errors import (
    ConfigNotFoundError,
    ConfigParseError,
    ConfigValidationError,
    ConflictError,
    UsageError,
)


@pytest.mark.parametrize(
    ("address", "value", "file", "change"),
    [
        ("queue.queue.max_size", 200, "queue.yaml", ("max_size: 100  #", "max_size: 200  #")),
        ("queue.queue.name", "side", "queue.yaml", ("name: 'main'   #", "name: 'side'   #")),
        ("store.pool.size", 6, "store.json", ('"size": 5', '"size": 6')),
        ("limits.burst.size", 21, "limits.toml", ("size = 20", "size = 21")),
    ],
)
def test_set_changes_one_value_and_nothing_else(
    home: Path, address: str, value: object, file: str, change: tuple[str, str]
) -> None:
    """Every other byte of every file stays, and the value is served at once."""
    before = documents(home)
    system = opened()
    saved = system.set(address, value, reason="more traffic")
    assert documents(home) == {**before, file: before[file].replace(*(one.encode() for one in change))}
    name, _, path = address.partition(".")
    assert system.load_config(name).get(path) == value
    assert list(saved.diffs) == [f"config/{file}"]
    assert all(one in saved.diff for one in change)
    assert saved.revision is not None
    assert (saved.revision.cause, saved.revision.author, saved.revision.reason) == ("set", "tester", "more traffic")


def test_what_was_there_before_is_on_record(home: Path) -> None:
    """The first change of a file that Setpoint has never recorded is two revisions: what was found, what was made."""
    system = opened()
    system.set("queue.retries", 4)
    assert [(one.number, one.cause) for one in system.history("queue")] == [(2, "set"), (1, "found")]
    assert system.record().files("queue", 1) == {"queue.yaml": QUEUE.encode()}
    system.set("queue.retries", 5)
    assert [one.cause for one in system.history("queue")] == ["set", "set", "found"]
    (home / "queue.yaml").write_text(QUEUE.replace("retries: 3", "retries: 6"))
    system.reload()
    system.set("queue.retries", 7)
    assert [one.cause for one in system.history("queue")] == ["set", "found", "set", "set", "found"]


def test_unset_removes_the_key(home: Path) -> None:
    """The file says no longer what it said, and all else stays."""
    system = opened()
    system.unset("queue.retries")
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3\n", "")
    assert "retries" not in system.load_config("queue")
    with pytest.raises(ConfigNotFoundError, match="retries"):
        system.unset("queue.retries")


def test_unset_of_a_default_says_where_it_is_from(home: Path) -> None:
    """A value that the file does not set is not taken out of it."""
    with pytest.raises(ConfigNotFoundError, match=r"queue\.yaml does not set it; it comes from .*default"):
        opened().unset("queue.queue.timeout")


@pytest.mark.parametrize(("layer", "file"), [("local", "queue.local.yaml"), ("profile:prod", "queue.prod.yaml")])
def test_a_layer_file_is_made_when_it_is_needed(home: Path, layer: str, file: str) -> None:
    """Beside the base, with its permissions; and a second value goes into the same file."""
    (home / "queue.yaml").chmod(0o640)
    system = opened(profile="prod")
    system.set("queue.queue.max_size", 7, layer=layer)
    system.set("queue.retries", 1, layer=layer)
    assert (home / file).read_text() == "queue:\n  max_size: 7\nretries: 1\n"
    assert (home / file).stat().st_mode & 0o777 == 0o640
    assert (home / "queue.yaml").read_text() == QUEUE
    for seen in (system, opened(profile="prod")):
        assert (seen.load_config("queue").queue.max_size, seen.load_config("queue").retries) == (7, 1)
    system.unset("queue.retries", layer=layer)
    assert (home / file).read_text() == "queue:\n  max_size: 7\n"
    assert system.load_config("queue").retries == 3


def test_a_local_value_never_goes_on_record(home: Path) -> None:
    """A change of the machine's own layer makes no revision, and no later one holds it."""
    system = opened()
    assert system.set("queue.retries", 1, layer="local").revisions == ()
    assert system.history("queue") == ()
    system.set("queue.queue.max_size", 5)
    assert all(set(system.record().files("queue", one.number)) == {"queue.yaml"} for one in system.history("queue"))


def test_another_profile_can_be_set_than_the_active_one(home: Path) -> None:
    """It is judged as that profile would be, and what is served here stays."""
    system = opened()
    system.set("queue.retries", 9, layer="profile:prod")
    assert system.load_config("queue").retries == 3
    assert opened(profile="prod").load_config("queue").retries == 9
    with pytest.raises(ConfigValidationError, match=r"queue\.prod\.yaml:1:10: expected at most 10, found 11"):
        system.set("queue.retries", 11, layer="profile:prod")


@pytest.mark.parametrize(
    ("shadow", "told"),
    [
        ("profile", r"queue\.prod\.yaml:1:1;"),
        ("local", r"queue\.local\.yaml:1:1;"),
        ("environment", "SETPOINT_QUEUE__RETRIES"),
        ("dotenv", r"\.env:1"),
        ("override", r"test_setting_values\.py"),
    ],
)
def test_a_value_that_another_layer_shadows_is_refused(home: Path, shadow: str, told: str) -> None:
    """Writing it would change nothing: the message names who decides."""
    environ = {}
    if shadow == "profile":
        (home / "queue.prod.yaml").write_text("retries: 1\n")
    elif shadow == "local":
        (home / "queue.local.yaml").write_text("retries: 1\n")
    elif shadow == "environment":
        environ["SETPOINT_QUEUE__RETRIES"] = "1"
    elif shadow == "dotenv":
        (home.parent / ".env").write_text("SETPOINT_QUEUE__RETRIES=1\n")
    system = opened(profile="prod", environ=environ)
    before = documents(home)
    overrides = {"queue.retries": 1} if shadow == "override" else {}
    with system.override(overrides), pytest.raises(UsageError, match=rf"^queue\.retries: .*comes from .*{told}"):
        system.set("queue.retries", 5)
    assert documents(home) == before


def test_expect_compares_before_it_sets(home: Path) -> None:
    """With another value there it is a conflict, and the file stays."""
    system = opened()
    system.set("queue.retries", 4, expect=3)
    with pytest.raises(ConflictError, match=r"queue\.retries: it is 4 and not what was expected"):
        system.set("queue.retries", 5, expect=3)
    with pytest.raises(ConflictError, match="no such value"):
        system.set("queue.labels.colour", "red", expect="blue")
    with pytest.raises(ConflictError):
        system.set("queue.retries", 5, expect=4.0)  # another type is another value
    assert system.load_config("queue").retries == 4


def test_expect_sees_what_is_on_the_disk(home: Path) -> None:
    """Not what was loaded: somebody else may have changed it since."""
    system = opened()
    assert system.load_config("queue").retries == 3
    (home / "queue.yaml").write_text(QUEUE.replace("retries: 3", "retries: 8"))
    with pytest.raises(ConflictError, match="it is 8"):
        system.set("queue.retries", 4, expect=3)
    system.set("queue.retries", 4, expect=8)
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 4")


def test_a_set_keeps_what_an_editor_has_changed_meanwhile(home: Path) -> None:
    """The edit is made on the file as it is, and what was edited is served with it."""
    system = opened()
    assert system.load_config("queue").retries == 3
    (home / "queue.yaml").write_text(QUEUE.replace("100", "101"))
    system.set("queue.retries", 4)
    assert (system.load_config("queue").queue.max_size, system.load_config("queue").retries) == (101, 4)


@pytest.mark.parametrize(
    ("address", "value", "error", "told"),
    [
        ("queue.retries", 11, ConfigValidationError, r"queue\.yaml:6:10: .*11.*; nothing was written"),
        ("queue.retires", 1, ConfigValidationError, r"queue\.yaml:7:1: unknown key 'retires'"),
        ("queue.retries", "many", ConfigValidationError, "integer"),
        ("queeu.retries", 1, ConfigNotFoundError, "did you mean 'queue'"),
        ("queue", 1, UsageError, "whole document"),
        ("queue.retries", {1, 2}, UsageError, "set"),
        ("queue.retries", float("nan"), UsageError, "NaN"),
    ],
)
def test_what_may_not_be_set_is_refused(
    home: Path, address: str, value: object, error: type[Exception], told: str
) -> None:
    """The message says where and what to do, nothing is written, and what was served is served on."""
    system = opened()
    assert system.load_config("queue").retries == 3
    before = everything(home / "schemas") | {"files": documents(home)}  # type: ignore[dict-item]
    with pytest.raises(error, match=told):
        system.set(address, value)
    assert everything(home / "schemas") | {"files": documents(home)} == before  # type: ignore[dict-item]
    assert system.history("queue") == ()
    assert system.load_config("queue").retries == 3
    assert leftovers(home) == []


@pytest.mark.parametrize("layer", ["environment", "defaults", "profile:", "profile:local", "profile:a/b", "prod", ""])
def test_only_layers_with_files_can_be_set(home: Path, layer: str) -> None:
    """Anything else is told what there is."""
    with pytest.raises(UsageError):
        opened().set("queue.retries", 1, layer=layer)
    assert set(documents(home)) == {"queue.yaml", "store.json", "limits.toml"}


def test_a_document_that_is_broken_can_be_repaired(home: Path) -> None:
    """A value the schema refuses is no reason not to set it right; a text that cannot be parsed is."""
    (home / "queue.yaml").write_text(QUEUE.replace("retries: 3", "retries: 30"))
    system = opened()
    with pytest.raises(ConfigValidationError):
        system.load_config("queue")
    system.set("queue.retries", 3)
    assert system.load_config("queue").retries == 3
    (home / "store.json").write_text('{"host": ')
    with pytest.raises(ConfigParseError, match=r"config/store\.json:1:"):
        system.set("store.host", "x")


def test_an_error_that_was_there_before_stops_only_what_it_touches(home: Path) -> None:
    """A profile that was wrong already does not keep the base from being changed; a new error in it does."""
    (home / "queue.bad.yaml").write_text("retries: 50\n")
    system = opened()
    system.set("queue.queue.max_size", 5)
    (home / "store.prod.json").write_text('{"pool": {"size": 9}}')
    (home / "schemas" / "store.schema.json").write_text('{"properties": {"pool": {"type": "object"}}}')
    with pytest.raises(ConfigValidationError, match=r"store\.json:3:11: expected a mapping"):
        opened().set("store.pool", 3)


def test_a_dry_run_writes_nothing_anywhere(home: Path) -> None:
    """It shows the difference, and leaves no file, no folder and no time changed; nor is anything served."""
    system = opened()
    assert system.load_config("queue").retries == 3
    before = everything(home.parent)
    saved = system.set("queue.retries", 4, dry_run=True)
    assert "-retries: 3\n+retries: 4\n" in saved.diff
    assert saved.revisions == ()
    assert "+x: 1" in system.save_config("other", {"x": 1}, dry_run=True).diff
    with system.transaction(dry_run=True) as tx:
        tx.set("queue.retries", 5)
        tx.set("limits.rate", 6)
    assert tx.saved is not None
    assert list(tx.saved.diffs) == ["config/queue.yaml", "config/limits.toml"]
    with pytest.raises(ConfigValidationError):
        system.set("queue.retries", 40, dry_run=True)
    assert everything(home.parent) == before
    assert system.load_config("queue").retries == 3


def test_setting_what_is_there_already_is_no_change(home: Path) -> None:
    """No revision, no diff, and the file is not written."""
    system = opened()
    before = everything(home)
    saved = system.set("queue.retries", 3)
    assert (saved.revisions, saved.diff) == ((), "")
    after = everything(home)
    assert {name: one for name, one in after.items() if ".setpoint" not in name and name != str(home)} == {
        name: one for name, one in before.items() if name != str(home)
    }
