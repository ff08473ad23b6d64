"""``setpoint token``: make, list and revoke, all of it on record."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint.access import Grant, TokenBook
from setpoint.audit import AuditTrail
from setpoint.errors import UnavailableError

Tool = Callable[..., Any]
STATE = Path("config/.setpoint")
TOKEN = re.compile(r"sp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n")


def recorded() -> list[tuple[str, str, str]]:
    """Who, what and how it went, the oldest first."""
    return [(one.who, one.action, one.outcome) for one in reversed(AuditTrail(STATE).entries())]


def test_a_new_token_is_printed_alone(setpoint: Tool) -> None:
    """Its text on standard output, to be piped; all else on standard error."""
    ran = setpoint("token", "new", "deploy-bot", "--role", "editor", "--documents", "team/*", "--expires", "90d")
    assert ran.code == 0
    assert TOKEN.fullmatch(ran.out)
    assert ran.out.strip() not in ran.err
    assert f"token {ran.out[3:15]} for deploy-bot: editor:team/*; expires " in ran.err
    bot = TokenBook(STATE).find(ran.out.strip())
    assert bot is not None
    assert bot.grants == (Grant("editor", "team/*"),)
    token = TokenBook(STATE).tokens()[0]
    assert token.expires is not None
    assert 89 * 86_400 < token.expires - time.time() < 91 * 86_400
    assert recorded() == [("alice", "token-new", "begun"), ("alice", "token-new", "done")]


def test_grants_add_up(setpoint: Tool) -> None:
    """A role over several patterns, and other roles beside it."""
    ran = setpoint(
        *("token", "new", "ann", "--role", "editor", "--documents", "a", "--documents", "b/*"),
        *("--grant", "viewer", "--grant", "operator:c", "--reveal", "a", "--format", "json"),
    )
    assert ran.code == 0
    token = ran.facts["token"]
    assert [f"{one['role']}:{one['documents']}" for one in token["grants"]] == [
        "editor:a",
        "editor:b/*",
        "viewer:**",
        "operator:c",
    ]
    assert (token["reveals"], token["expires"], token["status"]) == (["a"], None, "valid")
    assert TOKEN.fullmatch(ran.facts["text"] + "\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new", "ann"), "a token needs a role"),
        (("new", "ann", "--role", "editr"), "did you mean 'editor'?"),
        (("new", "ann", "--role", "editor", "--documents", "prod*"), "stand alone between slashes"),
        (("new", "ann", "--grant", "viewer", "--documents", "a"), "there is no --role"),
        (("new", "a\nb", "--role", "viewer"), "cannot be who holds a token"),
        (("new", "ann", "--role", "viewer", "--expires", "soon"), "--expires"),
        (("new", "ann", "--role", "viewer", "--expires", "2001-01-01"), "still to come"),
        (("new", "ann", "--role", "viewer", "--reveal", ""), "cannot read the pattern"),
        ((), "VERB"),
        (("mak",), "VERB"),
    ],
)
def test_what_makes_no_sense_makes_no_token(setpoint: Tool, arguments: tuple[str, ...], said: str) -> None:
    """It is refused with what to write."""
    ran = setpoint("token", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert TokenBook(STATE).tokens() == ()


def test_the_list_shows_no_secret(setpoint: Tool) -> None:
    """Who, whether it is valid, what it may do and until when; with the format said before or after the verb."""
    assert setpoint("token", "list").out == "no tokens; 'setpoint token new NAME --role viewer' makes one\n"
    text = setpoint("token", "new", "ann", "--role", "viewer").out.strip()
    setpoint("token", "new", "bob", "--role", "admin", "--expires", "4w")
    setpoint("token", "revoke", "bob")
    ran = setpoint("token", "list")
    first, second = ran.out.splitlines()
    assert first.split() == [text[3:15], "ann", "valid", "viewer:**", "does", "not", "expire"]
    assert " bob  revoked  admin:**   revoked 20" in second
    for arguments in (("list", "--format", "json"), ("--format", "json", "list")):
        listed = setpoint("token", *arguments)
        assert [(one["name"], one["status"]) for one in listed.facts["tokens"]] == [
            ("ann", "valid"),
            ("bob", "revoked"),
        ]
        assert text[16:] not in listed.out + ran.out


def test_a_token_is_revoked_by_id_name_or_text(setpoint: Tool) -> None:
    """Whatever of it is at hand; a second time changes nothing, and its secret goes nowhere."""
    for part in (slice(3, 15), slice(None)):
        text = setpoint("token", "new", "ann", "--role", "viewer").out.strip()
        ran = setpoint("token", "revoke", text[part])
        assert ran.code == 0
        assert ran.out.startswith(f"token {text[3:15]} of ann is revoked: revoked 20")
        assert TokenBook(STATE).find(text) is None
        assert setpoint("token", "revoke", text[3:15], "--format", "json").facts["token"]["status"] == "revoked"
        assert text[16:] not in (STATE / "audit.jsonl").read_text()
    setpoint("token", "new", "bob", "--role", "viewer")
    assert setpoint("token", "revoke", "bob").code == 0


def test_revoking_what_there_is_not_is_on_record(setpoint: Tool) -> None:
    """With the near name, as refused."""
    setpoint("token", "new", "deploy-bot", "--role", "viewer")
    ran = setpoint("token", "revoke", "deploybot")
    assert (ran.code, ran.err) == (4, "setpoint: there is no token 'deploybot'; did you mean 'deploy-bot'?\n")
    assert recorded()[2:] == [("alice", "token-revoke", "begun"), ("alice", "token-revoke", "refused")]


def test_a_second_token_of_a_name_tells_of_the_first(setpoint: Tool) -> None:
    """So that one can take over from the other, and is not forgotten."""
    first = setpoint("token", "new", "ann", "--role", "viewer").out
    assert f"ann also holds {first[3:15]}" in setpoint("token", "new", "ann", "--role", "viewer").err
    assert setpoint("token", "revoke", "ann").code == 2


def test_what_cannot_be_put_on_record_is_not_done(setpoint: Tool) -> None:
    """Neither is a token made nor one revoked."""
    text = setpoint("token", "new", "ann", "--role", "viewer").out.strip()
    os.unlink(STATE / "audit.jsonl")
    os.mkdir(STATE / "audit.jsonl")
    assert setpoint("token", "new", "bob", "--role", "viewer").code == 5
    assert setpoint("token", "revoke", "ann").code == 5
    assert [token.name for token in TokenBook(STATE).tokens()] == ["ann"]
    assert TokenBook(STATE).find(text) is not None


def test_a_token_whose_making_is_not_on_record_is_taken_back(setpoint: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record says that it was begun, and nobody has the token."""
    append = AuditTrail.append

    def only_the_first(trail: AuditTrail, **facts: Any) -> Any:
        if facts["outcome"] != "begun":
            raise UnavailableError("the disk is full")
        return append(trail, **facts)

    monkeypatch.setattr(AuditTrail, "append", only_the_first)
    ran = setpoint("token", "new", "ann", "--role", "admin")
    assert (ran.code, ran.out) == (5, "")
    assert [token.status(time.time()) for token in TokenBook(STATE).tokens()] == ["revoked"]


def test_damaged_tokens_are_told(setpoint: Tool) -> None:
    """Every verb says what to do; the revocation that failed is on record."""
    setpoint("token", "new", "ann", "--role", "viewer")
    (STATE / "tokens.json").write_text("{")
    for arguments in (("list",), ("new", "bob", "--role", "viewer"), ("revoke", "ann")):
        ran = setpoint("token", *arguments)
        assert ran.code == 5
        assert "put a good copy back" in ran.err
    assert recorded()[-1] == ("alice", "token-revoke", "failed")
