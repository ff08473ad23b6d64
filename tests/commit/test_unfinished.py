"""What a process that died in the middle left: who comes next finishes it, once, and readers never see a part."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint import ConfigSystem
from setpoint.commit.committer import Committer
from setpoint.commit.file_change import FileChange
from setpoint.commit.journal import Journal
from setpoint.errors import ConflictError, SetpointError, UnavailableError, UsageError
from setpoint.history.entry import Entry
from setpoint.history.history import History
from setpoint.state import State

OLD, NEW = b'{"n": 1}\n', b'{"n": 2}\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two documents."""
    config = tmp_path / "config"
    config.mkdir()
    for name in "ab":
        (config / f"{name}.json").write_bytes(OLD)
    return config


@pytest.fixture
def committer(home: Path) -> Iterator[Committer]:
    """A committer of the directory."""
    state = State(str(home), {})
    with History(state.folder) as history:
        yield Committer(state, history, lambda: [str(home)], timeout=0.2)


def change(home: Path, name: str, before: bytes | None = OLD, after: bytes | None = NEW) -> FileChange:
    return FileChange(name, str(home / name), shown=f"config/{name}", before=before, after=after)


def both(home: Path) -> list[FileChange]:
    return [change(home, "a.json"), change(home, "b.json")]


def entries() -> list[Entry]:
    """What is recorded of a change of both: what was found, and what it made."""
    return [
        Entry(name, {f"{name}.json": data}, author=author, cause=cause)
        for name in "ab"
        for data, author, cause in ((OLD, "unknown", "found"), (NEW, "me", "transaction"))
    ]


def decide(committer: Committer, home: Path, changes: list[FileChange] | None = None) -> None:
    """Leave a journal, as a process does that dies after deciding."""
    committer.state.make()
    committer.journal.write(changes or both(home), entries(), {"a": 0, "b": 0})


def numbers(home: Path) -> list[int]:
    with ConfigSystem(home, environ={}) as system:
        read = system.snapshot()
        return [read[name]["n"] for name in sorted(read)]


def causes(home: Path, name: str = "a") -> list[str]:
    with ConfigSystem(home, environ={}) as system:
        return [one.cause for one in system.history(name)]


@pytest.mark.parametrize("made", [0, 1, 2])
def test_whoever_reads_next_finishes_it(home: Path, committer: Committer, made: int) -> None:
    """However far it had come, with its revisions."""
    decide(committer, home)
    for name in ["a.json", "b.json"][:made]:
        (home / name).write_bytes(NEW)
    assert numbers(home) == [2, 2]
    assert [(home / name).read_bytes() for name in ("a.json", "b.json")] == [NEW, NEW]
    assert causes(home, "a") == causes(home, "b") == ["transaction", "found"]
    assert not committer.journal.exists()


def test_whoever_changes_next_finishes_it_first(home: Path, committer: Committer) -> None:
    """Its change is made on what was decided."""
    decide(committer, home)
    with ConfigSystem(home, environ={}) as system:
        system.set("a.n", 3, expect=2)
    assert numbers(home) == [3, 2]
    assert causes(home) == ["set", "transaction", "found"]


def test_it_is_recorded_once(home: Path, committer: Committer) -> None:
    """A process that died after recording, and before it removed its journal, has nothing recorded twice."""
    decide(committer, home)
    text = Path(committer.journal.path).read_bytes()
    assert numbers(home) == [2, 2]
    Path(committer.journal.path).write_bytes(text)
    assert numbers(home) == [2, 2]
    assert causes(home) == ["transaction", "found"]
    assert not committer.journal.exists()


def test_a_change_that_was_being_taken_back_is_taken_back(home: Path, committer: Committer) -> None:
    """And nothing of it goes on record."""
    decide(committer, home)
    (home / "a.json").write_bytes(NEW)
    committer.journal.turn_back()
    assert numbers(home) == [1, 1]
    assert causes(home) == []
    assert not committer.journal.exists()


def test_what_somebody_wrote_since_is_later_and_stays(home: Path, committer: Committer) -> None:
    """The rest is finished; what was never on the disk does not go on record."""
    decide(committer, home)
    (home / "b.json").write_bytes(b'{"n": 7}\n')
    assert numbers(home) == [2, 7]
    assert (causes(home, "a"), causes(home, "b")) == (["transaction", "found"], [])


@pytest.mark.parametrize("after", [NEW, None])
def test_files_that_come_and_go_are_finished_too(home: Path, committer: Committer, after: bytes | None) -> None:
    """A new document, or one that moved to another format, is there for the first who looks."""
    new = change(home, "c.json", None, NEW) if after else change(home, "a.toml", None, b"n = 2\n")
    decide(committer, home, [change(home, "a.json", OLD, after), new])
    with ConfigSystem(home, environ={}) as system:
        assert system.load_config("a").n == 2
        assert [one.name for one in system.documents()] == (["a", "b", "c"] if after else ["a", "b"])
        assert system.load_config("b").n == 1


def test_a_process_that_listed_before_sees_what_came_since(home: Path, committer: Committer) -> None:
    """The files of a document it loads are those that are there then."""
    with ConfigSystem(home, environ={}) as early:
        assert [one.name for one in early.documents()] == ["a", "b"]
        decide(committer, home, [change(home, "a.json", OLD, None), change(home, "a.toml", None, b"n = 2\n")])
        assert early.load_config("a").n == 2
        (home / "b.local.json").write_bytes(b'{"n": 5}')
        assert early.load_config("b").n == 5


def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process be one that may read and may not finish anything; and wait no time for that."""
    monkeypatch.setattr(Committer, "tidy", lambda self: False)
    monkeypatch.setattr("setpoint.lookout._PATIENCE", 0.01)


@pytest.mark.parametrize("made", [0, 1, 2])
def test_who_may_not_finish_it_reads_what_was_decided(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    """All of it, whatever is on the disk; and what was being taken back is read as it was."""
    decide(committer, home)
    for name in ["a.json", "b.json"][:made]:
        (home / name).write_bytes(NEW)
    read_only(monkeypatch)
    assert numbers(home) == [2, 2]
    committer.journal.turn_back()
    assert numbers(home) == [1, 1]
    assert committer.journal.exists()


def test_who_may_not_finish_it_reads_what_was_written_later(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As whoever may finish it would leave it."""
    decide(committer, home)
    (home / "b.json").write_bytes(b'{"n": 7}\n')
    read_only(monkeypatch)
    assert numbers(home) == [2, 7]


def test_who_may_not_finish_it_is_told_where_files_come_or_go(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That document cannot be read whole; the others are read as they were decided."""
    decide(
        committer,
        home,
        [change(home, "a.json", OLD, None), change(home, "a.toml", None, b"n = 2\n"), change(home, "b.json")],
    )
    (home / "a.toml").write_bytes(b"n = 2\n")
    (home / "a.json").unlink()
    read_only(monkeypatch)
    with ConfigSystem(home, environ={}) as system:
        with pytest.raises(UnavailableError, match=r"begun and neither finished nor taken back"):
            system.load_config("a")
        assert system.load_config("b").n == 2


def test_a_journal_that_ends_while_it_is_read_is_looked_at_again(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what is true when the reading is over."""
    decide(committer, home)
    (home / "a.json").write_bytes(NEW)
    read_only(monkeypatch)
    real = Journal.read

    def read_then_end(self: Journal) -> object:
        decided = real(self)
        (home / "a.json").write_bytes(OLD)
        os.unlink(self.path)
        return decided

    monkeypatch.setattr(Journal, "read", read_then_end)
    assert numbers(home) == [1, 1]


def test_a_damaged_journal_is_told_and_stops_everybody(home: Path, committer: Committer) -> None:
    """Half of a change may be on the disk, so nobody guesses; removing it is for a person."""
    decide(committer, home)
    path = Path(committer.journal.path)
    path.write_bytes(path.read_bytes()[:-3])
    with ConfigSystem(home, environ={}) as system:
        for work in (lambda: system.load_config("a"), lambda: system.set("a.n", 3)):
            with pytest.raises(UnavailableError, match="journal of an unfinished change is damaged"):
                work()
    path.unlink()
    assert numbers(home) == [1, 1]


def test_a_journal_is_private_and_names_files_inside_the_directory(home: Path, committer: Committer) -> None:
    """It holds values of every layer; and one that was moved with its directory finishes there."""
    decide(committer, home)
    path = Path(committer.journal.path)
    assert path.stat().st_mode & 0o777 == 0o600
    names = [one["name"] for one in json.loads(path.read_bytes().partition(b"\n")[2])["files"]]
    assert names == ["a.json", "b.json"]
    moved = home.parent / "moved"
    shutil.move(home, moved)
    assert numbers(moved) == [2, 2]


def test_temporary_files_of_the_dead_go_with_the_first_reader(home: Path, committer: Committer) -> None:
    """Those beside the documents, and with them those of the state. What looks like them and is not, stays."""
    committer.state.make()
    dead = [
        home / ".a.json.setpoint-0123456789abcdef.tmp",
        home / ".setpoint" / ".journal.setpoint-0123456789abcdef.tmp",
    ]
    for path in (*dead, home / ".mine.tmp"):
        path.write_bytes(b"half")
    assert numbers(home) == [1, 1]
    assert [path.exists() for path in dead] == [False, False]
    dead[1].write_bytes(b"half")
    with ConfigSystem(home, environ={}) as system:
        system.set("a.n", 2)
    assert not dead[1].exists()
    assert (home / ".mine.tmp").exists()


def test_a_failure_in_the_middle_puts_every_file_back(home: Path, committer: Committer) -> None:
    """Whatever fails: a file that is not as expected, one outside the directory, or the record."""
    outside = FileChange("x", str(home.parent / "x"), shown="x", before=None, after=NEW)
    stale = change(home, "b.json", b"other", NEW)
    for last, error in ((outside, UsageError), (stale, ConflictError)):
        with committer.alone(), pytest.raises(error):
            committer.commit([change(home, "a.json"), change(home, "c.json", None, NEW), last], entries())
        assert sorted(path.name for path in home.iterdir()) == [".setpoint", "a.json", "b.json"]
        assert (home / "a.json").read_bytes() == OLD
        assert not committer.journal.exists()
        assert causes(home) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupt_puts_every_file_back(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Also when it comes just after a file was written."""
    real = FileChange.make
    done: list[str] = []

    def make(self: FileChange, root: str) -> tuple[str, ...]:
        interrupt = self.name == "b.json" and not done
        if interrupt and when == "after":
            done.append(self.name)
            real(self, root)
        if interrupt:
            done.append(self.name)
            raise KeyboardInterrupt
        return real(self, root)

    monkeypatch.setattr(FileChange, "make", make)
    with committer.alone(), pytest.raises(KeyboardInterrupt):
        committer.commit(both(home), entries())
    assert [(home / name).read_bytes() for name in ("a.json", "b.json")] == [OLD, OLD]
    assert not committer.journal.exists()
    assert numbers(home) == [1, 1]


def test_what_cannot_be_put_back_is_told_and_done_by_the_next(
    home: Path, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the files; whoever comes next finishes taking it back."""
    real = FileChange.make

    def make(self: FileChange, root: str) -> tuple[str, ...]:
        if self.name == "b.json" or self.after == OLD:
            raise UnavailableError("the disk is full")
        return real(self, root)

    monkeypatch.setattr(FileChange, "make", make)
    with committer.alone(), pytest.raises(UnavailableError, match=r"config/a\.json could not be put back") as told:
        committer.commit(both(home), entries())
    assert "disk is full" in str(told.value)
    monkeypatch.undo()
    assert (home / "a.json").read_bytes() == NEW
    assert numbers(home) == [1, 1]
    assert causes(home) == []


def test_one_writer_at_a_time(home: Path, committer: Committer) -> None:
    """A second one waits for its time and is told who is at work; the same thread is told at once."""
    with committer.alone(), pytest.raises(SetpointError, match="already"), committer.alone():
        raise AssertionError
    with committer.alone():
        assert committer.tidy() is False
    assert committer.tidy() is True
