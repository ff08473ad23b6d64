"""``setpoint history``: who changed what, when and why, and whether the record holds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

Tool = Callable[..., Any]
RECORD = Path("config/.setpoint/history.sqlite3")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def changed(setpoint: Tool) -> Tool:
    """Three changes of two documents were made."""
    setpoint("set", "messaging.queue.max_size", "5000", "--reason", "more traffic")
    setpoint("set", "unified_config.agents.coordinates.retry_attempts", "3", "--author", "bob")
    setpoint("unset", "messaging.queue.max_age_days")
    return setpoint


def test_a_document_has_one_line_for_each_revision(changed: Tool) -> None:
    """The newest first: number, time in UTC, author, cause, reason."""
    ran = changed("history", "messaging")
    assert (ran.code, ran.err) == (0, "")
    assert [re.sub(TIME, "TIME", line) for line in ran.out.splitlines()] == [
        "3  TIME  alice    unset",
        "2  TIME  alice    set    more traffic",
        "1  TIME  unknown  found",
    ]


def test_without_a_name_all_documents_are_there(changed: Tool) -> None:
    """In the order in which they were recorded, the newest first."""
    ran = changed("history")
    assert [line.split()[0:2] for line in ran.out.splitlines()] == [
        ["messaging", "3"],
        ["unified_config", "2"],
        ["unified_config", "1"],
        ["messaging", "2"],
        ["messaging", "1"],
    ]
    newest = changed("history", "--limit", "2").out.splitlines()
    assert [line.split() for line in newest] == [line.split() for line in ran.out.splitlines()[:2]]
    assert len(changed("history", "messaging", "--limit", "1").out.splitlines()) == 1


def test_as_json_it_is_what_the_library_says(changed: Tool) -> None:
    """All facts of each revision."""
    facts = changed("history", "messaging", "--format", "json").facts
    with ConfigSystem("config") as system:
        assert facts == {
            "ok": True,
            "diagnostics": [],
            "revisions": [one.to_dict() for one in system.history("messaging")],
        }
    assert [one["document"] for one in changed("history", "--format", "json").facts["revisions"]] == [
        "messaging",
        "unified_config",
        "unified_config",
        "messaging",
        "messaging",
    ]


def test_where_nothing_was_changed_nothing_is_on_record(setpoint: Tool) -> None:
    """0, and nothing is made by asking; a name that nobody knows is 4."""
    before = sorted(Path().rglob("*"))
    for arguments in (("messaging",), ()):
        ran = setpoint("history", *arguments)
        assert ran == (0, "nothing is on record yet: nothing was changed through Setpoint\n", "")
    assert setpoint("history", "--format", "json").facts["revisions"] == []
    ran = setpoint("history", "mesaging")
    assert (ran.code, "did you mean 'messaging'?" in ran.err) == (4, True)
    assert setpoint("history", "--limit", "0").code == 2
    assert setpoint("history", "--verify").out == "ok: 0 entries\n"
    assert sorted(Path().rglob("*")) == before


def test_a_document_that_is_gone_has_its_history(changed: Tool) -> None:
    """Its revisions can be listed after its file was removed."""
    Path("config/messaging.yml").unlink()
    assert len(changed("history", "messaging").out.splitlines()) == 3


def test_a_reason_cannot_act_on_the_terminal(setpoint: Tool) -> None:
    """Escapes are shown, and a line stays one line."""
    setpoint("set", "messaging.queue.max_size", "5000", "--reason", "a\n9  \x1b[31mb", "--author", "m\u202ee")
    ran = setpoint("history", "messaging")
    assert len(ran.out.splitlines()) == 2
    assert "a\\n9  \\x1b[31mb" in ran.out
    assert "m\\u202ee" in ran.out


def test_a_record_that_holds_is_told_with_its_head(changed: Tool) -> None:
    """The head can be kept elsewhere and given again."""
    ran = changed("history", "--verify")
    assert (ran.code, ran.err) == (0, "")
    found = re.fullmatch(r"ok: 5 entries; head (5:[0-9a-f]{64})\n", ran.out)
    assert found is not None
    facts = changed("history", "--verify", "--format", "json").facts
    assert (facts["ok"], facts["verification"]["entries"]) == (True, 5)
    changed("set", "messaging.queue.max_size", "7")
    assert changed("history", "--verify", "--head", found[1]).code == 0
    ran = changed("history", "--verify", "--head", "9:" + "ab" * 32)
    assert (ran.code, "there were 9: its end is missing" in ran.out) == (1, True)


@pytest.mark.parametrize("head", ["x", "5", "5:xyz", ":ab", "-5:ab", "9" * 40 + ":ab"])
def test_a_head_that_is_none_is_refused(changed: Tool, head: str) -> None:
    """As usage; and without --verify it has no meaning."""
    assert changed("history", "--verify", f"--head={head}").code == 2
    assert changed("history", f"--head={head}").code == 2


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE entry SET time = time + 1 WHERE entry = 4", 4),
        ("UPDATE entry SET number = 9 WHERE entry = 2", 2),
        ("DELETE FROM entry WHERE entry = 3", 4),
    ],
)
def test_a_record_that_was_changed_names_its_first_bad_entry(changed: Tool, statement: str, entry: int) -> None:
    """1, in the text's first line and first of the problems in JSON."""
    with closing(sqlite3.connect(RECORD)) as connection, connection:
        (key,) = connection.execute("SELECT name FROM pragma_table_info('entry') WHERE pk = 1").fetchone()
        assert connection.execute(statement.replace("entry =", f"{key} =")).rowcount == 1
    ran = changed("history", "--verify")
    assert (ran.code, ran.err) == (1, "")
    first, *_, last = ran.out.splitlines()
    assert first.startswith(f"entry {entry} (revision ")
    assert re.fullmatch(r"the record does not hold: \d entries, \d+ wrong", last)
    facts = changed("history", "--verify", "--format", "json").facts
    assert (facts["ok"], facts["verification"]["problems"][0]["entry"]) == (False, entry)


def test_a_record_that_cannot_be_read_at_all_is_told(changed: Tool) -> None:
    """A new one begins, the old file stays beside it, and history warns."""
    RECORD.write_bytes(b"no record" * 1000)
    ran = changed("history", "--verify")
    assert ran.code == 1, ran
    assert "history-damaged" in ran.out
    ran = changed("history", "--format", "json")
    assert ran.code == 0
