"""What one process records again and again goes into the tail first, and nobody can tell."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import FEWER, Clock, entry, fill, text

from crash import errno_points, kill_points, power_cuts
from setpoint.errors import SetpointError, UnavailableError
from setpoint.history.history import History

# With SETPOINT_EXAMPLES=1000 every call is disturbed; else every n-th, to end in some seconds.
EXAMPLES = int(os.environ.get("SETPOINT_EXAMPLES", "0"))
SPARSE = 1 if EXAMPLES >= 1000 else 8
CUTS = max(15, EXAMPLES)

# A script that appends until it has nothing left to say: the first goes into the database, the others into the tail.
APPENDING = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from records import entry
from setpoint.errors import SetpointError
from setpoint.history.history import History
history = History("state")
history.append([entry(b"n: 0", "a")])
history.append([entry(b"n: 1", "a")])
begin()
for number in range(2, 4):
    try:
        made = history.append([entry(b"n: %d" % number, "a"), entry(b"m: %d" % number, "b")])
    except SetpointError as error:
        print(f"{{type(error).__name__}}: {{error}}", file=sys.stderr)
        sys.exit(error.exit_code)
    acknowledge(str(number))
"""


def in_database(folder: Path) -> int:
    """How many entries the database holds by itself."""
    connection = sqlite3.connect(f"file:{folder}/history.sqlite3?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
    finally:
        connection.close()


def told(history: History, document: str = "messaging") -> list[tuple[object, ...]]:
    """Everything that can be read of a document."""
    return [
        (one.number, one.entry, one.group, one.time, one.digest, one.reason, history.files(document, one.number))
        for one in history.revisions(document)
    ]


def must_be_whole(directory: Path, acknowledged: tuple[str, ...], point: object) -> int:
    """Open a record that was disturbed, add to it, and return how many of the script's appends it has."""
    with History(directory / "state") as history:
        revisions = history.revisions("a")
        numbers = [one.number for one in revisions]
        assert numbers == list(range(len(numbers), 0, -1)), point
        made = len(numbers) - 2
        assert made >= len(acknowledged), f"an acknowledged append is lost: {point}"
        assert len(history.revisions("b")) == made, f"half an append: {point}"
        for number in numbers:
            assert history.files("a", number) == {"a.yml": b"n: %d" % (number - 1)}, point
        assert history.append([entry(b"next", "a")])[0].number == len(numbers) + 1, point
        assert history.append([entry(b"and next", "a")])[0].number == len(numbers) + 2, point
        found = history.verify()
        assert (found.ok, history.notices) == (True, ()), (found.problems, history.notices, point)
    assert not list((directory / "state").glob("history.damaged-*")), point
    return made


def test_what_is_in_the_tail_is_what_would_be_in_the_database(folder: Path, tmp_path: Path) -> None:
    """A history that appends forty times, and one that is opened anew each time, tell the same."""
    appends = [[entry(text(number)), entry(text(number % 3), "other")] for number in range(40)]
    clocks = Clock(), Clock()
    with History(folder, clock=clocks[0]) as history:
        made = [history.append(one) for one in appends]
        assert 40 < in_database(folder) < 60
        for number, one in enumerate(appends):
            with History(tmp_path / "anew", clock=clocks[1]) as anew:
                assert anew.append(one) == made[number]
        with History(tmp_path / "anew") as anew:
            assert told(anew) == told(history)
            assert told(anew, "other") == told(history, "other")
        assert history.verify().ok


def test_whoever_reads_moves_the_tail_on(history: History, folder: Path) -> None:
    """Another history sees all of it at once, the database has it then, and the first goes on."""
    fill(history, 5)
    assert in_database(folder) == 1
    with History(folder) as other:
        assert [one.number for one in other.revisions("messaging")] == [5, 4, 3, 2, 1]
        assert in_database(folder) == 5
        assert other.append([entry(text(6))])[0].number == 6
        assert history.append([entry(text(7))])[0].number == 7
        assert other.latest("messaging") == history.latest("messaging")
        assert other.verify().ok


def test_closing_moves_the_tail_on(history: History, folder: Path) -> None:
    """The database by itself is the whole record then."""
    fill(history, 5)
    history.close()
    assert in_database(folder) == 5


def test_the_tail_is_read_where_nothing_may_be_written(history: History, folder: Path, tmp_path: Path) -> None:
    """A copy whose database cannot be written tells everything, and stays as it is."""
    fill(history, 5)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for path in (*tmp_path.parents[:3], tmp_path):
                if "pytest" in path.name or path == tmp_path:
                    path.chmod(0o755)
            for path in copy.iterdir():
                path.chmod(0o444)
            copy.chmod(0o555)
            os.setuid(65534)
            with History(copy) as other:
                assert len(told(other)) == 5
                assert other.verify().ok
                with pytest.raises(UnavailableError, match="permissions"):
                    other.append([entry(text(9))])
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


@FEWER
@given(st.integers(0, 8_000), st.integers(1, 255), st.booleans())
def test_a_damaged_tail_ends_where_it_is_damaged(place: int, change: int, cut: bool) -> None:
    """Whatever byte of it is another, and wherever it is cut: what stands before is there, and no error is foreign."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "state"
        copy = Path(scratch) / "copy"
        with History(folder, clock=Clock()) as history:
            fill(history, 6)
            shutil.copytree(folder, copy)
            whole = told(history)
        tail = copy / "history.tail"
        data = bytearray(tail.read_bytes())
        data[place] ^= change
        tail.write_bytes(data[:place] if cut else data)
        with History(copy, clock=Clock()) as other:
            try:
                found = told(other)
                assert found == whole[len(whole) - len(found) :]
                assert len(found) >= 1
                assert other.append([entry(text(50))])[0].number == len(found) + 1
                assert other.append([entry(text(51))])[0].number == len(found) + 2
                assert [one.rule for one in other.notices] in ([], ["history-altered"])
            except SetpointError as error:
                pytest.fail(f"{error}")


def test_a_tail_of_another_record_is_set_aside(history: History, folder: Path) -> None:
    """An older database was put back: what does not continue it is kept under another name, and a notice says so."""
    fill(history, 2)
    history.close()
    old = (folder / "history.sqlite3").read_bytes()
    fill(history, 40)
    history.append([entry(b"one more")])
    left = (folder / "history.tail").read_bytes()
    history.close()
    (folder / "history.sqlite3").write_bytes(old)
    (folder / "history.tail").write_bytes(left)
    (folder / "history.checkpoint").unlink()
    with History(folder) as other:
        assert [one.number for one in other.revisions("messaging")] == [2, 1]
        (notice,) = other.notices
        assert notice.rule == "history-damaged"
        assert "history.tail does not belong to the record of revisions beside it" in notice.message
        (aside,) = folder.glob("history.damaged-*.tail")
        assert aside.name in notice.message
        assert fill(other, 2)[-1].number == 4
        assert other.verify().ok


def test_a_damaged_record_takes_its_tail_along(history: History, folder: Path) -> None:
    """What was recorded last belongs to what was there before."""
    fill(history, 5)
    left = (folder / "history.tail").read_bytes()
    (folder / "history.sqlite3").write_bytes(b"no database at all\n" * 300)
    assert history.append([entry(text(1))])[0].number == 1
    (aside,) = folder.glob("history.damaged-*.tail")
    assert aside.read_bytes()[512:] == left[512:]
    (notice,) = history.notices
    assert notice.rule == "history-damaged"
    assert history.verify().ok


def test_parent_and_child_both_go_on(history: History) -> None:
    """A fork copies what the parent knew of the record's end; only one of them is the next to add to it."""
    fill(history, 3)
    children = []
    for child in range(3):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                for number in range(4):
                    history.append([entry(b"%d %d" % (child, number))])
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    for number in range(4):
        history.append([entry(b"parent %d" % number)])
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 3
    assert [one.number for one in history.revisions("messaging")] == list(range(19, 0, -1))
    assert history.verify().ok


def test_many_documents_keep_their_numbers(history: History) -> None:
    """More than are remembered, in turns: each has its revisions counted, whichever way they took."""
    groups = [[f"d{group}-{index}" for index in range(60)] for group in range(20)]
    for turn in range(1, 4):
        for group in groups:
            made = history.append([entry(b"%d" % turn, document) for document in group])
            assert {one.number for one in made} == {turn}
    assert len(history.documents()) == 1200
    assert history.verify().ok


def test_a_large_content_goes_into_the_database(history: History, folder: Path) -> None:
    """And so does what has no room in the tail any more."""
    fill(history, 2)
    assert in_database(folder) == 1
    large = os.urandom(200_000)
    history.append([entry(large)])
    assert in_database(folder) == 3
    for _ in range(4):
        history.append([entry(os.urandom(20_000))])
    assert in_database(folder) > 3
    assert history.files("messaging", 3) == {"messaging.yml": large}
    assert history.verify().ok


def test_a_kill_leaves_each_append_whole_or_not_at_all(tmp_path: Path) -> None:
    """Before any of its calls; what was acknowledged is there."""
    points = kill_points(APPENDING, {}, tmp_path, stride=SPARSE)
    seen = [must_be_whole(one.directory, one.acknowledged, one.point) for one in points]
    assert (seen[0], seen[-1]) == (0, 2)
    assert seen == sorted(seen)


def test_a_power_cut_leaves_each_append_whole_or_not_at_all(tmp_path: Path) -> None:
    """After any of its calls; what was acknowledged is there."""
    number = 0
    seen = set()
    for cut in power_cuts(APPENDING, {}, tmp_path, cuts=CUTS):
        number += 1
        seen.add((len(cut.acknowledged), must_be_whole(cut.directory, cut.acknowledged, cut.point)))
    assert number >= CUTS
    assert {(0, 0), (1, 1), (2, 2)} <= seen


def test_an_append_that_fails_is_not_on_record(tmp_path: Path) -> None:
    """Whichever call fails: exit code 5 and one sentence, and what is not acknowledged is not there."""
    failures = 0
    for one in errno_points(APPENDING, {}, tmp_path, errnos=("EIO", "ENOSPC"), stride=SPARSE):
        said = one.stderr.decode()
        assert one.exit_code in (0, 5), f"{one.point}: {said}"
        made = must_be_whole(one.directory, one.acknowledged, one.point)
        assert made == len(one.acknowledged), one.point
        if one.exit_code:
            failures += 1
            assert said.startswith("UnavailableError: ") and said.count("\n") == 1, f"{one.point}: {said}"
    assert failures >= 2
