"""``setpoint audit``: who did or tried what, and whether the trail holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint.audit import AuditTrail

Tool = Callable[..., Any]
STATE = Path("config/.setpoint")


@pytest.fixture
def audited(setpoint: Tool) -> Tool:
    """Three entries: a change, a refusal, and a sign-in of somebody hostile."""
    trail = AuditTrail(STATE)
    facts = {"token": "0123456789ab", "request": "r1", "address": "10.0.0.7"}
    trail.append(
        who="ann", **facts, action="set", outcome="done", documents=("messaging",), revisions=(("messaging", 4),)
    )
    trail.append(
        who="bob", **facts, action="rollback", outcome="denied", documents=("team/a",), detail="needs operator"
    )
    trail.append(
        who="eve\n3  forged",
        token=None,
        request=None,
        address=None,
        action="sign-in",
        outcome="refused",
        detail="\x1b[2J\u202egone",
    )
    return setpoint


def test_entries_are_listed_the_newest_first(audited: Tool) -> None:
    """One line each, whatever a name holds."""
    ran = audited("audit")
    assert (ran.code, ran.err) == (0, "")
    eve, bob, ann = ran.out.splitlines()
    assert eve.split("  ")[0] == "3"
    assert r"eve\n3  forged" in eve
    assert eve.endswith(r"\x1b[2J\u202egone")
    assert bob.split()[2:] == ["bob", "rollback", "denied", "team/a", "10.0.0.7", "needs", "operator"]
    assert ann.split()[2:] == ["ann", "set", "done", "messaging", "4", "10.0.0.7"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("--who", "ann"), [1]),
        (("--document", "team/a"), [2]),
        (("--action", "sign-in"), [3]),
        (("--since", "1h"), [3, 2, 1]),
        (("--until", "1h"), []),
        (("--limit", "2"), [3, 2]),
        (("--before", "3", "--limit", "1"), [2]),
        (("--who", "ann", "--action", "rollback"), []),
    ],
)
def test_entries_are_chosen(audited: Tool, asked: tuple[str, ...], found: list[int]) -> None:
    """Each option narrows it down."""
    facts = audited("audit", *asked, "--format", "json").facts
    assert [one["number"] for one in facts["entries"]] == found
    assert facts["ok"]


def test_the_json_has_everything_and_where_to_go_on(audited: Tool) -> None:
    """The token's id, the request, and the number below which the next page begins."""
    facts = audited("audit", "--format", "json", "--limit", "2").facts
    assert facts["next"] == 2
    assert facts["entries"][1]["token"] == "0123456789ab"
    assert facts["entries"][0]["who"] == "eve\n3  forged"
    last = audited("audit", "--format", "json", "--before", "2", "--limit", "2").facts
    assert last["next"] is None
    assert last["entries"][0]["revisions"] == [{"document": "messaging", "number": 4}]
    assert audited("audit", "--limit", "2").out.endswith("there may be more: --before 2\n")


def test_where_nothing_was_done_nothing_is_shown(setpoint: Tool) -> None:
    """And nothing is made by asking."""
    assert setpoint("audit").out == "nothing is on record yet\n"
    assert setpoint("audit", "--who", "ann").out == "nothing like that is on record\n"
    assert setpoint("audit", "--verify").out == "ok: 0 entries\n"
    assert not STATE.exists()


def test_a_trail_that_holds_says_its_head(audited: Tool) -> None:
    """Which proves later that nothing was cut."""
    ran = audited("audit", "--verify")
    number, linked = AuditTrail(STATE).head()
    assert (ran.code, ran.out) == (0, f"ok: 3 entries; head {number}:{linked}\n")
    assert audited("audit", "--verify", "--head", f"{number}:{linked}").code == 0
    facts = audited("audit", "--verify", "--format", "json").facts
    assert facts["verification"] == {"entries": 3, "head": {"number": 3, "hash": linked}}


def test_a_trail_that_was_tampered_with_exits_with_1(audited: Tool) -> None:
    """The first bad entry is named with its line."""
    head = audited("audit", "--verify").out.split()[-1]
    file = STATE / "audit.jsonl"
    good = file.read_bytes()
    file.write_bytes(good.replace(b'"bob"', b'"ann"'))
    ran = audited("audit", "--verify")
    assert ran.code == 1
    assert "audit.jsonl:3:1: error[audit-altered]: entry 2 does not fit" in ran.out
    assert "the trail does not hold" in ran.out
    facts = audited("audit", "--verify", "--format", "json").facts
    assert not facts["ok"]
    assert [one["rule"] for one in facts["diagnostics"]] == ["audit-altered"]
    file.write_bytes(b"\n".join(good.split(b"\n")[:3]) + b"\n")
    (STATE / "audit.head").unlink()
    assert "warning" in audited("audit", "--verify").out
    ran = audited("audit", "--verify", "--head", head)
    assert ran.code == 1
    assert "the trail ends at entry 2, and there were 3 entries, says the head that was expected" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--head", "3:00"),
        ("--verify", "--head", "x"),
        ("--verify", "--head", "3:00"),
        ("--verify", "--who", "ann"),
        ("--limit", "0"),
        ("--since", "whenever"),
        ("--since", "9999999999d"),
        ("--action", "steal"),
    ],
)
def test_what_makes_no_sense_is_refused(audited: Tool, arguments: tuple[str, ...]) -> None:
    """With exit code 2, as everywhere."""
    ran = audited("audit", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("setpoint: ")
