"""Pruning and purging."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FEWER, START, Clock, entry, fill, text

from setpoint.errors import ConfigNotFoundError, UsageError
from setpoint.history.history import History


def test_pruning_keeps_the_newest(history: History) -> None:
    """What stays can be read and verified; what went is told as pruned, and the act is on record."""
    fill(history, 20)
    fill(history, 3, "other")
    size = Path(history.path).stat().st_size
    done = history.prune(keep=5, author="bob")
    assert (done.removed, done.count) == ({"messaging": (1, 15)}, 15)
    assert [one.number for one in history.revisions("messaging")] == [20, 19, 18, 17, 16]
    assert all(history.files("messaging", number) == {"messaging.yml": text(number)} for number in range(16, 21))
    with pytest.raises(ConfigNotFoundError, match="revision 3 of messaging was pruned; the oldest kept is 16"):
        history.files("messaging", 3)
    found = history.verify()
    assert (found.ok, found.pruned, found.entries, found.checkpoint) == (True, 15, 9, "matches"), found.problems
    act = history.maintenance()[0]
    assert (act.cause, act.author, act.reason) == ("prune", "bob", "15 revisions pruned: messaging 1-15")
    assert history.documents() == ("messaging", "other")
    assert Path(history.path).stat().st_size <= size


def test_pruning_by_age_and_by_count_keeps_what_either_keeps(history: History, clock: Clock) -> None:
    """And the newest always stays, however old it is."""
    fill(history, 10)  # at START + 1 to START + 10
    assert history.prune(keep=8, older_than=START + 6).removed == {"messaging": (1, 2)}
    assert history.prune(keep=1, older_than=START + 6).removed == {"messaging": (3, 5)}
    assert history.prune(older_than=START + 1000).removed == {"messaging": (6, 9)}
    assert history.prune(older_than=START + 1000).count == 0
    assert history.verify().ok
    assert fill(history, 1)[0].number == 11


def test_pruning_one_document_leaves_the_others(history: History) -> None:
    """Also where their entries alternate."""
    for number in range(1, 6):
        history.append([entry(text(number), "a"), entry(text(number), "b")])
    assert history.prune("a", keep=1).removed == {"a": (1, 4)}
    assert [one.number for one in history.revisions("b")] == [5, 4, 3, 2, 1]
    assert history.prune("b", keep=2).removed == {"b": (1, 3)}
    assert history.verify().ok
    assert history.prune("c", keep=1).count == 0


def test_pruning_needs_to_know_what_stays(history: History) -> None:
    """Neither, zero, or an author that cannot be recorded are refused."""
    fill(history, 1)
    with pytest.raises(UsageError, match="give keep, older_than"):
        history.prune()
    with pytest.raises(UsageError, match="at least 1"):
        history.prune(keep=0)
    with pytest.raises(UsageError, match="surrogate"):
        history.prune(keep=1, author="\ud800")


def test_a_head_from_before_a_prune_is_still_good_where_it_can_be_told(history: History) -> None:
    """The hash of the last pruned entry is kept; one in the middle is not held against the record."""
    heads = []
    for number in range(1, 7):
        history.append([entry(text(number))])
        heads.append(history.verify().head)
    history.prune(keep=2)
    assert [history.verify(head).ok for head in heads] == [True] * 6
    assert heads[3] is not None
    assert not history.verify((4, "00" * 32)).ok


SECRET = b"hunter2-swordfish"


def scan(folder: Path) -> bytes:
    """All bytes of all files of the folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_a_purged_secret_is_nowhere(history: History, folder: Path) -> None:
    """Not in the clear, not in any compressed content that held it; the rest can be read, and the chain verifies."""
    noise = bytes(range(256)) * 4
    history.append([entry(b"a: 1\n" + noise)])
    history.append([entry(b"a: 1\npassword: " + SECRET + b"\n" + noise)])
    history.append([entry(b"a: 2\npassword: " + SECRET + b"\n" + noise)])
    history.append([entry(b"a: 2\n" + noise), entry(b"x: " + SECRET, "other")])
    history.append([entry(b"a: 3\n" + noise, reason="take out hunter2-swordfish")])
    history.close()
    assert SECRET in scan(folder)  # so that the scan below could fail
    done = history.purge(SECRET, author="bob", reason="it leaked")
    assert done.revisions == (("messaging", 2), ("messaging", 3), ("other", 1), ("messaging", 5))
    assert done.remaining == ()
    assert SECRET not in scan(folder)
    history.close()
    assert SECRET not in scan(folder)
    assert not (folder / "history.sqlite3-journal").exists()
    revisions = {one.number: one for one in history.revisions("messaging")}
    assert [(number, revisions[number].purged) for number in range(1, 6)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, False),
    ]
    assert (revisions[2].digest, revisions[5].reason) == (None, None)
    assert history.files("messaging", 4) == {"messaging.yml": b"a: 2\n" + noise}
    assert history.files("messaging", 5) == {"messaging.yml": b"a: 3\n" + noise}
    with pytest.raises(ConfigNotFoundError, match="held a secret, and its content was purged"):
        history.files("messaging", 3)
    found = history.verify()
    assert (found.ok, found.purged, found.checkpoint) == (True, 3, "matches"), found.problems
    assert (history.maintenance()[0].author, history.maintenance()[0].reason) == (
        "bob",
        "4 revisions purged: it leaked",
    )


def test_a_purge_reaches_what_was_stored_compressed(history: History, folder: Path) -> None:
    """The very bytes that the content was stored as are in no file afterwards."""
    import sqlite3

    secret = b"correct horse battery staple"
    for number in range(1, 30):
        history.append([entry(text(number) + (b"# " + secret if 10 <= number < 20 else b""))])
    history.close()
    connection = sqlite3.connect(history.path)
    held = [row[0] for row in connection.execute("SELECT data FROM content WHERE id BETWEEN 10000 AND 10999")]
    connection.close()
    assert all(len(data) > 20 and data in scan(folder) for data in held) and held
    assert len(history.purge(secret).revisions) == 10
    assert not any(data in scan(folder) for data in held)
    assert not any(secret in zlib.decompress(data, -15) for data in whole_contents(history))
    assert [history.files("messaging", number)["messaging.yml"] for number in (9, 20, 29)] == [
        text(9),
        text(20),
        text(29),
    ]
    assert history.verify().ok


def whole_contents(history: History) -> list[bytes]:
    """The stored bytes of all contents that are no differences."""
    import sqlite3

    history.close()
    connection = sqlite3.connect(history.path)
    found = [row[0] for row in connection.execute("SELECT data FROM content WHERE base IS NULL")]
    connection.close()
    return found


def test_what_a_purge_cannot_reach_is_told(history: History, folder: Path) -> None:
    """A name that holds the secret, and a record that was set aside."""
    history.append([entry(b"x", author="hunter2-swordfish")])
    (folder / "history.damaged-20260101T000000Z.sqlite3").write_bytes(SECRET)
    remaining = history.purge(SECRET).remaining
    assert len(remaining) == 2
    assert "name of a document, a file, an author" in remaining[0]
    assert "history.damaged-20260101T000000Z.sqlite3" in remaining[1]
    assert not any("hunter2" in sentence for sentence in remaining)


def test_a_purge_that_finds_nothing_is_not_on_record(history: History) -> None:
    """And one that would record the secret itself is refused."""
    fill(history, 2)
    before = history.verify().head
    assert history.purge(SECRET).revisions == ()
    assert history.verify().head == before
    with pytest.raises(UsageError, match="must not stand"):
        history.purge(SECRET, reason="it was hunter2-swordfish")
    with pytest.raises(UsageError, match="which bytes"):
        history.purge(b"")


def test_a_content_is_not_bound_to_what_was_purged(history: History) -> None:
    """After a purge of the newest, the next revision is stored whole, and is not compared with it."""
    history.append([entry(SECRET)])
    history.purge(SECRET)
    assert history.append([entry(SECRET)])[0].number == 2
    assert history.purge(SECRET).revisions == (("messaging", 2),)
    history.append([entry(b"a: 1")])
    assert history.files("messaging", 3) == {"messaging.yml": b"a: 1"}
    assert history.verify().ok


@FEWER
@given(st.sets(st.integers(1, 12)), st.integers(1, 12), st.integers(1, 12))
def test_pruning_and_purging_in_any_order_leaves_a_sound_record(
    tmp_path_factory: pytest.TempPathFactory, with_secret: set[int], keep: int, later: int
) -> None:
    """The rest is readable to the byte."""
    with History(tmp_path_factory.mktemp("state")) as history:
        contents = {number: text(number) + (SECRET if number in with_secret else b"") for number in range(1, 13)}
        history.append([entry(content) for content in contents.values()])
        history.prune(keep=keep)
        assert history.purge(SECRET).revisions == tuple(
            ("messaging", number) for number in sorted(with_secret) if number > 12 - keep
        )
        history.prune(keep=later)
        for number in range(13 - min(keep, later), 13):
            if number not in with_secret:
                assert history.files("messaging", number) == {"messaging.yml": contents[number]}
        assert history.verify().ok, history.verify().problems
