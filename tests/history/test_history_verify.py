"""What a check of the record finds, when somebody changed it behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from records import entry, fill, text

from setpoint.errors import UnavailableError, UsageError
from setpoint.history.history import History


def tamper(history: History, *statements: str) -> None:
    """Change the database with SQL, as somebody with an editor for it would."""
    history.close()
    connection = sqlite3.connect(history.path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_record_is_fine(history: History) -> None:
    """Counts, head and checkpoint are told, and the head can be checked again later."""
    fill(history, 5)
    found = history.verify()
    assert (found.ok, found.entries, found.checkpoint, found.problems) == (True, 5, "matches", ())
    assert found.head is not None and found.head[0] == 5
    fill(history, 2, "other")
    assert history.verify(found.head).ok
    assert repr(found) == "<Verification of 5 entries: ok>"
    assert found.to_dict()["head"] == {"entries": 5, "hash": found.head[1]}


EDITS = {
    "author": "UPDATE entry SET author = (SELECT id FROM word WHERE text = 'set') WHERE entry = 3",
    "time": "UPDATE entry SET time = time + 1 WHERE entry = 3",
    "reason": "UPDATE entry SET reason = 'other' WHERE entry = 3",
    "cause": "UPDATE entry SET cause = author WHERE entry = 3",
    "version": "UPDATE entry SET version = author WHERE entry = 3",
    "deleted": "UPDATE entry SET deleted = 1 WHERE entry = 3",
    "group": "UPDATE entry SET place = 1 WHERE entry = 3",
    "number": "UPDATE entry SET number = 30 WHERE entry = 3",
    "digest": "UPDATE entry SET digest = zeroblob(32) WHERE entry = 3",
    "key": "UPDATE entry SET seal = zeroblob(16) WHERE entry = 3",
    "hash": "UPDATE entry SET hash = zeroblob(32) WHERE entry = 3",
    "files": "UPDATE entry SET files = (SELECT files FROM entry WHERE entry = 2) WHERE entry = 3",
    "no files": "UPDATE entry SET files = NULL WHERE entry = 3",
    "type": "UPDATE entry SET time = 'x' WHERE entry = 3",
    "late": "UPDATE entry SET time = 1 << 60 WHERE entry = 3",
    "word": "UPDATE entry SET author = 999 WHERE entry = 3",
    "no word": "UPDATE entry SET author = 'x' WHERE entry = 3",
    "text": "UPDATE entry SET reason = CAST(x'ff' AS TEXT) WHERE entry = 3",
    "purged": "UPDATE entry SET digest = NULL, files = NULL WHERE entry = 3",
    "content": "UPDATE content SET data = x'00' WHERE id = 3000",
    "size": "UPDATE content SET size = 1 << 50 WHERE id = 3000",
    "base": "UPDATE content SET base = 3000 WHERE id = 3000",
    "no content": "DELETE FROM content WHERE id = 3000",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS.keys())
def test_an_edited_entry_is_named(history: History, statement: str) -> None:
    """Whichever of its fields, or its content: the first problem is at that entry."""
    fill(history, 5)
    tamper(history, statement)
    found = history.verify()
    assert not found.ok
    assert (found.problems[0].entry, found.entries) == (3, 5), found.problems


def test_the_revision_of_a_bad_entry_is_named(history: History) -> None:
    """By document and number, and the problem reads as a sentence."""
    fill(history, 2, "a")
    fill(history, 3, "b")
    tamper(history, EDITS["reason"].replace("= 3", "= 4"))
    problem = history.verify().problems[0]
    assert (problem.entry, problem.document, problem.number) == (4, "b", 2)
    assert str(problem).startswith("entry 4 (revision 2 of b): does not fit the chain")
    assert problem.to_dict()["document"] == "b"


def test_a_deleted_entry_is_missed(history: History) -> None:
    """In the middle by what comes after it, at the end by the checkpoint."""
    fill(history, 5)
    tamper(history, "DELETE FROM entry WHERE entry = 3")
    problem = history.verify().problems[0]
    assert (problem.entry, problem.message) == (4, "missing: 3 came before it")
    tamper(history, "DELETE FROM entry WHERE entry IN (1, 2)")
    assert history.verify().problems[0].message == "missing: 1 to 3 came before it"


def test_entries_that_changed_places_are_named(history: History) -> None:
    """Two that swapped, and one that was put in between."""
    fill(history, 5)
    tamper(
        history,
        "UPDATE entry SET entry = 99, number = 99 WHERE entry = 3",
        "UPDATE entry SET entry = 3, number = 3 WHERE entry = 4",
        "UPDATE entry SET entry = 4, number = 4 WHERE entry = 99",
    )
    assert history.verify().problems[0].entry == 3
    fill(history, 1, "other")
    tamper(
        history,
        "UPDATE entry SET entry = entry + 100, number = number + 100 WHERE entry > 4",
        "INSERT INTO entry SELECT 5, document, 5, time, author, cause, version, reason, deleted, place, digest, seal,"
        " hash, files FROM entry WHERE entry = 2",
        "UPDATE entry SET entry = entry - 99, number = number - 99 WHERE entry > 100",
    )
    assert 5 in [problem.entry for problem in history.verify().problems]


def test_a_cut_end_is_told_by_the_checkpoint(history: History, folder: Path) -> None:
    """Also after others have appended; without a checkpoint only a head that was kept elsewhere tells it."""
    fill(history, 5)
    head = history.verify().head
    tamper(history, "DELETE FROM entry WHERE entry > 3")
    found = history.verify()
    assert (found.checkpoint, len(found.problems)) == ("does not fit", 1)
    assert "ends at entry 3, and there were 5" in found.problems[0].message
    fill(history, 3, "other")
    assert history.notices[0].rule == "history-altered"
    found = history.verify()
    assert "entry 5 is not the one that was recorded" in found.problems[0].message
    (folder / "history.checkpoint").unlink()
    assert (history.verify().ok, history.verify().checkpoint) == (True, "missing")
    assert "says the head that was expected" in history.verify(head).problems[0].message


def test_an_older_copy_put_back_is_told(history: History, folder: Path) -> None:
    """The whole file as it was three revisions ago."""
    fill(history, 2)
    history.close()
    old = (folder / "history.sqlite3").read_bytes()
    history.append([entry(text(number)) for number in (3, 4, 5)])
    history.close()
    (folder / "history.sqlite3").write_bytes(old)
    assert "there were 5" in history.verify().problems[0].message


def test_a_record_that_is_gone_is_told(history: History, folder: Path) -> None:
    """The checkpoint remembers that there was one."""
    fill(history, 2)
    history.close()
    (folder / "history.sqlite3").unlink()
    assert "ends at entry 0, and there were 2" in history.verify().problems[0].message


def test_a_checkpoint_may_be_behind(history: History, folder: Path) -> None:
    """As a power cut leaves it: old, empty, or of its length and without text. The next append moves it on."""
    fill(history, 2)
    old = (folder / "history.checkpoint").read_bytes()
    history.append([entry(text(9))])
    (folder / "history.checkpoint").write_bytes(old)
    assert (history.verify().ok, history.verify().checkpoint) == (True, "behind")
    history.append([entry(text(10))])
    assert history.verify().checkpoint == "matches"
    for number, left in enumerate((b"", bytes(108)), 11):
        (folder / "history.checkpoint").write_bytes(left)
        assert (history.verify().ok, history.verify().checkpoint) == (True, "missing")
        history.append([entry(text(number))])
        assert (history.verify().checkpoint, history.notices) == ("matches", ())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"garbage\n",
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: data.replace(b"1 0", b"2 0", 1),
        lambda data: data[:40] + b"zz" + data[42:-2] + b"\n",
    ],
)
def test_an_unreadable_checkpoint_is_a_problem(
    history: History, folder: Path, damage: Callable[[bytes], bytes]
) -> None:
    """And left as it is, so that it can be looked into."""
    fill(history, 2)
    path = folder / "history.checkpoint"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    found = history.verify()
    assert (found.ok, found.problems[0].message) == (False, "history.checkpoint cannot be read")
    history.append([entry(text(5))])
    assert path.read_bytes() == damaged
    assert [notice.rule for notice in history.notices] == ["history-altered"]


def test_a_false_mark_of_pruning_is_found(history: History) -> None:
    """Entries that were removed and covered by a mark, with no act of pruning on record."""
    fill(history, 5)
    tamper(
        history,
        "INSERT INTO gap SELECT 2, 3, hash FROM entry WHERE entry = 3",
        "DELETE FROM entry WHERE entry IN (2, 3)",
    )
    assert "2 entries are marked as pruned, 0 were pruned on record" in history.verify().problems[0].message


def test_damaged_content_is_refused_when_it_is_read(history: History) -> None:
    """The other revisions can be read, and work goes on: what comes next is stored whole."""
    fill(history, 4)
    tamper(history, EDITS["content"])
    for number in (3, 4):
        with pytest.raises(UnavailableError, match=r"history\.sqlite3: the record is damaged: .*verify it"):
            history.files("messaging", number)
    assert history.files("messaging", 2) == {"messaging.yml": text(2)}
    history.append([entry(text(5))])
    assert history.files("messaging", 5) == {"messaging.yml": text(5)}
    assert [problem.number for problem in history.verify().problems] == [3, 4]


def test_another_content_of_the_right_size_is_refused(history: History) -> None:
    """A stored content that was replaced by another sound one does not fit the digest."""
    history.append([entry(b"a: 1\n")])
    history.append([entry(b"\x00binary\x01")])
    tamper(history, "UPDATE entry SET files = (SELECT files FROM entry WHERE entry = 1) WHERE entry = 2")
    with pytest.raises(UnavailableError, match="revision 2 of messaging is not what was recorded"):
        history.files("messaging", 2)


def test_a_name_that_leads_out_of_the_directory_is_never_handed_out(history: History) -> None:
    """A hostile record names ../../etc/passwd; its files are refused."""
    fill(history, 1)
    tamper(history, "UPDATE word SET text = '../../etc/passwd' WHERE text = 'messaging.yml'")
    with pytest.raises(UnavailableError, match="not what was recorded"):
        history.files("messaging", 1)


def test_a_head_that_is_none_is_refused(history: History) -> None:
    """A usage error, before anything is read."""
    for head in ((1, "xyz"), ("a", "00"), (1,), 5):
        with pytest.raises(UsageError, match="a head is"):
            history.verify(head)  # type: ignore[arg-type]
