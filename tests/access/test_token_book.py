"""Tokens: made, found, revoked, over several processes, and when the file is damaged."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.access import Grant, TokenBook
from setpoint.errors import ConfigNotFoundError, UnavailableError, UsageError

VIEWER = [Grant("viewer")]
MAKER = """\
import sys
from setpoint.access import Grant, TokenBook
book = TokenBook(sys.argv[1])
for number in range(int(sys.argv[3])):
    print(book.new(f"{sys.argv[2]}-{number}", [Grant("viewer")]), flush=True)
"""


@pytest.fixture
def book(tmp_path: Path) -> TokenBook:
    return TokenBook(tmp_path / "state")


def file_of(book: TokenBook) -> Path:
    return Path(book.path)


def until(condition: object, seconds: float = 20.0) -> None:
    """Wait until a condition holds; fail when it does not in a generous time."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.02)


def test_a_token_is_who_it_was_made_for(book: TokenBook) -> None:
    """Its text leads to a principal with its name, grants and what it reveals."""
    text = book.new("ann", [Grant("editor", "team/*")], reveals=["team/a"])
    assert re.fullmatch(r"sp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text)
    ann = book.find(text)
    assert ann is not None
    assert (ann.name, ann.grants, ann.token) == ("ann", (Grant("editor", "team/*"),), text[3:15])
    assert ann.reveals("team/a")
    assert not ann.reveals("team/b")
    assert book.holds(text[3:15])


def test_nothing_of_the_secret_is_kept(book: TokenBook) -> None:
    """The file has a digest only, is for its owner's eyes, and what is known of a token has no secret."""
    text = book.new("ann", VIEWER)
    assert text[16:] not in file_of(book).read_text()
    assert stat.S_IMODE(file_of(book).stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(book).parent.stat().st_mode) == 0o700
    assert text[16:] not in repr([token.to_dict() for token in book.tokens()])


def test_asking_makes_nothing(book: TokenBook) -> None:
    """Where there are no tokens, nobody is found and no file comes to be."""
    assert book.find("sp_0123456789ab_" + "A" * 43) is None
    assert book.is_empty
    assert book.tokens() == ()
    assert not file_of(book).parent.exists()


@given(
    st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.from_regex(r"sp_[0-9a-f]{12}_.{43}", fullmatch=True))
)
def test_odd_texts_are_nobody(text: object) -> None:
    """Whatever is sent in place of a token, nothing is raised and nobody gets in."""
    assert TokenBook("nowhere/at/all").find(text) is None  # type: ignore[arg-type]


@given(st.integers(0, 58), st.characters())
def test_a_token_with_one_other_letter_is_nobody(place: int, letter: str) -> None:
    """Each letter counts."""
    book = TokenBook("nowhere/at/all")
    text = book.once("ann", VIEWER)
    changed = text[:place] + letter + text[place + 1 :]
    assert (book.find(changed) is None) is (changed != text)


def test_a_revoked_token_is_nobody_at_once(book: TokenBook) -> None:
    """It stays in the list, and revoking it again changes nothing."""
    text = book.new("ann", VIEWER)
    revoked = book.revoke("ann")
    assert book.find(text) is None
    assert not book.holds(revoked.id)
    assert book.is_empty
    assert book.revoke(revoked.id).revoked == revoked.revoked
    assert [token.status(time.time()) for token in book.tokens()] == ["revoked"]


def test_a_token_ends_at_its_time(tmp_path: Path) -> None:
    """To the moment, by the clock of this process."""
    now = [1000.0]
    book = TokenBook(tmp_path, clock=lambda: now[0])
    text = book.new("ann", VIEWER, expires=2000.0)
    now[0] = 1999.9
    assert book.find(text) is not None
    now[0] = 2000.0
    assert book.find(text) is None
    assert not book.holds(text[3:15])
    assert book.tokens()[0].status(now[0]) == "expired"
    with pytest.raises(UsageError):
        book.new("bob", VIEWER, expires=2000.0)


def test_tokens_that_ended_long_ago_are_dropped(tmp_path: Path) -> None:
    """After 90 days, when the next one is made; what is valid stays for ever."""
    now = [1e9]
    book = TokenBook(tmp_path, clock=lambda: now[0])
    for name in ("old", "stays"):
        book.new(name, VIEWER)
    book.revoke("old")
    now[0] += 89 * 86_400
    book.new("a", VIEWER)
    assert [token.name for token in book.tokens()] == ["old", "stays", "a"]
    now[0] += 2 * 86_400
    book.new("b", VIEWER)
    assert [token.name for token in book.tokens()] == ["stays", "a", "b"]


def test_several_tokens_of_one_name_are_told_apart(book: TokenBook) -> None:
    """A name that means two says which; the one that is left is meant again."""
    first, second = book.new("ann", VIEWER), book.new("ann", VIEWER)
    with pytest.raises(UsageError, match=first[3:15]):
        book.revoke("ann")
    book.revoke(first[3:15])
    assert book.revoke("ann").id == second[3:15]


def test_a_token_that_there_is_not_has_near_names(book: TokenBook) -> None:
    """As for everything that is named."""
    book.new("deploy-bot", VIEWER)
    with pytest.raises(ConfigNotFoundError) as caught:
        book.revoke("deploybot")
    assert caught.value.near == ("deploy-bot",)


@pytest.mark.parametrize("name", ["", " ann", "a\nb", "\x1b[31m", "a\u202eb", "x" * 201, "0123456789ab", "a\udc80"])
def test_a_name_that_could_deceive_is_refused(book: TokenBook, name: str) -> None:
    """No line breaks, escapes or turns of direction, and nothing that looks like an id."""
    with pytest.raises(UsageError):
        book.new(name, VIEWER)
    assert not file_of(book).exists()


def test_a_token_without_a_grant_is_refused(book: TokenBook) -> None:
    """It could do nothing."""
    with pytest.raises(UsageError):
        book.new("ann", [])


def test_a_token_of_this_process_is_in_no_file(book: TokenBook) -> None:
    """Other books do not know it, and it can be revoked."""
    text = book.once("start", [Grant("admin")])
    found = book.find(text)
    assert found is not None
    assert found.may_everywhere("administer")
    assert not book.is_empty
    assert not file_of(book).exists()
    assert TokenBook(file_of(book).parent).find(text) is None
    assert [token.name for token in book.tokens()] == ["start"]
    book.revoke("start")
    assert book.find(text) is None
    assert not file_of(book).exists()


def test_what_another_process_does_counts_soon(book: TokenBook) -> None:
    """A token that is made or revoked elsewhere is so here, without being asked to look."""
    other = TokenBook(file_of(book).parent)
    mine = book.new("ann", VIEWER)
    assert book.find(mine) is not None
    theirs = other.new("bob", VIEWER)
    until(lambda: book.find(theirs) is not None)
    other.revoke("ann")
    until(lambda: book.find(mine) is None)
    assert book.find(theirs) is not None
    os.unlink(book.path)
    until(lambda: book.find(theirs) is None)


def test_processes_make_tokens_at_once(book: TokenBook) -> None:
    """None is lost."""
    folder = str(file_of(book).parent)
    makers = [
        subprocess.Popen([sys.executable, "-c", MAKER, folder, name, "5"], stdout=subprocess.PIPE, text=True)
        for name in "abc"
    ]
    texts = [line for maker in makers for line in maker.communicate(timeout=60)[0].split()]
    assert len(texts) == 15
    assert all(book.find(text) is not None for text in texts)


def empty(book: TokenBook) -> bool:
    return book.is_empty


def damaged(text: str) -> list[str]:
    """The file in ways in which it is not what was written."""
    facts = json.loads(text)
    token = facts["tokens"][0]
    return [
        "",
        text[: len(text) // 2],
        "[" * 100_000,
        "[]",
        json.dumps({**facts, "format": "setpoint tokens 2"}),
        json.dumps({**facts, "tokens": {}}),
        json.dumps({**facts, "tokens": [None]}),
        json.dumps({**facts, "tokens": [token, token]}),
        json.dumps({**facts, "tokens": [{**token, "sha256": "00"}]}),
        json.dumps({**facts, "tokens": [{**token, "sha256": None}]}),
        json.dumps({**facts, "tokens": [{**token, "expires": "never"}]}),
        json.dumps({**facts, "tokens": [{**token, "grants": [{"role": "root", "documents": "**"}]}]}),
        json.dumps({**facts, "tokens": [token, {**token, "id": "0" * 12, "extra": 1}]}),
    ]


def test_nobody_gets_in_with_a_damaged_file(book: TokenBook) -> None:
    """Half a file lets in nobody, commands say what to do, and a good copy put back is good again."""
    text = book.new("ann", VIEWER)
    good = file_of(book).read_text()
    for bad in damaged(good):
        file_of(book).write_text(bad)
        fresh = TokenBook(file_of(book).parent)
        assert fresh.find(text) is None
        assert not fresh.holds(text[3:15])
        for ask in (TokenBook.tokens, lambda one: one.new("b", VIEWER), lambda one: one.revoke("ann"), empty):
            with pytest.raises(UnavailableError, match="put a good copy back"):
                ask(fresh)
        assert file_of(book).read_text() == bad
    file_of(book).write_text(good)
    until(lambda: book.find(text) is not None)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_could_have_written_is_not_believed(book: TokenBook, what: str) -> None:
    """A file or folder that the group or everybody may write into lets nobody in."""
    text = book.new("ann", VIEWER)
    target = file_of(book) if what == "file" else file_of(book).parent
    target.chmod(0o777)
    fresh = TokenBook(file_of(book).parent)
    if os.environ.get("SETPOINT_PORTABLE") == "1":
        assert fresh.find(text) is not None  # where there are no such permissions, there is nothing to go by
        return
    assert fresh.find(text) is None
    with pytest.raises(UnavailableError, match="may be written by other users"):
        fresh.tokens()


def test_a_pipe_or_a_link_in_place_of_the_file_stops_nobody_else(book: TokenBook, tmp_path: Path) -> None:
    """Nothing waits for it, and nobody gets in by it."""
    text = book.new("ann", VIEWER)
    moved = tmp_path / "elsewhere.json"
    file_of(book).rename(moved)
    file_of(book).symlink_to(moved)
    assert TokenBook(file_of(book).parent).find(text) is None
    file_of(book).unlink()
    os.mkfifo(book.path)
    fresh = TokenBook(file_of(book).parent)
    assert fresh.find(text) is None
    with pytest.raises(UnavailableError):
        fresh.tokens()
