"""``setpoint rollback``: a document's files have the bytes again that they had at a revision."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")


def test_the_bytes_are_back_and_that_is_a_revision(setpoint: Tool) -> None:
    """What changed in one line, the revision, and why."""
    before = FILE.read_bytes()
    setpoint("set", "messaging.queue.max_size", "5000")
    ran = setpoint("rollback", "messaging", "--to", "1")
    assert ran == (0, "config/messaging.yml:23: max_size: 5000 -> 2500\nrevision 3 of messaging\n", "")
    assert FILE.read_bytes() == before
    newest, set_, found = ConfigSystem("config").history("messaging")
    assert (newest.cause, newest.author, newest.reason) == ("rollback", "alice", "back to revision 1")
    assert (set_.cause, found.cause) == ("set", "found")
    assert newest.digest == found.digest


def test_files_that_were_not_there_go_again(setpoint: Tool) -> None:
    """A profile that was made since is removed; the file of this machine stays."""
    setpoint("set", "messaging.queue.max_size", "5000")
    setpoint("set", "messaging.queue.max_size", "9", "--layer", "profile:prod")
    setpoint("set", "messaging.queue.max_age_days", "9", "--layer", "local")
    facts = setpoint("rollback", "messaging", "--to", "2", "--reason", "no prod", "--format", "json").facts
    assert (facts["document"], facts["to"], list(facts["diffs"])) == ("messaging", 2, ["config/messaging.prod.yml"])
    assert [(one["number"], one["reason"]) for one in facts["revisions"]] == [(4, "no prod")]
    assert sorted(file.name for file in Path("config").glob("messaging.*")) == ["messaging.local.yml", "messaging.yml"]


def test_what_somebody_wrote_meanwhile_is_kept_on_record(setpoint: Tool) -> None:
    """A rollback can be rolled back, also to what no Setpoint has written."""
    setpoint("set", "messaging.queue.max_size", "5000")
    by_hand = FILE.read_bytes() + b"# by hand\n"
    FILE.write_bytes(by_hand)
    assert setpoint("rollback", "messaging", "--to", "2").code == 0
    assert [one.cause for one in ConfigSystem("config").history("messaging")] == ["rollback", "found", "set", "found"]
    assert setpoint("rollback", "messaging", "--to", "3").code == 0
    assert FILE.read_bytes() == by_hand


def test_a_dry_run_shows_what_would_come_back(setpoint: Tool) -> None:
    """Nothing is written, and nothing recorded."""
    setpoint("set", "messaging.queue.max_size", "5000")
    after = FILE.read_bytes()
    ran = setpoint("rollback", "messaging", "--to", "1", "--dry-run")
    assert ran == (0, "config/messaging.yml:23: max_size: 5000 -> 2500\ndry run: nothing was written\n", "")
    assert FILE.read_bytes() == after
    assert len(ConfigSystem("config").history("messaging")) == 2


def test_one_to_what_is_there_changes_nothing_and_is_on_record(setpoint: Tool) -> None:
    """Somebody wanted it so, and that can be read later."""
    setpoint("set", "messaging.queue.max_size", "5000")
    ran = setpoint("rollback", "messaging", "--to", "2", "--reason", "be sure")
    assert ran == (0, "nothing had to change\nrevision 3 of messaging\n", "")
    assert [one.cause for one in ConfigSystem("config").history("messaging")] == ["rollback", "set", "found"]


def test_what_is_not_valid_now_comes_back_by_force_only(setpoint: Tool) -> None:
    """1 with the finding and the way; with --force the bytes are back, wrong as they are."""
    file = Path("config/d.yaml")
    file.write_text("x: text\n")
    setpoint("set", "d.x", "other")
    Path("config/schemas").mkdir()
    Path("config/schemas/d.schema.json").write_text(json.dumps({"properties": {"x": {"const": "other"}}}))
    ran = setpoint("rollback", "d", "--to", "1")
    assert (ran.code, ran.out) == (1, "")
    assert "revision 1 is not valid now, and --force restores it all the same" in ran.err
    assert "config/d.yaml:1:4: error[not-allowed-value]" in ran.err
    assert file.read_text() == "x: other\n"
    assert setpoint("rollback", "d", "--to", "1", "--force").code == 0
    assert file.read_text() == "x: text\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("messaging", "--to", "9"), 4, "messaging has no revision 9; its newest is 2"),
        (("messaging", "--to", "0"), 4, "messaging has no revision 0"),
        (("messaging", "--to", "-1"), 4, "messaging has no revision -1"),
        (("messaging", "--to", "99999999999999999999999"), 4, "messaging has no revision 9"),
        (("messaging", "--to", "one"), 2, "invalid int value: 'one'"),
        (("messaging",), 2, "--to"),
        (("coordinates", "--to", "1"), 4, "coordinates has no revision 1"),
        (("nothing", "--to", "1"), 4, "nothing has no revision 1"),
    ],
)
def test_what_cannot_come_back_is_told(setpoint: Tool, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With the code of its kind."""
    setpoint("set", "messaging.queue.max_size", "5000")
    ran = setpoint("rollback", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_secret_that_comes_back_is_not_shown(setpoint: Tool) -> None:
    """The line shows that it changed."""
    Path("config/d.yaml").write_text("password: Zq-one\n")
    setpoint("set", "d.password", "-", stdin=b"Zq-two\n")
    for shape, number in (("text", "1"), ("json", "2")):
        ran = setpoint("rollback", "d", "--to", number, "--format", shape)
        assert (ran.code, "(changed)" in ran.out, "Zq" in ran.out + ran.err) == (0, True, False)
    assert Path("config/d.yaml").read_text() == "password: Zq-two\n"
