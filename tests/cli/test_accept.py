"""``setpoint accept``: what the guard refuses is shown, and then served by every program that waits for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem, GuardedError

Tool = Callable[..., Any]
FILE = Path("config/many.yaml")
MANY = "".join(f"k{n}: {n}\n" for n in range(40)) + "password: hunter2\n"
FEW = "k1: 1\npassword: hunter3\n"
STATE = Path("config/.setpoint")


@pytest.fixture
def program(setpoint: Tool) -> Iterator[Callable[..., ConfigSystem]]:
    """Starts a program that serves ``many``, and stops it after the test."""
    started: list[ConfigSystem] = []
    FILE.write_text(MANY)

    def start(**options: Any) -> ConfigSystem:
        system = ConfigSystem("config", environ={}, **options)
        system.load_config("many")
        system.start_hot_reload()
        started.append(system)
        return system

    yield start
    for one in started:
        one.close()


def wait(condition: Callable[[], object]) -> None:
    """Wait until something is so, for as long as a busy machine may take."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def refused(*systems: ConfigSystem) -> bool:
    return all("many" in one.hot_reload_status()["refused"] for one in systems)


def test_what_is_refused_is_shown_and_then_served(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """The difference to what the program serves, why the guard has its doubts, and that it is accepted."""
    system = program()
    FILE.write_text(FEW)
    wait(lambda: refused(system) and (STATE / "good").is_dir() and list((STATE / "good").glob("*.good")))
    ran = setpoint("accept", "many")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:3] == ["--- config/many.yaml", "+++ config/many.yaml", "@@ -1,41 +1,2 @@"]
    assert lines[-2].startswith("config/many.yaml: 39 of its 41 values would be gone: ")
    assert (
        lines[-1] == "accepted: programs that refuse this content of many serve it now; any other is refused as before"
    )
    wait(lambda: len(system.load_config("many")) == 2)
    assert system.hot_reload_status()["refused"] == {}


def test_every_program_that_waits_is_told(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """An acceptance is not used up by the first that sees it."""
    systems = [program() for _ in range(3)]
    FILE.write_text(FEW)
    wait(lambda: refused(*systems))
    assert setpoint("accept", "many").code == 0
    wait(lambda: [len(one.load_config("many")) for one in systems] == [2, 2, 2])


def test_another_content_is_not_what_was_accepted(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """The file that changes between two looks is refused as before."""
    system = program()
    FILE.write_text(FEW)
    wait(lambda: refused(system))
    system.stop_hot_reload()
    assert setpoint("accept", "many").code == 0
    FILE.write_text("k2: 2\n")
    with pytest.raises(GuardedError):
        system.reload()
    FILE.write_text(FEW)
    system.reload()
    assert len(system.load_config("many")) == 2


def test_secrets_are_masked(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """In the difference, as text and as JSON."""
    system = program()
    FILE.write_text(FEW)
    wait(lambda: refused(system) and list(STATE.glob("good/*.good")))
    said = setpoint("accept", "many", "--dry-run").out + setpoint("accept", "many", "--format", "json").out
    assert "password: ********" in said
    assert "hunter" not in said


def test_a_dry_run_writes_nothing(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """It shows what would be accepted, and programs go on refusing it."""
    system = program()
    FILE.write_text(FEW)
    wait(lambda: refused(system) and list(STATE.glob("good/*.good")))
    assert setpoint("accept", "many", "--dry-run").out.endswith("\ndry run: nothing was written\n")
    assert not (STATE / "accepted").exists()
    with pytest.raises(GuardedError):
        system.reload()


def test_as_json_it_is_one_object(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """What was done, why it was guarded, and since when the other content was good."""
    system = program()
    before = time.time()
    FILE.write_text(FEW)
    wait(lambda: refused(system) and list(STATE.glob("good/*.good")))
    facts = setpoint("accept", "many", "--format", "json", "--author", "bob").facts
    assert before <= facts.pop("since") <= time.time()
    assert facts.pop("guarded").startswith("39 of its 41 values would be gone")
    assert list(facts.pop("diffs")) == ["config/many.yaml"]
    assert len(facts.pop("digest")) == 32
    assert facts == {
        "ok": True,
        "diagnostics": [],
        "document": "many",
        "dry_run": False,
        "accepted": True,
        "needless": None,
        "revision": None,
    }
    again = setpoint("accept", "many", "--format", "json").facts
    assert (again["accepted"], again["needless"]) == (False, "this content was accepted already, by bob")


def test_without_a_program_the_record_says_what_was_good(setpoint: Tool) -> None:
    """The newest revision is what the file is compared with."""
    FILE.write_text(MANY)
    setpoint("set", "many.k1", "7")
    FILE.write_text(FEW)
    facts = setpoint("accept", "many", "--format", "json").facts
    assert (facts["accepted"], facts["revision"]) == (True, 2)
    assert "-k1: 7" in facts["diffs"]["config/many.yaml"]


def test_the_file_that_was_good_last_needs_no_acceptance(setpoint: Tool) -> None:
    """It says so, and writes nothing."""
    FILE.write_text(MANY)
    setpoint("set", "many.k1", "7")
    before = sorted(STATE.rglob("*"))
    facts = setpoint("accept", "many", "--format", "json").facts
    assert (facts["accepted"], facts["diffs"]) == (False, {})
    assert "written through Setpoint" in facts["needless"]
    FILE.write_text(MANY)
    setpoint("history", "--verify")
    ran = setpoint("accept", "many")
    assert ran.out.startswith("nothing to accept: the guard has no doubt about what changed\n")
    assert sorted(STATE.rglob("*")) == before


def test_what_was_kept_as_good_is_known_as_such(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """A program with last-known-good kept just what the file says: there is nothing to accept."""
    program(on_invalid="last-known-good")
    wait(lambda: list(STATE.glob("good/*.good")))
    assert setpoint("accept", "many").out.splitlines()[0] == "nothing to accept: the files say what was good last"
    assert not (STATE / "accepted").exists()


def test_a_guard_that_is_off_needs_no_acceptance(setpoint: Tool) -> None:
    """It says which setting switches it off."""
    FILE.write_text(MANY)
    Path("setpoint.toml").write_text("[reload]\nguard = false\n")
    ran = setpoint("accept", "many")
    assert ran.out.startswith("nothing to accept: the guard is off (setpoint.toml: [reload] guard = false)\n")
    assert not STATE.exists()


def test_it_can_be_forced(setpoint: Tool) -> None:
    """A program may serve something that nobody else knows of."""
    FILE.write_text(MANY)
    setpoint("set", "many.k1", "7")
    assert setpoint("accept", "many", "--force", "--format", "json").facts["accepted"] is True
    assert len(list(STATE.glob("accepted/*.accepted"))) == 1


def test_of_what_nothing_is_known_no_difference_is_shown(setpoint: Tool) -> None:
    """It is accepted all the same: a program may wait for it."""
    FILE.write_text(FEW)
    ran = setpoint("accept", "many")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "config/many.yaml: what it was before is neither kept nor on record, so no difference can be shown",
        "accepted: programs that refuse this content of many serve it now; any other is refused as before",
    ]


def test_what_is_not_valid_is_not_accepted(setpoint: Tool) -> None:
    """1, with the findings: no acceptance would make it served."""
    FILE.write_text("k1: [\n")
    facts = setpoint("accept", "many", "--format", "json")
    assert (facts.code, facts.facts["diagnostics"][0]["line"]) == (1, 2)
    assert not STATE.exists()


def test_an_unknown_name_is_told(setpoint: Tool) -> None:
    """4, with the names that come close."""
    ran = setpoint("accept", "mesaging", "--format", "json")
    assert (ran.code, ran.facts["error"]["near"]) == (4, ["messaging"])


def test_a_profile_is_part_of_what_is_accepted(setpoint: Tool, program: Callable[..., ConfigSystem]) -> None:
    """The guard's message names the whole command, and only that lets the change pass."""
    Path("config/many.prod.yaml").write_text("k1: 9\n")
    system = program(profile="prod")
    FILE.write_text(FEW)
    wait(lambda: refused(system))
    system.stop_hot_reload()
    with pytest.raises(GuardedError, match=r"If this is meant: setpoint --profile prod accept many$"):
        system.reload()
    assert setpoint("accept", "many", "--force").code == 0
    with pytest.raises(GuardedError):
        system.reload()
    assert setpoint("--profile", "prod", "accept", "many").code == 0
    system.reload()
    assert system.load_config("many").to_dict() == {"k1": 9, "password": "hunter3"}


def test_an_acceptance_ends_when_it_was_used_and_the_next_content_came(
    setpoint: Tool, program: Callable[..., ConfigSystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same accident later is refused again; within a minute it is left for programs that are slow to see it."""
    system = program()
    system.stop_hot_reload()
    FILE.write_text(FEW)
    setpoint("accept", "many", "--force")
    system.reload()
    FILE.write_text(MANY)
    system.reload()
    assert len(list(STATE.glob("accepted/*.accepted"))) == 1
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 100)
    FILE.write_text(FEW)
    system.reload()
    FILE.write_text(MANY)
    system.reload()
    assert list(STATE.glob("accepted/*.accepted")) == []
    FILE.write_text(FEW)
    with pytest.raises(GuardedError):
        system.reload()


def test_its_file_holds_nothing_of_the_document(setpoint: Tool) -> None:
    """Only the digest of what is accepted, who did, and when."""
    FILE.write_text(FEW)
    setpoint("accept", "many")
    (accepted,) = STATE.glob("accepted/*.accepted")
    facts = json.loads(accepted.read_text().splitlines()[1])
    assert sorted(facts) == ["author", "digest", "document", "when"]
    assert facts["author"] == "alice"
    assert accepted.stat().st_mode & 0o777 == 0o600
