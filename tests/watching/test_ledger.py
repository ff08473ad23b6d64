"""What a ledger believes, and when it looks again. Only the time is made up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.reading import key_of, read_with_key
from setpoint.watching import ledger as module
from setpoint.watching import sweep as sweep_module
from setpoint.watching.content import ABSENT, Content
from setpoint.watching.ledger import Ledger
from setpoint.watching.places import Places
from setpoint.watching.seen import Seen
from setpoint.watching.sweep import Sweep
from setpoint.watching.unsettled import Unsettled

NOW = 2_000_000_000.0  # the time of the files' stamps


class Reads:
    """Counts how often files are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(module, "read_with_key", self.read)

    def read(self, path: str, budget: Budget) -> object:
        self.count += 1
        return read_with_key(path, budget)


def frozen(path: str) -> Content:
    """What a file holds now, under the key that it will be made to have for ever."""
    return Content.of(*read_with_key(path, DEFAULT_BUDGET))


def test_a_file_that_is_as_it_was_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is looked at, and nothing else, once it is old enough to tell of every change."""
    file = tmp_path / "a.yaml"
    file.write_text("0")
    reads = Reads(monkeypatch)
    ledger = Ledger(DEFAULT_BUDGET, wall=lambda: file.stat().st_ctime + 100)
    ledger.adopt(Places([str(file)]), 0.0)
    assert reads.count == 1
    for now in range(100):
        assert ledger.look(str(file), float(now)) is None
    assert reads.count == 1


def test_a_young_file_is_read_again_before_its_key_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write in the same tick of the clock, which moves no time, is found: after 0.05, 2.5 and 36 seconds."""
    file = tmp_path / "a.yaml"
    file.write_text("0")
    keys = {}

    def same_key(status: os.stat_result) -> object:
        return keys.setdefault("only", (1, 2, 1, status.st_mtime_ns, status.st_ctime_ns))

    monkeypatch.setattr(module, "key_of", same_key)
    monkeypatch.setattr(
        module, "read_with_key", lambda path, budget: (Path(path).read_bytes(), same_key(os.stat(path)))
    )
    ledger = Ledger(DEFAULT_BUDGET)
    ledger.adopt(Places([str(file)]), 0.0)
    for text, unseen, seen in (("1", 0.04, 0.06), ("2", 0.5, 2.6), ("3", 30.0, 36.5)):
        start = 100.0 if text == "1" else 200.0 if text == "2" else 300.0
        ledger.accept(str(file), frozen_like(file, keys["only"]), start)
        for rung in (0.05, 2.5):  # what was due before this one was done
            if rung <= unseen:
                assert ledger.look(str(file), start + rung) is None
        file.write_text(text)
        assert ledger.look(str(file), start + unseen) is None
        found = ledger.look(str(file), start + seen)
        assert found is not None
        assert found.digest is not None


def frozen_like(file: Path, key: tuple[int, int, int, int, int]) -> Content:
    return Content.of(file.read_bytes(), key)


def test_a_signal_is_believed_over_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told that a file was written, it reads it, whatever its times say."""
    file = tmp_path / "a.yaml"
    file.write_text("0")
    reads = Reads(monkeypatch)
    ledger = Ledger(DEFAULT_BUDGET, wall=lambda: file.stat().st_ctime + 100)
    ledger.adopt(Places([str(file)]), 0.0)
    assert ledger.look(str(file), 1.0, read=True) is None
    assert reads.count == 2


def test_what_was_held_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that was seen and not accepted costs no second read while its key stays."""
    file = tmp_path / "a.yaml"
    file.write_text("0")
    ledger = Ledger(DEFAULT_BUDGET)
    ledger.adopt(Places([str(file)]), 0.0)
    file.write_text("other")
    found = ledger.look(str(file), 1.0)
    assert found is not None
    reads = Reads(monkeypatch)
    assert ledger.look(str(file), 1.1, held=found) is found
    assert reads.count == 0
    ledger.accept(str(file), found, 1.2)
    assert ledger.look(str(file), 1.21) is None


def test_a_file_beyond_the_budget_is_told_by_its_beginning_and_size(tmp_path: Path) -> None:
    """Neither is read whole; one that grows is another."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x" * 100)
    ledger = Ledger(Budget(size=10))
    ledger.adopt(Places([str(file)]), 0.0)
    file.write_bytes(b"x" * 101)
    found = ledger.look(str(file), 1.0)
    assert found is not None
    assert found.digest is not None


def test_a_path_that_no_file_can_have_is_trouble(tmp_path: Path) -> None:
    """A name that is too long, or holds a NUL, is reported like a file that cannot be read."""
    long, nul = f"{tmp_path}/{'x' * 300}", f"{tmp_path}/a\0b"
    ledger = Ledger(DEFAULT_BUDGET)
    ledger.adopt(Places({long: ABSENT, nul: ABSENT}), 0.0)
    for path in (long, nul):
        found = ledger.look(path, 1.0)
        assert found is not None
        assert found.trouble
        assert str(tmp_path) not in (repr(found) if path == nul else "")


@pytest.mark.parametrize("listed", [True, False], ids=["the caller listed it", "nobody says when"])
def test_names_that_come_while_other_names_begin_to_count_are_told(tmp_path: Path, listed: bool) -> None:
    """A name that came after the last look is no part of the new beginning."""
    folder = str(tmp_path)
    ledger = Ledger(DEFAULT_BUDGET, wall=lambda: tmp_path.stat().st_ctime + 100)
    ledger.adopt(Places([], [folder], str.islower), 0.0)
    key = key_of(os.stat(folder))
    (tmp_path / "new").write_text("")
    assert ledger.adopt(Places([], {folder: key} if listed else [folder], str.isalpha), 1.0) == [folder]
    found = ledger.look(folder, 1.0)
    assert found is not None
    ledger.accept(folder, found, 1.0)
    assert ledger.look(folder, 2.0) is None


def test_a_directory_that_is_not_there_may_come_while_other_names_begin_to_count(tmp_path: Path) -> None:
    """It is told when it is looked at."""
    folder = tmp_path / "later"
    ledger = Ledger(DEFAULT_BUDGET)
    ledger.adopt(Places([], [str(folder)], str.islower), 0.0)
    folder.mkdir()
    assert ledger.adopt(Places([], [str(folder)], str.isalpha), 1.0) == []
    assert ledger.look(str(folder), 1.0) is not None


@pytest.mark.parametrize(("age", "told"), [(0.0, True), (2.0, True), (3.0, False), (-5.0, True)])
def test_a_young_key_of_a_directory_is_not_believed(tmp_path: Path, age: float, told: bool) -> None:
    """A name that came in the same tick as the caller's listing moves no time, so the directory is told once."""
    folder = str(tmp_path)
    ledger = Ledger(DEFAULT_BUDGET, wall=lambda: tmp_path.stat().st_ctime + age)
    places = Places([], {folder: key_of(os.stat(folder))})
    assert ledger.adopt(places, 0.0) == [folder]
    found = ledger.look(folder, 0.0)
    assert (found is not None) is told
    if found is not None:
        ledger.accept(folder, found, 0.0)
    assert ledger.look(folder, 0.01) is None


@pytest.mark.parametrize(("age", "told"), [(0.0, True), (0.04, True), (0.1, False)])
def test_other_names_that_count_make_no_more_reports_than_a_tick_needs(tmp_path: Path, age: float, told: bool) -> None:
    """Who gives another function with each report is not told of one change of a directory for seconds."""
    folder = str(tmp_path)
    ledger = Ledger(DEFAULT_BUDGET, wall=lambda: tmp_path.stat().st_ctime + age)
    ledger.adopt(Places([], [folder], str.islower), 0.0)
    ledger.adopt(Places([], {folder: key_of(os.stat(folder))}, str.isalpha), 1.0)
    assert (ledger.look(folder, 1.0) is not None) is told


def test_a_path_that_does_not_matter_is_not_looked_at(tmp_path: Path) -> None:
    """Asked about it, the ledger knows nothing."""
    assert Ledger(DEFAULT_BUDGET).look(str(tmp_path), 0.0) is None


KEY = (1, 2, 3, 4, 5)


def test_a_change_is_held_until_it_stands_still() -> None:
    """Each further change starts the quiet time anew, two seconds after the first it is over in any case."""
    unsettled = Unsettled(2.0)
    one, two = Content(KEY, b"1"), Content(KEY, b"2")
    assert unsettled.hold("a", one, 0.0, 0.5, age=None, told=False)
    assert unsettled.due() == 0.5
    assert unsettled.hold("a", two, 0.4, 0.5, age=None, told=True)
    assert unsettled.due() == 0.9
    assert unsettled.ripe(0.8) == []
    assert unsettled.ripe(0.9) == ["a"]
    assert not unsettled.hold("a", two, 0.9, 0.5, age=None, told=False)
    assert unsettled.drop("a") == (0.0, True)
    assert unsettled.due() is None

    now = 10.0
    while unsettled.hold("b", Content(KEY, str(now).encode()), now, 0.5, age=0.0, told=False):
        now += 0.125
    assert now == 12.0


def test_an_old_change_is_not_held() -> None:
    """What was written longer ago than the quiet time is believed at once, a younger one when it is so old."""
    unsettled = Unsettled(2.0)
    assert not unsettled.hold("a", Content(KEY, b"1"), 0.0, 0.5, age=0.5, told=False)
    assert unsettled.hold("a", Content(KEY, b"1"), 0.0, 0.5, age=0.2, told=False)
    assert unsettled.due() == pytest.approx(0.3)


class Clock:
    """Processor time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(sweep_module, "thread_time", lambda: self.now)


def test_many_paths_take_longer_rather_than_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interval grows with the measured cost, so that the share is kept."""
    clock = Clock(monkeypatch)
    looked = []

    def looks() -> Iterator[None]:
        for path in range(7_500):
            clock.now += 3.9e-6
            looked.append(path)
            yield

    sweep = Sweep(looks)
    slices = []
    while len(looked) < 75_000:
        before = clock.now
        sweep.slice(0.003)
        slices.append(clock.now - before)
    assert max(slices) <= 0.003 + 17 * 3.9e-6
    assert sum(slices) / len(slices) == pytest.approx(0.003, rel=0.03)
    assert looked[:7_500] == looked[7_500:15_000] == list(range(7_500))
    assert not sweep.under_way
    assert sweep.effective_interval(100, 1.0, 0.003) == 1.0
    assert sweep.effective_interval(750, 1.0, 0.003) == 1.0
    assert sweep.effective_interval(7_500, 1.0, 0.003) == 10.0
    assert sweep.effective_interval(7_500, 0.2, 0.003) == pytest.approx(9.8)
    sweep.slice(0.003)
    assert sweep.under_way
    sweep.whole()
    assert looked[-7_500:] == list(range(7_500))


def test_reports_add_up() -> None:
    """What is found while a report waits is added to it; the first sign of either counts."""
    one, two = Seen(5.0), Seen(3.0)
    assert not one
    one.changed.add("a")
    one.by.add("signal")
    two.gone.add("b")
    two.unreadable["c"] = "why"
    two.asked.add("a")
    two.directories.add("d")
    two.by.add("reconcile")
    one.take_in(two)
    assert one
    assert one.paths == {"a", "b", "c", "d"}
    assert one.first == 3.0
    assert repr(one) == ("<Seen by reconcile and signal: 1 changed, 1 gone, 1 unreadable, 1 directories, 1 asked for>")
