"""Migrations are tried out on their examples and on documents made up from the schemas."""

from __future__ import annotations

from pathlib import Path

from lamps import ROOMS, add_bells, opened

from setpoint.upgrade.trying import Tried, try_out


def tried(name: str = "lamps") -> Tried:
    """What comes of the migrations in the directory, without the document that is there."""
    system = opened()
    return try_out(system._upgrade().graph(name), system.family(name))


def test_good_migrations_have_no_findings(home: Path) -> None:
    """The example comes out, and a hundred documents of each version go up and come back."""
    assert home.is_dir()
    result = tried()
    assert result.findings == []
    assert (result.migrations, result.examples, result.blocked, result.unknown) == (3, 1, 0, [])
    assert result.documents > 100


def test_an_example_that_does_not_come_out_is_found(home: Path) -> None:
    """The finding names the migration and what differs."""
    (home / "migrations" / "lamps" / "rooms.yaml").write_text(ROOMS.replace("brightness: 50", "brightness: 5"))
    [found] = tried().findings
    assert found.rule == "migration-example"
    assert "lamps 1.0.0 -> 2.0.0, example 1 does not come out as it says" in found.message
    assert found.file == "config/migrations/lamps/rooms.yaml"


def test_a_way_back_that_loses_something_is_found(home: Path) -> None:
    """The function's twin forgets a key: documents that have it do not come back."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text(file.read_text().replace("lamp.update(", "("))
    rules = [found.rule for found in tried().findings]
    assert rules == ["migration-round-trip"]


def test_a_result_that_its_schema_refuses_is_found(home: Path) -> None:
    """A step is missing: what the first version allows, the second does not know."""
    (home / "migrations" / "lamps" / "rooms.yaml").write_text(
        ROOMS.partition("examples")[0].replace("  - remove: {path: wattage}\n", "")
    )
    [found] = tried().findings
    assert found.rule == "migration-result"
    assert "makes, of a valid document, what the schema of 2.0.0 refuses at wattage" in found.message


def test_what_depends_on_chance_is_found(home: Path) -> None:
    """A function must give the same result each time."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text(
        'import itertools\n\nFROM = "2.1.0"\nTO = "3.0.0"\nCOUNT = itertools.count()\n\n\n'
        'def up(tree):\n    tree["lamps"] = {"lamp-%d" % next(COUNT): {}}\n    return tree\n'
    )
    assert [found.rule for found in tried().findings] == ["migration-round-trip"]


def test_where_there_is_no_schema_only_examples_count(home: Path) -> None:
    """The versions of which no document could be made up are named."""
    add_bells(home)
    result = tried("bell-1")
    assert (result.findings, result.documents, result.unknown) == ([], 0, ["1"])


def test_the_same_documents_are_tried_each_time(home: Path) -> None:
    """A finding that comes and goes would help nobody."""
    file = home / "migrations" / "lamps" / "hours.py"
    file.write_text(file.read_text().replace("lamp.update(", "("))
    assert [str(found) for found in tried().findings] == [str(found) for found in tried().findings]
