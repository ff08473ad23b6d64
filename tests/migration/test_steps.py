"""Steps: what each does to a tree, up and down, what it keeps, and what stands in its way."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from setpoint.config import Config
from setpoint.errors import MigrationBlockedError, MigrationError, UsageError
from setpoint.migration.call import Call
from setpoint.migration.convert import Convert
from setpoint.migration.migration import Migration
from setpoint.migration.move import Move
from setpoint.migration.remove import Remove
from setpoint.migration.rename import Rename
from setpoint.migration.set_default import SetDefault
from setpoint.migration.step import Step
from setpoint.tree import same


def there_and_back(step: Step, tree: Any) -> Any:
    """The tree after the step, which must come back exactly."""
    up = step.raised(tree)
    assert same(step.down(up.tree, up.kept), tree)
    return up.tree


def test_a_rename_keeps_the_place_of_the_key() -> None:
    """Among its neighbours, in every mapping that the pattern finds."""
    tree = {"agents": {"a": {"x": 1, "debug_mode": True, "y": 2}, "b": {"x": 1}, "count": 2}}
    up = there_and_back(Rename("agents.*.debug_mode", "debug"), tree)
    assert list(up["agents"]["a"]) == ["x", "debug", "y"]
    assert list(there_and_back(Rename("agents", "crew"), tree)) == ["crew"]


def test_a_rename_on_the_way_down_spares_what_had_the_new_name_before() -> None:
    """That is kept; an entry that was added in between is renamed back."""
    tree = {"a": {"old": 1}, "b": {"new": 2}}
    step = Rename("*.old", "new")
    up = step.raised(tree)
    assert up.kept == {"there": [["b"]]}
    assert step.down({**up.tree, "c": {"new": 3}}, up.kept) == {**tree, "c": {"old": 3}}
    assert step.down(up.tree) == {"a": {"old": 1}, "b": {"old": 2}}


def test_two_keys_for_one_name_block() -> None:
    """The error names the place, and is a finding with a path."""
    with pytest.raises(
        MigrationBlockedError, match=r"^agents\.a\.old is to be called 'new', and there is a 'new'"
    ) as caught:
        Rename("agents.*.old", "new").up({"agents": {"a": {"old": 1, "new": 2}}})
    assert [(one.rule, one.path) for one in caught.value.diagnostics] == [("migration-blocked", "/agents/a/old")]
    assert caught.value.exit_code == 1


def test_a_move_makes_its_parents_and_takes_them_away_again() -> None:
    """A null on the way is one; the emptied mapping stays."""
    tree = {"comm": {"size": 5}, "messaging": None, "z": 1}
    up = there_and_back(Move("comm.size", "messaging.queue.max"), tree)
    assert up == {"comm": {}, "messaging": {"queue": {"max": 5}}, "z": 1}


def test_a_move_carries_each_star_along() -> None:
    """The same key, or the same item of the same list, on both sides."""
    tree = {"agents": {"a": {"pos": 1}, "b": {"pos": 2}}, "list": [{"x": 1}, {"x": 2}]}
    assert there_and_back(Move("agents.*.pos", "positions.*"), tree)["positions"] == {"a": 1, "b": 2}
    assert there_and_back(Move("list.*.x", "list.*.deep.x"), tree)["list"] == [{"deep": {"x": 1}}, {"deep": {"x": 2}}]
    assert there_and_back(Move("agents.*", "*"), tree) == {"agents": {}, "list": tree["list"], **tree["agents"]}


def test_moving_back_puts_entries_where_they_stood() -> None:
    """First, in the middle and last; what was added in between goes behind."""
    tree = {"old": {"a": 1, "b": 2, "c": 3}}
    step = Move("old.*", "new.*")
    up = step.raised(tree)
    assert up.tree == {"old": {}, "new": {"a": 1, "b": 2, "c": 3}}
    grown = {"old": {}, "new": {"d": 4, **up.tree["new"]}}
    assert step.down(grown, up.kept) == {"old": {"a": 1, "b": 2, "c": 3, "d": 4}, "new": {}}
    lowered = step.lowered(up.tree)
    assert lowered.tree == up.tree
    assert str(lowered.lost[0]) == "new.a: stays: it is not known whether it came from old.*"


@pytest.mark.parametrize(
    ("path", "to", "why"),
    [
        ("a", "b", "a is to go to b, where something stands already"),
        ("a", "b.c", "a cannot go to b.c: b is no mapping"),
        ("items.*", "others.*", r"items\[0\] is an item of a list, and items do not leave their list"),
        ("items.*.x", "others.*.x", r"items\[0\].x cannot go to others\[0\].x; write a function"),
    ],
)
def test_what_stands_in_the_way_of_a_move(path: str, to: str, why: str) -> None:
    """It is said with both places."""
    with pytest.raises(MigrationBlockedError, match=f"^{why}"):
        Move(path, to).up({"a": 1, "b": 2, "items": [{"x": 1}]})


def test_a_default_is_set_where_the_key_is_absent() -> None:
    """A value that is there stays, null too; parents are made behind the last star only."""
    tree = {"agents": {"a": {}, "b": {"on": False}, "c": {"on": None}, "count": 3, "d": None}}
    up = there_and_back(SetDefault("agents.*.on", True), tree)
    assert up["agents"] == {"a": {"on": True}, "b": {"on": False}, "c": {"on": None}, "count": 3, "d": {"on": True}}
    assert there_and_back(SetDefault("monitor.alerts.cpu", 80), tree)["monitor"] == {"alerts": {"cpu": 80}}
    assert there_and_back(SetDefault("crew.*.on", True), tree) == tree
    with pytest.raises(MigrationBlockedError, match=r"agents.count is no mapping, so agents.count.max cannot be set"):
        SetDefault("agents.count.max", 1).up(tree)


def test_a_default_that_was_changed_goes_and_is_told() -> None:
    """The earlier version does not know the key; without what was kept, only the default itself is taken out."""
    step = SetDefault("a.on", True)
    up = step.raised({"a": {}})
    changed = {"a": {"on": False}}
    lowered = step.lowered(changed, up.kept)
    assert lowered.tree == {"a": {}}
    assert str(lowered.lost[0]).startswith("a.on: is not known to the earlier version, and had a value of its own")
    lowered = step.lowered(changed)
    assert lowered.tree == changed
    assert str(lowered.lost[0]).startswith("a.on: stays")
    assert step.down({"a": {"on": True}}) == {"a": {}}


def test_what_is_removed_comes_back_where_it_stood() -> None:
    """With its value; without what was kept it is told what is lost."""
    tree = {"a": 1, "agents": {"x": {"count": 3, "k": 1}, "y": {"k": 2, "count": [1]}}, "z": 2}
    step = Remove("agents.*.count")
    assert there_and_back(step, tree)["agents"] == {"x": {"k": 1}, "y": {"k": 2}}
    lowered = step.lowered(step.up(tree))
    assert [str(loss) for loss in lowered.lost] == [
        "agents: agents.*.count was removed by the upgrade, and what it held is not known any more"
    ]
    up = step.raised(tree)
    lost = step.lowered({"agents": {"x": {"count": 9}}}, up.kept).lost
    assert [str(loss) for loss in lost] == [
        "agents.y.count: was removed by the upgrade, and what held it is gone",
        "agents.x.count: was removed by the upgrade, and something else stands there now, which stays",
    ]


def test_only_what_is_empty_goes_when_asked() -> None:
    """A mapping or a list that still holds something stays, and so does a null."""
    tree = {"a": {}, "b": {"c": 1}, "d": [], "e": None}
    assert there_and_back(Remove("*", only_empty=True), tree) == {"b": {"c": 1}, "e": None}


@pytest.mark.parametrize(
    ("conversion", "old", "new"),
    [
        ({"from": "text", "to": "integer"}, " 12", 12),
        ({"from": "text", "to": "number"}, "1.50", 1.5),
        ({"from": "text", "to": "number"}, "7", 7),
        ({"from": "text", "to": "boolean"}, "Yes", True),
        ({"from": "integer", "to": "text"}, 12, "12"),
        ({"from": "number", "to": "text"}, 1.5, "1.5"),
        ({"from": "boolean", "to": "text"}, False, "false"),
        ({"from": "integer", "to": "number"}, 3, 3.0),
        ({"from": "number", "to": "integer"}, 3.0, 3),
        ({"from": "boolean", "to": "integer"}, True, 1),
        ({"from": "integer", "to": "boolean"}, 0, False),
        ({"from": "item", "to": "list"}, {"a": 1}, [{"a": 1}]),
        ({"from": "list", "to": "item"}, ["a"], "a"),
        ({"from": "list", "to": "keys", "value": []}, ["a", "b"], {"a": [], "b": []}),
        ({"from": "keys", "to": "list", "value": None}, {"a": 1, "b": None}, ["a", "b"]),
        ({"multiply": 1000}, 1.5, 1500),
        ({"multiply": 1000}, 0.1, 100),
        ({"divide": 60}, 90, 1.5),
        ({"multiply": 0.1}, 3, 0.3),
        ({"values": {"fast": "express", "quick": "express"}}, "quick", "express"),
        ({"values": [[0, "off"], [1, "on"]]}, 1, "on"),
        ({"split": ","}, "a, b", ["a", "b"]),
        ({"join": ", "}, ["a", "b"], "a, b"),
        ({"wrap": "seconds"}, 5, {"seconds": 5}),
        ({"unwrap": "seconds"}, {"seconds": 5}, 5),
        ({"case": "lower"}, "INFO", "info"),
        ({"case": "upper"}, "info", "INFO"),
    ],
)
def test_conversions_and_their_ways_back(conversion: dict[str, Any], old: Any, new: Any) -> None:
    """Each leads to the new value, and back to exactly the old one; null stays as it is."""
    step = Convert("a.*", conversion)
    tree = {"a": {"x": old, "y": None}}
    up = step.raised(tree)
    assert same(up.tree, {"a": {"x": new, "y": None}})
    assert same(step.down(up.tree, up.kept), tree)
    if not conversion.keys() & {"multiply", "divide"}:
        assert same(step.up(up.tree), up.tree), "what is of the new kind stays as it is"
        both = {"a": {"x": old, "z": new}}
        assert same(there_and_back(step, both), {"a": {"x": new, "z": new}})


@pytest.mark.parametrize(
    ("conversion", "value", "why"),
    [
        ({"from": "text", "to": "integer"}, "12 s", "is no whole number written as text"),
        ({"from": "text", "to": "integer"}, "9" * 20, "would need more than 64 bits"),
        ({"from": "text", "to": "number"}, "nan", "is no number written as text"),
        ({"from": "text", "to": "boolean"}, "perhaps", "is no truth value"),
        ({"from": "number", "to": "integer"}, 1.5, "has a fraction"),
        ({"from": "integer", "to": "number"}, 2**53 + 1, "would be rounded"),
        ({"from": "integer", "to": "boolean"}, 2, "is neither 0 nor 1"),
        ({"from": "list", "to": "item"}, [1, 2], "is a list of 2"),
        ({"from": "list", "to": "keys", "value": 1}, ["a", "a"], "holds a text twice"),
        ({"multiply": 1000}, 2**63, "would need more than 64 bits"),
        ({"multiply": 1000}, "5", "is no number"),
        ({"divide": 1e-300}, 1e300, "would be too large"),
        ({"split": ","}, 5, "is no text"),
        ({"unwrap": "seconds"}, {"seconds": 1, "b": 2}, "does not hold 'seconds' alone"),
    ],
)
def test_what_cannot_be_converted_blocks(conversion: dict[str, Any], value: Any, why: str) -> None:
    """The place is named, and the value is not."""
    with pytest.raises(MigrationBlockedError, match=f"^a.password .*{why}") as caught:
        Convert("a.password", conversion).up({"a": {"password": value}})
    assert str(value) not in str(caught.value) or len(str(value)) < 8


def test_a_conversion_that_cannot_be_undone_is_told() -> None:
    """A mapping of which only the keys go down; a list that grew."""
    lowered = Convert("names", {"from": "list", "to": "keys", "value": []}).lowered({"names": {"a": ["alias"]}}, {})
    assert lowered.tree == {"names": ["a"]}
    assert str(lowered.lost[0]).startswith("names: cannot be told in the earlier version as it is")
    lowered = Convert("name", {"from": "item", "to": "list"}).lowered({"name": ["a", "b"]}, {})
    assert lowered.tree == {"name": ["a", "b"]}
    assert (
        str(lowered.lost[0]) == "name: is a list of 2, and only a list of one is a single value, so it stays as it is"
    )


def test_functions_are_called_with_a_copy() -> None:
    """They may change it or return another; their result is applied by difference."""

    def up(tree: dict[str, Any]) -> dict[str, Any]:
        tree["b"] = tree.pop("a")
        return tree

    given = {"a": {"long": "enough", "to be": "found"}}
    outcome = Call(up).raised(Config(given))
    assert outcome.tree == {"b": given["a"]}
    assert given == {"a": {"long": "enough", "to be": "found"}}
    assert [str(one) for one in outcome.operations] == ["Rename('a', 'b')"]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda tree: None, "returned None; it returns the new tree"),
        (lambda tree: [1], "returned a list, and a document is a mapping"),
        (lambda tree: {"a": {1, 2}}, "returned what no document can hold at a: a set is not a value"),
        (lambda tree: {1: 2}, "returned what no document can hold.*: the key 1 is not text"),
        (lambda tree: {"a": float("inf")}, "returned what no document can hold at a: this number is infinite"),
        (lambda tree: {"a": "\ud800"}, "returned what no document can hold: .*surrogate"),
        (lambda tree: tree["nothing"], r"failed: KeyError: 'nothing' \(.*test_steps.py, line \d+\)"),
        (lambda tree: tree["db"]["password"] / 2, r"failed: TypeError: unsupported"),
        (lambda tree: int(tree["db"]["password"]), r"failed: ValueError: invalid literal .*'\*{8}'"),
        (lambda tree: sys.exit(3), "failed: SystemExit: 3"),
    ],
)
def test_whatever_a_function_does_is_told_with_migration_and_step(function: Any, why: str) -> None:
    """No foreign exception comes out, and no secret is in the text."""
    migration = Migration("doc", "1", "2", [Rename("x", "y"), function])
    with pytest.raises(MigrationError, match=rf"(?s)^doc 1 -> 2, step 2 of 2 \(the function .*\): .*{why}") as caught:
        migration.up({"db": {"password": "hunter2-hunter2"}})
    assert "hunter2" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_tree_that_holds_itself_is_refused() -> None:
    """Without a hang."""

    def up(tree: dict[str, Any]) -> dict[str, Any]:
        tree["self"] = tree
        return tree

    with pytest.raises(MigrationError, match="holds itself, or is nested too deep"):
        Call(up).up({})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Rename("a.*", "b"), "ends with the old key"),
        (lambda: Rename("a", "a"), "changes nothing"),
        (lambda: Rename("a..b", "c"), "cannot read the address"),
        (lambda: Rename("Agent-*.x", "c"), r"a \* stands for a whole key; 'Agent-\*' as it is would be written"),
        (lambda: Move("a.*", "b"), r"as many \* on both sides"),
        (lambda: Move("a", "a.b"), "cannot move into itself, to 'a.b'; use convert with wrap: b"),
        (lambda: Move("a.b", "a"), "use convert with unwrap"),
        (lambda: Move("", "a"), "a whole document cannot be moved"),
        (lambda: Remove(""), "a whole document cannot be removed"),
        (lambda: SetDefault("a.*", 1), "ends with its key"),
        (lambda: SetDefault("a", float("nan")), "cannot be written"),
        (lambda: Convert("a", {"to": "text"}), "a conversion has one of from and to, multiply"),
        (lambda: Convert("a", {"from": "text", "to": "list"}), "there is no conversion from text to list"),
        (lambda: Convert("a", {"multiply": 0}), "by a number above zero"),
        (lambda: Convert("a", {"values": {}}), "values is a mapping from old to new"),
        (lambda: Convert("a", {"case": "title"}), "case is lower or upper"),
        (lambda: Migration("a", "1", "1"), "leads to another version"),
        (lambda: Migration("a", "1", "2", [{"renam": {}}]), "step 1: no such step: 'renam'; did you mean 'rename'"),
        (lambda: Migration("a", "1", "2", [{"rename": {"path": "a"}}]), "rename lacks 'to'"),
        (lambda: Migration("a", "1", "2", [Rename("a", "b")], up=dict), "not both"),
        (lambda: Migration("a", "1", "2", examples=[{"before": {}}]), "example 1: an example has before and after"),
    ],
)
def test_steps_that_make_no_sense_are_refused_when_they_are_made(make: Any, why: str) -> None:
    """Each with what was expected."""
    with pytest.raises(UsageError, match=why):
        make()


def test_keys_with_stars_and_dots_are_quoted() -> None:
    """A quoted star is a key; a bare one is every key."""
    tree = {"*": {"a.b": 1}, "x": {"a.b": 2}}
    assert there_and_back(Rename('["*"]["a.b"]', "c"), tree) == {"*": {"c": 1}, "x": {"a.b": 2}}
    assert there_and_back(Rename('*["a.b"]', "c"), tree) == {"*": {"c": 1}, "x": {"c": 2}}


def test_where_an_old_address_leads() -> None:
    """Through renames and moves, inside what is moved as well; nowhere when it is removed."""
    migration = Migration(
        "doc",
        "1",
        "2",
        [Rename("system.debug_mode", "debug"), Move("ui.*.size", "screens.*.size"), Remove("agents.count")],
    )
    assert migration.renamed(("system", "debug_mode")) == ("system", "debug")
    assert migration.renamed(("system", "debug_mode", "level")) == ("system", "debug", "level")
    assert migration.renamed(("ui", "main", "size", "width")) == ("screens", "main", "size", "width")
    assert migration.renamed(("agents", "count")) is None
    assert migration.renamed(("system",)) == ("system",)


@pytest.mark.parametrize(
    "kept",
    [
        {"steps": []},
        {"steps": [1, 2]},
        {"steps": [{"removed": 5}, {}]},
        {"steps": [{"removed": [[["a"], 0]]}, {}]},
        {"steps": [{"removed": [[["a", -1], 0, 1]]}, {}]},
        {"steps": [{"removed": [[["a"], "first", 1]]}, {}]},
        {"steps": [{}, {"moved": [[["d"], None, 0, None, False]]}]},
        {"steps": [{}, {"moved": [[["d"], ["c"], 0, "x", False]]}]},
        {"steps": [{}, {"there": [5]}]},
    ],
)
def test_damaged_records_are_refused(kept: dict[str, Any]) -> None:
    """What was kept may be old or foreign: it is an error with a next step, never a wrong tree."""
    migration = Migration("doc", "1", "2", [Remove("a"), Move("c", "d")])
    with pytest.raises(MigrationError, match="migrate down without it, or roll back"):
        migration.lowered({"d": 1}, kept)
