"""``setpoint show``: a document's files as they were at a revision, with secrets masked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem
from setpoint.secret import MASK

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_the_text_of_a_revision_is_shown_with_who_made_it(setpoint: Tool) -> None:
    """The newest without a number; each file after its path."""
    before = FILE.read_text()
    setpoint("set", "messaging.queue.max_size", "5000", "--reason", "more traffic")
    after = FILE.read_text()
    FILE.write_text("nobody looks at what is on the disk now")
    ran = setpoint("show", "messaging")
    assert (ran.code, ran.err) == (0, "")
    first, second, rest = ran.out.split("\n", 2)
    assert re.fullmatch(f"revision 2 of messaging: set by alice at {TIME}", first)
    assert second == "reason: more traffic"
    assert rest == f"--- config/messaging.yml\n{after}"
    ran = setpoint("show", "messaging", "1")
    first, rest = ran.out.split("\n", 1)
    assert re.fullmatch(f"revision 1 of messaging: found by unknown at {TIME}", first)
    assert rest == f"--- config/messaging.yml\n{before}"


def test_as_json_it_is_the_revision_and_its_files(setpoint: Tool) -> None:
    """All of them, by path; never those of this machine."""
    setpoint("set", "messaging.queue.max_size", "9", "--layer", "local")
    setpoint("set", "messaging.queue.max_age_days", "9", "--layer", "profile:prod")
    facts = setpoint("show", "messaging", "--format", "json").facts
    with ConfigSystem("config") as system:
        assert facts.pop("revision") == system.history("messaging")[0].to_dict()
    files = {str(file): file.read_text() for file in (FILE, Path("config/messaging.prod.yml"))}
    assert facts == {"ok": True, "diagnostics": [], "files": files}


SECRETS = 'token: Zq-one\npin: "Zq-two"\nlist:\n- password: |\n    Zq-three\n    Zq-four\n  x: 1\n'


@pytest.mark.parametrize("shape", ["text", "json"])
def test_secrets_are_masked(setpoint: Tool, shape: str) -> None:
    """Those that names give away, and those that the schema marks; in a layer of its own as well."""
    Path("config/d.yaml").write_text(SECRETS + "plain: 1\n")
    Path("config/d.prod.yaml").write_text(SECRETS)
    Path("config/schemas").mkdir()
    Path("config/schemas/d.schema.json").write_text(json.dumps({"properties": {"pin": {"writeOnly": True}}}))
    assert setpoint("set", "d.plain", "2").code == 0
    for number in ("1", "2"):
        ran = setpoint("show", "d", number, "--format", shape)
        assert ran.code == 0
        assert "Zq" not in ran.out + ran.err
        assert ran.out.count(MASK) == 6
        assert "plain:" in ran.out


def test_what_was_never_well_formed_is_not_shown(setpoint: Tool) -> None:
    """Nobody knows what is secret in it."""
    file = Path("config/d.yaml")
    file.write_text("x: 1\n")
    setpoint("set", "d.x", "2")
    file.write_text("password: [Zq\n")
    assert setpoint("rollback", "d", "--to", "2").code == 0
    ran = setpoint("show", "d", "3")
    assert (ran.code, "cannot be parsed" in ran.out, "Zq" in ran.out + ran.err) == (0, True, False)
    ran = setpoint("diff", "d", "2", "3")
    assert (ran.code, "cannot be parsed" in ran.out, "Zq" in ran.out + ran.err) == (0, True, False)


def test_a_text_cannot_act_on_the_terminal(setpoint: Tool) -> None:
    """Control characters are shown as escapes; JSON has the text itself, escaped."""
    Path("config/d.yaml").write_text("x: 1 # \u202e\t.\n")
    setpoint("set", "d.x", "2")
    assert setpoint("show", "d").out.endswith("x: 2 # \\u202e\t.\n")
    facts = setpoint("show", "d", "--format", "json")
    assert "\u202e" not in facts.out
    assert facts.facts["files"] == {"config/d.yaml": "x: 2 # \u202e\t.\n"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("messaging", "7"), 4, "messaging has no revision 7; its newest is 2"),
        (("coordinates",), 4, "coordinates has no revision yet"),
        (("coordinates", "1"), 4, "nothing of it was recorded yet"),
        (("coordinate",), 4, "did you mean 'coordinates'?"),
        (("messaging", "x"), 2, "invalid int value"),
        (("messaging", "1", "2"), 2, "one argument too many"),
    ],
)
def test_what_is_not_on_record_is_told(setpoint: Tool, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With the code of its kind."""
    setpoint("set", "messaging.queue.max_size", "5000")
    ran = setpoint("show", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
