"""``setpoint diff``: what changed between two revisions, or since one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")


@pytest.fixture
def changed(setpoint: Tool) -> Tool:
    """The document has three revisions."""
    setpoint("set", "messaging.queue.max_size", "5000")
    setpoint("set", "messaging.queue.max_age_days", "9", "--layer", "profile:prod")
    return setpoint


def test_two_revisions_are_compared(changed: Tool) -> None:
    """As a unified diff, in either direction; nothing is printed when nothing differs."""
    ran = changed("diff", "messaging", "1", "2")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("--- config/messaging.yml\n+++ config/messaging.yml\n@@ -20,7 +20,7 @@\n")
    assert "\n-  max_size: 2500\n+  max_size: 5000\n" in ran.out
    assert "\n-  max_size: 5000\n+  max_size: 2500\n" in changed("diff", "messaging", "2", "1").out
    ran = changed("diff", "messaging", "2", "3")
    assert ran.out == ("--- /dev/null\n+++ config/messaging.prod.yml\n@@ -0,0 +1,2 @@\n+queue:\n+  max_age_days: 9\n")
    assert changed("diff", "messaging", "2", "2") == (0, "", "")


def test_one_revision_is_compared_with_the_files_as_they_are(changed: Tool) -> None:
    """What was written by hand since shows, too."""
    assert changed("diff", "messaging", "3") == (0, "", "")
    FILE.write_text(FILE.read_text().replace("max_size: 5000", "max_size: 9"))
    ran = changed("diff", "messaging", "3")
    assert "\n-  max_size: 5000\n+  max_size: 9\n" in ran.out


def test_without_a_number_it_is_what_changed_since_the_newest_revision(changed: Tool) -> None:
    """Which is nothing, as long as nobody wrote by hand; a document without a record is told so."""
    assert changed("diff", "messaging") == (0, "", "")
    FILE.write_text(FILE.read_text().replace("max_size: 5000", "max_size: 9"))
    assert "\n-  max_size: 5000\n+  max_size: 9\n" in changed("diff", "messaging").out
    assert changed("diff", "messaging", "--format", "json").facts["old"] == 3
    ran = changed("diff", "coordinates")
    assert (ran.code, ran.out) == (4, "")
    assert "nothing is on record of coordinates yet" in ran.err
    ran = changed("diff", "mesaging")
    assert ran.code == 4 and "did you mean 'messaging'?" in ran.err


def test_as_json_it_is_one_object(changed: Tool) -> None:
    """With the diff that the library gives."""
    facts = changed("diff", "messaging", "1", "3", "--format", "json").facts
    with ConfigSystem("config") as system:
        diff = system.diff("messaging", 1, 3)
    assert facts == {"ok": True, "diagnostics": [], "document": "messaging", "old": 1, "new": 3, "diff": diff}
    assert changed("diff", "messaging", "3", "--format", "json").facts["new"] is None


def test_a_secret_that_changed_shows_as_changed(setpoint: Tool) -> None:
    """And neither of its values does."""
    Path("config/d.yaml").write_text("password: Zq-one\ntoken: Zq-x\nurl: h\n")
    setpoint("set", "d.password", "-", stdin=b"Zq-two\n")
    for shape in ("text", "json"):
        ran = setpoint("diff", "d", "1", "--format", shape)
        assert (ran.code, ran.out.count("(changed)"), "Zq" in ran.out + ran.err) == (0, 1, False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("messaging", "7"), 4, "messaging has no revision 7"),
        (("messaging", "1", "7"), 4, "messaging has no revision 7"),
        (("coordinates", "1"), 4, "nothing of it was recorded yet"),
        ((), 2, "NAME"),
        (("messaging", "x"), 2, "invalid int value"),
    ],
)
def test_what_is_not_on_record_is_told(changed: Tool, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With the code of its kind."""
    ran = changed("diff", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
