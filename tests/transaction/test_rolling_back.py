"""``history``, ``diff`` and ``rollback``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from changing_home import QUEUE, STORE, documents, opened

from setpoint import ConfigSystem
from setpoint.errors import ConfigNotFoundError, ConfigParseError, ConfigValidationError


def with_history(home: Path) -> ConfigSystem:
    """A system whose document ``queue`` has four revisions: found, and retries of 4, 5 and 6."""
    system = opened()
    for number in (4, 5, 6):
        system.set("queue.retries", number, reason=f"to {number}", author=f"author {number}")
    return system


def test_history_is_newest_first(home: Path) -> None:
    """Who, why and what kind; a limit and a bound; nothing for what was never changed."""
    system = with_history(home)
    told = [(one.number, one.author, one.cause, one.reason) for one in system.history("queue")]
    assert told == [
        (4, "author 6", "set", "to 6"),
        (3, "author 5", "set", "to 5"),
        (2, "author 4", "set", "to 4"),
        (1, "unknown", "found", None),
    ]
    assert [one.number for one in system.history("queue", limit=1)] == [4]
    assert [one.number for one in system.history("queue", before=3)] == [2, 1]
    assert system.history("store") == ()
    assert [one.number for one in opened().history("queue")] == [4, 3, 2, 1]


def test_diff_shows_what_changed(home: Path) -> None:
    """Between two revisions, backwards too, and from one to the disk."""
    system = with_history(home)
    assert "-retries: 4\n+retries: 6\n" in system.diff("queue", 2, 4)
    assert "-retries: 6\n+retries: 4\n" in system.diff("queue", 4, 2)
    assert system.diff("queue", 3, 3) == ""
    (home / "queue.yaml").write_text(QUEUE)
    assert "-retries: 5\n+retries: 3\n" in system.diff("queue", 3)
    with pytest.raises(ConfigNotFoundError, match="no revision 9"):
        system.diff("queue", 9)


def test_rollback_restores_the_exact_bytes(home: Path) -> None:
    """Of every file of the document but the machine's own, and that is a new revision."""
    odd = QUEUE.replace("\n", "\r\n").encode() + b"# \xc3\xa4"
    (home / "queue.yaml").write_bytes(odd)
    (home / "queue.prod.yaml").write_bytes(b"retries: 1 # p")
    system = with_history(home)
    system.set("queue.retries", 2, layer="profile:prod")
    system.set("queue.version", 2, layer="local")
    local = (home / "queue.local.yaml").read_bytes()
    saved = system.rollback("queue", to=1, reason="was better")
    assert (home / "queue.yaml").read_bytes() == odd
    assert (home / "queue.prod.yaml").read_bytes() == b"retries: 1 # p"
    assert (home / "queue.local.yaml").read_bytes() == local
    assert saved.revision is not None
    assert (saved.revision.number, saved.revision.cause, saved.revision.reason) == (6, "rollback", "was better")
    assert saved.revision.digest == system.history("queue")[-1].digest
    assert system.load_config("queue").retries == 3
    assert system.rollback("queue", to=4).revision is not None
    assert system.load_config("queue").retries == 6


def test_rollback_records_what_it_replaces(home: Path) -> None:
    """What somebody wrote by hand is found first, so nothing is lost by it."""
    system = with_history(home)
    mine = QUEUE + "labels: {by: hand}\n"
    (home / "queue.yaml").write_text(mine)
    system.rollback("queue", to=2)
    assert [one.cause for one in system.history("queue", limit=2)] == ["rollback", "found"]
    assert system.record().files("queue", 5) == {"queue.yaml": mine.encode()}
    system.rollback("queue", to=5)
    assert (home / "queue.yaml").read_text() == mine


def test_rollback_to_what_is_there_is_on_record(home: Path) -> None:
    """It changes nothing, and that somebody asked for it counts."""
    system = with_history(home)
    before = (home / "queue.yaml").stat()
    assert system.rollback("queue", to=4).revision is not None
    assert [one.cause for one in system.history("queue", limit=2)] == ["rollback", "set"]
    assert (home / "queue.yaml").stat().st_ino == before.st_ino


def test_rollback_to_what_is_not_valid_now_is_refused(home: Path) -> None:
    """Unless it is forced; then the files are as they were, what was good is served on, and the error stands there."""
    system = with_history(home)
    (home / "schemas" / "queue.schema.json").write_text('{"properties": {"retries": {"minimum": 5}}}')
    system = opened()
    assert system.load_config("queue").retries == 6
    now = documents(home)
    with pytest.raises(ConfigValidationError, match=r"queue\.yaml:6:10: expected at least 5, found 4"):
        system.rollback("queue", to=2)
    assert documents(home) == now
    saved = system.rollback("queue", to=2, force=True)
    assert saved.revision is not None
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 4")
    assert system.load_config("queue").retries == 6
    with pytest.raises(ConfigValidationError):
        opened().load_config("queue")


def test_a_forced_rollback_to_what_cannot_be_parsed_restores_it_too(home: Path) -> None:
    """The record holds bytes, whatever they are."""
    (home / "store.json").write_text('{"host": ')
    system = opened()
    with pytest.raises(ConfigParseError):
        system.load_config("store")
    (home / "store.json").write_text(STORE)
    system.set("store.host", "a")
    (home / "store.json").write_text('{"host": ')
    with system.transaction(author="me") as tx:
        tx.rewrite("store", STORE.encode(), b'{"host": ')
    broken = next(one.number for one in system.history("store") if one.cause == "found" and one.number > 1)
    with pytest.raises(ConfigParseError, match=r"config/store\.json:1:"):
        system.rollback("store", to=broken)
    system.rollback("store", to=broken, force=True)
    assert (home / "store.json").read_text() == '{"host": '
    assert system.load_config("store").host == "db.example"


def test_rollback_brings_a_removed_document_back(home: Path) -> None:
    """With all its files; and one that has a file more than it had then loses that."""
    (home / "queue.prod.yaml").write_text("retries: 1\n")
    system = with_history(home)
    for name in ("queue.yaml", "queue.prod.yaml"):
        (home / name).unlink()
    fresh = opened()
    with pytest.raises(ConfigNotFoundError):
        fresh.load_config("queue")
    fresh.rollback("queue", to=1)
    assert (home / "queue.yaml").read_text() == QUEUE
    assert (home / "queue.prod.yaml").read_text() == "retries: 1\n"
    assert fresh.load_config("queue").retries == 3
    fresh.set("queue.retries", 2, layer="profile:other")
    fresh.rollback("queue", to=1)
    assert not (home / "queue.other.yaml").exists()
    assert system.record().files("queue", 1).keys() == {"queue.yaml", "queue.prod.yaml"}


def test_rollback_needs_a_revision_that_there_is(home: Path) -> None:
    """And a document."""
    system = with_history(home)
    for name, number in (("queue", 0), ("queue", 5), ("store", 1), ("nothing", 1)):
        with pytest.raises(ConfigNotFoundError, match="has no revision"):
            system.rollback(name, to=number)


def test_a_dry_rollback_shows_its_diff(home: Path) -> None:
    """And does nothing."""
    system = with_history(home)
    now = documents(home)
    assert "-retries: 6\n+retries: 4\n" in system.rollback("queue", to=2, dry_run=True).diff
    assert documents(home) == now
    assert len(system.history("queue")) == 4


def test_the_record_survives_damage_and_goes_on(home: Path) -> None:
    """A record that is destroyed stops no change; a new one begins."""
    system = with_history(home)
    system.close()
    (home / ".setpoint" / "history.sqlite3").write_bytes(os.urandom(40_000))
    fresh = opened()
    fresh.set("queue.retries", 9)
    assert [one.cause for one in fresh.history("queue")] == ["set", "found"]
    assert [one.rule for one in fresh.record().notices] == ["history-damaged"]
