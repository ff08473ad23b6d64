"""``setpoint unset``: one key or item goes, with the comments that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")


def test_a_key_goes_and_nothing_else(setpoint: Tool) -> None:
    """The line that goes, the revision, and all other bytes as they were."""
    before = FILE.read_bytes()
    ran = setpoint("unset", "messaging.queue.max_age_days", "--reason", "the default is fine")
    assert ran == (0, "config/messaging.yml:24: removed max_age_days: 3\nrevision 2 of messaging\n", "")
    assert FILE.read_bytes() == before.replace(b"  max_age_days: 3\n", b"")
    revision = ConfigSystem("config").history("messaging")[0]
    assert (revision.author, revision.cause, revision.reason) == ("alice", "unset", "the default is fine")


def test_as_json_it_says_what_was_done(setpoint: Tool) -> None:
    """The same object as that of ``set``."""
    facts = setpoint("unset", "messaging.queue.max_age_days", "--author", "bob", "--format", "json").facts
    assert (facts["ok"], facts["address"], facts["changed"]) == (True, "messaging.queue.max_age_days", True)
    assert [(one["number"], one["author"], one["cause"]) for one in facts["revisions"]] == [(2, "bob", "unset")]
    assert "\n-  max_age_days: 3\n" in facts["diffs"]["config/messaging.yml"]


def test_a_dry_run_writes_nothing_at_all(setpoint: Tool) -> None:
    """Not even the state directory."""
    before = sorted(Path().rglob("*"))
    content = FILE.read_bytes()
    ran = setpoint("unset", "messaging.queue.max_age_days", "--dry-run")
    assert ran == (0, "config/messaging.yml:24: removed max_age_days: 3\ndry run: nothing was written\n", "")
    assert (sorted(Path().rglob("*")), FILE.read_bytes()) == (before, content)


def test_an_item_or_an_odd_key_may_go(setpoint: Tool) -> None:
    """Addresses are those of ``get``."""
    file = Path("config/d.yaml")
    file.write_text('"a.b":\n  c d: 1\n  e: 2\nlist: [1, 2, 3]\n')
    assert setpoint("unset", 'd["a.b"]["c d"]').code == 0
    assert setpoint("unset", "d.list[1]").out.startswith("config/d.yaml:3: list: [1, 2, 3] -> [1, 3]\n")
    assert file.read_text() == '"a.b":\n  e: 2\nlist: [1, 3]\n'


def test_a_key_of_a_layer_goes_from_the_file_of_that_layer(setpoint: Tool) -> None:
    """What another layer says cannot go from this one: 4, with where it comes from."""
    setpoint("set", "messaging.queue.max_size", "9", "--layer", "local")
    ran = setpoint("unset", "messaging.queue.directory", "--layer", "local")
    assert (ran.code, ran.out) == (4, "")
    assert "config/messaging.local.yml does not set it; it comes from base: config/messaging.yml:22:3" in ran.err
    ran = setpoint("unset", "messaging.queue.max_size", "--layer", "local")
    assert ran.out.endswith("not on record: a local file belongs to this machine alone\n")
    assert setpoint("get", "messaging.queue.max_size").out == "2500\n"


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("messaging.queue", 1, "error[missing-key]: the key 'queue' is missing"),
        ("messaging.queue.max_sise", 4, "did you mean 'max_size'?"),
        ("messaging.queue.max_size.x", 2, "is a single value"),
        ("mesaging.queue", 4, "did you mean 'messaging'?"),
        ("messaging", 2, "is a whole document"),
        ("messaging..x", 2, "cannot read the address"),
    ],
)
def test_what_cannot_go_is_refused(setpoint: Tool, address: str, code: int, said: str) -> None:
    """With the code of its kind, and the file as it was."""
    before = FILE.read_bytes()
    ran = setpoint("unset", address)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert setpoint("unset", address, "--format", "json").facts["error"]["exit_code"] == code
    assert FILE.read_bytes() == before


def test_a_secret_that_goes_is_not_shown(setpoint: Tool) -> None:
    """Nor one beside it."""
    Path("config/d.yaml").write_text("password: Zq-one\ntoken: Zq-two\nx: 1\n")
    for shape in ("text", "json"):
        ran = setpoint("unset", "d.password" if shape == "text" else "d.token", "--format", shape)
        assert ran.code == 0
        assert "Zq" not in ran.out + ran.err
    assert Path("config/d.yaml").read_text() == "x: 1\n"


def test_a_secret_beside_an_edit_that_is_refused_is_not_shown(setpoint: Tool) -> None:
    """Whether its name or the schema gives it away."""
    Path("config/d.yaml").write_text("token: Zq-one\npin: Zq-two\ny: {<<: {a: 1}} # refused, because of the merge\n")
    Path("config/schemas").mkdir()
    Path("config/schemas/d.schema.json").write_text('{"properties": {"pin": {"writeOnly": true}}}')
    for shape in ("text", "json"):
        ran = setpoint("unset", "d.y.a", "--format", shape)
        assert (ran.code, "edit-refused" in ran.out + ran.err, "Zq" in ran.out + ran.err) == (1, True, False)
