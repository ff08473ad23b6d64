"""``setpoint migrate``: documents to other versions of their shape."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint import ConfigSystem, Revision

Tool = Callable[..., Any]
FILE = Path("config/unified_config.yaml")


def add_bells(count: int, *, blocked: int = 0) -> list[str]:
    """Write further documents with a migration each; what one of them holds may be in its way."""
    names = [f"bell-{number}" for number in range(1, count + 1)]
    for number, name in enumerate(names, 1):
        place = Path("config/migrations", name)
        place.mkdir(parents=True)
        (place / "tones.yaml").write_text(
            "from: 1\nto: 2\nsteps: [{rename: {path: tone, to: pitch}}]\n"
            "examples: [{before: {tone: 1}, after: {pitch: 1}}]\n"
        )
        more = "pitch: 2\n" if number == blocked else ""
        Path("config", f"{name}.yaml").write_text(f"version: 1\ntone: {number}\n{more}")
    return names


def history(name: str) -> tuple[Revision, ...]:
    """What is on record of a document."""
    with ConfigSystem("config") as system:
        return system.history(name)


def test_a_migration_tells_the_way_and_the_way_back(setpoint: Tool) -> None:
    """What it went through, how much changed, where the copy is, and the command that undoes it, which works."""
    before = FILE.read_bytes()
    ran = setpoint("migrate", "unified_config", "--reason", "thresholds")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:2] == ["unified_config: 2.0.0 -> 2.1.0", "  config/unified_config.yaml: 17 lines added, 0 removed"]
    backup = Path(
        re.fullmatch(r"  backup: (config/\.setpoint/backups/unified_config/\S+-2\.0\.0-to-2\.1\.0)", lines[2])[1]
    )  # type: ignore[index]
    assert (backup / "unified_config.yaml").read_bytes() == before
    assert lines[3:] == ["  revision 2; back with: setpoint rollback unified_config --to 1"]
    newest = history("unified_config")[0]
    assert (newest.cause, newest.reason, newest.author, newest.version) == ("migrate", "thresholds", "alice", "2.1.0")
    assert setpoint("rollback", "unified_config", "--to", "1").code == 0
    assert FILE.read_bytes() == before


def test_a_plan_shows_the_exact_difference_and_writes_nothing(setpoint: Tool) -> None:
    """Also that of the way down."""
    before = FILE.read_bytes()
    ran = setpoint("migrate", "unified_config", "--plan")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("unified_config: 2.0.0 -> 2.1.0\n--- config/unified_config.yaml\n+++ ")
    assert '+version: "2.1.0"\n' in ran.out
    assert ran.out.endswith("plan: nothing was written\n")
    assert FILE.read_bytes() == before
    assert not Path("config/.setpoint").exists()
    down = setpoint("migrate", "coordinates", "--to", "1.0.0", "--plan")
    assert down.out.startswith("coordinates: 2.0.0 -> 1.0.0\n")


def test_each_of_several_hops_is_told(setpoint: Tool) -> None:
    """One line for each, below the whole way."""
    ran = setpoint("migrate", "unified_config", "--to", "1.0.0", "--plan")
    assert ran.out.startswith("unified_config: 2.0.0 -> 1.0.0\n---")
    setpoint("migrate", "unified_config")
    ran = setpoint("migrate", "unified_config", "--to", "1.0.0", "--plan")
    assert ran.out.startswith("unified_config: 2.1.0 -> 1.0.0\n  by 2.1.0 -> 2.0.0\n  by 2.0.0 -> 1.0.0\n---")


def test_at_the_newest_version_there_is_nothing_to_do(setpoint: Tool) -> None:
    """Exit code 0, and nothing is made."""
    assert setpoint("migrate", "coordinates") == (0, "coordinates is at version 2.0.0; nothing to do\n", "")
    assert not list(Path("config/.setpoint").glob("backups/*"))


def test_json_has_the_plan(setpoint: Tool) -> None:
    """Planned and done, the same members."""
    facts = setpoint("migrate", "unified_config", "--plan", "--format", "json").facts
    [plan] = facts["documents"]
    assert (facts["ok"], facts["dry_run"], plan["pending"], plan["backup"], plan["revision"]) == (
        True,
        True,
        True,
        None,
        None,
    )
    assert plan["steps"] == ["unified_config 2.0.0 -> 2.1.0"]
    facts = setpoint("migrate", "unified_config", "--format", "json").facts
    [done] = facts["documents"]
    assert (facts["dry_run"], done["from"], done["to"], done["revision"]) == (False, "2.0.0", "2.1.0", 2)
    assert done["diffs"] == plan["diffs"]


def test_the_directory_is_named_in_the_way_back(setpoint: Tool) -> None:
    """The command can be copied."""
    Path("config").rename("my config")
    ran = setpoint("-c", "my config", "migrate", "unified_config")
    assert ran.out.endswith("revision 2; back with: setpoint -c 'my config' rollback unified_config --to 1\n")


def test_all_goes_through_every_document_that_is_pending(setpoint: Tool) -> None:
    """One line for each as it is worked out, on standard error; one group on record."""
    add_bells(3)
    ran = setpoint("migrate", "--all", "--reason", "spring")
    assert ran.err.splitlines() == [
        "[1/4] bell-1 1 -> 2",
        "[2/4] bell-2 1 -> 2",
        "[3/4] bell-3 1 -> 2",
        "[4/4] unified_config 2.0.0 -> 2.1.0",
    ]
    assert ran.code == 0
    assert "back with: setpoint rollback bell-3 --to 1\n" in ran.out
    assert len({history(name)[0].group for name in ("bell-1", "bell-3", "unified_config")}) == 1
    assert setpoint("migrate", "--all").out == "every document is at its newest version; nothing to do\n"


def test_all_can_be_planned(setpoint: Tool) -> None:
    """The differences of all of them, and nothing is written; JSON without progress."""
    add_bells(2)
    ran = setpoint("migrate", "--all", "--plan")
    assert ran.out.count("\n+++ ") == 3 and ran.out.endswith("plan: nothing was written\n")
    ran = setpoint("migrate", "--all", "--plan", "--format", "json")
    assert (len(ran.facts["documents"]), ran.err) == (3, "")
    assert not Path("config/.setpoint").exists()


def test_all_or_none_are_migrated(setpoint: Tool) -> None:
    """One is in its own way: exit code 1, its place, and nothing is written."""
    add_bells(2, blocked=2)
    before = {path: path.read_bytes() for path in Path("config").iterdir() if path.is_file()}
    for arguments in (("--all",), ("bell-1", "bell-2")):
        ran = setpoint("migrate", *arguments)
        assert ran.code == 1
        assert "setpoint: config/bell-2.yaml:2:1: " in ran.err
        assert "config/bell-2.yaml:2:1: error[migration-blocked]" in ran.err
    assert {path: path.read_bytes() for path in Path("config").iterdir() if path.is_file()} == before


def test_check_exits_with_1_when_something_is_pending(setpoint: Tool) -> None:
    """For CI: it lists what is, and writes nothing."""
    ran = setpoint("migrate", "--check")
    assert ran == (
        1,
        "unified_config: 2.0.0 -> 2.1.0 (1 migration)\n"
        "1 document to migrate; 'setpoint migrate NAME --plan' shows how\n",
        "",
    )
    assert not Path("config/.setpoint").exists()
    assert setpoint("migrate", "--check", "coordinates") == (0, "ok: 1 document with migrations, none pending\n", "")
    facts = setpoint("migrate", "--check", "--format", "json").facts
    assert facts == {
        "ok": False,
        "diagnostics": [],
        "pending": [
            {"document": "unified_config", "from": "2.0.0", "to": "2.1.0", "steps": ["unified_config 2.0.0 -> 2.1.0"]}
        ],
        "documents": 2,
        "failures": {},
    }
    setpoint("migrate", "--all")
    assert setpoint("migrate", "--check") == (0, "ok: 2 documents with migrations, none pending\n", "")


def test_check_says_what_it_could_not_look_at(setpoint: Tool) -> None:
    """The others are told all the same; a tool that cannot work comes before a finding."""
    Path("config/coordinates.json").write_text("{")
    ran = setpoint("migrate", "--check")
    assert ran.code == 1
    assert "unified_config: 2.0.0 -> 2.1.0" in ran.out
    assert ran.err.startswith("setpoint: coordinates could not be looked at: config/coordinates.json:1:1: ")
    add_bells(1)
    Path("config/migrations/bell-1/tones.yaml").write_text("from: 1\n")
    ran = setpoint("migrate", "--check", "bell-1", "unified_config")
    assert ran.code == 2
    assert "unified_config: 2.0.0 -> 2.1.0" in ran.out
    assert "config/migrations/bell-1/tones.yaml:1:1: " in ran.err
    assert setpoint("migrate", "--check", "bell-2").code == 4
    ran = setpoint("migrate", "--check")  # all of them
    assert ran.code == 2
    assert "unified_config: 2.0.0 -> 2.1.0" in ran.out
    ran = setpoint("migrate")
    assert "bell-1 (config/migrations/bell-1/tones.yaml:1:1: " in ran.err
    assert "unified_config (2.0.0 -> 2.1.0)" in ran.err


def test_test_tries_the_migrations(setpoint: Tool) -> None:
    """Examples, and documents made up from the schemas; a finding exits with 1."""
    add_bells(1)
    ran = setpoint("migrate", "--test", "bell-1")
    assert ran == (
        0,
        "bell-1: ok: 1 migration, 1 example, 0 documents up and down\n"
        "  nothing could be made up for version 1: only the examples were tried there\n",
        "",
    )
    for version, key in (("1", "tone"), ("2", "pitsch")):
        schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {"version": {}, key: {"type": "integer"}},
        }
        Path("config/schemas").mkdir(exist_ok=True)
        Path(f"config/schemas/bell-1@{version}.schema.json").write_text(json.dumps(schema))
    ran = setpoint("migrate", "--test", "bell-1")
    assert ran.code == 1
    assert "error[migration-result]: bell-1 1 -> 2 makes, of a valid document, what the schema of 2 refuses" in ran.out
    facts = setpoint("migrate", "--test", "bell-1", "--format", "json").facts
    assert (facts["ok"], facts["diagnostics"][0]["rule"]) == (False, "migration-result")
    assert facts["documents"][0]["document"] == "bell-1"


def test_test_needs_no_document(setpoint: Tool) -> None:
    """Migrations of a document that is not here are tried as well: they are tested where they are written."""
    add_bells(2)
    Path("config/bell-2.yaml").unlink()
    ran = setpoint("migrate", "--test", "bell-2")
    assert ran.out.startswith("bell-2: ok: 1 migration, 1 example")
    facts = setpoint("migrate", "--test", "bell-1", "bell-2", "--format", "json").facts
    assert [one["document"] for one in facts["documents"]] == ["bell-1", "bell-2"]
    assert setpoint("migrate", "--test", "messaging").code == 2


def test_without_a_name_it_says_what_there_is(setpoint: Tool) -> None:
    """A usage error, with the versions."""
    ran = setpoint("migrate")
    assert ran.code == 2
    assert ran.err == (
        "setpoint: name a document, or --all; there are migrations of coordinates (at 2.0.0, the newest),"
        " unified_config (2.0.0 -> 2.1.0); see 'setpoint migrate --help'\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--all", "--check"], "--check and --all are different things"),
        (["--check", "--plan"], "--check writes nothing and takes no --plan"),
        (["--test", "--to", "2.0.0"], "--test writes nothing and takes no --to"),
        (["--all", "coordinates"], "--all is every document"),
        (["--to", "2.0.0", "coordinates", "unified_config"], "--to goes with one NAME"),
        (["--all", "--from", "1.0.0"], "--from goes with one NAME"),
    ],
)
def test_what_makes_no_sense_is_refused(setpoint: Tool, arguments: list[str], said: str) -> None:
    """With a sentence that says why, before anything is read."""
    ran = setpoint("migrate", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_a_version_that_is_not_known_draws_the_graph(setpoint: Tool) -> None:
    """Exit code 2: no way leads there."""
    ran = setpoint("migrate", "unified_config", "--to", "3.0.0")
    assert ran.code == 2
    assert "1.0.0 <-> 2.0.0 <-> 2.1.0" in ran.err
    ran = setpoint("migrate", "unified_confg")
    assert (ran.code, "unified_config" in ran.err) == (4, True)


def test_the_version_to_start_from_can_be_given(setpoint: Tool) -> None:
    """It counts when the document fits it, and is refused when it does not."""
    ran = setpoint("migrate", "unified_config", "--from", "1.0.0", "--to", "2.1.0", "--plan")
    assert ran.code == 2
    assert "does not fit the schema of 1.0.0" in ran.err
    add_bells(1)
    Path("config/bell-1.yaml").write_text("tone: 1\n")
    ran = setpoint("migrate", "bell-1", "--from", "1", "--to", "2")
    assert ran.code == 0
    assert Path("config/bell-1.yaml").read_text() == 'version: "2"\npitch: 1\n'


def test_warnings_are_shown(setpoint: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with an old name is for a person to rename; its value is not shown."""
    add_bells(1)
    monkeypatch.setenv("SETPOINT_BELL_1__TONE", "987")
    ran = setpoint("migrate", "bell-1")
    assert (
        "  warning: SETPOINT_BELL_1__TONE: it sets bell-1.tone, which is bell-1.pitch in 2; rename the variable\n"
        in ran.out
    )
    assert "987" not in ran.out


def test_a_rollback_can_migrate(setpoint: Tool) -> None:
    """What comes back is carried to the newest version in the same step; else a note offers it."""
    setpoint("migrate", "unified_config")
    migrated = FILE.read_bytes()
    ran = setpoint("rollback", "unified_config", "--to", "1", "--dry-run")
    assert ran.code == 0
    ran = setpoint("rollback", "unified_config", "--to", "1")
    assert "note: unified_config is at version 2.0.0 again; migrate=True (--migrate) carries it to 2.1.0\n" in ran.out
    ran = setpoint("rollback", "unified_config", "--to", "1", "--migrate")
    assert ran.code == 0
    assert FILE.read_bytes() == migrated
    assert [one.cause for one in history("unified_config")][:2] == ["migrate", "rollback"]
