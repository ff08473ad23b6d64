"""What is recorded, and how it is read again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FEWER, START, Clock, entry, fill, text

from setpoint.errors import ConfigNotFoundError, UnavailableError, UsageError
from setpoint.history.entry import Entry, is_relative
from setpoint.history.history import History


def test_reading_what_is_not_there_creates_nothing(history: History, folder: Path) -> None:
    """Every question has an empty answer, and the folder is not made."""
    assert history.documents() == ()
    assert history.revisions("messaging") == history.maintenance() == ()
    assert history.latest("messaging") is None
    assert history.verify().ok
    assert history.prune(keep=1).count == 0
    assert history.purge(b"x").revisions == ()
    with pytest.raises(ConfigNotFoundError, match="nothing of it was recorded"):
        history.files("messaging", 1)
    with pytest.raises(ConfigNotFoundError, match="no record to export"):
        history.export(folder.parent / "out")
    assert list(folder.parent.iterdir()) == []


def test_the_first_append_makes_a_private_folder(history: History, folder: Path) -> None:
    """Mode 0700, its files 0600, and a .gitignore for all of it; also under a umask that takes nothing."""
    before = os.umask(0)
    try:
        fill(history, 1)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"
    assert {path.name for path in folder.iterdir()} >= {"history.sqlite3", "history.checkpoint", ".gitignore"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_an_entry_comes_back_as_a_revision(history: History) -> None:
    """With every fact that was given, its number, its time and its digest."""
    made = history.append([entry(text(1), reason="more traffic", version="2.1.0")])[0]
    assert (made.document, made.number, made.author, made.cause) == ("messaging", 1, "alice", "set")
    assert (made.reason, made.version, made.deleted, made.group, made.entry) == ("more traffic", "2.1.0", False, 1, 1)
    assert made.time == START + 1
    assert history.latest("messaging") == history.revision("messaging", 1) == history.revisions("messaging")[0] == made
    assert history.documents() == ("messaging",)


def test_contents_come_back_byte_for_byte(history: History) -> None:
    """Several files, empty ones, bytes that are no text, a profile that comes and goes."""
    contents: list[dict[str, bytes]] = [
        {"m.yml": b"a: 1\r\n", "m.prod.yml": b""},
        {"m.yml": b"a: 1\r\n", "m.prod.yml": b"\xff\x00\xfe"},
        {"m.yml": bytes(200_000)},
        {"m.yml": bytes(200_000) + os.urandom(50_000), "m.prod.yml": b"\xff\x00\xfe"},
        {},
        {"team/m.yml": b"a: 2"},
    ]
    made = [history.append([entry(files, "m")])[0] for files in contents]
    assert [revision.number for revision in made] == [1, 2, 3, 4, 5, 6]
    assert [history.files("m", revision.number) for revision in made] == contents
    assert len({revision.digest for revision in made}) == len(contents)


def test_equal_content_is_recorded_only_when_asked(history: History) -> None:
    """Without it the latest revision is returned; with it there is a new one with the same digest."""
    first = fill(history, 1)[0]
    assert history.append([entry(text(1), author="bob", cause="found")]) == (first,)
    assert len(history.revisions("messaging")) == 1
    again = history.append([entry(text(1), cause="rollback")], always=True)[0]
    assert (again.number, again.digest, again.cause) == (2, first.digest, "rollback")
    assert history.files("messaging", 2) == history.files("messaging", 1)


def test_a_deletion_is_a_revision_of_its_own(history: History) -> None:
    """A tombstone has no files; what comes after it goes on counting."""
    fill(history, 2)
    gone = history.append([entry({}, cause="found", deleted=True)])[0]
    assert (gone.number, gone.deleted, history.files("messaging", 3)) == (3, True, {})
    assert history.append([entry({}, cause="found", deleted=True)]) == (gone,)
    back = history.append([entry(text(2))])[0]
    assert (back.number, back.deleted) == (4, False)
    assert history.files("messaging", 4) == history.files("messaging", 2)


def test_documents_recorded_together_share_a_group(history: History) -> None:
    """Each has its own numbers; the group is the same within one append and differs between two."""
    fill(history, 2, "a")
    both = history.append([entry(text(7), "a"), entry(text(7), "b")])
    assert [(one.document, one.number, one.group) for one in both] == [("a", 3, 3), ("b", 1, 3)]
    later = history.append([entry(text(8), "b")])[0]
    assert later.group == 5
    assert history.documents() == ("a", "b")
    assert history.append([]) == ()


def test_revisions_are_listed_newest_first_and_can_be_narrowed(history: History, clock: Clock) -> None:
    """By how many, by number, and by time as seconds or datetime; the end of the time is exclusive."""
    made = fill(history, 10)

    def numbers(**facts: object) -> list[int]:
        return [one.number for one in history.revisions("messaging", **facts)]  # type: ignore[arg-type]

    assert numbers() == list(range(10, 0, -1))
    assert numbers(limit=3) == [10, 9, 8]
    assert numbers(limit=0) == numbers(limit=-5) == numbers(before=1) == numbers(before=-(10**30)) == []
    assert numbers(limit=3, before=5) == [4, 3, 2]
    assert numbers(before=10**30, limit=10**30) == list(range(10, 0, -1))
    since = datetime.fromtimestamp(made[3].time, UTC)
    assert numbers(since=since, until=made[6].time) == [6, 5, 4]
    assert history.revisions("other") == history.revisions("\ud800") == ()


def test_the_order_is_the_number_and_never_the_clock(history: History, clock: Clock) -> None:
    """A clock that goes back a year changes nothing but the times; one before 1970 or after 9999 is held back."""
    fill(history, 2)
    clock.now -= 365 * 86400
    history.append([entry(text(3))])
    clock.now = -1e15
    history.append([entry(text(4))])
    clock.now = 1e15
    history.append([entry(text(5))])
    revisions = history.revisions("messaging")
    assert [one.number for one in revisions] == [5, 4, 3, 2, 1]
    assert revisions[2].time < revisions[3].time
    assert [one.to_dict()["time"] for one in revisions[:2]] == ["9999-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z"]
    assert history.verify().ok


def test_a_missing_revision_is_told_with_the_newest(history: History) -> None:
    """Whatever number is asked for."""
    fill(history, 2)
    for number in (3, 0, -1, 10**30):
        with pytest.raises(ConfigNotFoundError, match=f"messaging has no revision {number}; its newest is 2"):
            history.files("messaging", number)
    with pytest.raises(ConfigNotFoundError, match="nothing of it was recorded yet"):
        history.revision("other", 1)


def test_an_entry_that_cannot_be_recorded_is_refused_when_it_is_made() -> None:
    """Names that lead out of the directory, empty or endless texts, half characters, too many or too large files."""
    for name in ("", "/etc/passwd", "../a", "a/../b", "a//b", "C:a", "a\\..\\b", "\\\\host\\a", "a\0b", "."):
        assert not is_relative(name)
        with pytest.raises(UsageError):
            Entry("m", {name: b""}, author="a", cause="set")
    for facts in (
        {"author": ""},
        {"cause": ""},
        {"author": "\ud800"},
        {"reason": "x" * 10_001},
        {"author": 3},
    ):
        with pytest.raises(UsageError):
            entry(b"", **facts)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="empty"):
        entry(b"", "")
    with pytest.raises(UsageError, match="at most 1000 files"):
        entry({f"f{number}": b"" for number in range(1001)})
    with pytest.raises(UsageError, match="at most 67,108,864 can be recorded"):
        entry(bytes(64 * 1024 * 1024 + 1))


def test_a_file_of_64_mib_is_recorded(history: History) -> None:
    """The largest there may be, and its change."""
    large = bytes(64 * 1024 * 1024)
    history.append([entry(large)])
    history.append([entry(large[:-1] + b"x")])
    assert history.files("messaging", 2)["messaging.yml"] == large[:-1] + b"x"
    assert os.path.getsize(history.path) < 500_000


def test_a_thousand_small_revisions_are_small(history: History, folder: Path) -> None:
    """One number changes in a document of 3 KB: at most 300 bytes a revision on the disk, all files counted."""
    fill(history, 1)
    history.close()

    def size() -> int:
        return sum(path.stat().st_size for path in folder.iterdir())

    first = size()
    for start in range(2, 1002, 100):
        history.append([entry(text(number), reason="more traffic") for number in range(start, start + 100)])
    history.close()
    assert (size() - first) / 1000 <= 300
    assert history.files("messaging", 640) == {"messaging.yml": text(640)}


def test_what_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    """A NUL in the name, a file in the way, a place under a file: an error of ours that names it."""
    with pytest.raises(UsageError, match="NUL"):
        History("a\0b")
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(UnavailableError, match="file"):
            fill(History(place), 1)


@FEWER
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.binary(max_size=80), max_size=3), max_size=12))
def test_any_sequence_of_contents_can_be_read_back(
    tmp_path_factory: pytest.TempPathFactory, contents: list[dict[str, bytes]]
) -> None:
    """Each revision that was returned holds the files of its entry."""
    with History(tmp_path_factory.mktemp("state")) as history:
        made = history.append([entry(files, "m") for files in contents])
        for revision, files in zip(made, contents, strict=True):
            assert history.files("m", revision.number) == files
        numbers = sorted({revision.number for revision in made})
        assert numbers == list(range(1, len(numbers) + 1))
        assert history.verify().ok
