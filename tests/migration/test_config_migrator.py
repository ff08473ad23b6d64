"""``ConfigMigrator``: plain documents migrated in memory, with the built-in migrations and with those of a program."""

from __future__ import annotations

from typing import Any

import pytest

from setpoint.config import Config
from setpoint.errors import MigrationBlockedError, MigrationError, UsageError
from setpoint.migration.config_migrator import ConfigMigrator
from setpoint.migration.migration import Migration
from setpoint.migration.rename import Rename
from setpoint.tree import same


def split(tree: dict[str, Any]) -> dict[str, Any]:
    tree["parts"] = tree.pop("text").split(",")
    return tree


def join(tree: dict[str, Any]) -> dict[str, Any]:
    tree["text"] = ",".join(tree.pop("parts"))
    return tree


def migrator() -> ConfigMigrator:
    made = ConfigMigrator()
    made.add_migration("doc", "1.0.0", "2.0.0", split, down=join)
    made.add_migration(Migration("doc", "2.0.0", "3.0.0", [Rename("parts", "pieces")]))
    return made


def test_a_document_goes_up_and_down_over_several_hops() -> None:
    """A plain dict comes back, with its version; what was given is not touched."""
    given = Config({"text": "a,b"})
    up = migrator().migrate(given, "doc", "1.0.0", "3.0.0")
    assert up == {"version": "3.0.0", "pieces": ["a", "b"]}
    assert type(up) is dict
    assert given == {"text": "a,b"}
    assert migrator().migrate(up, "doc", "3.0.0", "1.0.0") == {"version": "1.0.0", "text": "a,b"}


def test_carrying_keeps_what_the_way_back_needs() -> None:
    """With it, the very same document comes back, without a stamp as it was."""
    given = {"z": 1, "text": "a,b"}
    up = migrator().carry(given, "doc", "1.0.0", "3.0.0")
    down = migrator().carry(up.tree, "doc", "3.0.0", "1.0.0", kept=up.kept)
    assert down.tree == given
    assert "version" not in down.tree


def test_at_the_target_a_copy_comes_back() -> None:
    """Nothing is stamped, for nothing is migrated."""
    given = {"pieces": []}
    same_one = migrator().migrate(given, "doc", "3.0.0", "3.0.0")
    assert same_one == given
    assert same_one is not given


def test_a_function_sees_the_version_it_is_for() -> None:
    """Also behind other hops."""
    seen = []

    def look(tree: dict[str, Any]) -> dict[str, Any]:
        seen.append(tree["version"])
        return tree

    made = ConfigMigrator()
    for start, end in (("1", "2"), ("2", "3")):
        made.add_migration("doc", start, end, look, down=look)
    made.migrate({}, "doc", "1", "3")
    assert seen == ["1", "2"]


def test_the_version_can_stand_elsewhere_or_nowhere() -> None:
    """Where a pointer says; a new key comes first in its mapping."""
    made = ConfigMigrator(version_at="/meta/version")
    made.add_migration(Migration("doc", "1", "2", [Rename("*.a", "b")]))
    assert made.migrate({"x": {"a": 1}}, "doc", "1", "2") == {"x": {"b": 1}, "meta": {"version": "2"}}
    assert list(made.migrate({"meta": {"k": 1}}, "doc", "1", "2")["meta"]) == ["version", "k"]
    with pytest.raises(MigrationBlockedError, match="meta is no mapping, so the version cannot be written into it"):
        made.migrate({"meta": 5}, "doc", "1", "2")
    bare = ConfigMigrator(version_at=None)
    bare.add_migration(Migration("doc", "1", "2", [Rename("a", "b")]))
    assert bare.migrate({"a": 1}, "doc", "1", "2") == {"b": 1}


def test_a_star_does_not_stand_for_the_version() -> None:
    """Moving everything into a section leaves it where it is."""
    made = ConfigMigrator()
    made.add_migration(Migration("doc", "1", "2", [{"move": {"from": "*", "to": "app.*"}}]))
    up = made.carry({"version": "1", "a": 1}, "doc", "1", "2")
    assert up.tree == {"version": "2", "app": {"a": 1}}
    assert made.carry(up.tree, "doc", "2", "1", kept=up.kept).tree == {"version": "1", "a": 1}


def test_the_built_in_migrations_are_known() -> None:
    """Up to their newest versions."""
    made = ConfigMigrator()
    assert made.graph("unified_config").versions == ("1.0.0", "2.0.0", "2.1.0")
    assert made.graph("coordinates").newest == "2.0.0"


def test_added_migrations_go_on_from_the_built_in_ones() -> None:
    """One that contradicts them is refused, and not added."""
    made = ConfigMigrator()
    made.add_migration("unified_config", "2.1.0", "3.0.0", dict)
    assert made.graph("unified_config").newest == "3.0.0"
    with pytest.raises(MigrationError, match=r"two migrations of unified_config lead from 1.0.0 to 2.0.0"):
        made.add_migration("unified_config", "1.0.0", "2.0.0", dict)
    assert len(made.graph("unified_config").migrations) == 3


@pytest.mark.parametrize(
    ("call", "error", "why"),
    [
        (lambda one: one.migrate({}, "dok", "1", "2"), MigrationError, "there are no migrations of 'dok'"),
        (
            lambda one: one.migrate({}, "doc", "1.0.0", "9"),
            MigrationError,
            r"version 9 is not known.*\n  1.0.0 <-> 2.0.0",
        ),
        (lambda one: one.migrate([], "doc", "1.0.0", "2.0.0"), UsageError, "a document is a mapping, not a list"),
        (lambda one: one.migrate({"a": {1}}, "doc", "1.0.0", "2.0.0"), UsageError, "doc: a: a set is not a value"),
        (
            lambda one: one.migrate({}, "doc", "1.0.0", "2.0.0"),
            MigrationError,
            r"doc 1.0.0 -> 2.0.0, step 1 .*KeyError",
        ),
        (lambda one: one.add_migration("doc", "1"), UsageError, "two versions and a function"),
        (lambda one: one.add_migration("doc", "1", "1", dict), UsageError, "leads to another version"),
        (lambda one: one.add_migration("doc", 1, 2, dict), UsageError, "the from version of a migration is a text"),
        (lambda one: one.add_migration("doc", "1", "2", 5), UsageError, "a step that is a function"),
        (lambda one: one.add_migration(Migration("d", "1", "2"), "1"), UsageError, "a Migration is added alone"),
        (lambda one: ConfigMigrator(version_at=""), UsageError, "the version of a document stands at a key"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any, error: type[Exception], why: str) -> None:
    """With a next step."""
    with pytest.raises(error, match=f"(?s){why}"):
        call(migrator())


def test_what_comes_back_shares_nothing_with_what_was_given() -> None:
    """Changing the result changes nothing else."""
    given = {"deep": {"list": [1]}, "text": ""}
    made = migrator().migrate(given, "doc", "1.0.0", "2.0.0")
    made["deep"]["list"].append(2)
    assert same(given, {"deep": {"list": [1]}, "text": ""})
