"""What an observer makes of signals and looks, one step after the other: no thread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint.budget import DEFAULT_BUDGET
from setpoint.platform import open_inotify
from setpoint.watching.inotify import InotifySignals
from setpoint.watching.observer import Observer
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.tally import Tally

from .witness import put


def fail(what: str, error: BaseException) -> None:
    raise AssertionError(what) from error


class Meddling(InotifySignals):
    """Inotify in a directory where something is changed just before it is heard."""

    meddle: str | None = None

    def follow(self, directory: str) -> bool:
        if self.meddle is not None and directory == os.path.dirname(self.meddle):
            put(Path(self.meddle), "meddled with")
            self.meddle = None
        return super().follow(directory)


class Stand:
    """An observer of one directory, or of what it is told to observe."""

    def __init__(self, *files: Path) -> None:
        self.places = Places([str(file) for file in files])
        self.tally = Tally()
        descriptor = open_inotify()
        assert descriptor is not None
        self.signals = Meddling(descriptor)
        self.observer = Observer(
            lambda: self.places, self.tally, Rhythm(), DEFAULT_BUDGET, complain=fail, opener=lambda: self.signals
        )
        self.observer.begin()

    def hear(self) -> bool:
        return self.signals.more(5) and self.observer.hear(self.signals.take())

    def found(self) -> tuple[set[str], set[str]]:
        """What is to be reported and how it was found, which is reported by this."""
        seen = self.observer.found
        if seen is None:
            return set(), set()
        self.observer.reported(seen)
        return {os.path.basename(path) for path in seen.paths}, seen.by


@pytest.fixture
def stand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text("0")
    (folder / "below").mkdir()
    (folder / "below" / "c.yaml").write_text("0")
    stand = Stand(folder / "a.yaml", folder / "b.yaml")
    yield stand
    stand.signals.close()


def test_what_a_waiting_signal_tells_was_found_by_it(stand: Stand, folder: Path) -> None:
    """A look that comes first leaves it to the signal, and counts as its find only what no signal is about."""
    put(folder / "a.yaml", "1")
    os.link(folder / "b.yaml", folder.parent / "other")
    with (folder.parent / "other").open("r+b") as stream:  # no signal tells of it
        stream.write(b"1")
    os.utime(folder / "b.yaml", (5, 5))
    stand.observer.look_at_everything()
    assert stand.found() == (set(), set())
    assert stand.observer.has_heard
    stand.observer.attend()
    assert stand.found() == ({"a.yaml", "b.yaml"}, {"signal", "reconcile"})
    assert stand.tally.found_by_reconcile == 1
    assert not stand.observer.has_heard


def test_signals_without_end_keep_nothing_from_being_reported(stand: Stand, folder: Path) -> None:
    """What was left to a signal once is reported by the next look, whatever comes before it."""
    os.link(folder / "b.yaml", folder.parent / "other")
    with (folder.parent / "other").open("r+b") as stream:
        stream.write(b"1")
    os.utime(folder / "b.yaml", (5, 5))
    put(folder / "a.yaml", "1")
    stand.observer.look_at_everything()
    put(folder / "a.yaml", "2")
    stand.observer.look_at_everything()
    assert stand.found() == ({"a.yaml", "b.yaml"}, {"reconcile"})
    stand.observer.attend()
    assert stand.found() == (set(), set())


def test_what_changes_before_its_directory_is_heard_is_found(stand: Stand, folder: Path) -> None:
    """Between the reading of a file that was added and the first signal about it there is no gap."""
    added = folder / "below" / "c.yaml"
    stand.signals.meddle = str(added)
    stand.places = Places([*stand.places.files, str(added)])
    stand.observer.ask_places()
    assert stand.signals.meddle is None
    assert stand.found() == ({"c.yaml"}, {"reconcile"})


def test_a_signal_is_attended_to_without_a_look(stand: Stand, folder: Path) -> None:
    """What it concerns is reported, and nothing else was looked at."""
    put(folder / "a.yaml", "1")
    assert stand.hear()
    stand.observer.attend()
    assert stand.found() == ({"a.yaml"}, {"signal"})
    assert stand.tally.reconciles == 0
