"""The harness: it catches the writers that are wrong, and only those."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash import HarnessError, errno_points, kill_points, power_cuts, run_plain
from crash.disk import SECTOR, Disk, File, Folder
from crash.trace import calls

OLD, NEW = b"old " * 500, b"new " * 700
BEFORE = {"a": OLD}

IN_PLACE = """
import os
begin()
descriptor = os.open("a", os.O_WRONLY | os.O_TRUNC)
os.write(descriptor, b"new " * 700)
os.fsync(descriptor)
acknowledge()
"""
RENAME = """
import os
begin()
descriptor = os.open("temporary", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
os.write(descriptor, b"new " * 700)
{sync_file}
os.close(descriptor)
os.replace("temporary", "a")
folder = os.open(".", os.O_RDONLY)
{sync_folder}
acknowledge()
"""
SYNC_FILE, SYNC_FOLDER = "os.fsync(descriptor)", "os.fsync(folder)"
SQLITE = """
import sqlite3
connection = sqlite3.connect("history.db", isolation_level=None)
connection.execute("PRAGMA journal_mode = DELETE")
connection.execute("PRAGMA synchronous = {synchronous}")
begin()
connection.execute("CREATE TABLE revisions (number INTEGER PRIMARY KEY, text)")
acknowledge("0")
for number in (1, 2):
    connection.execute("INSERT INTO revisions VALUES (?, ?)", (number, "text " * 2000))
    acknowledge(str(number))
"""


def damage(script: str, scratch: Path, cuts: int = 500) -> tuple[int, int, int]:
    """How many power cuts there were, left the file torn or gone, and lost what was acknowledged."""
    total = torn = lost = 0
    for cut in power_cuts(script, BEFORE, scratch, cuts=cuts):
        total += 1
        file = cut.directory / "a"
        content = file.read_bytes() if file.exists() else None
        torn += content not in (OLD, NEW)
        lost += bool(cut.acknowledged) and content != NEW
    return total, torn, lost


def test_a_writer_in_place_is_caught_by_a_power_cut(tmp_path: Path) -> None:
    """It leaves half a file."""
    total, torn, _ = damage(IN_PLACE, tmp_path)
    assert total >= 500
    assert torn > 50


def test_a_writer_in_place_is_caught_by_a_kill(tmp_path: Path) -> None:
    """Between truncating and writing the file is empty."""
    contents = [(outcome.directory / "a").read_bytes() for outcome in kill_points(IN_PLACE, BEFORE, tmp_path)]
    assert contents == [OLD, b"", NEW, NEW]  # before opening, writing, syncing and acknowledging


def test_a_writer_without_fsync_is_caught(tmp_path: Path) -> None:
    """Its new name may arrive before its content."""
    _, torn, lost = damage(RENAME.format(sync_file="", sync_folder=SYNC_FOLDER), tmp_path)
    assert torn > 50
    assert lost > 20


def test_a_writer_without_a_sync_of_the_directory_is_caught(tmp_path: Path) -> None:
    """Nothing is torn, and what it acknowledged is lost."""
    _, torn, lost = damage(RENAME.format(sync_file=SYNC_FILE, sync_folder=""), tmp_path)
    assert torn == 0
    assert lost > 20


def test_the_right_order_passes(tmp_path: Path) -> None:
    """File synced, renamed, directory synced: nothing is torn and nothing is lost."""
    total, torn, lost = damage(RENAME.format(sync_file=SYNC_FILE, sync_folder=SYNC_FOLDER), tmp_path)
    assert total >= 500
    assert (torn, lost) == (0, 0)


def read_back(directory: Path) -> tuple[str, int]:
    import sqlite3

    connection = sqlite3.connect(directory / "history.db")
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        newest = connection.execute("SELECT coalesce(max(number), 0) FROM revisions").fetchone()[0] if tables else -1
    except sqlite3.DatabaseError as error:
        return str(error), -1
    finally:
        connection.close()
    return whole, newest


def sqlite_damage(synchronous: str, scratch: Path) -> tuple[int, int]:
    """How many power cuts left a broken database, and one without a transaction that was acknowledged."""
    broken = lost = 0
    for cut in power_cuts(SQLITE.format(synchronous=synchronous), {"config": b""}, scratch, cuts=500):
        whole, newest = read_back(cut.directory)
        broken += whole != "ok"
        lost += bool(cut.acknowledged) and newest < int(cut.acknowledged[-1])
    return broken, lost


def test_sqlite_keeps_its_promise_on_the_model(tmp_path: Path) -> None:
    """With ``synchronous = EXTRA`` it loses no acknowledged transaction: the model breaks no promise of real disks."""
    assert sqlite_damage("EXTRA", tmp_path) == (0, 0)


def test_sqlite_without_syncs_is_caught(tmp_path: Path) -> None:
    """With ``synchronous = OFF`` it loses transactions."""
    broken, lost = sqlite_damage("OFF", tmp_path)
    assert broken > 0
    assert lost > 0


def test_a_kill_reaches_every_step_of_sqlite(tmp_path: Path) -> None:
    """Killed before each of its calls, the database is whole, and has what was acknowledged."""
    number = 0
    for outcome in kill_points(SQLITE.format(synchronous="FULL"), {"config": b""}, tmp_path):
        number += 1
        whole, newest = read_back(outcome.directory)
        assert whole == "ok", outcome.point
        assert newest >= int(outcome.acknowledged[-1] if outcome.acknowledged else -1), outcome.point
    assert number > 20


def test_an_ignored_error_is_seen(tmp_path: Path) -> None:
    """A script that goes on after a failed fsync acknowledges all the same; one that does not ends with an error."""
    careless = RENAME.format(sync_file="try: os.fsync(descriptor)\nexcept OSError: pass", sync_folder=SYNC_FOLDER)
    outcomes = {
        (outcome.call.name, bool(outcome.acknowledged), outcome.exit_code)
        for outcome in errno_points(careless, BEFORE, tmp_path, errnos=("EIO",))
    }
    assert outcomes == {
        ("openat", False, 1),
        ("write", False, 1),
        ("fsync", True, 0),  # the careless one
        ("fsync", False, 1),  # the directory's
        ("rename", False, 1),
    }


def test_further_calls_can_fail_too(tmp_path: Path) -> None:
    """Calls that change nothing are disturbed when they are named."""
    script = 'begin()\nopen("a").read()\nacknowledge()\n'
    assert list(errno_points(script, BEFORE, tmp_path / "1", errnos=("EIO",))) == []
    failed = list(errno_points(script, BEFORE, tmp_path / "2", errnos=("EIO",), also=("read",)))
    assert [(outcome.call.name, outcome.acknowledged) for outcome in failed] == [("read", ())] * len(failed)
    assert failed


def test_a_script_that_differs_is_refused(tmp_path: Path) -> None:
    """Points of a script that does something else each time cannot be counted."""
    script = """
import os
begin()
for number in range(int(open(os.path.dirname(os.getcwd()) + "/count").read() or 0)):
    os.mkdir(f"{number}")
with open(os.path.dirname(os.getcwd()) + "/count", "w") as count:
    print("0", file=count)
"""
    (tmp_path / "count").write_text("2")
    with pytest.raises(HarnessError, match="does not do the same each time"):
        list(kill_points(script, BEFORE, tmp_path))


@pytest.mark.parametrize("script", ["pass", "raise SystemExit(3)", "begin()"])
def test_a_script_that_shows_nothing_is_refused(script: str, tmp_path: Path) -> None:
    """Without ``begin()``, with a failure of its own, or changing nothing at all."""
    with pytest.raises(HarnessError):
        list(power_cuts(script, BEFORE, tmp_path))


def test_a_machine_without_strace_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails, naming the script that installs it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HarnessError, match="scripts/system-packages"):
        next(kill_points(IN_PLACE, BEFORE, tmp_path))


def test_an_undisturbed_run_is_undisturbed(tmp_path: Path) -> None:
    """The plain run gives the directory, the acknowledgements and the exit code."""
    run = run_plain(IN_PLACE, BEFORE, tmp_path)
    assert (run.exit_code, run.acknowledged, (run.directory / "a").read_bytes()) == (0, ("",), NEW)


def test_calls_that_overlap_are_put_together() -> None:
    """A call of one thread that another interrupts comes where it returned, one that never returned at the end."""
    log = rb"""1 openat(AT_FDCWD</w>, "\x61", O_RDONLY) = 3
1 fsync(3 <unfinished ...>
2 write(4, "\x61\x29\x20\x3d\x20\x31", 6 <unfinished ...>
1 <... fsync resumed>) = -1 EIO (Input/output error) (INJECTED)
2 <... write resumed>) = 6
3 fsync(5 <unfinished ...>
1 +++ exited with 0 +++
"""
    found = [(call.process, call.name, call.result, call.injected, call.arguments) for call in calls(log)]
    assert found == [
        (1, "openat", 3, False, ["AT_FDCWD</w>", r'"\x61"', "O_RDONLY"]),
        (1, "fsync", -1, True, ["3"]),
        (2, "write", 6, False, ["4", r'"\x61\x29\x20\x3d\x20\x31"', "6"]),
        (3, "fsync", None, False, ["5"]),
    ]


@given(
    st.binary(max_size=3 * SECTOR),
    st.lists(st.tuples(st.integers(0, 4 * SECTOR), st.binary(min_size=1, max_size=2 * SECTOR)), max_size=4),
    st.integers(0, 2**32),
)
def test_each_sector_is_old_or_written_or_fill(first: bytes, writes: list[tuple[int, bytes]], seed: int) -> None:
    """After a crash no sector holds a mixture, and after a sync everything is as it was written."""
    file = File(first)
    for place, data in writes:
        file.write(place, data)
    content, _ = file.after_crash(Random(seed))
    assert len(content) in {len(version) for version in file.versions}
    for start in range(0, len(content), SECTOR):
        sector = content[start : start + SECTOR]
        known = [version[start : start + SECTOR][: len(sector)] for version in file.versions]
        assert any(
            sector.startswith(version) and set(sector[len(version) :]) in (set(), {0}, {0xDE}) for version in known
        )
    expected = file.content
    file.sync()
    assert file.after_crash(Random(seed)) == (expected, "")


@given(st.lists(st.sampled_from(["create", "rename", "link", "unlink", "sync"]), max_size=12), st.integers(0, 2**32))
def test_synced_names_stay(steps: list[str], seed: int) -> None:
    """After a sync of the directory the names are what they were, whatever is lost of what came later."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "before").mkdir()
        disk = Disk(Path(folder) / "before")
        random = Random(seed)
        certain: set[str] = set()
        touched: set[str] = set()
        for number, step in enumerate(steps):
            names = list(disk.root.names)
            some = random.choice(names) if names else None
            if step == "sync":
                disk.sync_folder(disk.root)
                certain, touched = set(disk.root.names), set()
            elif step == "create":
                disk.change("create", (disk.root, str(number), File()))
                touched.add(str(number))
            elif some is not None:
                changes: dict[str, list[tuple[Folder, str, File | None]]] = {
                    "unlink": [(disk.root, some, None)],
                    "link": [(disk.root, f"{number}", File())],
                    "rename": [(disk.root, f"{number}", File()), (disk.root, some, None)],
                }
                disk.change(step, *changes[step])
                touched |= {some, str(number)}
        disk.after_crash(random, Path(folder) / "after")
        left = {path.name for path in (Path(folder) / "after").iterdir()}
        assert certain - touched <= left <= certain | touched
