"""A document that was never good is followed all the same: once it is repaired, it is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from setpoint import ConfigParseError, ConfigSystem

LONG = 60.0  # seconds that a busy machine may take; nothing waits for so long


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One good document, and one that is none."""
    (tmp_path / "good.yaml").write_text("n: 1\n")
    (tmp_path / "bad.yaml").write_text("n: [\n")
    return tmp_path


@pytest.fixture
def system(home: Path) -> Iterator[ConfigSystem]:
    """Nothing is loaded."""
    with ConfigSystem(home, environ={}) as system:
        yield system


def repair(home: Path) -> None:
    """Write in place: no name in the directory changes, which would be another hint."""
    with (home / "bad.yaml").open("w") as file:
        file.write("n: 2\n")


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_asks_for_its_changes_is_told_of_its_repair(home: Path, system: ConfigSystem, when: str) -> None:
    """Whether hot reload was started before or after; the mistake is told once, and stands until then."""
    calls: SimpleQueue[Any] = SimpleQueue()
    with system.events() as events:
        if when == "after":
            system.start_hot_reload()
        system.on_change("bad", calls.put)
        system.start_hot_reload()
        rejected = events.get(LONG)
        assert (rejected.kind, rejected.documents, rejected.diagnostics[0].line) == ("rejected", ("bad",), 2)
        assert system.hot_reload_status()["refused"]["bad"]["kind"] == "own"
        repair(home)
        assert [(one.address, one.after) for one in calls.get(timeout=LONG)] == [("bad.n", 2)]
        assert events.get(LONG).kind == "reloaded"
        assert system.hot_reload_status()["refused"] == {}


def test_a_document_that_comes_broken_is_served_when_it_is_repaired(home: Path, system: ConfigSystem) -> None:
    """Its file is followed from the moment it was refused, though nothing of it is served."""
    system.load_config("good")
    with system.events() as events:
        system.start_hot_reload()
        (home / "new.yaml").write_text("n: {\n")
        assert events.get(LONG).documents == ("new",)
        with pytest.raises(ConfigParseError):
            system.load_config("new")
        with (home / "new.yaml").open("w") as file:
            file.write("n: 3\n")
        reloaded = events.get(LONG)
        assert (reloaded.kind, reloaded.documents) == ("reloaded", ("new",))
    assert system.load_config("new").n == 3


def test_what_the_guard_refuses_leaves_what_is_served_to_be_compared(home: Path, system: ConfigSystem) -> None:
    """It is kept when the change is refused: nothing else knows what a program serves that found no change before."""
    (home / "many.yaml").write_text("".join(f"k{n}: {n}\n" for n in range(20)))
    system.load_config("many")
    assert system._keeper().load("many") is None
    (home / "many.yaml").write_text("k1: 1\n")
    system._reloading.look()
    assert system.hot_reload_status()["refused"]["many"]["kind"] == "guard"
    assert system._reloading.recorder.drain(LONG)
    kept = system._keeper().load("many")
    assert kept is not None and b"k19: 19" in kept.content


def test_whoever_switches_the_record_off_leaves_no_trace(home: Path, system: ConfigSystem) -> None:
    """Neither what was found nor what was good is written."""
    system.load_config("good")
    system._reloading.recorder.is_off = True
    (home / "good.yaml").write_text("n: 5\n")
    system.reload()
    assert system.load_config("good").n == 5
    assert system._reloading.recorder.drain(LONG)
    assert not (home / ".setpoint").exists()
