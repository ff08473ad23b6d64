"""A record that cannot be used never stops the work; a system that refuses is told as such."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FEWER, START, entry, fill, text

import setpoint.history
from setpoint.errors import SetpointError, UnavailableError
from setpoint.history.history import History


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all\n" * 300)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096])


def torn(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for offset in range(4096, len(data), 4096):
        data[offset : offset + 64] = bytes(64)
    path.write_bytes(data)


def magic(path: Path) -> None:
    path.write_bytes(b"SQLite format 4\0" + path.read_bytes()[16:])


def change(*statements: str) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return apply


DAMAGES = {
    "garbage": garbage,
    "empty": empty,
    "half": half,
    "torn": torn,
    "magic": magic,
    "newer": change("PRAGMA user_version=2"),
    "other program's": change("PRAGMA application_id=1"),
    "a table less": change("DROP TABLE gap"),
    "a trigger more": change("CREATE TRIGGER evil AFTER INSERT ON entry BEGIN DELETE FROM entry; END"),
    "a view more": change("CREATE VIEW more AS SELECT * FROM entry"),
    "no start": change("DELETE FROM record", "DELETE FROM entry"),
    "last entry": change("UPDATE entry SET hash = 1 WHERE entry = 5"),
    "its document": change("UPDATE entry SET number = 'x' WHERE entry = 5"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_record_is_set_aside(history: History, folder: Path, damage: Callable[[Path], None]) -> None:
    """An append goes into a fresh record, the old file is kept under another name, and a notice says so."""
    fill(history, 5)
    history.close()
    damage(folder / "history.sqlite3")
    before = (folder / "history.sqlite3").read_bytes()
    made = history.append([entry(text(9))])[0]
    assert made.number == 1
    assert history.files("messaging", 1) == {"messaging.yml": text(9)}
    assert history.verify().ok
    (aside,) = folder.glob("history.damaged-*.sqlite3")
    assert aside.name.startswith("history.damaged-2027")
    assert aside.read_bytes() == before
    (notice,) = history.notices
    assert (notice.rule, notice.severity) == ("history-damaged", "warning")
    assert f"it was set aside as {aside.name}" in notice.message


@pytest.mark.parametrize("damage", [garbage, empty, half, magic, DAMAGES["newer"]])
def test_reading_a_damaged_record_gives_nothing_and_says_so(
    history: History, folder: Path, damage: Callable[[Path], None]
) -> None:
    """And a verification is not fine."""
    fill(history, 40)
    history.close()
    damage(folder / "history.sqlite3")
    found = history.verify()
    assert not found.ok
    assert "cannot be used" in found.problems[0].message
    assert history.revisions("messaging") == ()
    assert len(history.notices) == 1
    assert len(list(folder.glob("history.damaged-*.sqlite3"))) == 1


def test_several_processes_set_a_damaged_record_aside_once(history: History, folder: Path) -> None:
    """Histories that had it open go on in the new file, and nothing that was acknowledged is lost."""
    others = [History(folder) for _ in range(4)]
    for other in others:
        fill(other, 1)
    garbage(folder / "history.sqlite3")
    threads = [
        threading.Thread(target=other.append, args=([entry(text(index), f"d{index}")],))
        for index, other in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert history.documents() == ("d0", "d1", "d2", "d3")
    assert len(list(folder.glob("history.damaged-*.sqlite3"))) == 1
    for other in others:
        other.close()


def test_two_damages_in_one_second_keep_both_files(history: History, folder: Path) -> None:
    """No file that was set aside is ever overwritten."""
    for _ in range(2):
        history._database._clock = lambda: START
        fill(history, 1)
        history.close()
        garbage(folder / "history.sqlite3")
    fill(history, 1)
    assert len(list(folder.glob("history.damaged-*.sqlite3"))) == 2


def test_a_journal_left_without_its_database_is_not_played_into_a_new_one(history: History, folder: Path) -> None:
    """Somebody removed the database and not its journal."""
    fill(history, 3)
    history.close()
    journal = folder / "history.sqlite3-journal"
    data = bytearray(journal.read_bytes())
    data[:8] = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # as if its transaction had never ended
    journal.write_bytes(data)
    (folder / "history.sqlite3").unlink()
    fill(history, 2)
    assert [one.number for one in history.revisions("messaging")] == [2, 1]


@FEWER
@given(st.binary(min_size=1, max_size=300), st.floats(0, 1))
def test_no_damage_gives_a_foreign_error(tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: float) -> None:
    """Random bytes anywhere in the file: every call answers, or raises an error of ours."""
    folder = tmp_path_factory.mktemp("state")
    with History(folder) as history:
        history.append([entry(text(number)) for number in range(1, 30)])
        history.close()
        path = folder / "history.sqlite3"
        data = bytearray(path.read_bytes())
        start = int(place * (len(data) - len(junk)))
        data[start : start + len(junk)] = junk
        path.write_bytes(data)
        for call in (
            history.verify,
            history.documents,
            lambda: history.revisions("messaging"),
            lambda: history.files("messaging", 20),
            lambda: history.append([entry(b"new")]),
            lambda: history.prune(keep=2),
            lambda: history.purge(b"value 7"),
            lambda: history.append([entry(b"newer")]),
        ):
            try:
                call()
            except SetpointError as error:
                assert isinstance(error, UnavailableError) or "no revision" in error.message


def test_a_lock_that_is_not_to_be_had_is_told(history: History, folder: Path) -> None:
    """After the time that was given, with what to do."""
    fill(history, 1)
    holder = sqlite3.connect(history.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting = History(folder, timeout=0.1)
    with pytest.raises(UnavailableError, match=r"has kept the record locked for 0\.1 s; try again"):
        fill(waiting, 2)
    with pytest.raises(UnavailableError, match="locked"):
        waiting.revisions("messaging")
    holder.execute("ROLLBACK")
    holder.close()
    assert fill(waiting, 2)[1].number == 2
    waiting.close()


def as_nobody(folder: Path, work: Callable[[History], str]) -> str:
    """What a process without any privilege says of a history in this folder; every module is loaded beforehand."""
    for module in Path(setpoint.history.__file__).parent.glob("[a-z]*.py"):
        importlib.import_module(f"setpoint.history.{module.stem}")
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            try:
                said = work(History(folder))
            except BaseException as error:  # noqa: BLE001 - the test shows it
                said = repr(error)
            os.write(write, said.encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as file:
        said = file.read()
    assert os.waitpid(pid, 0)[1] == 0
    return said


def refusal(history: History) -> str:
    """What is said when it is appended to."""
    with pytest.raises(UnavailableError) as refused:
        history.append([entry(b"a: 2", "m")])
    return refused.value.message


def opened_to_all(folder: Path) -> None:
    """Let another user reach the folder through those above it."""
    for above in folder.parents:
        if str(above).startswith("/tmp/") or "pytest" in above.name:
            above.chmod(above.stat().st_mode | 0o055)


def test_a_folder_that_may_not_be_written_can_still_be_read(history: History, folder: Path) -> None:
    """An append is refused with the reason, and records nothing."""
    history.append([entry(b"a: 1", "m")])
    history.close()
    opened_to_all(folder)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    said = as_nobody(folder, lambda other: f"{refusal(other)} {other.files('m', 1)} {other.verify().problems}")
    assert "look at the permissions" in said
    assert said.endswith("{'m.yml': b'a: 1'} ()")
    assert len(history.revisions("m")) == 1


def test_a_damaged_record_that_cannot_be_set_aside_is_told(history: History, folder: Path) -> None:
    """Reading gives nothing and a notice, writing is refused."""
    fill(history, 1)
    history.close()
    garbage(folder / "history.sqlite3")
    opened_to_all(folder)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    said = as_nobody(folder, lambda other: f"{other.documents()} {other.notices[0].message} {refusal(other)}")
    assert said.startswith(
        "() the record of revisions cannot be used: it is damaged; it cannot be set aside: Permission"
    )
    assert said.endswith("history.sqlite3: the record cannot be used: it is damaged")


def test_a_record_that_may_not_be_read_is_told(history: History, folder: Path) -> None:
    """With the path, and without being set aside."""
    fill(history, 1)
    history.close()
    opened_to_all(folder)
    folder.chmod(0o777)
    said = as_nobody(folder, refusal)
    assert "history.sqlite3" in said and "permissions" in said
    assert len(history.revisions("messaging")) == 1


@pytest.mark.parametrize("room", [4096, 20_000, 33_000, 40_000])
def test_a_disk_without_room_records_nothing(history: History, folder: Path, room: int) -> None:
    """Wherever in the append it ends: an error of ours, and the record is as it was."""
    fill(history, 2)
    history.close()
    pid = os.fork()
    if pid == 0:
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            try:
                history.append([entry(os.urandom(100_000))])
            except UnavailableError:
                os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    assert [one.number for one in history.revisions("messaging")] == [2, 1]
    assert history.verify().ok
    assert history.append([entry(text(3))])[0].number == 3
