"""``save_config``: what differs goes into the base file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from changing_home import QUEUE, documents, opened

from setpoint.errors import ConfigValidationError, ConflictError, UsageError
from setpoint.tree import same


def test_only_what_differs_is_written(home: Path) -> None:
    """One value of the tree is another: one line of the file is."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    tree["retries"] = 5
    saved = system.save_config("queue", tree, reason="why")
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 5")
    assert saved.revision is not None
    assert (saved.revision.cause, saved.revision.version) == ("save", None)
    assert system.load_config("queue").retries == 5


def test_saving_what_was_loaded_writes_nothing(home: Path) -> None:
    """Whatever layers the tree is made of."""
    (home / "queue.local.yaml").write_text("retries: 9\n")
    system = opened(environ={"SETPOINT_QUEUE__QUEUE__NAME": "env"})
    before = documents(home)
    assert system.save_config("queue", system.load_config("queue").to_dict()).revisions == ()
    assert documents(home) == before


def test_no_other_layer_leaks_into_the_base(home: Path) -> None:
    """Defaults, profile, local, variables and overrides stay where they are when a value beside them is saved."""
    (home / "queue.prod.yaml").write_text("queue:\n  name: from profile\n")
    (home / "queue.local.yaml").write_text("labels:\n  where: from local\n")
    system = opened(profile="prod", environ={"SETPOINT_QUEUE__RETRIES": "7"})
    with system.override({"queue.version": 99}):
        tree = system.load_config("queue").to_dict()
        assert tree["queue"]["timeout"] == 30
        tree["queue"]["max_size"] = 500
        tree["labels"]["colour"] = "red"
        system.save_config("queue", tree)
    assert (home / "queue.yaml").read_text() == QUEUE.replace("100", "500") + "labels:\n  colour: 'red'\n"


@pytest.mark.parametrize("shadow", ["profile", "local", "environment", "override"])
def test_a_change_of_a_value_that_another_layer_decides_is_refused(home: Path, shadow: str) -> None:
    """The base cannot make it true, and says who decides."""
    if shadow == "profile":
        (home / "queue.prod.yaml").write_text("retries: 1\n")
    elif shadow == "local":
        (home / "queue.local.yaml").write_text("retries: 1\n")
    system = opened(profile="prod", environ={"SETPOINT_QUEUE__RETRIES": "1"} if shadow == "environment" else {})
    before = documents(home)
    with system.override({"queue.retries": 1} if shadow == "override" else {}):
        tree = system.load_config("queue").to_dict()
        tree["retries"] = 2
        with pytest.raises(UsageError, match=r"queue\.retries: what base says of it does not count, because"):
            system.save_config("queue", tree)
        del tree["retries"]
        with pytest.raises(UsageError, match=r"queue\.retries"):
            system.save_config("queue", tree)
    assert documents(home) == before


def test_a_default_cannot_be_saved_away(home: Path) -> None:
    """Leaving a defaulted key out of the tree would not remove it."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    del tree["queue"]["timeout"]
    with pytest.raises(UsageError, match=r"queue\.queue\.timeout: .*default"):
        system.save_config("queue", tree)


def test_the_order_of_a_tree_is_written(home: Path) -> None:
    """Keys in another order are a change that the file shows."""
    system = opened()
    tree = system.load_config("store").to_dict()
    system.save_config("store", {"pool": tree["pool"], "host": tree["host"]})
    assert list(opened().load_config("store")) == ["pool", "host"]


def test_a_tree_that_the_schema_refuses_is_not_written(home: Path) -> None:
    """Every problem is told."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    tree["retries"], tree["queue"]["max_size"] = 50, 0
    with pytest.raises(ConfigValidationError) as refused:
        system.save_config("queue", tree)
    assert {one.path for one in refused.value.diagnostics} == {"/retries", "/queue/max_size"}
    assert (home / "queue.yaml").read_text() == QUEUE
    with pytest.raises(UsageError, match="a document is a mapping"):
        system.save_config("queue", [1])  # type: ignore[arg-type]


def test_a_file_that_was_changed_since_it_was_loaded_is_a_conflict(home: Path) -> None:
    """The message shows what was loaded and what is there, nothing is written, and after a reload it works."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    theirs = QUEUE.replace("retries: 3", "retries: 8")
    (home / "queue.yaml").write_text(theirs)
    tree["queue"]["max_size"] = 5
    with pytest.raises(ConflictError, match=r"changed since it was loaded(?s:.*)\n-retries: 3\n\+retries: 8\n"):
        system.save_config("queue", tree)
    assert (home / "queue.yaml").read_text() == theirs
    system.reload()
    tree = system.load_config("queue").to_dict()
    tree["queue"]["max_size"] = 5
    system.save_config("queue", tree)
    assert (home / "queue.yaml").read_text() == theirs.replace("100", "5")


def test_a_comment_that_was_changed_since_is_no_conflict(home: Path) -> None:
    """The files say the same in other words, and those stay."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    (home / "queue.yaml").write_text("# new\n" + QUEUE)
    tree["retries"] = 4
    system.save_config("queue", tree)
    assert (home / "queue.yaml").read_text() == "# new\n" + QUEUE.replace("retries: 3", "retries: 4")


@pytest.mark.parametrize(
    ("format_name", "ending"), [(None, "yaml"), ("json", "json"), ("jsonc", "jsonc"), ("toml", "toml")]
)
def test_a_new_name_makes_a_new_document(home: Path, format_name: str | None, ending: str) -> None:
    """It is served, listed, on record, and can be changed at once."""
    system = opened()
    saved = system.save_config("mail", {"host": "mx", "port": 25}, format=format_name)
    assert saved.revision is not None
    assert (saved.revision.number, list(saved.diffs)) == (1, [f"config/mail.{ending}"])
    assert "mail" in [one.name for one in system.documents()]
    system.set("mail.port", 26)
    for seen in (system, opened()):
        assert seen.load_config("mail").to_dict() == {"host": "mx", "port": 26}


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a.b", "a/b", "local", "schema", "ä", "x\0y", "/etc/x"])
def test_a_new_document_needs_a_name(home: Path, name: str) -> None:
    """One that is none is told, and nothing is made."""
    with pytest.raises(UsageError):
        opened().save_config(name, {"x": 1})
    assert sorted(documents(home)) == ["limits.toml", "queue.yaml", "store.json"]


def test_two_who_make_the_same_document_are_told(home: Path) -> None:
    """The second gets a conflict, not the first one's file overwritten."""
    first, second = opened(), opened()
    transaction = second.transaction()
    transaction.save_config("mail", {"host": "second"})
    first.save_config("mail", {"host": "first"})
    with pytest.raises(ConflictError, match="somebody else has made it"):
        transaction.commit()
    assert opened().load_config("mail").host == "first"


def test_a_document_changes_its_format(home: Path) -> None:
    """The old file goes as the new one comes, in one change that is on record and can be rolled back."""
    (home / "queue.prod.yaml").write_text("retries: 1\n")
    system = opened()
    tree = system.load_config("queue").to_dict()
    tree["retries"] = 4
    saved = system.save_config("queue", tree, format="json")
    assert sorted(documents(home)) == ["limits.toml", "queue.json", "queue.prod.yaml", "store.json"]
    assert saved.revision is not None
    for seen in (system, opened()):
        assert same(seen.load_config("queue").to_dict(), tree)
    assert "timeout" not in (home / "queue.json").read_text(), "a default leaked"
    assert system.record().files("queue", saved.revision.number).keys() == {"queue.json", "queue.prod.yaml"}
    system.rollback("queue", to=1)
    assert (home / "queue.yaml").read_text() == QUEUE
    assert not (home / "queue.json").exists()
    assert opened().load_config("queue").retries == 3


def test_an_unknown_format_is_told(home: Path) -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="there are yaml, json, jsonc and toml"):
        opened().save_config("queue", opened().load_config("queue").to_dict(), format="ini")


def test_an_empty_file_takes_its_first_key(home: Path) -> None:
    """It is no document yet, and setting a value makes it one."""
    (home / "empty.yaml").write_text("# nothing yet\n")
    system = opened()
    system.set("empty.a", 1)
    assert "# nothing yet" in (home / "empty.yaml").read_text()
    assert opened().load_config("empty").a == 1
