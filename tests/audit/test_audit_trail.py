"""The audit trail: what goes on record comes back, newest first, and stays."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.audit import ACTIONS, OUTCOMES, AuditEntry, AuditTrail
from setpoint.audit.line import entry_in, follows, written
from setpoint.errors import UnavailableError, UsageError

FACTS: dict[str, Any] = {
    "who": "ann",
    "token": "0123456789ab",
    "address": "127.0.0.1",
    "request": "r1",
    "action": "set",
    "documents": ("messaging",),
    "outcome": "done",
}
SIZE = 64 * 1024  # what is made ready at once


@pytest.fixture
def trail(tmp_path: Path) -> AuditTrail:
    return AuditTrail(tmp_path / "state")


def note(trail: AuditTrail, **facts: Any) -> AuditEntry:
    return trail.append(**{**FACTS, **facts})


def test_an_entry_comes_back_as_it_was_recorded(trail: AuditTrail) -> None:
    """With its number, its time in milliseconds, and everything else."""
    made = note(trail, detail="more traffic", revisions=(("messaging", 4),))
    assert trail.entries() == (made,)
    assert (made.number, made.who, made.revisions) == (1, "ann", (("messaging", 4),))
    assert made.to_dict()["revisions"] == [{"document": "messaging", "number": 4}]
    assert trail.verify() == ()


@given(
    st.fixed_dictionaries(
        {
            "who": st.text(max_size=20),
            "token": st.none() | st.text(max_size=20),
            "address": st.none() | st.text(max_size=20),
            "request": st.none() | st.text(max_size=20),
            "detail": st.text(max_size=50),
            "action": st.sampled_from(ACTIONS),
            "outcome": st.sampled_from(OUTCOMES),
            "documents": st.lists(st.text(max_size=5), max_size=3).map(tuple),
            "revisions": st.lists(st.tuples(st.text(max_size=5), st.integers(0, 2**60)), max_size=3).map(tuple),
        }
    ),
    st.binary(min_size=32, max_size=32),
)
def test_whatever_a_text_holds_is_one_line(facts: dict[str, Any], before: bytes) -> None:
    """Line breaks, escapes and other alphabets come back, and the line follows the one before it only."""
    entry = AuditEntry(7, time=12.5, **facts)
    line, linked = written(entry, before)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert entry_in(line[:-1]) == entry
    assert follows(line[:-1], before)
    assert not follows(line[:-1], linked)


def test_entries_are_chosen_and_turned_over_page_by_page(tmp_path: Path) -> None:
    """By who, what, document and time; the newest first, each page below the last."""
    now = [1000.0]
    trail = AuditTrail(tmp_path, clock=lambda: now[0])
    for number in range(1, 31):
        now[0] = 1000.0 + number
        note(
            trail,
            who="ann" if number % 3 else "bob",
            action="set" if number % 2 else "rollback",
            documents=(f"team/{number % 5}", "shared"),
        )

    def numbers(**wanted: Any) -> list[int]:
        return [one.number for one in trail.entries(**wanted)]

    assert numbers(limit=4) == [30, 29, 28, 27]
    assert numbers(limit=4, before=27) == [26, 25, 24, 23]
    assert numbers(before=1) == []
    assert numbers(who="bob", limit=3) == [30, 27, 24]
    assert numbers(who="bo") == []
    assert numbers(action="rollback", document="team/0") == [30, 20, 10]
    assert numbers(since=1028.0) == [30, 29, 28]
    assert numbers(until=1003.0) == [2, 1]
    assert numbers(limit=None) == list(range(30, 0, -1))
    with pytest.raises(UsageError):
        trail.entries(limit=0)


def test_pages_of_a_long_trail_leave_nothing_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the place of a number has to be searched for, with lines of any length."""
    monkeypatch.setattr("setpoint.audit.trail_file.sync_data", lambda descriptor: None)
    trail = AuditTrail(tmp_path)
    for number in range(1200):
        note(trail, detail="x" * (number * 37 % 1000))
    found: list[int] = []
    before = None
    while page := trail.entries(limit=97, before=before):
        found += [one.number for one in page]
        before = found[-1]
    assert found == list(range(1200, 0, -1))
    assert trail.verify() == ()


def test_asking_makes_nothing(trail: AuditTrail) -> None:
    """A trail that nobody wrote to is empty, and is no file."""
    assert (trail.entries(), trail.verify(), trail.head()) == ((), (), (0, ""))
    assert not os.path.exists(os.path.dirname(trail.path))


def test_the_trail_is_for_its_owner(trail: AuditTrail) -> None:
    """Nobody else may read it, nor its head."""
    note(trail)
    folder = os.path.dirname(trail.path)
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    for name in ("audit.jsonl", "audit.head"):
        assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600


def test_the_text_of_a_token_is_never_on_record(trail: AuditTrail) -> None:
    """Whatever field it was put into by mistake, its secret is left out."""
    text = "sp_0123456789ab_" + "A" * 42 + "_"
    note(trail, who=text, detail=f"'{text}' was sent", address=text, request=text, documents=(text,))
    assert "A" * 20 not in Path(trail.path).read_text()
    assert trail.entries()[0].detail == "'sp_0123456789ab_********' was sent"


def test_long_texts_are_shortened_and_say_so(trail: AuditTrail) -> None:
    """A trail cannot be filled by a long message."""
    assert note(trail, detail="x" * 5000).detail == "x" * 2000 + "…"


@pytest.mark.parametrize(
    "facts",
    [
        {"action": "steal"},
        {"outcome": "maybe"},
        {"who": None},
        {"documents": (1,)},
        {"revisions": (("a", "1"),)},
        {"documents": ("a",) * 10_001},
        {"documents": ("é" * 2000,) * 5000},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_what_is_no_entry_is_refused(trail: AuditTrail, facts: dict[str, Any]) -> None:
    """Nothing of it is on record, and the trail goes on."""
    with pytest.raises(UsageError):
        note(trail, **facts)
    assert note(trail).number == 1


def test_one_entry_waits_for_the_device_once(trail: AuditTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file is ready for it; making more of it ready is one wait too."""
    waits: list[str] = []
    note(trail)
    sync, sync_data = os.fsync, os.fdatasync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (waits.append("all"), sync(descriptor)))
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: (waits.append("data"), sync_data(descriptor)))
    note(trail)
    assert waits == ["data"]
    while os.path.getsize(trail.path) == SIZE:
        waits.clear()
        note(trail, detail="x" * 2000)
    assert waits == ["all"]
    assert trail.verify() == ()


@pytest.mark.parametrize("grows", [False, True])
def test_an_entry_that_cannot_be_written_is_not_there(
    trail: AuditTrail, monkeypatch: pytest.MonkeyPatch, *, grows: bool
) -> None:
    """A full disk is told with what to do; the file is as before, and the next entry takes the place."""
    note(trail)
    if grows:
        while os.path.getsize(trail.path) - len(Path(trail.path).read_bytes().rstrip(b"\n")) > 2000:
            note(trail, detail="x" * 1000)
    before, number = Path(trail.path).read_bytes(), trail.head()[0]
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if bytes(data).startswith(b'{"number"'):
            real(descriptor, bytes(data)[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(UnavailableError, match="disk is full"):
            note(trail, detail="y" * 2000)
    assert Path(trail.path).read_bytes() == before
    assert note(trail, detail="y" * 2000).number == number + 1
    assert trail.verify() == ()


def test_a_sync_that_fails_takes_the_entry_back(trail: AuditTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may not survive was not recorded; when even that is not known, the message says so."""
    note(trail)

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "gone")

    with monkeypatch.context() as patch:
        patch.setattr("setpoint.audit.trail_file.sync_data", fail)
        with pytest.raises(UnavailableError, match="device failed") as caught:
            note(trail)
        assert "nobody knows" not in str(caught.value)
        patch.setattr("setpoint.audit.trail_file.sync", fail)
        with pytest.raises(UnavailableError, match="nobody knows"):
            note(trail)
    assert note(trail).number == 2
    assert trail.verify() == ()


def in_the_way(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


@pytest.mark.parametrize("break_it", [in_the_way, lambda path: (path.unlink(), os.mkfifo(path))])
def test_something_else_in_its_place_is_told(trail: AuditTrail, break_it: Callable[[Path], object]) -> None:
    """Neither writing nor reading hangs or ends in a foreign exception."""
    note(trail)
    break_it(Path(trail.path))
    for ask in (lambda: note(trail), trail.entries, trail.head, trail.verify):
        with pytest.raises(UnavailableError):
            ask()


def test_root_leaves_the_trail_of_somebody_else_alone(trail: AuditTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who owns the state directory could not read what root makes in it, and every change would be refused."""
    folder = Path(trail.path).parent
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, 12345, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SETPOINT_PORTABLE", "0")
    with pytest.raises(UnavailableError, match="do it as that user"):
        note(trail)
    assert list(folder.iterdir()) == []


def test_another_file_is_no_trail(trail: AuditTrail) -> None:
    """It is left as it is, and the message says what to do."""
    Path(trail.path).parent.mkdir(mode=0o700)
    Path(trail.path).write_text("some text\nof somebody else\n")
    with pytest.raises(UnavailableError, match="move it"):
        note(trail)
    assert Path(trail.path).read_text() == "some text\nof somebody else\n"
    assert [one.line for one in trail.verify()] == [1]


def test_a_trail_that_was_moved_away_begins_anew(trail: AuditTrail, tmp_path: Path) -> None:
    """With its head; and what was moved still holds where it is now."""
    note(trail)
    archive = tmp_path / "archive"
    archive.mkdir()
    for name in ("audit.jsonl", "audit.head"):
        os.rename(os.path.join(os.path.dirname(trail.path), name), archive / name)
    assert note(trail).number == 1
    assert trail.verify() == AuditTrail(archive).verify() == ()
    assert len(AuditTrail(archive).entries()) == 1


def test_the_lines_are_json(trail: AuditTrail) -> None:
    """Other programs can read the trail, line by line."""
    note(trail)
    first, second = filter(None, Path(trail.path).read_text().splitlines())
    assert json.loads(first)["trail"] == "setpoint audit 1"
    assert json.loads(second)["who"] == "ann"
